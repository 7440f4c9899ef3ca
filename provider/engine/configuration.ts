import { parseDuration } from "./duration";

/** Configuration as the engine hands it to a provider: `namespace:key`, values as text. */
export interface ConfigSource {
  get(key: string): string | undefined;
}

/** Where the API key came from; it decides what helps when it is refused. */
export type ApiKeySource = "explicit provider" | "environment" | "current configuration" | "stack configuration";

/** How to reach the service, and how much of it to take. */
export interface Configuration {
  readonly apiKey: string;
  readonly apiKeySource: ApiKeySource;
  /** Ends in `/rest`. */
  readonly baseUrl: string;
  /** Deadline of one create, update, delete or read. */
  readonly timeoutMs: number;
  /** How long a write whose fate is unknown is looked for before it is sent again. */
  readonly settlingMs: number;
  /** Requests in any five minutes, of the 500 that the service allows an address. */
  readonly requestsPerWindow: number;
  /** Writes under way on one network at once. */
  readonly writesPerNetwork: number;
}

/** A setting is missing or wrong; the message names the ways to give it. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

const BASE_URLS: Readonly<Record<string, string>> = {
  us: "https://api.perimeter81.com/api/rest",
  eu: "https://api.eu.sase.checkpoint.com/api/rest",
  au: "https://api.au.sase.checkpoint.com/api/rest",
  in: "https://api.in.sase.checkpoint.com/api/rest",
};
const NAMESPACE = "harmony-sase";
/** Where the engine's CLI keeps a key that destroy and refresh see as it is now; it lives in the SDK's own namespace. */
const CURRENT_KEY = "pulumi-nodejs:harmonySaseApiKey";
/** Set by the explicit `Provider`, so that its inputs can be told from a stack's configuration. */
export const EXPLICIT_MARK = "explicit";

/**
 * Reads the configuration. An explicit `Provider` has its own and nothing else's API key; then the stack's
 * configuration, then the environment, except that the environment's API key goes before the stack's: on destroy and
 * refresh the engine hands over the configuration of the last `up`.
 * @throws ConfigurationError
 */
export function readConfiguration(config: ConfigSource, env: NodeJS.ProcessEnv): Configuration {
  const fromConfig = (key: string) => config.get(`${NAMESPACE}:${key}`) || undefined;
  const either = (key: string, variable: string) => fromConfig(key) ?? (env[variable] || undefined);
  return {
    ...apiKeyOf(fromConfig, env),
    baseUrl: baseUrlOf(fromConfig, env),
    timeoutMs: durationOf("timeout", either("timeout", "HARMONY_SASE_TIMEOUT"), "30m"),
    settlingMs: durationOf("settlingTime", either("settlingTime", "HARMONY_SASE_SETTLING_TIME"), "2m"),
    requestsPerWindow: numberOf(
      "requestsPerWindow",
      either("requestsPerWindow", "HARMONY_SASE_REQUESTS_PER_WINDOW"),
      250,
      500,
    ),
    writesPerNetwork: numberOf("writesPerNetwork", either("writesPerNetwork", "HARMONY_SASE_WRITES_PER_NETWORK"), 5, 5),
  };
}

type Read = (key: string) => string | undefined;

function apiKeyOf(fromConfig: Read, env: NodeJS.ProcessEnv): Pick<Configuration, "apiKey" | "apiKeySource"> {
  if (fromConfig(EXPLICIT_MARK) !== undefined) {
    const apiKey = fromConfig("apiKey");
    if (apiKey === undefined) throw new ConfigurationError("The explicit Provider has no apiKey: give it one.");
    return { apiKey, apiKeySource: "explicit provider" };
  }
  const sources: readonly (readonly [ApiKeySource, string | undefined])[] = [
    ["environment", env.HARMONY_SASE_API_KEY],
    ["current configuration", currentKey(env.PULUMI_CONFIG)],
    ["stack configuration", fromConfig("apiKey")],
  ];
  const [source, apiKey] = sources.find(([, key]) => key) ?? [];
  if (source === undefined || apiKey === undefined) {
    throw new ConfigurationError(
      "There is no API key: set the environment variable HARMONY_SASE_API_KEY, or run pulumi config set --secret harmony-sase:apiKey.",
    );
  }
  return { apiKey, apiKeySource: source };
}

