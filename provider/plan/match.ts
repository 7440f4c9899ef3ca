import { PlanError } from "../converge/errors";
import type { Tunnel } from "../model/fields";
import { IDENTITY } from "../model/schema";
import type { PresentTunnel } from "../service/wire";

/** The declared tunnels that exist, by key, with the tunnel that each of them is. */
export type Claims = ReadonlyMap<string, PresentTunnel>;

/**
 * Finds out which tunnel of the group each declared one is: by the id in state where that tunnel still exists, else by
 * the identity that the user gave, among all tunnels that no id has claimed.
 * @throws PlanError when a declared tunnel could be two of the group's, or two declared ones could be the same
 */
export function claim(
  desired: Readonly<Record<string, Partial<Tunnel>>>,
  present: readonly PresentTunnel[],
  ids: Readonly<Record<string, string>>,
): Claims {
  const byId = new Map(present.map((tunnel) => [tunnel.id, tunnel]));
  const claims = new Map<string, PresentTunnel>();
  for (const key of Object.keys(desired)) {
    const known = Object.hasOwn(ids, key) ? byId.get(ids[key] as string) : undefined;
    if (known !== undefined) {
      claims.set(key, known);
      byId.delete(known.id);
    }
  }
  for (const [key, tunnel] of Object.entries(desired)) {
    if (claims.has(key)) continue;
    const candidates = [...byId.values()].filter((candidate) => isSameTunnel(tunnel, candidate));
    if (candidates.length > 1) throw new PlanError(ambiguity(key, candidates));
    const [candidate] = candidates;
    if (candidate === undefined) continue;
    const rival = [...claims].find(([, { id }]) => id === candidate.id);
    if (rival) throw new PlanError(rivalry(rival[0], key, candidate));
    claims.set(key, candidate);
  }
  return claims;
}

/** Whether `candidate` has every identifying member that `declared` gives. */
export function isSameTunnel(declared: Partial<Tunnel>, candidate: Partial<Tunnel>): boolean {
  const hasMember = declared.regionID !== undefined && declared.regionID === candidate.regionID;
  return (
    hasMember &&
    IDENTITY.every(
      (name) => declared[name] === undefined || candidate[name] === undefined || declared[name] === candidate[name],
    )
  );
}

/** How messages name a tunnel that no key names. */
export function inWords(tunnel: PresentTunnel): string {
  return `${tunnel.id} (${tunnel.regionID ?? "unknown region"} ${tunnel.remotePublicIP ?? "unknown address"})`;
}

function ambiguity(key: string, candidates: readonly PresentTunnel[]): string {
  return `tunnels.${key} could be any of the tunnels ${candidates.map(inWords).join(", ")}: give it remotePublicIP or remoteID to tell them apart.`;
}

function rivalry(first: string, second: string, candidate: PresentTunnel): string {
  return `tunnels.${first} and tunnels.${second} could both be the tunnel ${inWords(candidate)}: give each a remoteID of its own.`;
}
