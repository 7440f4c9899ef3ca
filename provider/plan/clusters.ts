import type { Tunnel } from "../model/fields";
import { isUnknown } from "../model/unknowns";
import type { TunnelPlan } from "./plan";

/** Tunnels that have to change in one request, since each of them takes a place that another one has. */
export type Cluster = readonly TunnelPlan[];

/**
 * Changes in an order in which none takes a place that a later one still has: the service refuses two tunnels of a group with the
 * same ends, or with one inner address. As few as can be go together, in the order that was given otherwise.
 */
export function clustersOf(changes: readonly TunnelPlan[]): readonly Cluster[] {
  if (changes.length === 0) return [];
  const closures = changes.map((each) => closureOf(each, changes));
  const [smallest] = closures.toSorted((a, b) => a.size - b.size);
  const cluster = changes.filter((each) => smallest?.has(each));
  return [cluster, ...clustersOf(changes.filter((each) => !cluster.includes(each)))];
}

/** A change with all that have to come before it, or with it. */
function closureOf(change: TunnelPlan, changes: readonly TunnelPlan[]): ReadonlySet<TunnelPlan> {
  const found = new Set([change]);
  for (const each of found)
    for (const other of changes) if (other !== each && takesPlaceOf(each, other)) found.add(other);
  return found;
}

/** Whether a tunnel is to be where another one is before it changes. */
export function takesPlaceOf(change: TunnelPlan, other: TunnelPlan): boolean {
  const held = new Set(placesOf(other.present));
  return placesOf({ ...change.present, ...change.declared }).some((place) => held.has(place));
}

function placesOf(tunnel: Partial<Tunnel> | undefined): readonly string[] {
  if (tunnel === undefined || isUnknown(tunnel)) return [];
  const { regionID, remotePublicIP, remoteID = remotePublicIP, p81GWInternalIP, remoteGWInternalIP } = tunnel;
  const ends = [regionID, remotePublicIP, remoteID];
  const inner = [p81GWInternalIP, remoteGWInternalIP].filter((address) => address !== undefined && !isUnknown(address));
  return [
    ...(ends.some((each) => each === undefined || isUnknown(each)) ? [] : [ends.join(" ")]),
    ...(inner as string[]),
  ];
}
