import type { ApiKey } from "./access";
import type { Chance } from "./ids";
import type { StoredGroup, StoredNetwork, StoredTunnel } from "./model";
import type { Store } from "./store";

/** What an account has from the start. */
export interface AccountStart extends ApiKey {
  readonly networks: readonly StoredNetwork[];
}

/** What a sandbox begins with. */
export interface Start {
  readonly accounts: readonly AccountStart[];
  readonly foreignGroup: StoredGroup;
}

/** Fills a store with two accounts, their networks, and a group that somebody else has made. */
export function seedStore(store: Store, chance: Chance, nowMs: number): Start {
  const headquarters = withLegacyTunnel({ ...network(chance, "first", "headquarters"), asn: 64_601 }, chance);
  const accounts = [
    account(chance, "first", [headquarters, network(chance, "first", "branches")]),
    account(chance, "second", [network(chance, "second", "elsewhere")]),
  ];
  for (const each of accounts.flatMap(({ networks }) => networks)) store.networks.set(each.id, each);
  const foreignGroup = strangersGroup(headquarters, chance, nowMs);
  store.groups.set(foreignGroup.id, foreignGroup);
  return { accounts, foreignGroup };
}

function network(chance: Chance, name: string, title: string): StoredNetwork {
  return {
    id: chance.id("Nw"),
    account: name,
    name: title,
    subnet: "10.255.0.0/16",
    regions: ["Frankfurt", "Dublin", "Stockholm"].map((region) => ({ id: chance.id("Rg"), name: region })),
    staticTunnels: [],
  };
}

function account(chance: Chance, name: string, networks: readonly StoredNetwork[]): AccountStart {
  return { account: name, key: `sandbox-key-${chance.id("", 20)}`, networks };
}

function withLegacyTunnel(present: StoredNetwork, chance: Chance): StoredNetwork {
  const regionID = present.regions[0]?.id ?? "";
  const tunnel = { id: chance.id("Tn"), tunnelName: "legacy", regionID, remotePublicIP: "198.51.100.250" };
  return { ...present, staticTunnels: [tunnel] };
}

function strangersGroup({ id: networkId, regions }: StoredNetwork, chance: Chance, nowMs: number): StoredGroup {
  const phase = { auth: ["sha256"], encryption: ["aes256"], keyExchangeMethod: ["ecp384"] };
  const tunnel = (regionID: string, index: number): StoredTunnel => ({
    id: chance.id("Tn"),
    index,
    regionID,
    authType: "psk",
    passphrase: `Foreign.Secret.${index}`,
    p81GWInternalIP: `169.254.99.${4 * index - 3}`,
    remoteGWInternalIP: `169.254.99.${4 * index - 2}`,
    remotePublicIP: `198.51.100.${index}`,
    remoteASN: 65_099,
    remoteID: `198.51.100.${index}`,
    routingType: "route",
    createdAtMs: nowMs,
    health: "passing",
  });
  return {
    id: chance.id("Tg"),
    networkId,
    tunnelName: "datacenter",
    description: "made by hand",
    sharedSettings: {
      p81GatewaySubnets: ["0.0.0.0/0"],
      remoteGatewaySubnets: ["10.99.0.0/16"],
      peakBandwidth: 2000,
      features: {
        symmetricInnerMesh: { enabled: false },
        cloudSecurity: { enabled: false },
        DNSServices: { redirectToResolver: { enabled: true } },
      },
    },
    advancedSettings: {
      keyExchange: "ikev2",
      ikeLifeTime: "8h",
      lifetime: "1h",
      dpdDelay: "10s",
      dpdTimeout: "30s",
      phase1: phase,
      phase2: phase,
    },
    tunnels: regions.slice(0, 2).map(({ id }, at) => tunnel(id, at + 1)),
  };
}
