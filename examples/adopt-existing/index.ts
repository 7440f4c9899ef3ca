import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup } from "pulumi-harmony-sase";

const config = new pulumi.Config();

// The group was made by hand. What is declared here is managed from now on; everything else in it stays as it is.
const datacenter = new DynamicTunnelGroup("datacenter", {
  networkId: config.require("networkId"),
  dynamicTunnelId: config.require("dynamicTunnelId"),
  tunnelName: "datacenter",
  tunnels: {
    // Exists: recognised by its region and address, and given another bandwidth and lifetime below.
    east: { regionID: config.require("eastRegion"), remotePublicIP: "198.51.100.1" },
    // Does not exist yet: added.
    south: {
      regionID: config.require("southRegion"),
      remotePublicIP: "198.51.100.30",
      remoteASN: 65099,
      p81GWInternalIP: "169.254.99.29",
      remoteGWInternalIP: "169.254.99.30",
      passphrase: config.requireSecret("southPsk"),
    },
  },
  sharedSettings: { peakBandwidth: 4000 },
  advancedSettings: { ikeLifeTime: "4h" },
});

export const tunnelIds = datacenter.tunnelIds;
