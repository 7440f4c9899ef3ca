import { isMap } from "./compare";
import { keyBeforeDisplacement } from "./displacedKey";
import { TUNNEL_FIELDS } from "./schema";
import { isUnknown } from "./unknowns";
import { WORDS } from "./vocabulary";

type Plain = Readonly<Record<string, unknown>>;
type Path = readonly string[];

/** True if the value at a path of the inputs may stand in a message. */
export type IsQuotable = (path: Path, value: unknown) => boolean;

const SECRET_NAMES = new Set(TUNNEL_FIELDS.filter(({ traits }) => traits.secret).map(({ path }) => path.join(".")));
/** A shorter secret is a part of ordinary texts: only a text that equals it counts as one that holds it. */
const SHORTEST_PART = 4;

/** True if a path leads to a field that is a secret by itself, or into one; the key of a tunnel may be any name. */
export function isSecretField(path: Path): boolean {
  const isKey = (depth: number) => depth === 1 && path[0] === "tunnels" && path.length > 2;
  return path.some((name, depth) => SECRET_NAMES.has(name) && !isKey(depth));
}

/**
 * True if the program gave the value at `path` as a secret: by itself, as a part of a secret, or with a secret in it. With
 * an address the identifier counts as secret that may be the same. Without `secrets`, as in state of earlier versions,
 * everything may be secret.
 */
export function isSecretAt(secrets: readonly string[] | undefined, path: Path): boolean {
  if (secrets === undefined) return true;
  return [path, underDeclaredKey(path)].some(
    (each) => isListed(secrets, each) || (each.at(-1) === "remoteID" && isListed(secrets, withAddress(each))),
  );
}

function isListed(secrets: readonly string[], path: Path): boolean {
  const isGiven = path.some((_, depth) => secrets.includes(path.slice(0, depth + 1).join(".")));
  return isGiven || secrets.some((secret) => secret.startsWith(`${path.join(".")}.`));
}

/** A tunnel whose key another has taken is as secret as under its own key. */
function underDeclaredKey(path: Path): Path {
  return path[0] === "tunnels" ? path.map((name, depth) => (depth === 1 ? keyBeforeDisplacement(name) : name)) : path;
}

function withAddress(path: Path): Path {
  return [...path.slice(0, -1), "remotePublicIP"];
}

/**
 * The rule of which values messages may quote, for the values of `inputs`. A value is quotable if the inputs say what is
 * secret, neither the value nor its field is secret, and its text holds none of the inputs' secrets.
 */
export function quotableIn(inputs: Plain): IsQuotable {
  const secrets = secretPathsOf(inputs);
  let texts: readonly string[] | undefined;
  const holdsSecret = (text: string) => {
    texts ??= secretsIn(inputs).map((leaf) => leaf.text);
    return texts.some((secret) => text === secret || (secret.length >= SHORTEST_PART && text.includes(secret)));
  };
  return (path, value) => {
    if (secrets === undefined || isSecretField(path) || isSecretAt(secrets, path)) return false;
    return !leavesOf(value).some(({ text }) => holdsSecret(text));
  };
}

/**
 * The texts that no message may hold: passphrases always, others where the program gave them as secrets, numbers as text.
 * Words of the API are left out: taken out of a list of all of them, a word would be told.
 */
export function secretTextsOf(inputs: Plain): readonly string[] {
  return secretsIn(inputs)
    .filter(({ path, text }) => isSecretField(path) || !WORDS.has(text))
    .map(({ text }) => text);
}

function secretsIn(inputs: Plain): readonly Leaf[] {
  const secrets = secretPathsOf(inputs) ?? [];
  const given = Object.entries(inputs).filter(([name]) => !name.startsWith("__"));
  const leaves = given.flatMap(([name, member]) => leavesOf(member, [name]));
  return leaves.filter(({ path }) => isSecretField(path) || isSecretAt(secrets, path));
}

/** @returns undefined where the inputs do not say what is secret */
function secretPathsOf({ __secrets: secrets }: Plain): readonly string[] | undefined {
  return Array.isArray(secrets) ? secrets.map(String) : undefined;
}

interface Leaf {
  readonly path: Path;
  readonly text: string;
}

/** The texts and numbers in a value; entries of a list stand under the list's own path. */
function leavesOf(value: unknown, path: Path = []): readonly Leaf[] {
  if (Array.isArray(value)) return value.flatMap((entry) => leavesOf(entry, path));
  if (isMap(value)) return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
  const isText = (typeof value === "string" && value !== "") || typeof value === "number";
  return isText && !isUnknown(value) ? [{ path, text: String(value) }] : [];
}
