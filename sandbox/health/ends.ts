import type { AdvancedSettings, Peer } from "../contract/requests";
import type { StoredGroup, StoredTunnel } from "../model";

/** What the service's end of a tunnel brings into a negotiation: its own members, the group's parameters, the network's ASN. */
export interface GatewayEnd extends Omit<StoredTunnel, "id" | "index" | "createdAtMs" | "health">, AdvancedSettings {
  readonly leftASN: number | undefined;
}

/** How the service's end of a tunnel and what stands at the other end fit each other. */
export interface Match {
  /** They would bring the tunnel up. */
  readonly isAgreed: boolean;
  /** They fit in all but the credential, so that a tunnel that is up stays so until it has to authenticate. */
  readonly isKept: boolean;
}

/** The service's end of a tunnel. */
export function gatewayEnd(
  { advancedSettings }: StoredGroup,
  { id: _, index: __, createdAtMs: ___, health: ____, ...tunnel }: StoredTunnel,
  leftASN: number | undefined,
): GatewayEnd {
  return { ...tunnel, ...advancedSettings, leftASN };
}

/** How an end fits the peers that there are. */
export function matchOf(end: GatewayEnd, peers: Iterable<Peer>): Match {
  const fitting = [...peers].filter((peer) => fits(end, peer));
  return { isKept: fitting.length > 0, isAgreed: fitting.some((peer) => hasCredential(end, peer)) };
}

/** What a peer leaves open suits every gateway; of algorithms each list needs one that both have. */
function fits(end: GatewayEnd, peer: Peer): boolean {
  return (
    peer.regionID === end.regionID &&
    peer.remotePublicIP === end.remotePublicIP &&
    (peer.remoteID ?? peer.remotePublicIP) === end.remoteID &&
    peer.remoteASN === end.remoteASN &&
    peer.p81GWInternalIP === end.p81GWInternalIP &&
    peer.remoteGWInternalIP === end.remoteGWInternalIP &&
    (peer.leftASN ?? end.leftASN) === end.leftASN &&
    (peer.keyExchange ?? end.keyExchange) === end.keyExchange &&
    haveCommon(peer.phase1 ?? end.phase1, end.phase1) &&
    haveCommon(peer.phase2 ?? end.phase2, end.phase2)
  );
}

function hasCredential({ authType, passphrase, customerRootCA }: GatewayEnd, peer: Peer): boolean {
  return authType === "psk" ? peer.passphrase === passphrase : peer.customerRootCA === customerRootCA;
}

type Phase = AdvancedSettings["phase1"];

function haveCommon(one: Phase, other: Phase): boolean {
  return (["auth", "encryption", "keyExchangeMethod"] as const).every(
    (list) => one[list].length + other[list].length === 0 || one[list].some((name) => other[list].includes(name)),
  );
}
