import type { StoredGroup, StoredNetwork } from "./model";

/** All that the simulated service keeps. Its entries are replaced, never changed in place. */
export interface Store {
  readonly networks: Map<string, StoredNetwork>;
  readonly groups: Map<string, StoredGroup>;
}

/** Creates an empty store. */
export function createStore(): Store {
  return { networks: new Map(), groups: new Map() };
}

/** The groups of one network, oldest first. */
export function groupsOf(store: Store, networkId: string): StoredGroup[] {
  return [...store.groups.values()].filter((group) => group.networkId === networkId);
}
