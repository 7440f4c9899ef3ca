import type { PulumiFn } from "@pulumi/pulumi/automation";
import { DynamicTunnelGroup, type DynamicTunnelGroupArgs, type TunnelArgs } from "pulumi-harmony-sase";
import {
  type JournalEntry,
  REMOTE,
  type Sandbox,
  type SandboxOptions,
  type StoredGroup,
  type StoredTunnel,
  startSandbox,
} from "../../sandbox";
import { openWorkshop, type Workshop } from "../../tools/workshop";

/** A sandbox, and a workshop whose stacks talk to it. */
export interface Fixture {
  readonly sandbox: Sandbox;
  readonly workshop: Workshop;
  readonly networkId: string;
  readonly regions: readonly string[];
  /** Arguments of a valid group with the tunnels given, by default `primary` and `backup`. */
  args(changes?: Partial<DynamicTunnelGroupArgs>): DynamicTunnelGroupArgs;
  /** The n-th valid tunnel. */
  tunnel(n: number, changes?: Partial<TunnelArgs>): TunnelArgs;
  /** A program with one group, `branch`. */
  program(args: DynamicTunnelGroupArgs, options?: ConstructorParameters<typeof DynamicTunnelGroup>[2]): PulumiFn;
  /** The writes that the service was asked for since the journal was last cleared. */
  writes(): readonly JournalEntry[];
  /** The groups of the network as they really are. */
  groups(): readonly StoredGroup[];
  /** The tunnel of the network's first group that has this public address. */
  tunnelTo(remotePublicIP: string): StoredTunnel;
}

/** A test that `npm run test:long -- engine` runs besides: what it shows, others show in part or without the engine. */
export const itBesides = process.env.ENGINE === "all" ? it : (_title: string, _test: () => Promise<void>) => undefined;

/** Passphrases of the fixture's tunnels; no byte of them may leave. */
export function passphraseOf(n: number): string {
  return `Keep.this_secret${n}`;
}

/** Starts a fixture before the tests of a suite and ends it afterwards. */
export function useFixture(options: SandboxOptions = {}): Fixture {
  let sandbox: Sandbox | undefined;
  let workshop: Workshop | undefined;
  before(async () => {
    sandbox = await startSandbox({ operationMs: 50, latency: REMOTE, ...options });
    workshop = await openWorkshop({
      HARMONY_SASE_API_KEY: sandbox.accounts[0].apiKey,
      HARMONY_SASE_BASE_URL: sandbox.baseUrl,
      HARMONY_SASE_SETTLING_TIME: "2s",
    });
  });
  after(async () => {
    await sandbox?.close();
    await workshop?.close();
  });

  const started = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error("The fixture has not started.");
    return thing;
  };
  const network = () => {
    const [, empty] = started(sandbox).accounts[0].networks;
    return started(empty);
  };
  const fixture: Fixture = {
    get sandbox() {
      return started(sandbox);
    },
    get workshop() {
      return started(workshop);
    },
    get networkId() {
      return network().id;
    },
    get regions() {
      return network().regions;
    },
    tunnel: (n, changes = {}) => ({
      regionID: network().regions[n % 3] as string,
      remotePublicIP: `203.0.113.${10 + n}`,
      remoteASN: 65_010,
      p81GWInternalIP: `169.254.10.${4 * n + 1}`,
      remoteGWInternalIP: `169.254.10.${4 * n + 2}`,
      passphrase: passphraseOf(n),
      ...changes,
    }),
    args: (changes = {}) => ({
      networkId: network().id,
      tunnelName: "branch",
      tunnels: { primary: fixture.tunnel(0), backup: fixture.tunnel(1) },
      sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64_600 },
      ...changes,
    }),
    program: (args, resourceOptions) => async () => {
      const group = new DynamicTunnelGroup("branch", args, resourceOptions);
      return { dynamicTunnelId: group.dynamicTunnelId, tunnelIds: group.tunnelIds };
    },
    writes: () =>
      started(sandbox)
        .journal()
        .filter(({ method, operation }) => method !== "GET" && operation !== "authorize"),
    tunnelTo: (remotePublicIP) =>
      started(fixture.groups()[0]?.tunnels.find((tunnel) => tunnel.remotePublicIP === remotePublicIP)),
    groups: () =>
      started(sandbox)
        .groups()
        .filter(({ networkId }) => networkId === network().id),
  };
  return fixture;
}
