import { isMap } from "./compare";
import { isUnknown } from "./unknowns";

/** The members of a tunnel that say where something is, and that messages may name. */
const NAMED_IN_MESSAGES = ["remotePublicIP", "remoteID", "p81GWInternalIP", "remoteGWInternalIP"];

/**
 * Whether the program gave what stands at a path as a secret, alone or as a part of one. With an address the identifier
 * counts as secret that may be the same. State of earlier versions does not say what is secret: then everything may be.
 */
export function isSecretAt(secrets: readonly string[] | undefined, path: readonly string[]): boolean {
  if (secrets === undefined) return true;
  const isGiven = path.some((_, depth) => secrets.includes(path.slice(0, depth + 1).join(".")));
  return isGiven || (path.at(-1) === "remoteID" && isSecretAt(secrets, [...path.slice(0, -1), "remotePublicIP"]));
}

/** The texts in inputs that no message may hold: passphrases always, addresses where the program gave them as secrets. */
export function secretTextsOf({ tunnels, __secrets }: Readonly<Record<string, unknown>>): readonly string[] {
  if (!isMap(tunnels)) return [];
  const secrets = Array.isArray(__secrets) ? __secrets : [];
  return Object.entries(tunnels).flatMap(([key, tunnel]) => {
    if (!isMap(tunnel)) return [];
    const names = NAMED_IN_MESSAGES.filter((name) => isSecretAt(secrets, ["tunnels", key, name]));
    return ["passphrase", ...names].map((name) => tunnel[name]).filter(isText);
  });
}

const isText = (value: unknown): value is string => typeof value === "string" && !isUnknown(value);
