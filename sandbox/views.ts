import type { StoredGroup, StoredNetwork, StoredTunnel } from "./model";
import { decoratedName } from "./model";
import type { Operation } from "./operations";

/**
 * A tunnel as reading its group shows it: flat, with the group's settings at the top level, the name decorated,
 * and without `remoteASN`, `p81GWInternalIP` and `remoteGWInternalIP`.
 */
export function groupItem(group: StoredGroup, tunnel: StoredTunnel, echoPassphrase: boolean): object {
  const { remoteASN, p81GWInternalIP, remoteGWInternalIP, passphrase, index, createdAtMs, health, ...shown } = tunnel;
  const { peakBandwidth, ...shared } = group.sharedSettings;
  return {
    ...shown,
    ...(echoPassphrase && passphrase !== undefined ? { passphrase } : {}),
    haTunnelID: group.id,
    networkID: group.networkId,
    type: "ipsec",
    tunnelName: decoratedName(group, tunnel),
    description: group.description,
    ...group.advancedSettings,
    ...shared,
    peakBandwidthMbps: peakBandwidth,
  };
}

/** A tunnel as its network's list shows it. */
export function listedTunnel(group: StoredGroup, tunnel: StoredTunnel): object {
  return {
    id: tunnel.id,
    name: decoratedName(group, tunnel),
    type: "ipsec",
    haTunnelID: group.id,
    regionID: tunnel.regionID,
    remotePublicIP: tunnel.remotePublicIP,
  };
}

/** A network as it is read. */
export function networkView({ id, name, subnet, regions }: StoredNetwork): object {
  return { id, name, subnet, regions };
}

/** The health of a tunnel; its id and region are not known before the first probe. */
export function healthItem(group: StoredGroup, tunnel: StoredTunnel, isProbed: boolean): object {
  const { networkId } = group;
  const known = isProbed ? { tunnelId: tunnel.id, regionId: tunnel.regionID } : {};
  const meta = { networkId, tunnelName: decoratedName(group, tunnel), ...known };
  return { type: "tunnel", meta, status: isProbed ? tunnel.health : "unknown" };
}

/** An operation as its status shows it. */
export function statusView({ completed, result }: Operation): object {
  return { completed, ...(result === undefined ? {} : { result }) };
}
