import { ConfigurationError, type SettingSource } from "./settings";

const BASE_URLS: ReadonlyMap<string, string> = new Map([
  ["us", "https://api.perimeter81.com/api/rest"],
  ["eu", "https://api.eu.sase.checkpoint.com/api/rest"],
  ["au", "https://api.au.sase.checkpoint.com/api/rest"],
  ["in", "https://api.in.sase.checkpoint.com/api/rest"],
]);

/**
 * The API's address, by its region or in full. The two are one setting: the first source that names either decides.
 * @throws ConfigurationError
 */
export function baseUrlFrom(sources: readonly SettingSource[]): string {
  const source = sources.find((each) => each.get("region") ?? each.get("baseUrl"));
  const [region, url] = [source?.get("region"), source?.get("baseUrl")];
  const nameOf = (key: "region" | "baseUrl") => source?.nameOf(key) ?? key;
  if (region !== undefined && url !== undefined) {
    const names = `${nameOf("region")} and ${nameOf("baseUrl")}`;
    throw new ConfigurationError(`${names} are both set: they are one setting, give one of them.`);
  }
  return url === undefined ? urlOfRegion(nameOf("region"), region ?? "us", source) : checkedUrl(nameOf("baseUrl"), url);
}

function urlOfRegion(name: string, region: string, source: SettingSource | undefined): string {
  const url = BASE_URLS.get(region);
  if (url !== undefined) return url;
  throw new ConfigurationError(
    `${name} must be one of ${[...BASE_URLS.keys()].join(", ")}${source?.quoted(region) ?? ""}.`,
  );
}

/** What is refused is not quoted: it may hold credentials. */
function checkedUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const isAllowed = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback);
  const isBare = url !== undefined && !url.search && !url.hash && !url.username && !url.password;
  const path = url?.pathname.replace(/\/$/, "") ?? "";
  if (url && isAllowed && isBare && path.endsWith("/rest")) return `${url.origin}${path}`;
  throw new ConfigurationError(
    `${name} must be an https address (http on loopback only) that ends in /rest, without credentials or query.`,
  );
}
