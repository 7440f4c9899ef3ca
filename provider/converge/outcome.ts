import { picked, valueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { type GroupInputs, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import { type Claims, claim } from "../plan/match";
import type { PresentGroup, PresentTunnel } from "../service/wire";
import { currentOf, type Knowledge, ownValue } from "./current";

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
  const leaving = vanishing(state, desired);
  const tunnels = { ...leaving, ...desired.tunnels };
  const current = seen && currentOf(seen, knowledge, desired);
  const found = current
    ? stayingAndLeaving(desired.tunnels, leaving, current.tunnels, knowledge.ids)
    : remembered(tunnels, knowledge);
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

/** A tunnel that goes on under a new key is the new key's. */
function stayingAndLeaving(
  desired: Readonly<Record<string, Partial<Tunnel>>>,
  leaving: Readonly<Record<string, Partial<Tunnel>>>,
  present: readonly PresentTunnel[],
  ids: Readonly<Record<string, string>>,
): Claims {
  const staying = claimedOf(desired, present, ids);
  const taken = new Set([...staying.values()].map(({ id }) => id));
  const rest = present.filter(({ id }) => !taken.has(id));
  return new Map([...staying, ...claimedById(leaving, rest, ids)]);
}

/** The tunnels of state that are there, by key; one that was made anew under the same identity is recognised. */
export function knownTunnels(state: State, seen: PresentGroup): Claims {
  return claimedOf(state.tunnels, seen.tunnels, state.tunnelIds);
}

/** Where it can't be told which of two tunnels a key without an id is, only the keys whose id is known are kept. */
function claimedOf(
  tunnels: Readonly<Record<string, Partial<Tunnel>>>,
  present: readonly PresentTunnel[],
  ids: Readonly<Record<string, string>>,
): Claims {
  try {
    return claim(tunnels, present, ids);
  } catch {
    return claimedById(tunnels, present, ids);
  }
}

function claimedById(
  tunnels: Readonly<Record<string, Partial<Tunnel>>>,
  present: readonly PresentTunnel[],
  ids: Readonly<Record<string, string>>,
): Claims {
  const byId = new Map(present.map((tunnel) => [tunnel.id, tunnel]));
  return new Map(
    Object.keys(tunnels).flatMap((key) => {
      const tunnel = byId.get(ownValue(ids, key) ?? "");
      return tunnel ? [[key, tunnel] as const] : [];
    }),
  );
}

function remembered(tunnels: Readonly<Record<string, Partial<Tunnel>>>, { ids, tunnels: known }: Knowledge): Claims {
  return new Map(
    Object.keys(tunnels).flatMap((key) => {
      const id = ownValue(ids, key);
      return id === undefined ? [] : [[key, { ...known.get(id), id }] as const];
    }),
  );
}
