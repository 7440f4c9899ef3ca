import { createHash } from "node:crypto";
import type { Journal } from "../converge/session";
import { isSameWrite, joined, type PendingWrite, readPending } from "../model/pending";
import { isExpired, isExpiredCreate } from "../ownership/incompleteCreate";
import { createGroupNotes } from "./groupNotes";
import type { NoteStore } from "./noteStore";

/** The journals of a service's resources on this machine. */
export interface Journals {
  /** The journal of a resource, by its URN and by one that it had before. Without a URN it has none. */
  of(...urns: readonly unknown[]): Journal;
}

/**
 * Keeps the writes of each resource in a file of its own, for the next run on this machine; no credentials. The name of
 * a file is a hash of the service's address and of the URN.
 */
export function createJournals(store: NoteStore, baseUrl: string, now: () => number): Journals {
  const fileOf = (thing: string) =>
    `${createHash("sha256").update(`${baseUrl}\n${thing}`).digest("hex").slice(0, 32)}.json`;
  const notes = createGroupNotes(store, fileOf, now);

  const read = (urn: string) => readFrom(fileOf(urn));

  async function readFrom(name: string): Promise<readonly PendingWrite[]> {
    return (await keptIn(name)).filter((write) => !isExpired(write, now()));
  }

  /** A creation that is too old to count stays until the user has been told. */
  async function keptIn(name: string): Promise<readonly PendingWrite[]> {
    const writes = readPending(await store.read("journal", name));
    return writes.filter((write) => !isExpired(write, now()) || isExpiredCreate(write, now()));
  }

  async function write(urn: string, writes: readonly PendingWrite[]): Promise<void> {
    const name = fileOf(urn);
    if (writes.length === 0) await store.remove("journal", name);
    else await store.write("journal", name, writes);
  }

  async function dropExpired(urn: string): Promise<readonly PendingWrite[]> {
    const expired = (await keptIn(fileOf(urn))).filter((entry) => isExpiredCreate(entry, now()));
    if (expired.length > 0) await write(urn, await read(urn));
    return expired;
  }

  function of(...given: readonly unknown[]): Journal {
    const urns = [...new Set(given.filter((urn) => typeof urn === "string"))];
    const [urn] = urns;
    const others = async (entry: PendingWrite) =>
      urn === undefined ? [] : (await keptIn(fileOf(urn))).filter((each) => !isSameWrite(each, entry));
    return {
      entries: async () => joined(...(await Promise.all(urns.map(read)))),
      ofOthers: async () => {
        const own = new Set(urns.map(fileOf));
        const others = (await store.names("journal")).filter((name) => !own.has(name));
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
          const writes = await keptIn(fileOf(each));
          if (writes.length > 0)
            await write(
              each,
              writes.filter((entry) => !isOver(entry)),
            );
        }
      },
      dropExpiredCreates: async () => joined(...(await Promise.all(urns.map(dropExpired)))),
      ...notes.of(urns),
    };
  }

  return { of };
}
