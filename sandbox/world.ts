import type { SandboxAccount } from ".";
import { DEFAULT_FEATURES, type StoredNetwork, type World } from "./model";
import type { Chance } from "./random";

/** Fills a world with two accounts, their networks, and a group that somebody else has made. */
export function populate(
  world: World,
  chance: Chance,
): { accounts: [SandboxAccount, SandboxAccount]; foreignGroup: { id: string; networkId: string } } {
  const headquarters = network(world, chance, "first", "headquarters", 64_601);
  const accounts: [SandboxAccount, SandboxAccount] = [
    account(world, chance, "first", [headquarters, network(world, chance, "first", "branches")]),
    account(world, chance, "second", [network(world, chance, "second", "elsewhere")]),
  ];
  const group = {
    id: chance.id("Tg"),
    networkId: headquarters.id,
    tunnelName: "datacenter",
    description: "made by hand",
    sharedSettings: {
      p81GatewaySubnets: ["0.0.0.0/0"],
      remoteGatewaySubnets: ["10.99.0.0/16"],
      peakBandwidth: 2000,
      features: DEFAULT_FEATURES,
    },
    advancedSettings: {
      keyExchange: "ikev2",
      ikeLifeTime: "8h",
      lifetime: "1h",
      dpdDelay: "10s",
      dpdTimeout: "30s",
      phase1: { auth: ["sha256"], encryption: ["aes256"], keyExchangeMethod: ["ecp384"] },
      phase2: { auth: ["sha256"], encryption: ["aes256"], keyExchangeMethod: ["ecp384"] },
    },
    tunnels: headquarters.regions.slice(0, 2).map((region, index) => ({
      id: chance.id("Tn"),
      regionID: region.id,
      authType: "psk" as const,
      passphrase: `Foreign.Secret.${index + 1}`,
      p81GWInternalIP: `169.254.99.${4 * index + 1}`,
      remoteGWInternalIP: `169.254.99.${4 * index + 2}`,
      remotePublicIP: `198.51.100.${index + 1}`,
      remoteASN: 65_099,
      remoteID: `198.51.100.${index + 1}`,
      routingType: "route" as const,
    })),
  };
  world.groups.set(group.id, group);
  return { accounts, foreignGroup: { id: group.id, networkId: headquarters.id } };
}

function network(world: World, chance: Chance, account: string, name: string, asn?: number): StoredNetwork {
  const made: StoredNetwork = {
    id: chance.id("Nw"),
    account,
    name,
    subnet: "10.255.0.0/16",
    ...(asn === undefined ? {} : { asn }),
    regions: ["Frankfurt", "Dublin", "Stockholm"].map((region) => ({ id: chance.id("Rg"), name: region })),
  };
  world.networks.set(made.id, made);
  return made;
}

function account(world: World, chance: Chance, name: string, networks: readonly StoredNetwork[]): SandboxAccount {
  const apiKey = `sandbox-key-${chance.id()}${chance.id()}`;
  world.keys.set(name, apiKey);
  return {
    apiKey,
    networks: networks.map(({ id, name: title, regions }) => ({
      id,
      name: title,
      regions: regions.map((region) => region.id),
    })),
  };
}
