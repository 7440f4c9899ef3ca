import * as pulumi from "@pulumi/pulumi";
import type {
  AdvancedSettingsArgs,
  DynamicTunnelGroupArgs,
  HealthArgs,
  RolloutArgs,
  SharedSettingsArgs,
  TunnelArgs,
} from "./args";
import { demandReach } from "./engine/reach";
import { PROVIDER_TEXT, RESOURCE_TYPE } from "./model/resourceType";
import { secretPaths } from "./secretPaths";
import { demandKnownSettings, warnOnce } from "./settingNames";

const REPLACE_ON_CHANGES =
  "replaceOnChanges has no effect on a DynamicTunnelGroup: the provider says what a change does. Use pulumi up --replace.";

/** The SDK makes outputs of the properties that it is told of: these have a value even where the program is silent. */
const SILENT_OUTPUTS = {
  description: undefined,
  sharedSettings: undefined,
  advancedSettings: undefined,
  tunnelIds: undefined,
  tunnelHealth: undefined,
  gateways: undefined,
} satisfies Partial<Record<keyof DynamicTunnelGroup, undefined>>;

/** Inputs that no provider fills in: where the program is silent there is nothing to wait for. */
const NEVER_FILLED_IN = [
  "tunnelName",
  "unmanagedTunnels",
  "forceDestroy",
  "health",
  "rollout",
] as const satisfies (keyof DynamicTunnelGroup)[];

/** The public addresses of the Harmony SASE gateways that a tunnel ends at, as `getRegion` returns those of its region. */
export interface TunnelGateways {
  /** The public addresses of the gateways. */
  readonly addresses: readonly string[];
  /** The public addresses that the service calls global, where it shows any. */
  readonly globalIPs?: readonly string[];
}

/**
 * A dynamic IPsec tunnel group of Check Point Harmony SASE: up to 8 BGP tunnels that act as one.
 *
 * Without `dynamicTunnelId` the group is created, and deleted with the resource. With it, a group that exists is adopted:
 * the declared tunnels and settings are brought about in it, and only those tunnels are removed with the resource.
 */
export class DynamicTunnelGroup extends pulumi.CustomResource {
  declare readonly networkId: pulumi.Output<string>;
  /** The group's id, whether it was created or adopted: what other stacks adopt it by. */
  declare readonly dynamicTunnelId: pulumi.Output<string>;
  /** As the program gives it; undefined where it leaves the name of an adopted group out. */
  declare readonly tunnelName: pulumi.Output<string | undefined>;
  declare readonly description: pulumi.Output<string | undefined>;
  /** The declared tunnels, passphrases secret; those of a group that was created with their defaults. */
  declare readonly tunnels: pulumi.Output<Record<string, pulumi.UnwrappedObject<TunnelArgs>>>;
  /** The service's ids of the declared tunnels, by your keys. */
  declare readonly tunnelIds: pulumi.Output<Record<string, string>>;
  /**
   * By your keys, what the service says of each declared tunnel: `passing`, `critical`, or `unknown` as long as it was not probed.
   * As of the last create, update or refresh, and no drift when it changes. Undefined unless
   * `health.wait` is `warn` or `require`, or `rollout` is given.
   */
  declare readonly tunnelHealth: pulumi.Output<Record<string, "passing" | "critical" | "unknown"> | undefined>;
  /**
   * The public addresses of the Harmony SASE gateways that the declared tunnels end at, by your keys, as far as the service
   * shows them: what the routers at the other end connect to. They change with the tunnels and with a refresh.
   */
  declare readonly gateways: pulumi.Output<Record<string, TunnelGateways>>;
  declare readonly sharedSettings: pulumi.Output<pulumi.UnwrappedObject<SharedSettingsArgs> | undefined>;
  declare readonly advancedSettings: pulumi.Output<pulumi.UnwrappedObject<AdvancedSettingsArgs> | undefined>;
  declare readonly unmanagedTunnels: pulumi.Output<"keep" | "remove" | undefined>;
  declare readonly forceDestroy: pulumi.Output<boolean | undefined>;
  declare readonly health: pulumi.Output<pulumi.UnwrappedObject<HealthArgs> | undefined>;
  declare readonly rollout: pulumi.Output<pulumi.UnwrappedObject<RolloutArgs> | undefined>;

