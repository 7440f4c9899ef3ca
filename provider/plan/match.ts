import { ownValue } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { shownAt, type WithForeign } from "../model/foreign";
import type { PresentTunnel } from "../model/present";
import { IDENTITY } from "../model/schema";
import { isUnknown } from "../model/unknowns";
import { PlanError } from "./error";

/** The declared tunnels that exist, by key, with the tunnel that each of them is. */
export type Matches = ReadonlyMap<string, PresentTunnel>;

/**
 * Finds out which tunnel of the group each declared one is: by its id where that tunnel still exists, else by the
 * identity that the user gave, among all tunnels that no id has matched.
 * @param hasDefaults whether an identifier that is the address may be a default, and not what the user gave
 * @throws PlanError when a declared tunnel could be two of the group's, or two declared ones could be the same
 */
export function match(
  declared: Readonly<Record<string, Partial<Tunnel>>>,
  present: readonly PresentTunnel[],
  ids: Readonly<Record<string, string>>,
  hasDefaults: boolean,
): Matches {
  const byId = new Map(present.map((tunnel) => [tunnel.id, tunnel]));
  const matches = new Map<string, PresentTunnel>();
  for (const key of Object.keys(declared)) {
    const known = byId.get(ownValue(ids, key) ?? "");
    if (known !== undefined) {
      matches.set(key, known);
      byId.delete(known.id);
    }
  }
  for (const isSame of identitiesFor(hasDefaults)) {
    for (const { id } of matches.values()) byId.delete(id);
    matchByIdentity(matches, declared, [...byId.values()], isSame);
  }
  return matches;
}

function matchByIdentity(
  matches: Map<string, PresentTunnel>,
  declared: Readonly<Record<string, Partial<Tunnel>>>,
  unclaimed: readonly PresentTunnel[],
  isSame: (tunnel: Partial<Tunnel>, candidate: PresentTunnel) => boolean,
): void {
  for (const [key, tunnel] of Object.entries(declared)) {
    if (matches.has(key)) continue;
    const candidates = unclaimed.filter((candidate) => isSame(tunnel, candidate));
    if (candidates.length > 1) throw new PlanError(ambiguity(key, candidates));
    const [candidate] = candidates;
    if (candidate === undefined) continue;
    const rival = [...matches].find(([, { id }]) => id === candidate.id);
    if (rival) throw new PlanError(rivalry(rival[0], key, candidate));
    matches.set(key, candidate);
  }
}

/** Tests of whether a tunnel has the identity that the user gave, the stricter first. */
export function identitiesFor(hasDefaults: boolean): readonly (typeof isSameTunnel)[] {
  return hasDefaults ? [isSameTunnel, isSameButForDefault] : [isSameTunnel];
}

/** Whether `candidate` has every identifying member that `declared` gives. */
export function isSameTunnel(declared: Partial<Tunnel>, candidate: Partial<Tunnel> & WithForeign): boolean {
  const isThere = declared.regionID !== undefined && declared.regionID === candidate.regionID;
  return (
    isThere &&
    IDENTITY.every((name) => {
      const shown = shownAt(candidate, [name]);
      return declared[name] === undefined || shown === undefined || declared[name] === shown;
    })
  );
}

/** As {@link isSameTunnel}, where an identifier that is the address may be the default: it identifies no tunnel by itself. */
function isSameButForDefault(declared: Partial<Tunnel>, candidate: Partial<Tunnel> & WithForeign): boolean {
  const { remoteID, ...rest } = declared;
  return isSameTunnel(remoteID === declared.remotePublicIP ? rest : declared, candidate);
}

/** Whether it cannot be told yet which tunnel of the group a declared one is. */
export function isUndecided(tunnel: Partial<Tunnel>): boolean {
  return isUnknown(tunnel) || IDENTITY.some((name) => isUnknown(tunnel[name]));
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
