import type { Clock } from "../../../provider/service/clock";
import { createAlarms } from "./alarms";

/** A clock that never waits: a sleep moves it on at once, and is noted. */
export interface FakeClock extends Clock {
  readonly sleeps: readonly number[];
  advance(ms: number): void;
  /** Sets the machine's clock on by so much, or back; the time that has elapsed stays. */
  set(byMs: number): void;
  /** Called after each sleep. */
  onSleep: ((sleeps: number) => void) | undefined;
}

/** Starts at a second that is the same in every run, with no time elapsed; chance is the middle of its range. */
export function createFakeClock({ startMs = 1_800_000_000_000, random = 0.5 } = {}): FakeClock {
  let [elapsedMs, wallMs] = [0, startMs];
  const sleeps: number[] = [];
  const { alarm, ring } = createAlarms(() => elapsedMs);
  const advance = (ms: number) => {
    elapsedMs += ms;
    ring();
  };
  return {
    sleeps,
    onSleep: undefined,
    now: () => wallMs + elapsedMs,
    elapsed: () => elapsedMs,
    random: () => random,
    alarm,
    advance,
    set: (byMs) => {
      wallMs += byMs;
    },
    async sleep(ms) {
      advance(ms);
      sleeps.push(ms);
      this.onSleep?.(sleeps.length);
    },
  };
}
