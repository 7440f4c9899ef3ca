import type * as pulumi from "@pulumi/pulumi";
import type { AdvancedSettingsArgs, SharedSettingsArgs } from "../args";

/** Arguments of a lookup, where they may be outputs of resources. */
type Inputs<Args> = { [Name in keyof Args]: pulumi.Input<Args[Name]> };

/** Whose account a lookup asks. `InvokeOptions` of the SDK will do. */
export interface LookupOptions {
  /** The account, as a `Provider` of this package. @default that of `parent`, else the stack's configuration and the environment */
  provider?: pulumi.ProviderResource;
  /** The resource whose provider is taken, as in a component. */
  parent?: pulumi.Resource;
}

/** Which network: exactly one of the two. */
export interface GetNetworkArgs {
  /** The network's name, letter for letter. */
  name?: string;
  /** The network's id. */
  id?: string;
}

/** Whose regions. */
export interface GetRegionsArgs {
  /** The id of the network. */
  networkId: string;
}

/** Which region. */
export interface GetRegionArgs {
  /** The id of the network. */
  networkId: string;
  /** The region's name, letter for letter. */
  name: string;
}

/** Whose tunnel groups. */
export interface GetTunnelGroupsArgs {
  /** The id of the network. */
  networkId: string;
}

/** Which tunnel group: exactly one of `name` and `id`. */
export interface GetTunnelGroupArgs {
  /** The id of the network. */
  networkId: string;
  /** The group's name, as `tunnelName` of a `DynamicTunnelGroup`. A group that has no tunnel is found by its id only. */
  name?: string;
  /** The group's id, as `dynamicTunnelId` of a `DynamicTunnelGroup`. */
  id?: string;
  /** Whether `passphrases` are wanted. @default false */
  includePassphrases?: boolean;
}

/** Whose tunnels' health. */
export interface GetTunnelHealthArgs {
  /** The id of the network. */
  networkId: string;
}

/** As {@link GetNetworkArgs}, of outputs. */
export type GetNetworkOutputArgs = Inputs<GetNetworkArgs>;
/** As {@link GetRegionsArgs}, of outputs. */
export type GetRegionsOutputArgs = Inputs<GetRegionsArgs>;
/** As {@link GetRegionArgs}, of outputs. */
export type GetRegionOutputArgs = Inputs<GetRegionArgs>;
/** As {@link GetTunnelGroupsArgs}, of outputs. */
export type GetTunnelGroupsOutputArgs = Inputs<GetTunnelGroupsArgs>;
/** As {@link GetTunnelGroupArgs}, of outputs. */
export type GetTunnelGroupOutputArgs = Inputs<GetTunnelGroupArgs>;
/** As {@link GetTunnelHealthArgs}, of outputs. */
export type GetTunnelHealthOutputArgs = Inputs<GetTunnelHealthArgs>;

/** A network. */
export interface GetNetworkResult {
  /** The network's id: what `networkId` takes. */
  readonly id: string;
  /** The network's name. */
  readonly name: string;
  /** The network's own subnet, in CIDR notation: beside `0.0.0.0/0` what `p81GatewaySubnets` may hold. */
  readonly subnet: string | undefined;
  /** The network's BGP autonomous system number, which `leftASN` must be. Undefined until the first group has set it. */
  readonly asn: number | undefined;
  /** The network's DNS name. */
  readonly dns: string | undefined;
  /** `public` or `private`. */
  readonly accessType: string | undefined;
  /** Whether it is the account's default network. */
  readonly isDefault: boolean | undefined;
  /** The network's tags. */
  readonly tags: readonly string[];
}

/** The networks of the account. */
export interface GetNetworksResult {
  /** Each as `getNetwork` returns it, in the service's order. */
  readonly networks: readonly GetNetworkResult[];
}

/** A region of a network. */
export interface GetRegionResult {
  /** The region's id: what `regionID` of a tunnel takes. */
  readonly id: string;
  /** The id of the network. */
  readonly networkId: string;
  /** The region's name. */
  readonly name: string;
  /** The region's DNS name. */
  readonly dns: string | undefined;
  /** The public addresses of the region's gateways: what the router at the other end connects to. */
  readonly addresses: readonly string[];
  /** The public addresses that the service calls global, where it shows any; how they differ is not documented. */
  readonly globalIPs: readonly string[];
}

/** The regions of a network. */
export interface GetRegionsResult {
  /** Each as `getRegion` returns it, in the service's order. */
  readonly regions: readonly GetRegionResult[];
}

/** A tunnel of a group, as the service shows it: neither its ASN nor its inner addresses, and here no passphrase. */
export interface FoundTunnel {
  /** The tunnel's id. */
  readonly id: string;
  /** The id of the region whose gateway it ends at. */
  readonly regionID?: string | undefined;
  /** The public IPv4 address of the remote gateway. */
  readonly remotePublicIP?: string | undefined;
  /** How the remote gateway identifies itself in IKE. */
  readonly remoteID?: string | undefined;
  /** How the gateways authenticate each other. */
  readonly authType?: "psk" | "cert" | undefined;
  /** Whether routes or policies decide what goes through it. */
  readonly routingType?: "route" | "policy" | undefined;
  /** The certificate of the CA that signs the remote gateway's, in PEM. */
  readonly customerRootCA?: string | undefined;
}

/** A tunnel group. */
export interface GetTunnelGroupResult {
  /** The group's id: what `dynamicTunnelId` takes. */
  readonly id: string;
  /** The id of the network. */
  readonly networkId: string;
  /** The group's name: what `tunnelName` takes. Empty where the group has no tunnel: the service shows it with each. */
  readonly name: string;
  /** Free text. */
  readonly description: string | undefined;
  /** The tunnels, by their ids in order. */
  readonly tunnels: readonly FoundTunnel[];
  /** Settings that all tunnels share, as the input has them. Undefined where the group has no tunnel. */
  readonly sharedSettings: pulumi.UnwrappedObject<SharedSettingsArgs> | undefined;
  /** IKE and IPsec settings, as the input has them. Undefined where the group has no tunnel. */
  readonly advancedSettings: pulumi.UnwrappedObject<AdvancedSettingsArgs> | undefined;
  /**
   * The pre-shared keys that the service shows, by the ids of their tunnels: a secret. Undefined unless asked for with
   * `includePassphrases`; what `getTunnelGroupOutput` returns is then secret as a whole.
   */
  readonly passphrases: pulumi.Output<Record<string, string>> | undefined;
}

/** The tunnel groups of a network. */
export interface GetTunnelGroupsResult {
  /** Each as `getTunnelGroup` returns it, without passphrases. Groups that have no tunnel are not listed by the service. */
  readonly tunnelGroups: readonly GetTunnelGroupResult[];
}

/** What the service has found out about a tunnel by probing it. */
export interface ProbedTunnelResult {
  /** The name under which the service keeps the tunnel: that of its group and a number, such as `branch01`. */
  readonly tunnelName: string;
  /** The tunnel's id. Undefined until the first probe. */
  readonly tunnelId?: string | undefined;
  /** The id of the tunnel's region. Undefined until the first probe. */
  readonly regionId?: string | undefined;
  /** Whether packets can flow; `unknown` until the first probe. */
  readonly status: "passing" | "critical" | "unknown";
}

/** The health of a network. */
export interface GetTunnelHealthResult {
  /** All tunnels of the network, static ones included, in the service's order: `tunnelName`, `tunnelId` and `regionId` (both undefined until the first probe), and `status`, which is `passing`, `critical` or `unknown`. */
  readonly tunnels: readonly ProbedTunnelResult[];
}
