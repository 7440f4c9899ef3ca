import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Journal } from "../converge/session";
import { isSameWrite, joined, type PendingWrite, readPending } from "../model/pending";
import { readJson, removeFile, writeJson } from "./stateFolder";

/** A journal says nothing any more about what came so long after: others may have had the same done meanwhile. */
const LONGEST_AGE_MS = 7 * 24 * 60 * 60_000;

/** What is kept: writes by resource, and owners by group. */
type Place = "journal" | "owned";

/** The journals of a service's resources on this machine. */
export interface Journals {
  /** The journal of a resource, by its URN and by one that it had before. Without a URN it has none. */
  of(...urns: readonly unknown[]): Journal;
}

/**
 * Keeps the writes of each resource in a file of its own, for the next run on this machine; no credentials. The name of
 * a file is a hash of the service's address and of the URN.
 * @param folder undefined where nothing can be kept: then it lasts as long as the process
 */
export function createJournals(folder: string | undefined, baseUrl: string, now: () => number): Journals {
  const kept = new Map<string, unknown>();

  const fileOf = (thing: string) =>
    `${createHash("sha256").update(`${baseUrl}\n${thing}`).digest("hex").slice(0, 32)}.json`;

  const readKept = (place: Place, name: string) =>
    folder === undefined ? Promise.resolve(kept.get(`${place}/${name}`)) : readJson(join(folder, place, name));

  async function keep(place: Place, name: string, content: unknown): Promise<void> {
    if (folder === undefined) kept.set(`${place}/${name}`, content);
    else await writeJson(join(folder, place, name), content);
  }

  async function names(): Promise<readonly string[]> {
    if (folder !== undefined) return readdir(join(folder, "journal")).catch(() => []);
    return [...kept.keys()].filter((name) => name.startsWith("journal/")).map((name) => name.slice("journal/".length));
  }

  const read = (urn: string) => readFrom(fileOf(urn));

  async function readFrom(name: string): Promise<readonly PendingWrite[]> {
    const writes = readPending(await readKept("journal", name));
    return writes.filter(({ startedAtMs }) => now() - startedAtMs <= LONGEST_AGE_MS);
  }

  async function write(urn: string, writes: readonly PendingWrite[]): Promise<void> {
    const name = fileOf(urn);
    if (folder !== undefined && writes.length === 0) await removeFile(join(folder, "journal", name));
    else await keep("journal", name, writes);
  }

  function of(...given: readonly unknown[]): Journal {
    const urns = [...new Set(given.filter((urn) => typeof urn === "string"))];
    const [urn] = urns;
    const others = async (entry: PendingWrite) =>
      urn === undefined ? [] : (await read(urn)).filter((each) => !isSameWrite(each, entry));
    return {
      entries: async () => joined(...(await Promise.all(urns.map(read)))),
      ofOthers: async () => {
        const own = new Set(urns.map(fileOf));
        const others = (await names()).filter((name) => !own.has(name));
        return joined(...(await Promise.all(others.map(readFrom))));
      },
      record: async (entry) => {
        if (urn !== undefined) await write(urn, [...(await others(entry)), entry]);
      },
      withdraw: async (entry) => {
        if (urn !== undefined) await write(urn, await others(entry));
      },
      clear: async (isOver) => {
        for (const each of urns) {
          const writes = await read(each);
          if (writes.length > 0)
            await write(
              each,
              writes.filter((entry) => !isOver(entry)),
            );
        }
      },
      own: async (groupId) => {
        if (urn !== undefined) await keep("owned", fileOf(groupId), urn);
      },
      otherOwner: async (groupId) => {
        const owner = await readKept("owned", fileOf(groupId));
        return typeof owner === "string" && !urns.includes(owner) ? owner : undefined;
      },
    };
  }

  return { of };
}
