import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup } from "pulumi-harmony-sase";

const config = new pulumi.Config();

const hub = new DynamicTunnelGroup("hub", {
  networkId: config.require("networkId"),
  tunnelName: "hub",
  tunnels: {
    headquarters: {
      regionID: config.require("hubRegion"),
      remotePublicIP: "203.0.113.1",
      remoteASN: 65001,
      p81GWInternalIP: "169.254.20.1",
      remoteGWInternalIP: "169.254.20.2",
      passphrase: config.requireSecret("hubPsk"),
    },
  },
  sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.0.0.0/8"], leftASN: 64600 },
  // The branches add tunnels of their own to this group: they stay.
  unmanagedTunnels: "keep",
});

export const networkId = hub.networkId;
export const dynamicTunnelId = hub.dynamicTunnelId;
export const tunnelIds = hub.tunnelIds;