function currentKey(json: string | undefined): string | undefined {
  try {
    const value: unknown = (JSON.parse(json ?? "{}") as Record<string, unknown>)[CURRENT_KEY];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Region and base URL are one setting: the first source that names either decides. */
function baseUrlOf(fromConfig: Read, env: NodeJS.ProcessEnv): string {
  const isExplicit = fromConfig(EXPLICIT_MARK) !== undefined;
  const sources = [
    {
      names: ["harmony-sase:region", "harmony-sase:baseUrl"],
      region: fromConfig("region"),
      url: fromConfig("baseUrl"),
    },
    {
      names: ["HARMONY_SASE_REGION", "HARMONY_SASE_BASE_URL"],
      region: isExplicit ? undefined : env.HARMONY_SASE_REGION,
      url: isExplicit ? undefined : env.HARMONY_SASE_BASE_URL,
    },
  ];
  const source = sources.find(({ region, url }) => region || url);
  if (source === undefined) return BASE_URLS.us as string;
  const { names, region, url } = source;
  if (region && url)
    throw new ConfigurationError(`${names.join(" and ")} are both set: they are one setting, give one of them.`);
  if (url) return checkedUrl(names[1] as string, url);
  const known = Object.hasOwn(BASE_URLS, region as string) ? BASE_URLS[region as string] : undefined;
  if (known) return known;
  throw new ConfigurationError(`${names[0]} must be one of ${Object.keys(BASE_URLS).join(", ")}; got "${region}".`);
}

function checkedUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const isAllowed = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback);
  const isBare = url !== undefined && !url.search && !url.hash && !url.username && !url.password;
  const path = url?.pathname.replace(/\/$/, "") ?? "";
  if (url && isAllowed && isBare && path.endsWith("/rest")) return `${url.origin}${path}`;
  throw new ConfigurationError(`${name} must be an https address (http on loopback only) that ends in /rest.`);
}

function durationOf(key: string, text: string | undefined, fallback: string): number {
  const ms = parseDuration(text ?? fallback);
  if (ms !== undefined && ms > 0) return ms;
  throw new ConfigurationError(`${NAMESPACE}:${key} must be a duration such as ${fallback}; got "${text}".`);
}

function numberOf(key: string, text: string | undefined, fallback: number, most: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new ConfigurationError(`${NAMESPACE}:${key} must be a whole number in 1..${most}; got "${text}".`);
}

/** What helps when the service refuses the API key. */
export function credentialsHint({ apiKeySource }: Configuration): string {
  return {
    "explicit provider": "The key is that of the explicit Provider in state: give it the new one and run pulumi up.",
    environment: "The key came from HARMONY_SASE_API_KEY.",
    "current configuration": `The key came from ${CURRENT_KEY}.`,
    "stack configuration": `The key came from the stack's configuration, which destroy and refresh take from the last pulumi up: set HARMONY_SASE_API_KEY, or run pulumi config set --secret ${CURRENT_KEY}.`,
  }[apiKeySource];
}

/** How long a step may take, in milliseconds: as `customTimeouts` says, else as configured. */
export function timeoutFor(
  kind: "create" | "update" | "delete" | "read",
  timeouts: unknown,
  { timeoutMs }: Configuration,
): number {
  const own: unknown =
    typeof timeouts === "object" && timeouts !== null ? (timeouts as Record<string, unknown>)[kind] : undefined;
  return (typeof own === "string" ? parseDuration(own) : undefined) ?? timeoutMs;
}