  /**
   * @param name the resource's name in the program
   * @param args what the group is to be
   * @param opts resource options. `import` and `id` are refused: give `dynamicTunnelId` to adopt a group that exists, or run
   *   `pulumi up` with `HARMONY_SASE_IMPORT="<name>=<group id>"` to own it. A replacement makes the new group first; one that
   *   keeps network and name needs `deleteBeforeReplace: true`, since two groups of one name can't stand side by side.
   */
  constructor(name: string, args: DynamicTunnelGroupArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuse(name, args, opts);
    demandReach();
    demandKnownSettings();
    if (opts.replaceOnChanges?.length) warnOnce(REPLACE_ON_CHANGES);
    super(RESOURCE_TYPE, name, propertiesOf(name, args, opts), opts);
    if ((args.dynamicTunnelId ?? undefined) === undefined) this.dynamicTunnelId = this.id;
    if (pulumi.runtime.getEngine() === undefined) Object.assign(this, standInsWithoutEngine(name, this));
    const { gateways } = this;
    // State of earlier versions has none.
    onDemand(this, "gateways", () => gateways.apply((given) => given ?? {}));
    for (const name of NEVER_FILLED_IN) if (!(name in this)) onDemand(this, name, () => pulumi.output(undefined));
  }

  /** Whether a value is a tunnel group, also when it comes from another copy of this package. */
  static override isInstance(value: unknown): value is DynamicTunnelGroup {
    return (
      pulumi.CustomResource.isInstance(value) && (value as { __pulumiType?: string }).__pulumiType === RESOURCE_TYPE
    );
  }
}

/** Has an output made when it is asked for: each takes the SDK as long as a property, and few programs ask. */
function onDemand(group: DynamicTunnelGroup, name: keyof DynamicTunnelGroup, make: () => pulumi.Output<unknown>): void {
  let made: pulumi.Output<unknown> | undefined;
  const get = () => {
    made ??= make();
    return made;
  };
  Object.defineProperty(group, name, { configurable: true, enumerable: true, get });
}

function refuse(name: string, args: DynamicTunnelGroupArgs | undefined, opts: pulumi.CustomResourceOptions): void {
  if (args === undefined)
    throw new Error("DynamicTunnelGroup needs arguments: networkId, tunnels, and tunnelName or dynamicTunnelId.");
  for (const option of ["import", "id"] as const) {
    if (opts[option] !== undefined) {
      throw new Error(
        `DynamicTunnelGroup does not take the option "${option}": give the group's id as the argument dynamicTunnelId to adopt the group, or own it with HARMONY_SASE_IMPORT="${name}=<group id>" pulumi up.`,
      );
    }
  }
}

function propertiesOf(name: string, args: DynamicTunnelGroupArgs, opts: pulumi.CustomResourceOptions): pulumi.Inputs {
  const timeouts = opts.customTimeouts;
  return {
    ...SILENT_OUTPUTS,
    ...args,
    tunnels: withSecretPassphrases(args.tunnels),
    // Dynamic providers are told neither the URN nor the timeouts; names that begin so are hidden in the display.
    __urn: withoutDependencies(pulumi.createUrn(name, RESOURCE_TYPE, opts.parent)),
    ...(timeouts === undefined ? {} : { __timeouts: { ...timeouts } }),
    ...(opts.ignoreChanges === undefined ? {} : { __ignoreChanges: [...opts.ignoreChanges] }),
    __secrets: secretPaths(args),
    __provider: PROVIDER_TEXT,
  };
}

/** In unit tests of programs no provider runs: what the mocks do not give has a value for each key all the same. */
function standInsWithoutEngine(
  name: string,
  group: DynamicTunnelGroup,
): Pick<DynamicTunnelGroup, "tunnelIds" | "gateways"> {
  const { tunnels, tunnelIds, gateways } = group;
  const orStandIns = <T>(output: pulumi.Output<Record<string, T>>, standIn: (key: string, at: number) => T) =>
    pulumi.all([pulumi.unsecret(tunnels), output]).apply(([declared, given]): Record<string, T> => {
      const standIns = Object.keys(declared ?? {}).map((key, at) => [key, standIn(key, at)]);
      return (given as Record<string, T> | undefined) ?? (Object.fromEntries(standIns) as Record<string, T>);
    });
  return {
    tunnelIds: orStandIns(tunnelIds, (key) => `${name}-${key}`),
    // Addresses of the block that stands for none (RFC 5737).
    gateways: orStandIns(gateways, (_, at) => ({ addresses: [`192.0.2.${at + 1}`] })),
  };
}

/**
 * The value alone. A URN made from a parent's counts as depending on the parent, and that is on all its children: two
 * groups under one component would wait for each other for ever.
 */
function withoutDependencies<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply((value) => resolve(value as T)));
}

/** Marks passphrases at once where they stand in plain objects; check marks those that are not known yet. */
function withSecretPassphrases(tunnels: DynamicTunnelGroupArgs["tunnels"]): pulumi.Input<unknown> {
  if (!isPlainObject(tunnels)) return tunnels;
  return Object.fromEntries(
    Object.entries(tunnels).map(([key, tunnel]: [string, unknown]) => [
      key,
      isPlainObject(tunnel) && (tunnel.passphrase ?? undefined) !== undefined
        ? { ...tunnel, passphrase: pulumi.secret(tunnel.passphrase) }
        : tunnel,
    ]),
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}
