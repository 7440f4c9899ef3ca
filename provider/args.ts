import type { Input } from "@pulumi/pulumi";
import type { AuthAlgorithm, EncryptionAlgorithm, KeyExchangeMethod } from "./model/algorithms";

/**
 * How an algorithm list is written: unique entries; their order may be a preference, so another order is a change in
 * place. Editors offer the known names; text that comes from elsewhere is accepted too, and checked in the preview.
 */
type Algorithms<Known extends string> = Input<Input<Known | (string & Record<never, never>)>[]>;

/**
 * What a dynamic tunnel group is to be. Names are the API's own, letter for letter.
 *
 * A group is *created* without `dynamicTunnelId` and *adopted* with it. Creating, settings that are left out have the
 * defaults named here; adopting, they are not managed.
 */
export interface DynamicTunnelGroupArgs {
  /** The id of the network that the group belongs to. A change replaces the group. */
  networkId: Input<string>;
  /**
   * The id of a group that exists, to adopt it. Another id replaces the resource; the id of the group itself is no
   * change; taking it out of an adopted resource is refused. A run with `HARMONY_SASE_IMPORT` moves a resource from owning its
   * group to adopting it by that id, and back by taking it out.
   */
  dynamicTunnelId?: Input<string>;
  /**
   * The group's name: 3..15 letters and digits. The service stores each tunnel as this name and two digits, and may
   * count them, so that names above 13 are warned of. Required when creating. Adopting, another name than before renames the
   * group, also the first one that is given; where it is left out, or stays, the group keeps the name that it has. Changes in place.
   */
  tunnelName?: Input<string | undefined>;
  /** Free text. Changes in place. @default "" when creating */
  description?: Input<string>;
  /**
   * The tunnels by keys of your own: a letter, then at most 62 letters, digits, `-` and `_`. 1..8 tunnels when creating,
   * 0..8 when adopting. Order means nothing, and another key for the same tunnel sends nothing.
   */
  tunnels: Input<Record<string, Input<TunnelArgs>>>;
  /** Settings that all tunnels of the group share. */
  sharedSettings?: Input<SharedSettingsArgs>;
  /** IKE and IPsec settings of all tunnels of the group. */
  advancedSettings?: Input<AdvancedSettingsArgs>;
  /**
   * What happens to tunnels of the group that this resource has not declared: `keep` leaves them alone, since other
   * stacks and people may own them; `remove` makes a refresh list them, the next preview show them as removals, and the
   * next update remove those listed, and so it does not go together with resources that adopt tunnels of the same group.
   * Changes in place.
   * @default "keep"
   */
  unmanagedTunnels?: Input<"keep" | "remove">;
  /**
   * Whether destroying a group that this resource created takes tunnels with it that others have added to it; resources
   * with `deletedWith` this one need it. Changes in place, and sends nothing.
   * @default false: a destroy of such a group fails and names them
   */
  forceDestroy?: Input<boolean>;
  /** Whether a change is done only when packets can flow again. A change of it sends nothing. */
  health?: Input<HealthArgs>;
  /**
   * Whether changes of tunnels are made a few at a time, each of them passing before the next begins. A change of it sends
   * nothing.
   * @default all of a change goes at once, in one request
   */
  rollout?: Input<RolloutArgs>;
}

/** How changes of tunnels that are there are spread over time. */
export interface RolloutArgs {
  /**
   * How many tunnels are touched at a time: 1..8. The next ones follow when these are passing; where they are not within
   * `health.timeout` the roll-out stops, whatever `health.wait` is. What is there for the first time, removals, and settings of
   * the whole group, which touch all tunnels, go first and at once.
   */
  maxUnavailable: Input<number>;
  /**
   * Whether tunnels that are not passing in time after their change are set back to what they were before.
   * @default false: they stay changed
   */
  rollback?: Input<boolean>;
}

/** What is to be seen of the tunnels that a create or an update has touched, once the service has carried it out. */
export interface HealthArgs {
  /**
   * `require` waits until each of them is passing, and fails the step where one is not in time: all is kept in state, and the
   * next `pulumi up` waits for the rest and sends nothing. `warn` waits too, and then says which are not. With both,
   * `tunnelHealth` is an output. `none` makes no request, unless `rollout` is given.
   * @default "none"
   */
  wait?: Input<"none" | "warn" | "require">;
  /** How long they are waited for, such as `90s`, `5m` or `1h30m`; never longer than `customTimeouts` give the step. @default "5m" */
  timeout?: Input<string>;
}

