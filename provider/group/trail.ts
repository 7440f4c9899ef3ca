import type { Tunnel } from "../api/fields";
import type { PresentGroup, UpdateBody } from "../api/wire";
import { isSameTunnel } from "./claims";
import type { State } from "./state";

/** What a run is about to change of a group's tunnels, without a credential: by it the next knows the run's work as ours. */
export interface Trail {
  /** The tunnels that were there before, by id. */
  readonly before: readonly string[];
  /** Every tunnel that was declared, with its key. */
  readonly declared: readonly (readonly [key: string, tunnel: Partial<Tunnel>])[];
  /** By tunnel id, the members that were sent to change. */
  readonly touched: Readonly<Record<string, readonly string[]>>;
}

/** The trail that a request leaves. */
export function trailOf(
  declared: Readonly<Record<string, Partial<Tunnel>>>,
  before: PresentGroup,
  { updateTunnels = [] }: UpdateBody,
): Trail {
  return {
    before: before.tunnels.map(({ id }) => id),
    declared: Object.entries(declared).map(([key, tunnel]) => [key, withoutCredentials(tunnel)]),
    touched: Object.fromEntries(
      updateTunnels.map(({ id, ...members }) => [id, Object.keys(members).filter((name) => name !== "authType")]),
    ),
  };
}

function withoutCredentials({ passphrase: _, customerRootCA: __, authType: ___, ...rest }: Partial<Tunnel>) {
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

/**
 * State as it would be had the interrupted run been able to write it: the tunnels that it added are known, and what it
 * may have changed of others is not.
 */
export function inherited(state: State, trail: Trail | undefined, seen: PresentGroup): State {
  if (trail === undefined) return state;
  const tunnels = Object.fromEntries(
    Object.entries(state.tunnels).map(([key, tunnel]) => [
      key,
      untouched(tunnel, trail.touched[state.tunnelIds[key] ?? ""]),
    ]),
  );
  const heirs = { tunnels, tunnelIds: { ...state.tunnelIds } };
  const present = new Set(seen.tunnels.map(({ id }) => id));
  const known = new Set([...trail.before, ...Object.values(state.tunnelIds)]);
  const fresh = new Map(seen.tunnels.filter(({ id }) => !known.has(id)).map((tunnel) => [tunnel.id, tunnel]));
  for (const [key, tunnel] of trail.declared.toReversed()) {
    const found = [...fresh.values()].find((candidate) => isSameTunnel(tunnel, candidate));
    if (found === undefined) continue;
    fresh.delete(found.id);
    const isFree = !Object.hasOwn(heirs.tunnelIds, key) || !present.has(heirs.tunnelIds[key] ?? "");
    // A key that cannot be a user's: the tunnel is nobody's but the interrupted run's.
    const name = isFree ? key : `${key} (${found.id})`;
    heirs.tunnels[name] = tunnel;
    heirs.tunnelIds[name] = found.id;
  }
  return { ...state, ...heirs };
}

function untouched(tunnel: Partial<Tunnel>, touched: readonly string[] = []): Partial<Tunnel> {
  return Object.fromEntries(Object.entries(tunnel).filter(([name]) => !touched.includes(name)));
}
