import { setTimeout as delay } from "node:timers/promises";

/**
 * Time and chance, passed to everything that waits, so that tests never do. Two times that have nothing in common: what is
 * stored, and what is on the wire, is dated by `now`; all that is reckoned within a process, by `elapsed`.
 */
export interface Clock {
  /** Milliseconds since the epoch by the machine's clock, which may be wrong, and may be set at any time. */
  now(): number;
  /** Whole milliseconds since some moment; it never goes back, and other processes count from other moments. */
  elapsed(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
  /** Calls `ring` after `ms` milliseconds, unless the returned function is called before. */
  alarm(ms: number, ring: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
}

/** The longest that Node's timers can wait; they fire at once when asked for more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => Math.floor(performance.now()),
  sleep: (ms) => delay(Math.min(ms, LONGEST_TIMER_MS)),
  alarm: (ms, ring) => {
    if (ms > LONGEST_TIMER_MS) return () => undefined;
    const timer = setTimeout(ring, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
