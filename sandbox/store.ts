import { frozen } from "./frozen";
import type { StoredGroup, StoredNetwork } from "./model";

/** All that the simulated service keeps. Its entries are replaced, never changed in place; groups are frozen for that. */
export interface Store {
  readonly networks: Map<string, StoredNetwork>;
  /** The groups as they are; writes are judged by these. */
  readonly groups: ReadonlyMap<string, StoredGroup>;
  /**
   * Puts a group in its place, or takes it away.
   * @param atMs when that happens, if it has happened already
   * @param lagMs for how long reads go on to show what was there before
   */
  put(id: string, group: StoredGroup | undefined, atMs?: number, lagMs?: number): void;
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

/** Learns what a group was, what has become of it, and when. */
export type OnPut = (before: StoredGroup | undefined, after: StoredGroup | undefined, atMs: number) => void;

/** Creates an empty store that looks at a clock. */
export function createStore(now: () => number, onPut: OnPut = () => {}): Store {
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
    put: (id, group, atMs = now(), lagMs = 0) => {
      const before = groups.get(id);
      const shownFromMs = atMs + lagMs;
      if (shownFromMs <= now()) pasts.delete(id);
      else pasts.set(id, [...(pasts.get(id) ?? []), { group: before, untilMs: shownFromMs }]);
      if (group === undefined) groups.delete(id);
      else groups.set(id, frozen(group));
      onPut(before, group, atMs);
    },
    shown,
    shownOf: (networkId) => {
      const ids = pasts.size === 0 ? groups.keys() : new Set([...groups.keys(), ...pasts.keys()]);
      return [...ids].flatMap((id) => shown(id) ?? []).filter((group) => group.networkId === networkId);
    },
  };
}
