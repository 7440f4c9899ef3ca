import type { AdvancedSettings, Features, SharedSettings, TunnelDetails } from "./contract/requests";

/** What a tunnel's probe has found. */
export type Health = "passing" | "critical" | "unknown";

/** A tunnel as the service stores it, the members included that no GET shows. */
export interface StoredTunnel extends TunnelDetails {
  readonly id: string;
  /** The `i` of the decorated name `<tunnelName>0<i>`. */
  readonly index: number;
  readonly authType: "psk" | "cert";
  readonly routingType: "route" | "policy";
  readonly createdAtMs: number;
  /** Settings that this tunnel shows in place of the group's, since somebody has set them by hand. */
  readonly ownSettings?: Readonly<Record<string, unknown>>;
  /** What probes find whatever stands at the other end, since an edit has said so. */
  readonly health?: Health;
}

/** A tunnel group as the service stores it. */
export interface StoredGroup {
  readonly id: string;
  readonly networkId: string;
  /** As sent, not decorated. */
  readonly tunnelName: string;
  readonly description: string;
  readonly sharedSettings: SharedSettings & { readonly peakBandwidth: number; readonly features: Features };
  readonly advancedSettings: AdvancedSettings;
  readonly tunnels: readonly StoredTunnel[];
  /** True if somebody has set values by hand that no request could send. */
  readonly isOutsideContract?: boolean;
  /** The highest number that a name of this group ever had. */
  readonly lastNumber: number;
}

/** A tunnel of another kind, which no dynamic group holds; its name is shown as it is. */
export interface StaticTunnel extends Omit<StoredTunnel, "index" | "remoteASN" | keyof InnerAddresses> {
  readonly tunnelName: string;
  readonly description: string;
  /** Nothing stands for its other end, so it is what an edit says. */
  readonly health: Health;
  readonly settings: AdvancedSettings & Required<Omit<SharedSettings, "p81ASN">>;
}

type InnerAddresses = Pick<TunnelDetails, "p81GWInternalIP" | "remoteGWInternalIP">;

/** A place where a network has gateways. */
export interface Region {
  readonly id: string;
  readonly name: string;
  /** The public addresses of its gateways. */
  readonly addresses: readonly string[];
}

/** A network of an account. */
export interface StoredNetwork {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly subnet: string;
  readonly regions: readonly Region[];
  readonly tenantId: string;
  readonly createdAtMs: number;
  readonly staticTunnels: readonly StaticTunnel[];
  /** The autonomous system number; set by the first group and never changed. */
  readonly asn?: number;
}

/** The name of a tunnel as every GET shows it. */
export function decoratedName(group: Pick<StoredGroup, "tunnelName">, tunnel: Pick<StoredTunnel, "index">): string {
  return `${group.tunnelName}0${tunnel.index}`;
}
