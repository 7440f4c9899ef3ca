import type { Tunnel } from "../model/fields";
import type { Origin } from "../model/schema";
import type { State } from "../model/state";
import { isSameTunnel } from "../plan/match";
import type { PresentGroup, UpdateTunnel } from "../service/wire";
import { ownValue } from "./current";

/** What a run is about to change of a group's tunnels, without a credential: by it the next knows the run's work as ours. */
export interface Trail {
  /** The tunnels that were there before, by id. */
  readonly before: readonly string[];
  /** Every tunnel that was declared, with its key. */
  readonly declared: readonly (readonly [key: string, tunnel: Partial<Tunnel>])[];
  /** By tunnel id, the members that were sent to change. */
  readonly touched: Readonly<Record<string, readonly string[]>>;
}

/** The trail of a write: what is declared, the tunnels that are there before, and what is sent to change them. */
export function trailOf(
  declared: Readonly<Record<string, Partial<Tunnel>>>,
  before: readonly { readonly id: string }[] = [],
  updates: readonly UpdateTunnel[] = [],
): Trail {
  return {
    before: before.map(({ id }) => id),
    declared: Object.entries(declared).map(([key, tunnel]) => [key, withoutCredentials(tunnel)]),
    touched: Object.fromEntries(updates.map(({ id, ...members }) => [id, Object.keys(members)])),
  };
}

function withoutCredentials({ passphrase: _, customerRootCA: __, ...rest }: Partial<Tunnel>): Partial<Tunnel> {
  return rest;
}

/** One trail of two: of an interrupted run, and of the one that goes on from there. */
export function joined(earlier: Trail | undefined, later: Trail | undefined): Trail | undefined {
  if (earlier === undefined || later === undefined) return earlier ?? later;
  const declared = new Map([...earlier.declared, ...later.declared].map((entry) => [JSON.stringify(entry), entry]));
  const ids = Object.keys({ ...earlier.touched, ...later.touched });
  return {
    before: earlier.before,
    declared: [...declared.values()],
    touched: Object.fromEntries(
      ids.map((id) => [id, [...new Set([...(earlier.touched[id] ?? []), ...(later.touched[id] ?? [])])]]),
    ),
  };
}

/** State of a group of which nothing is known. */
export function blankState(origin: Origin): State {
  return { inputs: {}, tunnels: {}, tunnelIds: {}, origin };
}

/**
 * State as it would be had the interrupted run been able to write it: the tunnels that it added are known, and what it
 * may have changed of others is not.
 */
export function inherited(state: State, trail: Trail | undefined, seen: PresentGroup): State {
  if (trail === undefined) return state;
  const before = Object.entries(state.tunnels).map(([key, tunnel]): [string, Partial<Tunnel>] => [
    key,
    untouched(tunnel, trail.touched[ownValue(state.tunnelIds, key) ?? ""]),
  ]);
  const heirs = added(trail, state, seen).map(({ key, tunnel, id }) => {
    const isTaken = seen.tunnels.some((other) => other.id === ownValue(state.tunnelIds, key));
    // No user's key looks like this: the tunnel is the interrupted run's alone.
    return { key: isTaken ? `${key} (${id})` : key, tunnel, id };
  });
  return {
    ...state,
    tunnels: Object.fromEntries([...before, ...heirs.map(({ key, tunnel }) => [key, tunnel] as const)]),
    tunnelIds: { ...state.tunnelIds, ...Object.fromEntries(heirs.map(({ key, id }) => [key, id])) },
  };
}

function untouched(tunnel: Partial<Tunnel>, touched: readonly string[] = []): Partial<Tunnel> {
  return Object.fromEntries(Object.entries(tunnel).filter(([name]) => !touched.includes(name)));
}

interface Added {
  readonly key: string;
  readonly tunnel: Partial<Tunnel>;
  readonly id: string;
}

/** The tunnels that came since, and are what was declared; of two declarations of one tunnel the later counts. */
function added({ before, declared }: Trail, { tunnelIds }: State, seen: PresentGroup): readonly Added[] {
  const known = new Set([...before, ...Object.values(tunnelIds)]);
  const entries = declared.toReversed();
  return seen.tunnels
    .filter(({ id }) => !known.has(id))
    .flatMap((there) => {
      const index = entries.findIndex(([, tunnel]) => isSameTunnel(tunnel, there));
      const [[key, tunnel] = []] = index < 0 ? [] : entries.splice(index, 1);
      return key === undefined || tunnel === undefined ? [] : [{ key, tunnel, id: there.id }];
    });
}
