import type { Journal } from "../converge/session";
import { type GroupUse, noteOf, readGroupUse } from "../ownership/groupUse";
import { LONGEST_AGE_MS } from "../ownership/incompleteCreate";
import type { NoteStore } from "./noteStore";

/** The notes of which resource was the last to have each group. */
export interface GroupNotes {
  /** The notes as a resource with these URNs, the present one first, reads and writes them. */
  of(urns: readonly string[]): Pick<Journal, "own" | "useOf" | "otherOwner" | "restore" | "markGone">;
}

/** Keeps a file for each group, for later runs on this machine. */
export function createGroupNotes(store: NoteStore, fileOf: (groupId: string) => string, now: () => number): GroupNotes {
  let hasSwept = false;

  const read = async (file: string) => readGroupUse(await store.read("owned", file));
  const write = (file: string, use: GroupUse) => store.write("owned", file, noteOf(use));

  /** A note of a group that is gone counts as long as a write from before may: the service may show the group again. */
  async function sweep(): Promise<void> {
    if (hasSwept) return;
    hasSwept = true;
    for (const file of await store.names("owned")) {
      const { goneAtMs } = (await read(file)) ?? {};
      if (goneAtMs !== undefined && now() - goneAtMs > LONGEST_AGE_MS) await store.remove("owned", file);
    }
  }

  return {
    of: (urns) => {
      const [urn] = urns;
      const useOf = (groupId: string) => read(fileOf(groupId));
      return {
        useOf,
        own: async (groupId, relation) => {
          if (urn !== undefined) await write(fileOf(groupId), { urn, relation });
        },
        otherOwner: async (groupId) => {
          const use = await useOf(groupId);
          return use && !urns.includes(use.urn) ? use.urn : undefined;
        },
        restore: async (groupId, before) => {
          if (before) await write(fileOf(groupId), before);
          else if ((await useOf(groupId))?.urn === urn) await store.remove("owned", fileOf(groupId));
        },
        markGone: async (groupId) => {
          const use = await useOf(groupId);
          if (use && use.goneAtMs === undefined) await write(fileOf(groupId), { ...use, goneAtMs: now() });
          await sweep();
        },
      };
    },
  };
}
