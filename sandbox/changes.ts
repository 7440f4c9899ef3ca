import type { CreateBody, Features, TunnelDetails, UpdateBody } from "./contract/requests";
import type { Chance } from "./ids";
import type { StoredGroup, StoredNetwork, StoredTunnel } from "./model";
import type { Settings } from "./options";
import { FEATURES } from "./staticTunnel";

/** How much of a write is carried out: the whole, nothing, or its first changes of tunnels. */
export type Extent = "all" | "none" | number;

/** What a change needs besides the group. */
export interface Circumstances {
  readonly chance: Chance;
  readonly nowMs: number;
  readonly rules: ChangeRules;
}

/** What nobody has measured of a change. */
export type ChangeRules = Numbering & Pick<Settings, "routingOf" | "unnamedSwitches">;

/** How decorated names are numbered. */
export type Numbering = Pick<Settings, "areNumbersCountedOn" | "areNumbersClosedUp">;

/** Values for some members; undefined leaves a member as it is. */
export type Changes<T> = { readonly [K in keyof T]?: T[K] | undefined };

type Step = (group: StoredGroup) => StoredGroup;

const off = { enabled: false };
const ALL_OFF: Features = { cloudSecurity: off, symmetricInnerMesh: off, DNSServices: { redirectToResolver: off } };

/** The group that a create makes; a part of it holds the first tunnels only. */
export function created(
  network: StoredNetwork,
  id: string,
  body: CreateBody,
  extent: Extent,
  how: Circumstances,
): StoredGroup {
  const { leftASN: _, peakBandwidth = 1000, features, ...shared } = body.sharedSettings;
  const empty: StoredGroup = {
    id,
    networkId: network.id,
    tunnelName: body.tunnelName,
    description: body.description ?? "",
    sharedSettings: { ...shared, peakBandwidth, features: { ...FEATURES, ...given(features) } },
    advancedSettings: body.advancedSettings,
    tunnels: [],
    lastNumber: 0,
  };
  return carriedOut(
    empty,
    body.tunnels.map((tunnel) => addition(tunnel, how)),
    extent,
  );
}

/** The group that an update leaves: removals first, then changes, then additions; a part leaves the settings alone. */
export function updated(group: StoredGroup, body: UpdateBody, extent: Extent, how: Circumstances): StoredGroup {
  const steps: Step[] = [
    ...(body.removeTunnels ?? []).map(({ id }) => removal(id, how.rules)),
    ...(body.updateTunnels ?? []).map((change) => alteration(change, how.rules)),
    ...(body.addTunnels ?? []).map((tunnel) => addition(tunnel, how)),
  ];
  const changed = carriedOut(group, steps, extent);
  return extent === "all" ? withSettings(routed(body.routingType, changed), body, how.rules) : changed;
}

/** What a delete leaves of a group: nothing, or the tunnels that it did not come to. */
export function deleted(group: StoredGroup, extent: Extent, { rules }: Circumstances): StoredGroup | undefined {
  if (extent === "all") return undefined;
  return carriedOut(
    group,
    group.tunnels.map(({ id }) => removal(id, rules)),
    extent,
  );
}

function carriedOut(group: StoredGroup, steps: readonly Step[], extent: Extent): StoredGroup {
  const count = extent === "all" ? steps.length : extent === "none" ? 0 : extent;
  return steps.slice(0, count).reduce((result, step) => step(result), group);
}

function removal(id: string, numbering: Numbering): Step {
  return (group) => withoutTunnel(group, id, numbering);
}

/** A group without one of its tunnels. */
export function withoutTunnel(group: StoredGroup, id: string, { areNumbersClosedUp }: Numbering): StoredGroup {
  const rest = group.tunnels.filter((tunnel) => tunnel.id !== id);
  return { ...group, tunnels: areNumbersClosedUp ? rest.map((tunnel, at) => ({ ...tunnel, index: at + 1 })) : rest };
}

