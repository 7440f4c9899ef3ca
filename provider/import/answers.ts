import { z } from "zod";
import type { Tunnel } from "../model/fields";
import { TUNNEL_FIELDS } from "../model/schema";
import { nearest } from "../model/text";

/** What a person has said of a network's groups that the service does not show. */
export interface Answers {
  /** The network's ASN. */
  readonly leftASN?: number | undefined;
  /** By the ids of tunnels. */
  readonly tunnels: ReadonlyMap<string, Partial<Tunnel>>;
}

/** A tunnel of which something has to be said, as the file names it. */
export interface Question {
  /** The resource that the tunnel is of. */
  readonly resource: string;
  readonly key: string;
  readonly tunnelId: string;
  readonly remotePublicIP: string | undefined;
  /** Members of the tunnel. */
  readonly fields: readonly string[];
}

/** All that has to be said. */
export interface Questions {
  readonly isAsnWanted: boolean;
  readonly tunnels: readonly Question[];
}

/** A file of answers cannot be read; the message says where. */
export class AnswersError extends Error {
  override readonly name = "AnswersError";
}

const FIELDS = TUNNEL_FIELDS.map(({ path }) => path[0] as string);
/** Beside the tunnel's members: which one it is. */
const ID = "id";

const member = z.union([z.string(), z.number(), z.null()]);
const entry = z.looseObject({ [ID]: z.string().min(1) }).catchall(member);
const NUMBER = /^\s*\d*\s*$/;
const NO_NUMBER = { error: "must be a number" };
const file = z.strictObject({
  leftASN: z.union([z.number(), z.string().regex(NUMBER, NO_NUMBER)], NO_NUMBER).nullish(),
  groups: z.record(z.string(), z.record(z.string(), entry)).optional(),
});
type File = z.output<typeof file>;

/**
 * Reads what a file of answers says. Blanks say nothing; numbers may be texts.
 * @throws AnswersError when it is not such a file
 */
export function readAnswers(text: string): Answers {
  const { leftASN, groups = {} } = parsed(text);
  const asn = isBlank(leftASN) ? undefined : Number(leftASN);
  const tunnels = new Map<string, Partial<Tunnel>>();
  for (const [group, entries] of Object.entries(groups)) {
    for (const [key, { [ID]: id, ...members }] of Object.entries(entries)) {
      demandFields(`groups.${group}.${key}`, members);
      const given = Object.entries(members).filter(([, value]) => !isBlank(value));
      tunnels.set(String(id), { ...tunnels.get(String(id)), ...Object.fromEntries(given.map(asMember)) });
    }
  }
  return { leftASN: asn, tunnels };
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

/** Numbers between quotes are numbers all the same. */
function asMember([name, value]: readonly [string, unknown]): readonly [string, unknown] {
  const isNumber = name === "remoteASN" && typeof value === "string" && NUMBER.test(value);
  return [
    name,
    isNumber ? Number(value) : typeof value === "string" && name !== "customerRootCA" ? value.trim() : value,
  ];
}

function demandFields(where: string, members: object): void {
  const odd = Object.keys(members).find((name) => !FIELDS.includes(name));
  if (odd === undefined) return;
  throw new AnswersError(`${where}.${odd} is not a member of a tunnel; did you mean ${nearest(odd, FIELDS)}?`);
}

function parsed(text: string): File {
  let json: unknown;
  try {
    // Some editors begin a file with a mark of its encoding.
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new AnswersError("it is not JSON");
  }
  const { data, error } = file.safeParse(json);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new AnswersError(`${issue?.path.join(".") || "it"}: ${issue?.message ?? "has another form"}`);
}

/**
 * A file of answers that asks for what is wanted, with a blank for each. What an earlier one says stays, also of tunnels
 * that nobody asks for now.
 * @param earlier the text of the earlier file, which has been read
 */
export function answersText({ isAsnWanted, tunnels }: Questions, earlier: string | undefined): string {
  const before: File = earlier === undefined ? {} : parsed(earlier);
  const asked = new Map(tunnels.map((question) => [question.tunnelId, question]));
  const kept = Object.entries(before.groups ?? {}).flatMap(([group, entries]) =>
    Object.entries(entries).map(([key, members]) => ({ group, key, members })),
  );
  const known = new Set(kept.map(({ members }) => members[ID]));
  const all = [
    ...kept.map(({ group, key, members }) => {
      const question = asked.get(String(members[ID]));
      return { group, key, members: question ? { ...blanksOf(question), ...members } : members };
    }),
    ...tunnels
      .filter(({ tunnelId }) => !known.has(tunnelId))
      .map((question) => ({ group: question.resource, key: question.key, members: blanksOf(question) })),
  ];
  const groups = new Map<string, Map<string, unknown>>();
  for (const { group, key, members } of all) {
    const entries = groups.get(group) ?? new Map<string, unknown>();
    groups.set(group, entries.set(entries.has(key) ? `${key} ${String(members[ID])}` : key, members));
  }
  const asn = isAsnWanted || before.leftASN !== undefined ? { leftASN: before.leftASN ?? null } : {};
  const byName = [...groups].map(([group, entries]) => [group, Object.fromEntries(entries)] as const);
  return `${JSON.stringify({ ...asn, groups: Object.fromEntries(byName) }, undefined, 2)}\n`;
}

function blanksOf({ tunnelId, remotePublicIP, fields }: Question): Record<string, unknown> {
  return {
    [ID]: tunnelId,
    ...(remotePublicIP === undefined ? {} : { remotePublicIP }),
    ...Object.fromEntries(fields.map((name) => [name, null])),
  };
}
