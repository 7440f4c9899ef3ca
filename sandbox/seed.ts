import type { ApiKey } from "./access";
import type { Peer } from "./contract/requests";
import type { Tunnelling } from "./health/health";
import type { Chances } from "./ids";
import type { StoredGroup, StoredNetwork, StoredTunnel } from "./model";
import type { Settings } from "./options";
import { ADVANCED, FEATURES, staticTunnel } from "./staticTunnel";
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

/** What was there at the start was made a day before. */
const AGE_MS = 86_400_000;

/** Where what is there from the start is kept. */
export interface Ground {
  readonly store: Store;
  readonly tunnelling: Pick<Tunnelling, "setPeer">;
}

/** Lays out two accounts, their networks, and a group with its routers and a static tunnel that somebody else has made. */
export function seedStore(
  { store, tunnelling }: Ground,
  chances: Chances,
  nowMs: number,
  { staticTunnelName, networks }: Pick<Settings, "staticTunnelName" | "networks">,
): Start {
  const createdAtMs = nowMs - AGE_MS;
  const { start: chance } = chances;
  const [first, second] = [chances.tenant.id(), chances.tenant.id()];
  let count = 0;
  const network = (account: string, tenantId: string, name: string): StoredNetwork => {
    count += 1;
    return { ...emptyNetwork(chances, name, count), account, tenantId, createdAtMs };
  };
  const present = { ...network("first", first, "headquarters"), asn: 64_601 };
  const place = { regionID: present.regions[0]?.id ?? "", createdAtMs };
  const legacy = staticTunnel({ id: chance.id("Tn"), tunnelName: staticTunnelName, ...place });
  const headquarters = { ...present, staticTunnels: [legacy] };
  const empty = (length: number) => Array.from({ length }, (_, at) => (at === 0 ? "branches" : `branches ${at + 1}`));
  const account = (name: string, networks: readonly StoredNetwork[]): AccountStart => ({
    account: name,
    key: `sandbox-key-${chance.id("", 20)}`,
    networks,
  });
  const accounts = [
    account("first", [headquarters, ...empty(networks - 1).map((name) => network("first", first, name))]),
    account("second", [network("second", second, "elsewhere")]),
  ];
  for (const each of accounts.flatMap(({ networks }) => networks)) store.networks.set(each.id, each);
  const routers = headquarters.regions.slice(0, 2).map(({ id }, at) => strangersRouter(id, at + 1));
  for (const [at, router] of routers.entries()) tunnelling.setPeer(`datacenter0${at + 1}`, router);
  const foreignGroup = strangersGroup(headquarters, routers, chances);
  store.put(foreignGroup.id, foreignGroup, createdAtMs);
  return { accounts, foreignGroup };
}

/** @param n numbers the addresses of its gateways */
function emptyNetwork({ start: chance }: Chances, name: string, n: number) {
  return {
    id: chance.id("Nw"),
    name,
    subnet: "10.255.0.0/16",
    regions: ["Frankfurt", "Dublin", "Stockholm"].map((region, at) => ({
      id: chance.id("Rg"),
      name: region,
      addresses: [1, 2].map((gateway) => `198.18.${n}.${10 * (at + 1) + gateway}`),
    })),
    staticTunnels: [],
  };
}

function strangersRouter(regionID: string, n: number): Peer {
  return {
    regionID,
    passphrase: `Foreign.Secret.${n}`,
    p81GWInternalIP: `169.254.99.${4 * n - 3}`,
    remoteGWInternalIP: `169.254.99.${4 * n - 2}`,
    remotePublicIP: `198.51.100.${n}`,
    remoteASN: 65_099,
  };
}

function strangersGroup(
  { id: networkId, createdAtMs }: StoredNetwork,
  routers: readonly Peer[],
  { start: chance }: Chances,
): StoredGroup {
  const tunnel = (router: Peer, at: number): StoredTunnel => ({
    id: chance.id("Tn"),
    index: at + 1,
    ...router,
    authType: "psk",
    remoteID: router.remotePublicIP,
    routingType: "route",
    createdAtMs,
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
      features: FEATURES,
    },
    advancedSettings: ADVANCED,
    tunnels: routers.map(tunnel),
    lastNumber: 2,
  };
}
