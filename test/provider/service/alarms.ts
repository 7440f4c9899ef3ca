import type { Clock } from "../../../provider/service/clock";

/** Alarms of a clock whose time moves at once. */
export interface Alarms {
  readonly alarm: Clock["alarm"];
  /** Rings those that are due; to be called whenever time has moved. */
  ring(): void;
}

/** Creates none yet. */
export function createAlarms(elapsed: () => number): Alarms {
  const set = new Set<{ readonly atMs: number; readonly ring: () => void }>();
  return {
    alarm: (ms, ring) => {
      const own = { atMs: elapsed() + ms, ring };
      set.add(own);
      return () => void set.delete(own);
    },
    ring: () => {
      for (const each of [...set].filter(({ atMs }) => atMs <= elapsed())) {
        set.delete(each);
        each.ring();
      }
    },
  };
}
