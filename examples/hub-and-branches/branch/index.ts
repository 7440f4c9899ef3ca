import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup, getRegionOutput } from "pulumi-harmony-sase";

const config = new pulumi.Config();
const hub = new pulumi.StackReference(config.require("hubStack"));

const networkId = hub.requireOutput("networkId") as pulumi.Output<string>;
const region = getRegionOutput({ networkId, name: config.require("branchRegion") });

const branch = new DynamicTunnelGroup("branch", {
  networkId,
  dynamicTunnelId: hub.requireOutput("dynamicTunnelId") as pulumi.Output<string>,
  tunnels: {
    branch: {
      regionID: region.id,
      remotePublicIP: "203.0.113.50",
      remoteASN: 65050,
      p81GWInternalIP: "169.254.20.5",
      remoteGWInternalIP: "169.254.20.6",
      passphrase: config.requireSecret("branchPsk"),
    },
  },
});

/** What the router of the branch connects to. */
export const gateways = branch.gateways;
export const tunnelIds = branch.tunnelIds;
export const hubTunnelIds = hub.requireOutput("tunnelIds");
