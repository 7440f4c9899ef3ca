/** Programs as users write them: files of the projects that the packed provider is installed in. */

const GROUP = `{
  networkId: "Nw7kQ2xTzP",
  tunnelName: "branch",
  tunnels: {
    primary: {
      regionID: "Rg1",
      remotePublicIP: "203.0.113.10",
      remoteASN: 65010,
      p81GWInternalIP: "169.254.10.1",
      remoteGWInternalIP: "169.254.10.2",
      passphrase: pulumi.secret("Some.passphrase"),
    },
  },
  sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64600 },
  advancedSettings: { phase1: { auth: ["sha512", pulumi.output("sha384")] } },
  unmanagedTunnels: "keep",
}`;

/** Uses every export, and what it must not compile: types that say nothing would take it. */
export const TYPED_PROGRAM = `import * as pulumi from "@pulumi/pulumi";
import {
  DynamicTunnelGroup,
  LookupError,
  Provider,
  getNetwork,
  getNetworks,
  getNetworksOutput,
  getRegion,
  getRegionOutput,
  getTunnelGroup,
  getTunnelGroupOutput,
  getTunnelGroupsOutput,
  type DynamicTunnelGroupArgs,
  type ProviderArgs,
  type TunnelArgs,
} from "pulumi-harmony-sase";
import * as lifecycle from "pulumi-harmony-sase/lifecycle";

const account: ProviderArgs = { apiKey: pulumi.secret("key"), region: "eu" };
const tunnel: TunnelArgs = { regionID: "Rg1" };
const args: DynamicTunnelGroupArgs = ${GROUP};
const provider = new Provider("eu", account);
const group = new DynamicTunnelGroup("branch", args, { provider });
export const dynamicTunnelId: pulumi.Output<string> = group.dynamicTunnelId;
export const primary: pulumi.Output<string | undefined> = group.tunnelIds.apply((ids) => ids["primary"]);
export const address: pulumi.Output<string | undefined> = group.tunnels.apply((tunnels) => tunnels["primary"]?.remotePublicIP);
export const asn: pulumi.Output<number | undefined> = group.sharedSettings.apply((settings) => settings?.leftASN);
export const isGroup: boolean = DynamicTunnelGroup.isInstance(group);
export const read: pulumi.dynamic.ResourceProvider["read"] = lifecycle.read;
export const remove: pulumi.dynamic.ResourceProvider["delete"] = lifecycle.delete;
export const networks: Promise<string[]> = getNetworks({ provider }).then((found) => found.networks.map(({ name }) => name));
export const leftASN: Promise<number | undefined> = getNetwork({ name: "branches" }).then(({ asn: own }) => own);
export const dublin: Promise<string> = getRegion({ networkId: "Nw7kQ2xTzP", name: "Dublin" }).then(({ id }) => id);
export const gateways: pulumi.Output<readonly string[]> = getRegionOutput({ networkId: group.networkId, name: "Dublin" }, { parent: group }).addresses;
export const all: pulumi.Output<number> = getNetworksOutput().networks.apply((found) => found.length);
export const keys: Promise<pulumi.Output<Record<string, string>> | undefined> = getTunnelGroup({ networkId: "Nw7kQ2xTzP", id: "Tg1", includePassphrases: true }).then(({ passphrases }) => passphrases);
export const key: pulumi.Output<string | undefined> = getTunnelGroupOutput({ networkId: "Nw7kQ2xTzP", id: group.dynamicTunnelId }).passphrases.apply((found) => found?.["Tn1"]);
export const bandwidth: pulumi.Output<number | undefined> = getTunnelGroupsOutput({ networkId: group.networkId }).tunnelGroups.apply(([first]) => first?.sharedSettings?.peakBandwidth);
export const isLookupError = (error: unknown): boolean => error instanceof LookupError && error.kind === "NotFoundError";
// @ts-expect-error an output waits, a plain lookup does not
export const early = getRegion({ networkId: group.networkId, name: "Dublin" });
// @ts-expect-error a region is of a network
export const lost = getRegion({ name: "Dublin" });
// @ts-expect-error a number is no name
export const named: DynamicTunnelGroupArgs = { ...args, tunnelName: 7 };
// @ts-expect-error there is no such way
export const tidied: DynamicTunnelGroupArgs = { ...args, unmanagedTunnels: "tidy" };
// @ts-expect-error a tunnel is in a region
export const homeless: TunnelArgs = { ...tunnel, regionID: undefined };
// @ts-expect-error the outputs are typed
export const counted: pulumi.Output<number> = group.tunnelName;
`;

/** What a project without the provider compiles: what it complains of is not the provider's. */
export const CONTROL_PROGRAM = `import * as pulumi from "@pulumi/pulumi";

export const text: pulumi.Output<string> = pulumi.output("text");
export const read: pulumi.dynamic.ResourceProvider["read"] = undefined;
`;

/** The program of a stranger, who writes CommonJS; `GROUP` is what the test wants of it. */
export const COMMONJS_PROGRAM = `const { DynamicTunnelGroup } = require("pulumi-harmony-sase");

const group = new DynamicTunnelGroup("branch", JSON.parse(process.env.GROUP));
exports.dynamicTunnelId = group.dynamicTunnelId;
exports.tunnelIds = group.tunnelIds;
`;

/** The same as an ES module. */
export const ES_MODULE_PROGRAM = `import { DynamicTunnelGroup } from "pulumi-harmony-sase";

const group = new DynamicTunnelGroup("branch", JSON.parse(process.env.GROUP));
export const dynamicTunnelId = group.dynamicTunnelId;
export const tunnelIds = group.tunnelIds;
`;

/**
 * Takes the program beside it through its life, and prints what came of it as JSON: the part of `pulumi up` that the
 * language host has, which comes with the official CLI only. Each run loads the program anew.
 */
export const RUNNER = `const { execFileSync } = require("node:child_process");
const { pathToFileURL } = require("node:url");
const { LocalWorkspace, PulumiCommand } = require("@pulumi/pulumi/automation");

const { file, isModule, root, projectName, workDir, envVars } = JSON.parse(process.env.RUN);
let runs = 0;
const program = async () => {
  runs += 1;
  if (isModule) return { ...(await import(pathToFileURL(file).href + "?" + runs)) };
  delete require.cache[require.resolve(file)];
  return { ...require(file) };
};

async function main() {
  const pulumiCommand = await PulumiCommand.get({ ...(root && { root }), skipVersionCheck: true });
  const stack = await LocalWorkspace.createStack(
    { stackName: "dev", projectName, program },
    { workDir, envVars, pulumiCommand },
  );
  const created = await stack.up({ color: "never" });
  const again = await stack.up({ color: "never" });
  const refreshed = await stack.refresh({ color: "never" });
  await stack.destroy({ color: "never" });
  return {
    node: execFileSync("node", ["--version"], { encoding: "utf8" }).trim(),
    ownNode: process.version,
    outputs: Object.fromEntries(Object.entries(created.outputs).map(([key, { value }]) => [key, value])),
    again: again.summary.resourceChanges,
    refreshed: refreshed.summary.resourceChanges,
  };
}

main().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error) => process.stdout.write(JSON.stringify({ failure: String(error.message) })),
);
`;
