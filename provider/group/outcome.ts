import type { Tunnel } from "../api/fields";
import type { PresentGroup } from "../api/wire";
import { type Claims, claim } from "./claims";
import { currentOf, type Knowledge, ownValue } from "./current";
import { picked, valueAt } from "./meaning";
import { type GroupInputs, SETTING_FIELDS, TUNNEL_FIELDS } from "./schema";
import type { State } from "./state";

/** What is to be written to state of a group that is not, or not provably, as declared. */
export interface Proven {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly tunnelIds: Readonly<Record<string, string>>;
}

/**
 * The inputs as far as they are proven: of each declared tunnel and setting what reading showed, else what was known
 * from before. A field that was sent and cannot be proven is left out, so that the next plan sends it again; a tunnel
 * that was to be removed and is still there stays known.
 */
export function provenOf(
  desired: GroupInputs,
  state: State | undefined,
  knowledge: Knowledge,
  seen: PresentGroup | undefined,
): Proven {
  const tunnels = { ...vanishing(state, desired), ...desired.tunnels };
  const current = seen && currentOf(seen, knowledge, desired);
  const found = current ? claimedOf(tunnels, current.tunnels, knowledge.ids) : remembered(tunnels, knowledge);
  const settings = current ?? knowledge.settings;
  return {
    inputs: {
      ...desired,
      ...blank,
      ...picked(SETTING_FIELDS, settings, ({ path }) => valueAt(desired, path) !== undefined),
      tunnelName: current?.tunnelName ?? knowledge.tunnelName ?? desired.tunnelName,
      tunnels: Object.fromEntries(
        [...found].map(([key, tunnel]) => [
          key,
          picked(TUNNEL_FIELDS, tunnel, ({ path }) => valueAt(ownValue(tunnels, key), path) !== undefined),
        ]),
      ),
    },
    tunnelIds: Object.fromEntries([...found].map(([key, { id }]) => [key, id])),
  };
}

const blank = { description: undefined, sharedSettings: undefined, advancedSettings: undefined };

/** The tunnels of state that the program no longer declares. */
function vanishing(state: State | undefined, desired: GroupInputs): Readonly<Record<string, Partial<Tunnel>>> {
  const entries = Object.entries(state?.tunnels ?? {});
  return Object.fromEntries(entries.filter(([key]) => !Object.hasOwn(desired.tunnels, key)));
}

/** The tunnels of state that are there, by key; one that was made anew under the same identity is recognised. */
export function knownTunnels(state: State, seen: PresentGroup): Claims {
  return claimedOf(state.tunnels, seen.tunnels, state.tunnelIds);
}

function claimedOf(
  tunnels: Readonly<Record<string, Partial<Tunnel>>>,
  present: Parameters<typeof claim>[1],
  ids: Readonly<Record<string, string>>,
): Claims {
  try {
    return claim(tunnels, present, ids);
  } catch {
    // Which of two tunnels a key without an id is can't be told: only the keys whose id is known are kept.
    return claim(
      Object.fromEntries(Object.entries(tunnels).filter(([key]) => Object.hasOwn(ids, key))),
      present.filter(({ id }) => Object.values(ids).includes(id)),
      ids,
    );
  }
}

function remembered(tunnels: Readonly<Record<string, Partial<Tunnel>>>, { ids, tunnels: known }: Knowledge): Claims {
  return new Map(
    Object.keys(tunnels).flatMap((key) => {
      const id = ownValue(ids, key);
      return id === undefined ? [] : [[key, { ...known.get(id), id }] as const];
    }),
  );
}
