import type { Clock } from "../clock";
import { createTurns, type Hearing, type Leave } from "./turns";

/** A write's place in its network. */
export interface Place {
  /** Gives the place to the next one: nothing of the write is under way at the service any more. */
  leave(): void;
  /** Waits for a place again, where it was left. */
  enter(): Promise<void>;
}

/** The writes that a network takes at once. */
export interface NetworkPlaces {
  /** Waits for a place. */
  placeFor(hearing?: Hearing): Promise<Place>;
  /** How many wait. */
  waiting(): number;
  /** The service has refused one for the others: there is one place less for a while. */
  crowded(): void;
}

/** A network that was crowded is given one place more after so long. */
const RAISED_AFTER_MS = 60_000;

/** Creates the places of a network. */
export function createNetworkPlaces(mostPlaces: number, clock: Clock): NetworkPlaces {
  let [most, loweredMs] = [mostPlaces, 0];
  const turns = createTurns(() => {
    if (most < mostPlaces && clock.elapsed() - loweredMs >= RAISED_AFTER_MS)
      [most, loweredMs] = [most + 1, clock.elapsed()];
    return most;
  });
  return {
    waiting: turns.waiting,
    crowded: () => {
      [most, loweredMs] = [Math.max(1, Math.min(most, turns.taken()) - 1), clock.elapsed()];
    },
    placeFor: async (hearing) => {
      let leave: Leave | undefined = await turns.enter(hearing);
      return {
        leave: () => {
          leave?.();
          leave = undefined;
        },
        enter: async () => {
          leave ??= await turns.enter({ onWait: hearing?.onWait });
        },
      };
    },
  };
}