function alteration(
  { id, ...change }: NonNullable<UpdateBody["updateTunnels"]>[number],
  { routingOf }: ChangeRules,
): Step {
  return (group) =>
    routed(routingOf === "group" ? change.routingType : undefined, {
      ...group,
      tunnels: group.tunnels.map((tunnel) => (tunnel.id === id ? altered(tunnel, change) : tunnel)),
    });
}

/** A tunnel with other values; the credential of a kind that is no more goes. */
export function altered(tunnel: StoredTunnel, change: Changes<StoredTunnel>): StoredTunnel {
  const { passphrase, customerRootCA, ...rest } = { ...tunnel, ...given(change) };
  return rest.authType === "psk"
    ? { ...rest, ...(passphrase === undefined ? {} : { passphrase }) }
    : { ...rest, ...(customerRootCA === undefined ? {} : { customerRootCA }) };
}

function addition(details: TunnelDetails, { chance, nowMs, rules }: Circumstances): Step {
  return (group) => {
    const ofGroup = rules.routingOf === "group" ? group.tunnels[0]?.routingType : undefined;
    const tunnel: StoredTunnel = {
      ...details,
      authType: details.authType ?? "psk",
      routingType: details.routingType ?? ofGroup ?? "route",
      id: chance.id("Tn"),
      index: nextNumber(group, rules),
      createdAtMs: nowMs,
    };
    return routed(rules.routingOf === "group" ? details.routingType : undefined, withTunnel(group, tunnel));
  };
}

/** A routing of the group turns all of its tunnels. */
function routed(routingType: StoredTunnel["routingType"] | undefined, group: StoredGroup): StoredGroup {
  if (routingType === undefined) return group;
  return { ...group, tunnels: group.tunnels.map((tunnel) => ({ ...tunnel, routingType })) };
}

/** A group with one tunnel more. */
export function withTunnel(group: StoredGroup, tunnel: StoredTunnel): StoredGroup {
  return { ...group, tunnels: [...group.tunnels, tunnel], lastNumber: Math.max(group.lastNumber, tunnel.index) };
}

/** The number in the name of the tunnel that is added next. */
export function nextNumber({ tunnels, lastNumber }: StoredGroup, { areNumbersCountedOn }: Numbering): number {
  if (areNumbersCountedOn) return lastNumber + 1;
  const used = new Set(tunnels.map(({ index }) => index));
  let index = 1;
  while (used.has(index)) index += 1;
  return index;
}

function withSettings(group: StoredGroup, body: UpdateBody, { unnamedSwitches }: ChangeRules): StoredGroup {
  const { phase1, phase2, ...advanced } = body.advancedSettings ?? {};
  const { features: switches, ...shared } = body.sharedSettings ?? {};
  const unnamed = switches !== undefined && unnamedSwitches === "off" ? ALL_OFF : group.sharedSettings.features;
  const features = { ...unnamed, ...given(switches ?? {}) };
  const present = group.advancedSettings;
  const sent = [...Object.keys(body.advancedSettings ?? {}), ...Object.keys(body.sharedSettings ?? {}), "description"];
  return {
    ...group,
    tunnels: group.tunnels.map((tunnel) => withoutOwn(tunnel, sent)),
    tunnelName: body.tunnelName,
    description: body.description ?? group.description,
    sharedSettings: { ...group.sharedSettings, ...given(shared), features },
    advancedSettings: {
      ...present,
      ...given(advanced),
      phase1: { ...present.phase1, ...given(phase1 ?? {}) },
      phase2: { ...present.phase2, ...given(phase2 ?? {}) },
    },
  };
}

/** A tunnel without the settings of its own that a request has set for all. */
function withoutOwn({ ownSettings, ...tunnel }: StoredTunnel, sent: readonly string[]): StoredTunnel {
  const left = Object.entries(ownSettings ?? {}).filter(([name]) => !sent.includes(name.replace(/Mbps$/, "")));
  return left.length === 0 ? tunnel : { ...tunnel, ownSettings: Object.fromEntries(left) };
}

/** The members that hold a value. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
