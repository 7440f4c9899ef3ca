import { NotFoundError } from "../service/errors";
import { decodeFoundGroups, decodeListed, type FoundGroup, nameOfGroup, namesBelongTo } from "../service/wire";
import type { Account, Asker } from "./account";
import { choose, type Wanted } from "./choose";
import type {
  GetNetworkResult,
  GetNetworksResult,
  GetRegionResult,
  GetRegionsResult,
  GetTunnelGroupResult,
  GetTunnelGroupsResult,
  GetTunnelHealthResult,
} from "./shapes";

/** Arguments, checked. */
export interface Args extends Wanted {
  readonly networkId: string;
  readonly includePassphrases?: boolean | undefined;
}

/** What lookups find; passphrases in clear. */
interface Results {
  readonly getNetworks: GetNetworksResult;
  readonly getNetwork: GetNetworkResult;
  readonly getRegions: GetRegionsResult;
  readonly getRegion: GetRegionResult;
  readonly getTunnelGroups: GetTunnelGroupsResult;
  readonly getTunnelGroup: InClear;
  readonly getTunnelHealth: GetTunnelHealthResult;
}
type InClear = Omit<GetTunnelGroupResult, "passphrases"> & {
  readonly passphrases: Readonly<Record<string, string>> | undefined;
};

/** The name of a lookup's function. */
export type LookupName = keyof Results;

/** A lookup: what it is to do in words, which arguments it takes, and how it is made. */
interface Lookup<Result> {
  readonly words: (args: Args) => string;
  readonly takes: readonly ("networkId" | "name" | "id")[];
  readonly find: (account: Account, args: Args, asker: Asker) => Promise<Result>;
}

/** The lookups by the names of their functions. */
export const LOOKUPS: { readonly [Name in LookupName]: Lookup<Results[Name]> } = {
  getNetworks: {
    words: () => "list the networks",
    takes: [],
    find: async (account, _, asker) => ({ networks: await account.networks(asker) }),
  },
  getNetwork: {
    words: (args) => `find network ${wantedText(args)}`,
    takes: ["name", "id"],
    find: async (account, args, asker) => choose(await account.networks(asker), args),
  },
  getRegions: {
    words: ({ networkId }) => `list the regions of network ${networkId}`,
    takes: ["networkId"],
    find: async (account, args, asker) => ({ regions: await regionsOf(account, args, asker) }),
  },
  getRegion: {
    words: (args) => `find region ${wantedText(args)} of network ${args.networkId}`,
    takes: ["networkId", "name"],
    find: async (account, args, asker) => choose(await regionsOf(account, args, asker), args),
  },
  getTunnelGroups: {
    words: ({ networkId }) => `list the tunnel groups of network ${networkId}`,
    takes: ["networkId"],
    find: async (account, { networkId }, asker) => {
      const groups = decodeFoundGroups(await account.tunnels(networkId, asker));
      return { tunnelGroups: groups.map((group) => shown(networkId, group)) };
    },
  },
  getTunnelGroup: {
    words: (args) => `find tunnel group ${wantedText(args)} of network ${args.networkId}`,
    takes: ["networkId", "name", "id"],
    find: groupOf,
  },
  getTunnelHealth: {
    words: ({ networkId }) => `read the health of network ${networkId}`,
    takes: ["networkId"],
    find: async (account, { networkId }, asker) => ({ tunnels: await account.health(networkId, asker) }),
  },
};

function wantedText({ name, id }: Wanted): string {
  return name === undefined ? (id ?? "") : `"${name}"`;
}

async function regionsOf(account: Account, { networkId }: Args, asker: Asker) {
  const regions = await account.regions(networkId, asker);
  return regions.map((region) => ({ ...region, networkId }));
}

async function groupOf(account: Account, args: Args, asker: Asker): Promise<InClear> {
  const { networkId, includePassphrases = false } = args;
  const group = await listedOrRead(account, args, asker);
  if (!includePassphrases) return shown(networkId, group);
  // What lists leave out is not documented.
  const isWhole = group.tunnels.every(({ authType, passphrase }) => authType === "cert" || passphrase !== undefined);
  const whole = isWhole ? group : await read(account, networkId, group.id);
  return { ...shown(networkId, whole), passphrases: passphrasesOf(whole) };
}

/**
 * A group as the network's list shows it, else as a read of it does.
 * @throws ChoiceError that lists what there is
 */
export async function listedOrRead(account: Account, args: Args, asker: Asker): Promise<FoundGroup> {
  const { networkId, name, id } = args;
  const entries = await account.tunnels(networkId, asker);
  const groups = decodeFoundGroups(entries).map((group) => ({ ...group, name: nameOfGroup(group.names) }));
  const isWanted = (group: FoundGroup) => (name === undefined ? group.id === id : namesBelongTo(name, group.names));
  if (groups.some(isWanted)) return choose(groups, args, isWanted);
  // Reading alone shows a group without tunnels, and whether what is listed under its own id is a group.
  const own = decodeListed(entries).filter(({ isOwnId, names }) => isOwnId && namesBelongTo(name ?? "", names));
  const candidates = name === undefined ? [id ?? ""] : own.map((each) => each.id);
  for (const candidate of candidates) {
    const group = await read(account, networkId, candidate).catch(passOverMissing);
    if (group !== undefined) return group;
  }
  return choose(groups, args, isWanted);
}

async function read({ client, options }: Account, networkId: string, id: string): Promise<FoundGroup> {
  return { ...(await client.readGroup(networkId, id, options())), id };
}

function passOverMissing(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}

/** A group for the program: its passphrases stay here. */
function shown(networkId: string, group: FoundGroup) {
  const { id, names, description, sharedSettings, advancedSettings } = group;
  const tunnels = group.tunnels.map(({ passphrase: _, foreign: __, ...tunnel }) => tunnel);
  return {
    ...{ id, networkId, name: nameOfGroup(names), description, tunnels, passphrases: undefined },
    // What the service does not show of them is absent, never undefined.
    sharedSettings: sharedSettings as GetTunnelGroupResult["sharedSettings"],
    advancedSettings: advancedSettings as GetTunnelGroupResult["advancedSettings"],
  };
}

function passphrasesOf({ tunnels }: FoundGroup): Readonly<Record<string, string>> {
  const pairs = tunnels.flatMap(({ id, passphrase }) => (passphrase === undefined ? [] : [[id, passphrase] as const]));
  return Object.fromEntries(pairs);
}
