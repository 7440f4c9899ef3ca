import type { AdvancedSettings, Features } from "./contract/requests";
import type { StaticTunnel } from "./model";

const phase = { auth: ["sha256"], encryption: ["aes256"], keyExchangeMethod: ["ecp384"] };

/** The IPsec parameters of what is there from the start. */
export const ADVANCED: AdvancedSettings = {
  keyExchange: "ikev2",
  ikeLifeTime: "8h",
  lifetime: "1h",
  dpdDelay: "10s",
  dpdTimeout: "30s",
  phase1: phase,
  phase2: phase,
};
/** The switches as the service has them by default. */
export const FEATURES: Features = {
  symmetricInnerMesh: { enabled: false },
  cloudSecurity: { enabled: false },
  DNSServices: { redirectToResolver: { enabled: true } },
};

/** A static tunnel that somebody has made, with what is given. */
export function staticTunnel(
  given: Pick<StaticTunnel, "id" | "regionID" | "createdAtMs"> & Partial<StaticTunnel>,
): StaticTunnel {
  const remotePublicIP = given.remotePublicIP ?? "198.51.100.250";
  return {
    tunnelName: "legacy",
    description: "made by hand",
    authType: "psk",
    passphrase: "Legacy.Secret",
    remotePublicIP,
    remoteID: remotePublicIP,
    routingType: "route",
    health: "passing",
    settings: {
      p81GatewaySubnets: ["0.0.0.0/0"],
      remoteGatewaySubnets: ["10.98.0.0/16"],
      peakBandwidth: 1000,
      features: FEATURES,
      ...ADVANCED,
    },
    ...given,
  };
}
