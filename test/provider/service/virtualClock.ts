import type { Clock } from "../../../provider/service/clock";

/** Time that goes by only where all who run in it wait, and then at once: unlike one fake sleep, it lets many wait side by side. */
export interface VirtualClock extends Clock {
  /** Lets time go by until the work is done. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** Lets so much time go by. */
  advance(ms: number): Promise<void>;
  /** Sets the machine's clock on by so much, or back; the time that has elapsed stays. */
  set(byMs: number): void;
}

/** So many turns of the event loop without a new wait mean that everybody waits. */
const QUIET_TURNS = 3;

/** Creates a clock that starts at a second that is the same in every run, with no time elapsed. */
export function createVirtualClock(startMs = 1_800_000_000_000): VirtualClock {
  let [nowMs, wallMs] = [0, startMs];
  let sleepers: { readonly atMs: number; wake(): void }[] = [];

  async function settle(): Promise<void> {
    for (let turn = 0; turn < QUIET_TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  async function next(untilMs: number): Promise<boolean> {
    await settle();
    const atMs = Math.min(...sleepers.map((each) => each.atMs));
    if (atMs > untilMs) return false;
    nowMs = Math.max(nowMs, atMs);
    const due = sleepers.filter((each) => each.atMs <= nowMs);
    sleepers = sleepers.filter((each) => each.atMs > nowMs);
    for (const { wake } of due) wake();
    return true;
  }

  return {
    now: () => wallMs + nowMs,
    elapsed: () => nowMs,
    random: () => 0.5,
    sleep: (ms) => new Promise((wake) => sleepers.push({ atMs: nowMs + Math.max(0, ms), wake })),
    alarm: (ms, wake) => {
      if (!Number.isFinite(ms)) return () => undefined;
      const alarm = { atMs: nowMs + Math.max(0, ms), wake };
      sleepers.push(alarm);
      return () => {
        sleepers = sleepers.filter((each) => each !== alarm);
      };
    },
    set: (byMs) => {
      wallMs += byMs;
    },
    drive: async (work) => {
      let isDone = false;
      const end = () => {
        isDone = true;
      };
      work.then(end, end);
      for (;;) {
        await settle();
        if (isDone) return work;
        if (sleepers.length === 0) throw new Error("Nobody waits for time, and the work is not done.");
        await next(Number.POSITIVE_INFINITY);
      }
    },
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      while (await next(untilMs));
      nowMs = untilMs;
      await settle();
    },
  };
}
