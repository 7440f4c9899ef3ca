import { createBudget } from "./budget";
import { MOST_LOOKS, nextLookMs } from "./cadence";
import type { Clock } from "./clock";
import { createDurations } from "./durations";
import { createNetworkPlaces, type NetworkPlaces, type Place } from "./places";
import { createRequestQueue, type RequestQueue } from "./queue";
import { createTurns, type Turns } from "./turns";

/** How much of the service a process may take. */
export interface LimitSettings {
  readonly clock: Clock;
  /** Requests in any window. @default 480 of the 500 that the service allows an address */
  readonly requestsPerWindow?: number;
  /** The window that the service counts in, in milliseconds. @default five minutes */
  readonly windowMs?: number;
  /** Writes that are under way on one network at once; the service refuses more than 5. @default 5 */
  readonly writesPerNetwork?: number;
}

/** One of those who wait for an operation. */
export interface Watch {
  /** When to look next, in milliseconds since the operation began, if it ran at `ranMs`. */
  nextLookMs(ranMs: number): number;
  /** Resolves when something was learned that may bring the next look forward. */
  news(): Promise<void>;
  /** The operation ended after `ranMs`, and before `endedMs`. */
  ended(ranMs: number, endedMs: number): void;
  /** It is waited for no more. */
  leave(): void;
}

/** What all of a process share: the queues that requests and writes go through, and what is known of operations. */
export interface Limits {
  /** Makes a request as soon as the budget allows it. */
  readonly request: RequestQueue["make"];
  /**
   * Runs a write with all that belongs to it, waits included. Two writes to one subject never overlap.
   * @param onWait hears how many are before it
   */
  write<T>(
    networkId: string,
    subject: string,
    task: (place: Place) => Promise<T>,
    onWait?: (before: number) => void,
  ): Promise<T>;
  /** The service has refused a write for the others that are under way on its network. */
  crowded(networkId: string): void;
  /** Joins those who wait for operations. */
  watch(networkId: string, kind: string): Watch;
}

const WINDOW_MS = 5 * 60_000;
const REQUESTS_PER_WINDOW = 480;
/** What a write takes besides looks: itself, and its part in reads that several share. */
const BESIDE_LOOKS = 1.5;
const SCOUTS = 2;

/** Creates the limits of a process. */
export function createLimits(settings: LimitSettings): Limits {
  const { clock, requestsPerWindow = REQUESTS_PER_WINDOW, windowMs = WINDOW_MS, writesPerNetwork = 5 } = settings;
  const budget = createBudget(requestsPerWindow, windowMs);
  const durations = createDurations();
  const subjects = new Map<string, Turns>();
  const networks = new Map<string, NetworkPlaces>();
  const watches = new Set<{ readonly kind: string; tell(): void }>();
  let busySinceMs = 0;

  function networkOf(networkId: string): NetworkPlaces {
    const places = networks.get(networkId) ?? createNetworkPlaces(writesPerNetwork, clock);
    networks.set(networkId, places);
    return places;
  }

  async function inTurn<T>(name: string, task: () => Promise<T>): Promise<T> {
    const turns = subjects.get(name) ?? createTurns(() => 1);
    subjects.set(name, turns);
    const leave = await turns.enter();
    try {
      return await task();
    } finally {
      leave();
      if (turns.taken() === 0) subjects.delete(name);
    }
  }

  /** How many looks there are for each operation, what else is to come considered: what has gone on for so long is taken to go on for as long again. */
  function looksEach(typicalMs: number): number {
    const queued = [...networks.values()].reduce((sum, turns) => sum + turns.waiting(), 0);
    const horizonMs = Math.min(clock.now() - busySinceMs, windowMs);
    const operations = Math.max(watches.size + queued, (watches.size * horizonMs) / typicalMs);
    return Math.min(budget.freeAt(clock.now()) / operations - BESIDE_LOOKS, MOST_LOOKS);
  }

  /** Where nothing is known of a kind yet a few look often, and the others hear from them. */
  function isScout(own: { readonly kind: string }): boolean {
    const alike = [...watches].filter(({ kind }) => kind === own.kind);
    return alike.slice(0, SCOUTS).some((each) => each === own);
  }

  function watch(networkId: string, kind: string): Watch {
    const own = { kind, tell: (): void => undefined };
    if (watches.size === 0) busySinceMs = clock.now();
    watches.add(own);
    return {
      nextLookMs: (ranMs) => {
        const spread = durations.of(networkId, kind);
        const looks = spread ? looksEach(spread.medianMs) : isScout(own) ? MOST_LOOKS : 0;
        return nextLookMs(ranMs, spread, looks);
      },
      news: () =>
        new Promise((resolve) => {
          own.tell = resolve;
        }),
      ended: (ranMs, endedMs) => {
        durations.learn(networkId, kind, ranMs, endedMs);
        for (const each of watches) each.tell();
      },
      leave: () => void watches.delete(own),
    };
  }

  return {
    request: createRequestQueue(budget, clock).make,
    // The subject first: who waits for another write to the same thing takes no place of the network meanwhile.
    write: (networkId, subject, task, onWait) =>
      inTurn(JSON.stringify([networkId, subject]), async () => {
        const place = await networkOf(networkId).placeFor(onWait);
        try {
          return await task(place);
        } finally {
          place.leave();
        }
      }),
    crowded: (networkId) => networkOf(networkId).crowded(),
    watch,
  };
}
