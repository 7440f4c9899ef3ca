import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup } from "pulumi-harmony-sase";

const config = new pulumi.Config();
const hub = new pulumi.StackReference(config.require("hubStack"));

const branch = new DynamicTunnelGroup("branch", {
  networkId: hub.requireOutput("networkId") as pulumi.Output<string>,
  dynamicTunnelId: hub.requireOutput("dynamicTunnelId") as pulumi.Output<string>,
  tunnelName: "hub",
  tunnels: {
    branch: {
      regionID: config.require("branchRegion"),
      remotePublicIP: "203.0.113.50",
      remoteASN: 65050,
      p81GWInternalIP: "169.254.20.5",
      remoteGWInternalIP: "169.254.20.6",
      passphrase: config.requireSecret("branchPsk"),
    },
  },
});

export const tunnelIds = branch.tunnelIds;
export const hubTunnelIds = hub.requireOutput("tunnelIds");
