import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup, getNetworkOutput, getRegionOutput } from "pulumi-harmony-sase";

const config = new pulumi.Config();
const seed = config.requireSecret("seed");

const network = getNetworkOutput({ name: config.require("network") });
const regionID = (name: string) => getRegionOutput({ networkId: network.id, name }).id;

/** A pre-shared key of 32 letters and digits, another one for each tunnel and version. */
function preSharedKey(tunnel: string, version: number): pulumi.Output<string> {
  return seed.apply(
    (secret) => `k${createHmac("sha256", secret).update(`${tunnel} ${version}`).digest("hex").slice(0, 31)}`,
  );
}

const branch = new DynamicTunnelGroup("branch", {
  networkId: network.id,
  tunnelName: "rotating",
  tunnels: {
    primary: {
      regionID: regionID(config.require("primaryRegion")),
      remotePublicIP: "203.0.113.10",
      remoteASN: 65010,
      p81GWInternalIP: "169.254.30.1",
      remoteGWInternalIP: "169.254.30.2",
      passphrase: preSharedKey("primary", config.requireNumber("primaryVersion")),
    },
    backup: {
      regionID: regionID(config.require("backupRegion")),
      remotePublicIP: "203.0.113.74",
      remoteASN: 65010,
      p81GWInternalIP: "169.254.30.5",
      remoteGWInternalIP: "169.254.30.6",
      passphrase: preSharedKey("backup", config.requireNumber("backupVersion")),
    },
  },
  sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.30.0.0/16"], leftASN: 64600 },
});

export const dynamicTunnelId = branch.dynamicTunnelId;
export const keys = { primary: preSharedKey("primary", config.requireNumber("primaryVersion")) };
