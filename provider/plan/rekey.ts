import { displacedKey, keyBeforeDisplacement } from "../model/displacedKey";
import type { PendingWrite } from "../model/pending";
import type { State } from "../model/state";

/** A new key by each key of state that stands for another tunnel from now on. */
type NewKeys = ReadonlyMap<string, string>;

/**
 * State under the keys of the program: all that it holds of a tunnel, what is secret of it and what is still pending
 * included, goes with the tunnel's id. A tunnel whose key is used again stands under key and id. Pure.
 * @param ids the ids of declared tunnels by key
 */
export function rekeyed(state: State, ids: Readonly<Record<string, string>>): State {
  const newKeys = newKeysOf(state, ids);
  if (newKeys.size === 0) return state;
  const { inputs, pending } = state;
  return {
    ...state,
    inputs: inputs.__secrets === undefined ? inputs : { ...inputs, __secrets: secretsUnder(newKeys, state) },
    tunnels: moved(state.tunnels, newKeys),
    tunnelIds: moved(state.tunnelIds, newKeys),
    pending: pending.map((write) => ({ ...write, added: addedUnder(newKeys, write) })),
  };
}

function newKeysOf({ tunnelIds }: State, ids: Readonly<Record<string, string>>): NewKeys {
  const keyById = new Map(Object.entries(ids).map(([key, id]) => [id, key]));
  const keys = Object.entries(tunnelIds).map(([key, id]) => {
    const ownKey = Object.hasOwn(ids, key) ? displacedKey(key, id) : key;
    return [key, keyById.get(id) ?? ownKey] as const;
  });
  return new Map(keys.filter(([before, after]) => before !== after));
}

/** An entry that moves takes the place of one that has no id. */
function moved<T>(byKey: Readonly<Record<string, T>>, newKeys: NewKeys): Readonly<Record<string, T>> {
  const entries = Object.entries(byKey);
  return Object.fromEntries([
    ...entries.filter(([key]) => !newKeys.has(key)),
    ...entries.flatMap(([key, value]) => {
      const after = newKeys.get(key);
      return after === undefined ? [] : [[after, value] as const];
    }),
  ]);
}

/** A path names its tunnel by the key that the program has given it. */
function secretsUnder(newKeys: NewKeys, { inputs, tunnelIds }: State): string[] {
  const paths = (inputs.__secrets ?? []).flatMap((path) => {
    const [root, key, ...rest] = path.split(".");
    const keys = Object.keys(tunnelIds).filter((each) => keyBeforeDisplacement(each) === key);
    if (root !== "tunnels" || keys.length === 0) return [path];
    const after = keys.map((each) => keyBeforeDisplacement(newKeys.get(each) ?? each));
    return after.map((each) => [root, each, ...rest].join("."));
  });
  return [...new Set(paths)];
}

/** A tunnel that an earlier run has added may appear later, and then not under a key that is another tunnel's by now. */
function addedUnder(newKeys: NewKeys, { added, startedAtMs }: PendingWrite): PendingWrite["added"] {
  const taken = new Set(newKeys.values());
  const keyFor = (key: string) => newKeys.get(key) ?? (taken.has(key) ? displacedKey(key, String(startedAtMs)) : key);
  return added.map(([key, tunnel]) => [keyFor(key), tunnel]);
}
