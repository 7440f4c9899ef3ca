import type { OfferedNetwork } from "../../sandbox";

/** A tunnel as a create demands it; number `n` has addresses of its own. */
export function newTunnel(network: OfferedNetwork, n = 1, changes: object = {}): object {
  return {
    regionID: network.regions[0],
    authType: "psk",
    passphrase: `Secret.of_${n}`,
    p81GWInternalIP: `169.254.${n}.1`,
    remoteGWInternalIP: `169.254.${n}.2`,
    remotePublicIP: `203.0.113.${n}`,
    remoteASN: 65010,
    remoteID: `203.0.113.${n}`,
    routingType: "route",
    ...changes,
  };
}

const phase = { auth: ["sha512"], encryption: ["aes256"], keyExchangeMethod: ["ecp521"] };

/** Settings that a create demands in full. */
export const advancedSettings = {
  keyExchange: "ikev2",
  ikeLifeTime: "8h",
  lifetime: "1h",
  dpdDelay: "10s",
  dpdTimeout: "30s",
  phase1: phase,
  phase2: phase,
};

/** All three switches, as the service has them by default. */
export const features = {
  cloudSecurity: { enabled: false },
  symmetricInnerMesh: { enabled: false },
  DNSServices: { redirectToResolver: { enabled: true } },
};

/** Settings of which every update that touches them demands the subnets. */
export const subnets = { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"] };

/** A good create. */
export function newGroup(network: OfferedNetwork, changes: object = {}): object {
  return {
    tunnelName: "edge",
    tunnels: [newTunnel(network)],
    sharedSettings: { ...subnets, leftASN: 64600, features },
    advancedSettings,
    ...changes,
  };
}
