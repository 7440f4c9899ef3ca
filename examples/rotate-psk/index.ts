import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { DynamicTunnelGroup, getNetworkOutput, getRegionOutput } from "pulumi-harmony-sase";
import { RouterEnd } from "./router";

const config = new pulumi.Config();
const seed = config.requireSecret("seed");
const keyVersion = config.requireNumber("keyVersion");

const network = getNetworkOutput({ name: config.require("network") });
const regionID = (name: string) => getRegionOutput({ networkId: network.id, name }).id;

/** A pre-shared key of 32 letters and digits, another one for each tunnel and version. */
function preSharedKey(tunnel: string): pulumi.Output<string> {
  return seed.apply(
    (secret) => `k${createHmac("sha256", secret).update(`${tunnel} ${keyVersion}`).digest("hex").slice(0, 31)}`,
  );
}

const leftASN = 64600;
const tunnels = {
  primary: {
    regionID: regionID(config.require("primaryRegion")),
    remotePublicIP: "203.0.113.10",
    remoteASN: 65010,
    p81GWInternalIP: "169.254.30.1",
    remoteGWInternalIP: "169.254.30.2",
    passphrase: preSharedKey("primary"),
  },
  backup: {
    regionID: regionID(config.require("backupRegion")),
    remotePublicIP: "203.0.113.74",
    remoteASN: 65010,
    p81GWInternalIP: "169.254.30.5",
    remoteGWInternalIP: "169.254.30.6",
    passphrase: preSharedKey("backup"),
  },
};

/** Both routers have their new keys first: what is up stays up until it has to authenticate. */
const routers = Object.entries(tunnels).map(
  ([name, tunnel]) =>
    new RouterEnd(name, { url: `${config.require("routers")}/${name}`, setup: { ...tunnel, leftASN } }),
);

/** Then the service has them, one tunnel at a time, and goes on when that one is up again. */
const branch = new DynamicTunnelGroup(
  "branch",
  {
    networkId: network.id,
    tunnelName: "rotating",
    tunnels,
    sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.30.0.0/16"], leftASN },
    rollout: { maxUnavailable: 1 },
    health: { wait: "require" },
  },
  { dependsOn: routers },
);

export const dynamicTunnelId = branch.dynamicTunnelId;
export const tunnelHealth = branch.tunnelHealth;
