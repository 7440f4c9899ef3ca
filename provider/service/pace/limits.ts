import type { Clock } from "../clock";
import { createBudget } from "./budget";
import { MOST_LOOKS, nextLookMs } from "./cadence";
import { createDurations, type Spread } from "./durations";
import { createHolds } from "./holds";
import { NO_OTHER_REQUESTS, type OtherRequests } from "./otherRequests";
import { createNetworkPlaces, type NetworkPlaces, type Place } from "./places";
import { createRequestQueue, type RequestQueue } from "./queue";
import { createTrips } from "./trips";
import { createTurns, type Hearing, type Turns } from "./turns";

/** How much of the service a process may take. */
export interface LimitSettings {
  readonly clock: Clock;
  /** Requests in any window. @default 480 of the 500 that the service allows an address */
  readonly requestsPerWindow?: number;
  /** The window that the service counts in, in milliseconds. @default five minutes */
  readonly windowMs?: number;
  /** Writes that are under way on one network at once; the service refuses more than 5. @default 5 */
  readonly writesPerNetwork?: number;
  /** What the machine's other processes have made of the same budget. @default nothing is known of others */
  readonly others?: OtherRequests;
}

/** One of those who wait for an operation. */
export interface Watch {
  /**
   * When to send the next look, in milliseconds since the operation began, if it ran at `ranMs`: so early that it arrives
   * when an end is likely.
   */
  nextLookMs(ranMs: number): number;
  /** Resolves when something was learned that may bring the next look forward. */
  news(): Promise<void>;
  /** True if the operation began with another one, and has probably ended with it, or is about to. */
  isFollowing(): boolean;
  /** A list showed what the operation changes. When it ended is not known, so that others learn nothing from it. */
  shown(): void;
  /** The operation ended after `ranMs`, and before `endedMs`. */
  ended(ranMs: number, endedMs: number): void;
  /** How long a look is under way, as far as others have shown, in milliseconds. */
  roundTripMs(): number;
  /** It is waited for no more. */
  leave(): void;
}

/** What all of a process share: the queues that requests and writes go through, and what is known of operations. */
export interface Limits {
  /** Makes a request as soon as the budget allows it. */
  readonly request: RequestQueue["make"];
  /**
   * Runs a write with all that belongs to it, waits included. Two writes to one subject never overlap.
   */
  write<T>(networkId: string, subject: string, task: (place: Place) => Promise<T>, hearing?: Hearing): Promise<T>;
  /** Runs what only reads, and must not overlap with a write to its subject; it takes no place of its network. */
  alone<T>(networkId: string, subject: string, task: () => Promise<T>): Promise<T>;
  /** The service has refused a write for the others that are under way on its network, and asks its writes to pause for so long. */
  crowded(networkId: string, pauseMs?: number): void;
  /** Resolves once the service takes writes to a network again, as far as it has said, and at `latestMs` at the latest. */
  writable(networkId: string, latestMs: number): Promise<void>;
  /** A look was answered so long after it was sent, in milliseconds. */
  looked(tookMs: number): void;
  /** Joins those who wait for operations. */
  watch(networkId: string, kind: string): Watch;
}

/** The window that the service counts requests in. */
export const WINDOW_MS = 5 * 60_000;
const REQUESTS_PER_WINDOW = 480;
/** What a write takes besides looks: itself, and its part in reads that several share. */
const BESIDE_LOOKS = 1.5;
/** Writes that begin within this time on one network are likely to end together. */
const TOGETHER_MS = 2000;
/** Operations whose spread is smaller are alike: when one has ended, so have those that began with it. */
const ALIKE_SIGMA = 0.15;
/** So few say nothing about that: they are taken to be. */
const FEW = 4;
/** Those who follow look so much later than the one they have heard of took. */
const AFTER_IT = 1.005;
/** Where there are looks enough, one who follows does not wait to hear, but looks when five in six have ended. */
const AIMED_SIGMAS = 1;
const LOOKS_ENOUGH = 3;
/** With fewer it waits to hear; not for ever, since the one that it began with may be the odd one. */
const LATEST_SIGMAS = 3;
/** Looks at one operation arrive no closer to each other. */
const SHORTEST_INTERVAL_MS = 250;

/** One who waits. */
interface Watching {
  readonly networkId: string;
  readonly kind: string;
  readonly joinedMs: number;
  /** Whether another one began with it, which it hears of first. */
  isFollowing: boolean;
  /** When it is to look, in milliseconds since it began, by what that one took. */
  hintMs: number | undefined;
  tell(): void;
}

