import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup, getNetworkOutput, getRegionOutput } from "pulumi-harmony-sase";

const config = new pulumi.Config();
const network = getNetworkOutput({ name: config.require("network") });
const regionID = (name: string) => getRegionOutput({ networkId: network.id, name }).id;

const branch = new DynamicTunnelGroup("branch", {
  networkId: network.id,
  tunnelName: "branch",
  description: "Branch office, two providers",
  tunnels: {
    primary: {
      regionID: regionID(config.require("primaryRegion")),
      remotePublicIP: "203.0.113.10",
      remoteASN: 65010,
      p81GWInternalIP: "169.254.10.1",
      remoteGWInternalIP: "169.254.10.2",
      passphrase: config.requireSecret("primaryPsk"),
    },
    backup: {
      regionID: regionID(config.require("backupRegion")),
      remotePublicIP: "203.0.113.74",
      remoteASN: 65010,
      p81GWInternalIP: "169.254.10.5",
      remoteGWInternalIP: "169.254.10.6",
      passphrase: config.requireSecret("backupPsk"),
    },
  },
  sharedSettings: {
    p81GatewaySubnets: ["0.0.0.0/0"],
    remoteGatewaySubnets: ["10.20.0.0/16"],
    leftASN: 64600,
  },
});

export const dynamicTunnelId = branch.dynamicTunnelId;
export const tunnelIds = branch.tunnelIds;

// What the branch's router needs, the pre-shared keys secret: examples/router takes it from here.
export const gateways = branch.gateways;
export const { tunnels, sharedSettings, advancedSettings } = branch;
