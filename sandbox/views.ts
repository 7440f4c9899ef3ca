import type { Health, Region, StaticTunnel, StoredGroup, StoredNetwork, StoredTunnel } from "./model";
import { decoratedName } from "./model";
import type { Operation } from "./operations";
import type { Settings } from "./options";

/** How tunnels are shown. */
type Showing = Pick<
  Settings,
  "isPassphraseShown" | "maskedPassphrase" | "tunnelForm" | "dpdAction" | "placeholderAddress" | "emptyDescription"
>;

/**
 * A tunnel as every answer shows it: flat, with the group's settings at the top level, the name decorated, and without
 * `remoteASN`, `p81GWInternalIP`, `remoteGWInternalIP` and `p81ASN`.
 */
export function groupItem(group: StoredGroup, tunnel: StoredTunnel, showing: Showing): object {
  const { peakBandwidth, p81ASN: _, ...shared } = group.sharedSettings;
  return {
    id: tunnel.id,
    haTunnelID: group.id,
    tunnelName: decoratedName(group, tunnel),
    ...shownDescription(group.description, showing),
    ...farSide(tunnel, showing),
    ...group.advancedSettings,
    ...shared,
    ...formed(showing, true, peakBandwidth),
    ...tunnel.ownSettings,
  };
}

/** A static tunnel, shown like one of a group; what would be the group's id is its own. */
export function staticItem({ settings, ...tunnel }: StaticTunnel, showing: Showing): object {
  const { peakBandwidth, ...shared } = settings;
  return {
    id: tunnel.id,
    haTunnelID: tunnel.id,
    tunnelName: tunnel.tunnelName,
    ...shownDescription(tunnel.description, showing),
    ...farSide(tunnel, showing),
    ...shared,
    ...formed(showing, false, peakBandwidth),
  };
}

function shownDescription(description: string, { emptyDescription }: Showing): object {
  if (description !== "" || emptyDescription === "shown") return { description };
  return emptyDescription === "null" ? { description: null } : {};
}

function formed({ tunnelForm, dpdAction }: Showing, isHA: boolean, peakBandwidth: number | undefined): object {
  return { dpdAction, ...(tunnelForm === "live" ? { isHA, peakBandwidthMbps: peakBandwidth } : { peakBandwidth }) };
}

function farSide(tunnel: StoredTunnel | Omit<StaticTunnel, "settings">, showing: Showing): object {
  const {
    regionID,
    authType,
    routingType,
    remotePublicIP = showing.placeholderAddress,
    remoteID,
    customerRootCA,
  } = tunnel;
  return {
    regionID,
    authType,
    ...shownPassphrase(tunnel.passphrase, showing),
    ...(customerRootCA === undefined ? {} : { customerRootCA }),
    remotePublicIP,
    remoteID,
    routingType,
  };
}

function shownPassphrase(passphrase: string | undefined, { isPassphraseShown, maskedPassphrase }: Showing): object {
  return passphrase === undefined || !isPassphraseShown ? {} : { passphrase: maskedPassphrase ?? passphrase };
}

/** A network as it is read, in lists too. */
export function networkView({ id, name, subnet, asn, tenantId, createdAtMs }: StoredNetwork): object {
  return {
    id,
    name,
    subnet,
    dns: `${id.toLowerCase()}.sandbox.invalid`,
    accessType: "private",
    applications: [],
    tags: [],
    isDefault: false,
    tenantId,
    createdAt: new Date(createdAtMs).toISOString(),
    attributes: { splitTunneling: { enabled: false } },
    ...(asn === undefined ? {} : { asn }),
  };
}

/** A region of a network, with the public addresses of its gateways. */
export function regionView({ id, name, addresses }: Region, network: StoredNetwork): object {
  return {
    id,
    name,
    dns: `${id.toLowerCase()}.${network.id.toLowerCase()}.sandbox.invalid`,
    network: network.id,
    scaleUnits: 1,
    tenantId: network.tenantId,
    createdAt: new Date(network.createdAtMs).toISOString(),
    attributes: { runningMode: { idle: false }, edge: { addresses, globalIPs: [] } },
  };
}

/** The health of a tunnel; its id and region are not known before the first probe. */
export function healthItem(
  networkId: string,
  tunnelName: string,
  { id, regionID }: Pick<StoredTunnel, "id" | "regionID">,
  { isProbed, status }: { readonly isProbed: boolean; readonly status: Health },
): object {
  const known = isProbed ? { tunnelId: id, regionId: regionID } : {};
  return { type: "tunnel", meta: { networkId, tunnelName, ...known }, status };
}

/** An operation as its status shows it. */
export function statusView({ completed, result }: Operation): object {
  return { completed, ...(result === undefined ? {} : { result }) };
}
