import type { Control } from "./control";
import type { StoredNetwork } from "./model";
import type { AccountStart, Start } from "./seed";

/** A network as a sandbox offers it; regions by their ids, and their names in the same order. */
export interface OfferedNetwork extends Pick<StoredNetwork, "id" | "name" | "subnet" | "asn"> {
  readonly regions: readonly [string, string, string];
  readonly regionNames: readonly string[];
}

/** An account and the networks in it. */
export interface SandboxAccount {
  readonly apiKey: string;
  readonly networks: readonly [OfferedNetwork, ...OfferedNetwork[]];
}

/** What a sandbox offers from the start. */
export interface Offer {
  /** Ends in `/api/rest`. */
  readonly baseUrl: string;
  /** Ends in `/control`. */
  readonly controlUrl: string;
  /** The first account has a network with a group that somebody else made, and an empty one; the second has one network. */
  readonly accounts: readonly [SandboxAccount, SandboxAccount];
  readonly foreignGroup: {
    readonly id: string;
    readonly networkId: string;
    readonly tunnelName: string;
    readonly tunnels: readonly { readonly id: string; readonly regionID: string; readonly remotePublicIP: string }[];
  };
}

/** A running sandbox. */
export interface Sandbox extends Offer, Control {
  close(): Promise<void>;
}

/** What is told about a sandbox at `origin`. */
export function offerOf({ accounts, foreignGroup }: Start, origin: string): Offer {
  const [first, second] = accounts.map(offeredAccount);
  if (!first || !second) throw new Error("A sandbox begins with two accounts");
  const { id, networkId, tunnelName, tunnels } = foreignGroup;
  return {
    baseUrl: `${origin}/api/rest`,
    controlUrl: `${origin}/control`,
    accounts: [first, second],
    foreignGroup: {
      id,
      networkId,
      tunnelName,
      tunnels: tunnels.map((tunnel) => ({
        id: tunnel.id,
        regionID: tunnel.regionID,
        remotePublicIP: tunnel.remotePublicIP ?? "",
      })),
    },
  };
}

function offeredAccount({ key, networks }: AccountStart): SandboxAccount {
  const [first, ...others] = networks.map(offeredNetwork);
  if (!first) throw new Error("An account begins with a network");
  return { apiKey: key, networks: [first, ...others] };
}

function offeredNetwork({ id, name, subnet, regions, asn }: StoredNetwork): OfferedNetwork {
  const [first, second, third] = regions.map((region) => region.id);
  if (!first || !second || !third) throw new Error("A network begins with three regions");
  const regionNames = regions.map((region) => region.name);
  return { id, name, subnet, regions: [first, second, third], regionNames, ...(asn === undefined ? {} : { asn }) };
}
