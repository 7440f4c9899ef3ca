import { frozen } from "./frozen";
import type { StoredGroup, StoredNetwork } from "./model";

/** All that the simulated service keeps. Its entries are replaced, never changed in place; groups are frozen for that. */
export interface Store {
  readonly networks: Map<string, StoredNetwork>;
  /** The groups as they are; writes are judged by these. */
  readonly groups: ReadonlyMap<string, StoredGroup>;
  /**
   * Puts a group in its place, or takes it away.
   * @param shownFromMs until when reads show what was there before; at once without it
   */
  put(id: string, group: StoredGroup | undefined, shownFromMs?: number): void;
  /** A group as reads show it. */
  shown(id: string): StoredGroup | undefined;
  /** The groups of one network as reads show them, oldest first. */
  shownOf(networkId: string): StoredGroup[];
}

/** What reads go on showing for a while. */
interface Past {
  readonly group: StoredGroup | undefined;
  readonly untilMs: number;
}

/** Creates an empty store that looks at a clock. */
export function createStore(now: () => number): Store {
  const groups = new Map<string, StoredGroup>();
  const pasts = new Map<string, readonly Past[]>();

  function pastOf(id: string): Past | undefined {
    const past = pasts.get(id)?.find(({ untilMs }) => untilMs > now());
    if (past === undefined) pasts.delete(id);
    return past;
  }
  function shown(id: string): StoredGroup | undefined {
    const past = pastOf(id);
    return past === undefined ? groups.get(id) : past.group;
  }

  return {
    networks: new Map(),
    groups,
    put: (id, group, shownFromMs) => {
      const before = groups.get(id);
      if (shownFromMs === undefined || shownFromMs <= now()) pasts.delete(id);
      else pasts.set(id, [...(pasts.get(id) ?? []), { group: before, untilMs: shownFromMs }]);
      if (group === undefined) groups.delete(id);
      else groups.set(id, frozen(group));
    },
    shown,
    shownOf: (networkId) => {
      const ids = pasts.size === 0 ? groups.keys() : new Set([...groups.keys(), ...pasts.keys()]);
      return [...ids].flatMap((id) => shown(id) ?? []).filter((group) => group.networkId === networkId);
    },
  };
}
