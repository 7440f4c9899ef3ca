import type { Client, RequestOptions } from "./client";
import type { Clock } from "./clock";
import type { ProbedTunnel } from "./health";
import { keepAnswers } from "./kept";

/** The health of a network, and when the read of it was begun, on the clock's elapsed(). */
export interface HealthPicture {
  readonly beganMs: number;
  readonly tunnels: readonly ProbedTunnel[];
}

/** Reads of health, each of which serves all who want that of its network. */
export interface HealthReads {
  /** As it is now, or was at most so long ago, in milliseconds. */
  read(networkId: string, options: RequestOptions, maxAgeMs: number): Promise<HealthPicture>;
  /** Joins those who wait for something in a network. */
  watch(networkId: string): HealthWatch;
}

/** One of those who wait. */
export interface HealthWatch {
  /**
   * The next look, which begins after this call: when it is worth its request, and about `latestMs` at the latest, on
   * the clock's elapsed().
   */
  next(options: RequestOptions, latestMs: number): Promise<HealthPicture>;
  leave(): void;
}

interface Network {
  /** Since when somebody waits, on the clock's elapsed(). */
  sinceMs: number;
  watchers: number;
  lookedMs: number;
  next: { readonly dueMs: number; readonly picture: Promise<HealthPicture> } | undefined;
}

const SHORTEST_INTERVAL_MS = 1000;
const LONGEST_INTERVAL_MS = 15_000;
/** What takes long is looked at more rarely: what comes is noticed within this share of the time that it took. */
const SHARE_OF_WAITED = 0.1;
/** All networks together are looked at no oftener than this allows: 60 times in five minutes, of 500 requests. */
const APART_MS = 5000;

/** A look that takes longer than this, with its turn among the requests, is given up: the next may be quicker. */
const LONGEST_LOOK_MS = 30_000;

/** Creates the reads of a process. They go behind all other requests, as looks at operations do. */
export function shareHealth(client: Pick<Client, "readHealth">, clock: Clock): HealthReads {
  const networks = new Map<string, Network>();
  const keep = keepAnswers<HealthPicture>(clock);

  function networkOf(networkId: string): Network {
    const never = Number.NEGATIVE_INFINITY;
    const fresh = { sinceMs: 0, watchers: 0, lookedMs: never, next: undefined };
    const network = networks.get(networkId) ?? fresh;
    networks.set(networkId, network);
    return network;
  }

  function look(networkId: string, options: RequestOptions, maxAgeMs = 0): Promise<HealthPicture> {
    return keep(networkId, maxAgeMs, async () => {
      const beganMs = clock.elapsed();
      networkOf(networkId).lookedMs = beganMs;
      return { beganMs, tunnels: await client.readHealth(networkId, { ...options, isLook: true, patienceMs: 0 }) };
    });
  }

  function intervalIn({ sinceMs }: Network): number {
    const watched = [...networks.values()].filter(({ watchers }) => watchers > 0).length;
    const grown = (clock.elapsed() - sinceMs) * SHARE_OF_WAITED;
    const own = Math.min(Math.max(grown, SHORTEST_INTERVAL_MS), LONGEST_INTERVAL_MS);
    return Math.max(own, (watched - 1) * APART_MS);
  }

  async function lookedAt(dueMs: number, networkId: string, options: RequestOptions): Promise<HealthPicture> {
    const network = networkOf(networkId);
    await clock.sleep(Math.max(0, dueMs - clock.elapsed()));
    if (network.next?.dueMs === dueMs) network.next = undefined;
    return look(networkId, { ...options, deadlineMs: Math.min(options.deadlineMs, clock.elapsed() + LONGEST_LOOK_MS) });
  }

  return {
    read: look,
    watch: (networkId) => {
      const network = networkOf(networkId);
      if (network.watchers === 0) network.sinceMs = clock.elapsed();
      network.watchers += 1;
      return {
        next: (options, latestMs) => {
          if (network.next === undefined || network.next.dueMs > latestMs + LONGEST_INTERVAL_MS) {
            const dueMs = Math.min(network.lookedMs + intervalIn(network), latestMs);
            network.next = { dueMs, picture: lookedAt(dueMs, networkId, options) };
          }
          return network.next.picture;
        },
        leave: () => {
          network.watchers -= 1;
        },
      };
    },
  };
}
