/** One tunnel as the service stores it, fields that no answer shows included. */
export interface StoredTunnel {
  id: string;
  regionID: string;
  authType: "psk" | "cert";
  passphrase?: string | undefined;
  customerRootCA?: string | undefined;
  p81GWInternalIP?: string | undefined;
  remoteGWInternalIP?: string | undefined;
  remotePublicIP?: string | undefined;
  remoteASN?: number | undefined;
  remoteID?: string | undefined;
  routingType: "route" | "policy";
}

/** Algorithms of a phase. */
export interface StoredPhase {
  auth: string[];
  encryption: string[];
  keyExchangeMethod: string[];
}

/** Settings that all tunnels of a group share. */
export interface StoredSettings {
  p81GatewaySubnets: string[];
  remoteGatewaySubnets: string[];
  peakBandwidth: number;
  features: {
    symmetricInnerMesh: { enabled: boolean };
    cloudSecurity: { enabled: boolean };
    DNSServices: { redirectToResolver: { enabled: boolean } };
  };
}

/** IKE and IPsec settings of a group. */
export interface StoredAdvanced {
  keyExchange: string;
  ikeLifeTime: string;
  lifetime: string;
  dpdDelay: string;
  dpdTimeout: string;
  phase1: StoredPhase;
  phase2: StoredPhase;
}

/** A dynamic tunnel group. */
export interface StoredGroup {
  id: string;
  networkId: string;
  tunnelName: string;
  description: string;
  sharedSettings: StoredSettings;
  advancedSettings: StoredAdvanced;
  tunnels: StoredTunnel[];
}

/** A network of an account. */
export interface StoredNetwork {
  id: string;
  account: string;
  name: string;
  subnet: string;
  /** Set by the first group that is created, and kept for ever. */
  asn?: number;
  regions: { id: string; name: string }[];
}

/** Everything that the service knows. */
export interface World {
  networks: Map<string, StoredNetwork>;
  groups: Map<string, StoredGroup>;
  /** API keys by account. */
  keys: Map<string, string>;
}

/** What a new group has where a request is silent. */
export const DEFAULT_FEATURES: StoredSettings["features"] = {
  symmetricInnerMesh: { enabled: false },
  cloudSecurity: { enabled: false },
  DNSServices: { redirectToResolver: { enabled: true } },
};
