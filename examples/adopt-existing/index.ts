import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup, getNetworkOutput, getRegionOutput, getTunnelGroupOutput } from "pulumi-harmony-sase";

const config = new pulumi.Config();

const network = getNetworkOutput({ name: "headquarters" });
const group = getTunnelGroupOutput({ networkId: network.id, name: "datacenter" });
const regionID = (name: string) => getRegionOutput({ networkId: network.id, name }).id;

// The group was made by hand. What is declared here is managed from now on; everything else in it stays as it is, its name included.
const datacenter = new DynamicTunnelGroup("datacenter", {
  networkId: network.id,
  dynamicTunnelId: group.id,
  tunnels: {
    // Exists: recognised by its region and address, and given another bandwidth and lifetime below.
    east: { regionID: regionID("Frankfurt"), remotePublicIP: "198.51.100.1" },
    // Does not exist yet: added.
    south: {
      regionID: regionID("Stockholm"),
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
