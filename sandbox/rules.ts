import type { UpdateBody } from "./contract/requests";
import type { StoredGroup, StoredNetwork } from "./model";
import type { EmptiedGroup, RoutingOf, Settings } from "./options";
import { Refusal } from "./refusal";

const EVERYWHERE = "0.0.0.0/0";

/** Refuses a request whose parts contradict each other. */
export function checkUpdate(
  group: StoredGroup,
  { addTunnels, updateTunnels, removeTunnels, routingType }: UpdateBody,
  routingOf: RoutingOf,
): void {
  const named = [...(removeTunnels ?? []), ...(updateTunnels ?? [])].map(({ id }) => id);
  const twice = named.find((id, at) => named.indexOf(id) !== at);
  if (twice !== undefined) throw invalid(`Tunnel with Id ${twice} is named more than once`);
  const missing = named.find((id) => !group.tunnels.some((tunnel) => tunnel.id === id));
  if (missing !== undefined) throw new Refusal(404, `Tunnel with Id ${missing} not found.`);
  checkRouting([{ routingType }, ...(addTunnels ?? []), ...(updateTunnels ?? [])], routingOf);
}

/** Where routing belongs to the whole group, one request can't name two kinds. */
export function checkRouting(
  tunnels: readonly { readonly routingType?: string | undefined }[],
  routingOf: RoutingOf,
): void {
  if (routingOf === "tunnel") return;
  const kinds = new Set(tunnels.flatMap(({ routingType }) => routingType ?? []));
  if (kinds.size > 1) throw invalid("routingType must be the same for all tunnels of a group");
}

/** What a network holds besides a group, and how much a group may hold. */
export interface Bounds extends Pick<Settings, "mostTunnels" | "areClashesRefused" | "unknownRegionStatus"> {
  /** Names that no group may have. */
  readonly takenNames: readonly string[];
}

/** Refuses a group that the service would not hold in this network. */
export function checkGroup(network: StoredNetwork, group: StoredGroup, bounds: Bounds): void {
  const { tunnels, sharedSettings } = group;
  const { mostTunnels, areClashesRefused, unknownRegionStatus, takenNames } = bounds;
  if (takenNames.includes(group.tunnelName)) throw conflict(`There is a tunnel group ${group.tunnelName} already`);
  if (tunnels.length > mostTunnels) throw conflict(`A group holds at most ${mostTunnels} tunnels`);
  const elsewhere = tunnels.find(({ regionID }) => !network.regions.some(({ id }) => id === regionID));
  if (elsewhere) {
    const text = `Region with Id ${elsewhere.regionID} not found in network ${network.id}.`;
    throw new Refusal(unknownRegionStatus, text);
  }
  const foreign = sharedSettings.p81GatewaySubnets.find((subnet) => subnet !== EVERYWHERE && subnet !== network.subnet);
  if (foreign) throw conflict(`p81GatewaySubnets: ${foreign} is not the network's subnet ${network.subnet}`);
  checkAutonomousSystem(network, sharedSettings.p81ASN);
  if (areClashesRefused) checkClashes(group);
}

/** Refuses to leave a group without tunnels, where it is set up so. */
export function checkEmptied({ id }: StoredGroup, emptiedGroup: EmptiedGroup): void {
  if (emptiedGroup === "refused") throw conflict(`The last tunnel of group ${id} cannot be removed`);
}

/** The number of a network's autonomous system can't change once it is set. */
export function checkAutonomousSystem(network: StoredNetwork, wanted: number | undefined): void {
  if (wanted !== undefined && network.asn !== undefined && wanted !== network.asn) {
    throw conflict(`The ASN of network ${network.id} is ${network.asn} and cannot be changed`);
  }
}

function checkClashes({ tunnels }: StoredGroup): void {
  const ends = tunnels.map(({ regionID, remotePublicIP, remoteID }) => [regionID, remotePublicIP, remoteID].join(" "));
  const end = repeated(ends);
  if (end !== undefined) throw conflict(`Two tunnels of the group have the same region, address and remoteID: ${end}`);
  const inner = tunnels.flatMap(({ p81GWInternalIP, remoteGWInternalIP }) => [
    p81GWInternalIP ?? [],
    remoteGWInternalIP ?? [],
  ]);
  const address = repeated(inner.flat());
  if (address !== undefined) throw conflict(`The inner address ${address} is used twice in the group`);
}

function repeated(texts: readonly string[]): string | undefined {
  return texts.find((text, at) => texts.indexOf(text) !== at);
}

function invalid(complaint: string): Refusal {
  return new Refusal(400, "Bad Request", [complaint]);
}

function conflict(message: string): Refusal {
  return new Refusal(409, message);
}
