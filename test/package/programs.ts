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
import { DynamicTunnelGroup, Provider, type DynamicTunnelGroupArgs, type ProviderArgs, type TunnelArgs } from "pulumi-harmony-sase";
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
