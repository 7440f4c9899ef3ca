import type { Client, RequestOptions } from "../service/client";
import { NotFoundError } from "../service/errors";
import type { ProbedTunnel } from "../service/health";
import type { FoundNetwork, FoundRegion } from "../service/wire";
import { choose } from "./choose";

/** What a run has seen of an account: each list is read once for all who ask. */
export interface Account {
  readonly client: Client;
  /** How long requests that begin now may be tried. */
  readonly options: () => RequestOptions;
  networks(asker: Asker): Promise<readonly FoundNetwork[]>;
  regions(networkId: string, asker: Asker): Promise<readonly FoundRegion[]>;
  /** The entries of the network's list of tunnels. */
  tunnels(networkId: string, asker: Asker): Promise<readonly unknown[]>;
  health(networkId: string, asker: Asker): Promise<readonly ProbedTunnel[]>;
}

/** Who asks for a list. */
export interface Asker {
  /** Whether what resources of the run have done must show, so that only a list that begins from now on will do. */
  readonly isAfterwards: boolean;
}

/** Creates the memory of a run. */
export function createAccount(client: Client, options: () => RequestOptions): Account {
  const networks = once(() => client.listNetworks(options()));
  const regions = onceEach((networkId) => within(networkId, () => client.listRegions(networkId, options())));
  const tunnels = onceEach((networkId) =>
    within(networkId, async () => (await client.listTunnels(networkId, options()))?.entries ?? []),
  );

  const health = onceEach((networkId) => within(networkId, () => client.readHealth(networkId, options())));

  /** A network that is not there is told apart from others by name. */
  async function within<T>(networkId: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof NotFoundError) choose(await networks({ isAfterwards: false }), { id: networkId });
      throw error;
    }
  }

  return { client, options, networks, regions, tunnels, health };
}

function onceEach<T>(read: (key: string) => Promise<T>): (key: string, asker: Asker) => Promise<T> {
  const readers = new Map<string, (asker: Asker) => Promise<T>>();
  return (key, asker) => {
    const reader = readers.get(key) ?? once(() => read(key));
    readers.set(key, reader);
    return reader(asker);
  };
}

/** Reads once; what failed is forgotten, so that who asks later tries again. */
function once<T>(read: () => Promise<T>): (asker: Asker) => Promise<T> {
  let kept: Promise<T> | undefined;
  let next: Promise<T> | undefined;

  function begin(): Promise<T> {
    const reading = read();
    kept = reading;
    reading.catch(() => {
      if (kept === reading) kept = undefined;
    });
    return reading;
  }

  return ({ isAfterwards }) => {
    if (!isAfterwards || kept === undefined) return kept ?? begin();
    // The list under way may have begun too early: all who ask until it ends share the one after it.
    next ??= kept.then(noop, noop).then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
}

function noop(): void {}
