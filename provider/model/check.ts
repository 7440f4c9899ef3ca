import { isDeepStrictEqual as isEqual } from "node:util";
import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { isMap, valueAt } from "./compare";
import { withDefaults } from "./defaults";
import { brokenRules, type Complaint, firstTunnels, isAdopting } from "./rules";
import { type GroupInputs, groupInputs } from "./schema";
import { type IsQuotable, quotableIn } from "./secrets";
import { edits, nearest } from "./text";
import { containsUnknown, isUnknown } from "./unknowns";

/** What check found: the inputs to go on with, every failure, and what the user should know all the same. */
export interface Checked {
  readonly inputs: GroupInputs;
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

const MOST_FAILURES = 40;
/** The service appends two characters to the name, and whether its limit of 15 counts them is not known. */
const SAFE_NAME_LENGTH = 13;

/** Checks what the user wrote, all of it at once. Values that are not known yet pass, wherever they stand. */
export function checkInputs(
  olds: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Checked {
  const news = withoutNull(given);
  const form = formComplaints(news).filter(({ path }) => !isHeld(news, olds, path.map(String)));
  const complaints = firstOfEachPath([...form, ...brokenRules(news, olds)]).map((complaint) =>
    isIgnored(news, olds, complaint) ? { ...complaint, reason: IGNORED } : complaint,
  );
  const failures = complaints.slice(0, MOST_FAILURES).map(inWords);
  const left = complaints.length - failures.length;
  const inputs = news as GroupInputs;
  return {
    inputs: complaints.length === 0 && !isAdopting(news) ? withDefaults(withHeldIdentifiers(inputs, olds)) : inputs,
    failures: left > 0 ? [...failures, `and ${left} more failures, which show once these are corrected`] : failures,
    warnings: complaints.length === 0 ? longName(inputs.tunnelName) : [],
  };
}

const IGNORED =
  "is required, and ignoreChanges takes it away: state has no value yet that could be kept. Leave it out of ignoreChanges until the tunnel is there";

/** Whether something is missing because the engine has put nothing, as state has it, in place of what the user gave. */
function isIgnored(news: object, olds: object, { path, reason }: Complaint): boolean {
  const ignored = valueAt(news, ["__ignoreChanges"]);
  const names = path.map(String);
  if (!Array.isArray(ignored) || Object.keys(olds).length === 0 || !reason.startsWith("is required")) return false;
  return valueAt(olds, names) === undefined && ignored.some((each) => covers(String(each), names));
}

/** True if the engine has put what state has in place of what the user gave: a refresh may have found it outside the schema. */
function isHeld(news: object, olds: object, path: readonly string[]): boolean {
  const ignored = valueAt(news, ["__ignoreChanges"]);
  const value = valueAt(news, path);
  const isIgnoredHere = Array.isArray(ignored) && ignored.some((each) => covers(String(each), path));
  return isIgnoredHere && value !== undefined && isEqual(value, valueAt(olds, path));
}

/** Where `ignoreChanges` holds an address, which somebody may have changed, it holds the identifier that it had as well. */
function withHeldIdentifiers(news: GroupInputs, olds: object): GroupInputs {
  const ignored = news.__ignoreChanges ?? [];
  if (ignored.length === 0 || !isMap(news.tunnels)) return news;
  const tunnels = Object.entries(news.tunnels).map(([key, tunnel]) => {
    const isHeld = ignored.some((each) => covers(each, ["tunnels", key, "remotePublicIP"]));
    const before = valueAt(olds, ["tunnels", key, "remoteID"]);
    const isSilent = isMap(tunnel) && tunnel.remoteID === undefined;
    return [key, isHeld && isSilent && before !== undefined ? { ...tunnel, remoteID: before } : tunnel];
  });
  return { ...news, tunnels: Object.fromEntries(tunnels) };
}

/** Whether a path as `ignoreChanges` takes it, such as `tunnels["a"].remoteASN` or `tunnels.*.remoteASN`, holds another. */
function covers(ignored: string, path: readonly string[]): boolean {
  const parts = ignored.replaceAll(/\[["']?([^\]"']*)["']?\]/g, ".$1").split(".");
  return parts.length <= path.length && parts.every((part, depth) => part === "*" || part === path[depth]);
}

/** Null counts as left out, as in the SDK's own packages; in a list it stands for nothing that could be left out. */
function withoutNull<T>(value: T): T {
  if (!isMap(value) || !holdsNull(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNull(member)])) as T;
}

function holdsNull(value: object): boolean {
  return Object.values(value).some((member) => member === null || (isMap(member) && holdsNull(member)));
}

function longName(name = ""): readonly string[] {
  return name.length > SAFE_NAME_LENGTH && !isUnknown(name)
    ? [
        `tunnelName: the service appends two characters and may refuse more than 15 in all; with ${name.length} it may be refused, with ${SAFE_NAME_LENGTH} it is not`,
      ]
    : [];
}

function firstOfEachPath(complaints: readonly Complaint[]): readonly Complaint[] {
  const byPath = new Map(complaints.toReversed().map((complaint) => [asTyped(complaint.path), complaint]));
  return [...byPath.values()].toReversed();
}

function formComplaints(news: Readonly<Record<string, unknown>>): readonly Complaint[] {
  const parsed = groupInputs.safeParse({ ...news, tunnels: firstFew(news.tunnels) });
  if (parsed.success) return [];
  const isQuotable = quotableIn(news);
  return parsed.error.issues
    .filter((issue) => !isOpenList(news, issue))
    .flatMap((issue) => complaintsOf(issue, news, isQuotable))
    .filter(({ path }) => !isOpen(news, path));
}

function firstFew(tunnels: unknown): unknown {
  return isMap(tunnels) ? Object.fromEntries(firstTunnels(tunnels)) : tunnels;
}

/** Whether the value at `path`, or one that it is part of, is not known yet. */
function isOpen(news: unknown, path: readonly PropertyKey[]): boolean {
  return path.some((_, depth) => isUnknown(valueAt(news, path.slice(0, depth + 1).map(String))));
}

/** Whether a rule for a list as a whole speaks of entries that are not known yet. */
function isOpenList(news: unknown, { code, path }: z.core.$ZodIssue): boolean {
  return code === "custom" && containsUnknown(valueAt(news, path.map(String)));
}

function complaintsOf(issue: z.core.$ZodIssue, news: unknown, isQuotable: IsQuotable): readonly Complaint[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      reason: `is not a property here${likeness(issue.path, key)}`,
    }));
  }
  const isKey = issue.code === "invalid_key";
  const value = valueAt(news, issue.path.map(String));
  if (value === undefined && !isKey) return [{ path: issue.path, reason: "is required" }];
  if (isKey) return [{ path: issue.path, reason: issue.issues[0]?.message ?? issue.message }];
  const got = isQuotable(issue.path.map(String), value) ? quoted(issue, value) : "";
  return [{ path: issue.path, reason: `${issue.message}${got}` }];
}

