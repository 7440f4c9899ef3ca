import { isDeepStrictEqual } from "node:util";
import type { Peer } from "../contract/requests";
import type { Health, StoredGroup, StoredTunnel } from "../model";
import type { Settings } from "../options";
import { Refusal } from "../refusal";
import { type Downtime, downtimeOf } from "./downtime";
import { type GatewayEnd, gatewayEnd, type Match, matchOf } from "./ends";
import { foundAt, lastProbe } from "./probes";
import { born, type Durations, ended, peerChanged, toldUntil, touched, type Wire } from "./wire";

/** What is known of a tunnel's health. */
export interface Found {
  readonly isProbed: boolean;
  readonly status: Health;
}

/** What stands at the far ends of tunnels, and whether packets can flow. */
export interface Tunnelling {
  /** Follows what a group has become: its tunnels come, go or are touched. */
  follow(before: StoredGroup | undefined, after: StoredGroup | undefined, atMs: number): void;
  /** What the last probe of a tunnel has found, if there was one. */
  healthOf(tunnel: Pick<StoredTunnel, "id" | "createdAtMs" | "health">): Found;
  /** See {@link Downtime}; of what was before `sinceMs` nothing counts. */
  downtime(groupId: string, sinceMs?: number): Downtime;
  /** Puts a router at the far end of a tunnel, or changes it; its name is the caller's. */
  setPeer(name: string, peer: Peer): void;
  /** @throws Refusal 404 when there is none of that name */
  restartPeer(name: string): void;
  /** @throws Refusal 404 when there is none of that name */
  forgetPeer(name: string): void;
  peers(): Readonly<Record<string, Peer>>;
}

/** What health is worked out with. */
export interface TunnellingSettings extends Pick<Settings, "negotiationMs" | "probeEveryMs" | "arePeersFollowing"> {
  readonly now: () => number;
  /** The ASN of a network. */
  readonly asnOf: (networkId: string) => number | undefined;
}

interface Line {
  readonly groupId: string;
  readonly end: GatewayEnd;
  readonly wire: Wire;
}

/** Creates the far side of a service; nothing stands there yet. */
export function createTunnelling(settings: TunnellingSettings): Tunnelling {
  const { now, asnOf, negotiationMs, probeEveryMs, arePeersFollowing } = settings;
  const peers = new Map<string, Peer>();
  /** By the tunnel's id; those that are no more too. */
  const lines = new Map<string, Line>();

  const match = (end: GatewayEnd): Match =>
    arePeersFollowing ? { isAgreed: true, isKept: true } : matchOf(end, peers.values());
  const durationsOf = ({ ikeLifeTime }: GatewayEnd): Durations => ({ negotiationMs, lifetimeMs: msOf(ikeLifeTime) });
  const told = (wire: Wire) => (wire.endedAtMs === undefined ? toldUntil(wire, now()) : wire);

  function followTunnel(group: StoredGroup, tunnel: StoredTunnel, atMs: number): void {
    const end = gatewayEnd(group, tunnel, asnOf(group.networkId));
    const line = lines.get(tunnel.id);
    if (line !== undefined && isDeepStrictEqual(line.end, end)) return;
    const wire =
      line === undefined
        ? born(atMs, match(end), durationsOf(end))
        : touched(line.wire, atMs, match(end), durationsOf(end));
    lines.set(tunnel.id, { groupId: group.id, end, wire });
  }
  function removeLine(id: string, atMs: number): void {
    const line = lines.get(id);
    if (line !== undefined) lines.set(id, { ...line, wire: ended(line.wire, atMs) });
  }
  /** Tells the tunnels at which one of these peers stands what has become of it. */
  function tell(concerned: readonly Peer[], step: (wire: Wire, match: Match) => Wire): void {
    for (const [id, line] of lines) {
      const isMeant = line.wire.endedAtMs === undefined && concerned.some((peer) => standsAt(peer, line.end));
      if (isMeant) lines.set(id, { ...line, wire: step(line.wire, match(line.end)) });
    }
  }
  const change = (concerned: readonly Peer[]) => tell(concerned, (wire, next) => peerChanged(wire, now(), next));
  function peerNamed(name: string): Peer {
    const peer = peers.get(name);
    if (peer === undefined) throw new Refusal(404, `Peer ${name} not found.`);
    return peer;
  }

  return {
    follow: (before, after, atMs) => {
      const left = new Set(after?.tunnels.map(({ id }) => id));
      for (const { id } of before?.tunnels ?? []) if (!left.has(id)) removeLine(id, atMs);
      for (const tunnel of after?.tunnels ?? []) followTunnel(after as StoredGroup, tunnel, atMs);
    },
    healthOf: ({ id, createdAtMs, health }) => {
      const wire = lines.get(id)?.wire;
      const atMs = lastProbe(wire?.bornAtMs ?? createdAtMs, now(), probeEveryMs);
      if (atMs === undefined) return { isProbed: false, status: "unknown" };
      return { isProbed: true, status: health ?? (wire === undefined ? "critical" : foundAt(told(wire), atMs)) };
    },
    downtime: (groupId, sinceMs) => {
      const named = [...lines].filter(([, line]) => line.groupId === groupId);
      const wires = named.map(
        ([
          tunnelId,
          {
            end: { remotePublicIP },
            wire,
          },
        ]) => ({ tunnelId, remotePublicIP, wire: told(wire) }),
      );
      return downtimeOf(wires, now(), sinceMs);
    },
    setPeer: (name, given) => {
      const before = peers.get(name);
      peers.set(name, given);
      change(before === undefined ? [given] : [before, given]);
    },
    restartPeer: (name) => tell([peerNamed(name)], (wire, next) => touched(wire, now(), next)),
    forgetPeer: (name) => {
      const before = peerNamed(name);
      peers.delete(name);
      change([before]);
    },
    peers: () => Object.fromEntries(peers),
  };
}

function standsAt({ regionID, remotePublicIP }: Peer, end: GatewayEnd): boolean {
  return regionID === end.regionID && remotePublicIP === end.remotePublicIP;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A time with its unit, such as `8h`. */
function msOf(text: string): number {
  return Number.parseInt(text, 10) * (UNITS[text.at(-1) ?? ""] ?? Number.NaN);
}
