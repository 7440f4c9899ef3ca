import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup, getNetworkOutput, getRegionOutput } from "pulumi-harmony-sase";

const config = new pulumi.Config();

const network = getNetworkOutput({ name: config.require("network") });
const region = getRegionOutput({ networkId: network.id, name: config.require("hubRegion") });

const hub = new DynamicTunnelGroup("hub", {
  networkId: network.id,
  tunnelName: "hub",
  tunnels: {
    headquarters: {
      regionID: region.id,
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
/** What the router at headquarters connects to. */
export const gateways = hub.gateways;
export const tunnelIds = hub.tunnelIds;