/** Creates the limits of a process. */
export function createLimits(settings: LimitSettings): Limits {
  const { clock, requestsPerWindow = REQUESTS_PER_WINDOW, windowMs = WINDOW_MS, writesPerNetwork = 5 } = settings;
  const { others = NO_OTHER_REQUESTS } = settings;
  const budget = createBudget(requestsPerWindow, windowMs, others.madeMs);
  const durations = createDurations();
  const subjects = new Map<string, Turns>();
  const networks = new Map<string, NetworkPlaces>();
  const watches = new Set<Watching>();
  const trips = createTrips();
  const holds = createHolds(clock);
  let busySinceMs = 0;

  function networkOf(networkId: string): NetworkPlaces {
    const places = networks.get(networkId) ?? createNetworkPlaces(writesPerNetwork, clock);
    networks.set(networkId, places);
    return places;
  }

  async function inTurn<T>(networkId: string, subject: string, task: () => Promise<T>): Promise<T> {
    const name = JSON.stringify([networkId, subject]);
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
    const horizonMs = Math.min(clock.elapsed() - busySinceMs, windowMs);
    const operations = Math.max(watches.size + queued, (watches.size * horizonMs) / typicalMs);
    return Math.min(budget.freeAt(clock.elapsed()) / operations - BESIDE_LOOKS, MOST_LOOKS);
  }

  /** Where nothing is known of a kind yet one looks often, and the others hear from it. */
  function isScout(own: Watching): boolean {
    return [...watches].find(({ kind }) => kind === own.kind) === own;
  }

  function isTogether(a: Pick<Watching, "networkId" | "kind" | "joinedMs">, b: Watching): boolean {
    return a.networkId === b.networkId && a.kind === b.kind && Math.abs(a.joinedMs - b.joinedMs) <= TOGETHER_MS;
  }

  function isAlike(spread: Spread | undefined): boolean {
    return spread === undefined || spread.count < FEW || spread.sigma < ALIKE_SIGMA;
  }

  function join(networkId: string, kind: string): Watching {
    const joined = { networkId, kind, joinedMs: clock.elapsed() };
    const isFollowing = [...watches].some((each) => isTogether(joined, each));
    return { ...joined, isFollowing, hintMs: undefined, tell: () => undefined };
  }

  function dueOf(own: Watching, ranMs: number): number {
    const spread = durations.of(own.networkId, own.kind);
    if (own.hintMs !== undefined && ranMs < own.hintMs) return own.hintMs;
    if (spread === undefined) return nextLookMs(ranMs, undefined, isScout(own) ? MOST_LOOKS : 0);
    const { medianMs, sigma } = spread;
    const looks = looksEach(medianMs);
    if (own.isFollowing && isAlike(spread) && ranMs === 0)
      return medianMs * (1 + sigma * (looks < LOOKS_ENOUGH ? LATEST_SIGMAS : AIMED_SIGMAS));
    return nextLookMs(ranMs, spread, looks);
  }

  function isLikelyEnded(own: Watching): boolean {
    const spread = durations.of(own.networkId, own.kind);
    return own.isFollowing && isAlike(spread) && (spread !== undefined || own.hintMs !== undefined);
  }

  function learn(own: Watching, ranMs: number, endedMs: number): void {
    const before = durations.of(own.networkId, own.kind);
    durations.learn(own.networkId, own.kind, ranMs, endedMs);
    for (const each of watches) {
      if (each.isFollowing && isAlike(before) && isTogether(own, each)) each.hintMs ??= endedMs * AFTER_IT;
      each.tell();
    }
  }

  /** When to send a look that is to arrive at `dueMs`. */
  function sentFor(dueMs: number, ranMs: number): number {
    const tripMs = trips.medianMs();
    const earliestMs = ranMs > 0 ? ranMs + Math.max(0, SHORTEST_INTERVAL_MS - tripMs) : 0;
    return Math.max(dueMs - tripMs, earliestMs);
  }

  /** One that is waited for no more, and has told nothing, is followed by the next, which looks at once if it is late. */
  function succeed(own: Watching): void {
    const next = [...watches].find((each) => each.isFollowing && isTogether(own, each));
    if (next) next.isFollowing = false;
    for (const each of watches) if (each.kind === own.kind) each.tell();
  }

  function watch(networkId: string, kind: string): Watch {
    const own = join(networkId, kind);
    if (watches.size === 0) busySinceMs = clock.elapsed();
    watches.add(own);
    let hasTold = false;
    return {
      nextLookMs: (ranMs) => sentFor(dueOf(own, ranMs), ranMs),
      news: () =>
        new Promise((resolve) => {
          own.tell = resolve;
        }),
      ended: (ranMs, endedMs) => {
        hasTold = true;
        learn(own, ranMs, endedMs);
      },
      isFollowing: () => isLikelyEnded(own),
      shown: () => {
        hasTold = own.isFollowing;
      },
      roundTripMs: trips.medianMs,
      leave: () => {
        watches.delete(own);
        if (!hasTold) succeed(own);
      },
    };
  }

  return {
    request: createRequestQueue(budget, clock, others).make,
    // The subject first: who waits for another write to the same thing takes no place of the network meanwhile.
    write: (networkId, subject, task, hearing) =>
      inTurn(networkId, subject, async () => {
        const place = await networkOf(networkId).placeFor(hearing);
        try {
          return await task(place);
        } finally {
          place.leave();
        }
      }),
    alone: inTurn,
    crowded: (networkId, pauseMs = 0) => {
      networkOf(networkId).crowded();
      holds.hold(networkId, pauseMs);
    },
    writable: holds.ended,
    looked: trips.learn,
    watch,
  };
}