/**
 * `; got "300.1.1.1"`, for what may be shown. Any value can be a secret that was put in the wrong place: only numbers,
 * texts of digits, dots and slashes, and near misses of a known word are quoted.
 */
function quoted(issue: z.core.$ZodIssue, value: unknown): string {
  if (typeof value === "number") return `; got ${value}`;
  if (typeof value !== "string") return "";
  return /^[\d./]{1,40}$/.test(value) || isNearMiss(issue, value) ? `; got "${value}"` : "";
}

const MOST_EDITS = 2;

function isNearMiss(issue: z.core.$ZodIssue, value: string): boolean {
  return issue.code === "invalid_value" && issue.values.some((known) => distance(String(known), value) <= MOST_EDITS);
}

function likeness(path: readonly PropertyKey[], key: string): string {
  const names = knownNames(groupInputs, path).filter((name) => !name.startsWith("__") && name !== "unmanaged");
  const meant = nearest(key, names);
  if (meant !== undefined && edits(meant, key) <= MOST_EDITS) return `; did you mean ${meant}?`;
  return names.length === 0 ? "" : `; there are ${names.join(", ")}`;
}

function knownNames(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  const [name, ...rest] = path;
  if (inner instanceof z.ZodRecord) return knownNames(inner.valueType, rest);
  if (!(inner instanceof z.ZodObject)) return [];
  if (name === undefined) return Object.keys(inner.shape);
  const member = Object.hasOwn(inner.shape, name) ? inner.shape[String(name)] : undefined;
  return member ? knownNames(member, rest) : [];
}

function inWords({ path, reason }: Complaint): string {
  return `${asTyped(path)}: ${reason}`;
}

/** A path as one would write it in the program: `tunnels.primary.remotePublicIP`, `tunnels["a b"]`, `list[0]`. */
function asTyped(path: readonly PropertyKey[]): string {
  return path.reduce<string>((typed, part) => {
    if (typeof part === "number") return `${typed}[${part}]`;
    const name = String(part);
    if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `${typed}[${JSON.stringify(name)}]`;
    return typed === "" ? name : `${typed}.${name}`;
  }, "");
}
