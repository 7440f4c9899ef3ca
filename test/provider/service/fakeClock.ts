import type { Clock } from "../../../provider/service/clock";

/** A clock that never waits: a sleep moves it on at once, and is noted. */
export interface FakeClock extends Clock {
  readonly sleeps: readonly number[];
  advance(ms: number): void;
  /** Called after each sleep. */
  onSleep: ((sleeps: number) => void) | undefined;
}

/** Starts at a second that is the same in every run; chance is the middle of its range. */
export function createFakeClock({ startMs = 1_800_000_000_000, random = 0.5 } = {}): FakeClock {
  let nowMs = startMs;
  const sleeps: number[] = [];
  return {
    sleeps,
    onSleep: undefined,
    now: () => nowMs,
    random: () => random,
    advance: (ms) => {
      nowMs += ms;
    },
    async sleep(ms) {
      nowMs += ms;
      sleeps.push(ms);
      this.onSleep?.(sleeps.length);
    },
  };
}
