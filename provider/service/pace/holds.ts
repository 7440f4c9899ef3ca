import type { Clock } from "../clock";

/** Pauses that the service has asked writes to a network for. */
export interface Holds {
  /** Holds the writes to a network from now on for so long, in milliseconds. */
  hold(networkId: string, pauseMs: number): void;
  /** Resolves when no pause is left, and at `latestMs`, on the clock's elapsed(), at the latest. */
  ended(networkId: string, latestMs: number): Promise<void>;
}

/** Creates a memory without pauses. */
export function createHolds(clock: Clock): Holds {
  const untilMs = new Map<string, number>();
  const restMs = (networkId: string, latestMs: number) =>
    Math.min(untilMs.get(networkId) ?? Number.NEGATIVE_INFINITY, latestMs) - clock.elapsed();
  return {
    hold: (networkId, pauseMs) => {
      const endMs = clock.elapsed() + pauseMs;
      untilMs.set(networkId, Math.max(endMs, untilMs.get(networkId) ?? Number.NEGATIVE_INFINITY));
    },
    ended: async (networkId, latestMs) => {
      // It may have been prolonged meanwhile.
      for (let ms = restMs(networkId, latestMs); ms > 0; ms = restMs(networkId, latestMs)) await clock.sleep(ms);
    },
  };
}
