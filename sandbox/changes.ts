import type { AddedTunnel, CreateBody, UpdateBody } from "./bodies";
import type { StoredGroup, StoredNetwork, StoredTunnel } from "./model";
import type { Chance } from "./random";

/** A refusal as the service answers it. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

const MOST_TUNNELS = 8;

/** What the service has against the name of a group; it never says `tunnelName`. */
export function refuseName(name: string): Refusal | undefined {
  if (name.length > 15) return { status: 400, message: "interfaceName must be at most 15 characters" };
  return /^[A-Za-z0-9]{3,15}$/.test(name)
    ? undefined
    : { status: 422, message: "interfaceName must be 3 to 15 letters and digits" };
}

/** What the service has against the subnets and regions of a request. */
export function refusePlaces(
  network: StoredNetwork,
  subnets: readonly string[],
  tunnels: readonly { regionID: string }[],
): Refusal | undefined {
  const foreign = subnets.find((subnet) => subnet !== "0.0.0.0/0" && subnet !== network.subnet);
  if (foreign !== undefined)
    return { status: 409, message: `p81GatewaySubnets ${foreign} does not belong to the network` };
  const stranger = tunnels.find(({ regionID }) => !network.regions.some(({ id }) => id === regionID));
  return stranger && { status: 404, message: `Region with Id ${stranger.regionID} not found.` };
}

/** What the service has against the tunnels that a group would have. */
export function refuseTunnels(tunnels: readonly StoredTunnel[]): Refusal | undefined {
  if (tunnels.length > MOST_TUNNELS) return { status: 409, message: `a group has at most ${MOST_TUNNELS} tunnels` };
  const peers = tunnels.map(({ regionID, remotePublicIP, remoteID }) => [regionID, remotePublicIP, remoteID].join(" "));
  if (new Set(peers).size < peers.length) return { status: 409, message: "two tunnels have the same region and peer" };
  const inner = tunnels
    .flatMap(({ p81GWInternalIP, remoteGWInternalIP }) => [p81GWInternalIP, remoteGWInternalIP])
    .filter(Boolean);
  if (new Set(inner).size < inner.length) return { status: 409, message: "two tunnels have the same inner address" };
  return undefined;
}

/** A tunnel as a request adds it. */
export function storedTunnel(added: AddedTunnel, chance: Chance): StoredTunnel {
  return {
    routingType: "route",
    authType: added.passphrase === undefined ? "cert" : "psk",
    ...defined(added),
    id: chance.id("Tn"),
  };
}

/** The group that a create makes. */
export function createdGroup(id: string, networkId: string, body: CreateBody, tunnels: StoredTunnel[]): StoredGroup {
  const { leftASN: _, ...shared } = body.sharedSettings;
  return {
    id,
    networkId,
    tunnelName: body.tunnelName,
    description: body.description ?? "",
    sharedSettings: { peakBandwidth: 1000, ...defined(shared) },
    advancedSettings: body.advancedSettings,
    tunnels,
  };
}

/** The group after an update. With `share`, only that many of the changes to tunnels were carried out, and no settings. */
export function updatedGroup(
  group: StoredGroup,
  body: UpdateBody,
  added: readonly StoredTunnel[],
  share?: number,
): StoredGroup {
  const removed = (body.removeTunnels ?? []).slice(0, share);
  const updated = (body.updateTunnels ?? []).slice(
    0,
    share === undefined ? undefined : Math.max(0, share - removed.length),
  );
  const kept = share === undefined ? added : added.slice(0, Math.max(0, share - removed.length - updated.length));
  const tunnels = group.tunnels
    .filter(({ id }) => !removed.some((entry) => entry.id === id))
    .map((tunnel) => {
      const change = updated.find(({ id }) => id === tunnel.id);
      return change ? withChange(tunnel, change) : tunnel;
    });
  const next = { ...group, tunnels: [...tunnels, ...kept] };
  if (share !== undefined) return next;
  const { p81ASN: _, ...shared } = body.sharedSettings ?? {};
  const { phase1, phase2, ...advanced } = body.advancedSettings ?? {};
  const { advancedSettings } = group;
  return {
    ...next,
    tunnelName: body.tunnelName,
    description: body.description ?? group.description,
    sharedSettings: { ...group.sharedSettings, ...defined(shared) },
    advancedSettings: {
      ...advancedSettings,
      ...defined(advanced),
      phase1: { ...advancedSettings.phase1, ...defined(phase1 ?? {}) },
      phase2: { ...advancedSettings.phase2, ...defined(phase2 ?? {}) },
    },
  };
}

function withChange(tunnel: StoredTunnel, change: NonNullable<UpdateBody["updateTunnels"]>[number]): StoredTunnel {
  const next = { ...tunnel, ...defined(change) };
  if (change.authType === "cert") delete next.passphrase;
  if (change.authType === "psk") delete next.customerRootCA;
  return next;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