/** One tunnel of a group. */
export interface TunnelArgs {
  /**
   * The id of the region whose gateway the tunnel ends at. The API cannot update it: a change removes this tunnel and
   * adds it again, in one request that touches no other tunnel.
   */
  regionID: Input<string>;
  /** The public IPv4 address of the remote gateway. Required when creating. Changes in place. */
  remotePublicIP?: Input<string>;
  /**
   * The remote gateway's BGP autonomous system number: 1..64496, 64512..65535 or 131072..4294967295. Required when creating.
   * Changes in place.
   */
  remoteASN?: Input<number>;
  /**
   * The Harmony SASE gateway's IPv4 address inside the tunnel, for BGP; no two in a group may be the same. Required when
   * creating. The API cannot update it: a change removes this tunnel and adds it again.
   */
  p81GWInternalIP?: Input<string>;
  /**
   * The remote gateway's IPv4 address inside the tunnel, for BGP; no two in a group may be the same. Required when creating.
   * The API cannot update it: a change removes this tunnel and adds it again.
   */
  remoteGWInternalIP?: Input<string>;
  /**
   * How the remote gateway identifies itself in IKE: 3..25 letters and digits, or an IPv4 address. Changes in place.
   * @default the tunnel's remotePublicIP: when creating always, when adopting as long as the tunnel is added
   */
  remoteID?: Input<string>;
  /**
   * Whether routes or policies decide what goes through the tunnel. Changes in place.
   * @default "route" when creating; when adopting, a tunnel is added as the service does it
   */
  routingType?: Input<"route" | "policy">;
  /**
   * How the gateways authenticate each other: by pre-shared key or by certificate. Changes in place, together with its
   * credential.
   * @default by which of `passphrase` and `customerRootCA` is given: when creating always, when adopting as long as the
   *   tunnel is added or its credential changes
   */
  authType?: Input<"psk" | "cert">;
  /**
   * The pre-shared key: 8..64 letters, digits, `.` and `_`, not beginning with 0. Always secret, also when you forget to
   * make it one. A tunnel that is added needs this or `customerRootCA`. Changes in place.
   */
  passphrase?: Input<string>;
  /** The certificate of the CA that signs the remote gateway's, in PEM. Changes in place, with `authType`. */
  customerRootCA?: Input<string>;
}

/** Settings that all tunnels of a group share. */
export interface SharedSettingsArgs {
  /** IPv4 networks behind Harmony SASE, in CIDR notation; a set. The service takes `0.0.0.0/0` or the network's own subnet. Required when creating. Changes in place. */
  p81GatewaySubnets?: Input<Input<string>[]>;
  /** IPv4 networks behind the remote gateway, in CIDR notation; a set. Required when creating. Changes in place. */
  remoteGatewaySubnets?: Input<Input<string>[]>;
  /**
   * The network's BGP autonomous system number: 1..23455, 23457..64495, 64512..65534 or 131072..4294967294. Required when
   * creating, refused when adopting, and never changed: the network keeps it for ever.
   */
  leftASN?: Input<number>;
  /** The same as `leftASN`, as the API takes it in updates. Refused when creating. Changes in place. @deprecated by the API */
  p81ASN?: Input<number>;
  /** Mbps, 10..8000. Changes in place. @default 1000 when creating */
  peakBandwidth?: Input<number>;
  /** What the gateways do with the group's traffic. Changes in place; the API takes all of them at once, those you leave out as they are. */
  features?: Input<FeaturesArgs>;
}

/** Switches of a group. */
export interface FeaturesArgs {
  /** Whether the service's symmetric inner mesh is on. @default false when creating */
  symmetricInnerMesh?: Input<SwitchArgs>;
  /** Whether the service's cloud security is on. @default false when creating */
  cloudSecurity?: Input<SwitchArgs>;
  DNSServices?: Input<{
    /** Whether DNS requests are redirected to the service's resolver. @default true when creating */
    redirectToResolver?: Input<SwitchArgs>;
  }>;
}

/** A switch. */
export interface SwitchArgs {
  enabled?: Input<boolean>;
}

/** IKE and IPsec settings. All of them change in place. */
export interface AdvancedSettingsArgs {
  /** The version of IKE. @default "ikev2" when creating */
  keyExchange?: Input<"ikev1" | "ikev2">;
  /** Lifetime of an IKE security association: 10s..86400s, 1m..1440m or 1h..24h. @default "8h" when creating */
  ikeLifeTime?: Input<string>;
  /** Lifetime of an IPsec security association: 10s..86400s, 1m..1440m or 1h..24h. @default "1h" when creating */
  lifetime?: Input<string>;
  /** Dead peer detection: how often the peer is probed, 5s..60s. @default "10s" when creating */
  dpdDelay?: Input<string>;
  /** Dead peer detection: after how long a silent peer counts as dead, 5s..60s. @default "30s" when creating */
  dpdTimeout?: Input<string>;
  /** Algorithms of IKE. */
  phase1?: Input<PhaseArgs>;
  /** Algorithms of IPsec. */
  phase2?: Input<PhaseArgs>;
}

/** Algorithms of a phase. */
export interface PhaseArgs {
  /** At least one, such as `sha512`. @default ["sha512"] when creating */
  auth?: Algorithms<AuthAlgorithm>;
  /** At least one, such as `aes256`. @default ["aes256"] when creating */
  encryption?: Algorithms<EncryptionAlgorithm>;
  /** Diffie-Hellman groups, such as `ecp521`; may be empty. @default ["ecp521"] when creating */
  keyExchangeMethod?: Algorithms<KeyExchangeMethod>;
}
