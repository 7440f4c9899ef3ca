import type { Clock } from "../clock";
import { createTurns, type Hearing, type Leave } from "./turns";

/** The service's last refusal of a write for a conflict (409), which says nothing of what the conflict is with. */
export interface Refusal {
  /** How many other writes of this process were in flight on the network when the service answered. */
  readonly others: number;
  /** How often the service has refused the write with no other in flight, since it last took one of the step. */
  readonly timesAlone: number;
  /** When it first did, on the clock's elapsed(); infinite before. */
  readonly aloneSinceMs: number;
  /** How many writes of the network it has refused so since it last took one: with several, another writer is at work. */
  readonly inARow: number;
}

/** A write's place in its network. */
export interface Place {
  /** Gives the place to the next one: nothing of the write is under way at the service any more. */
  leave(): void;
  /**
   * Waits for a place again, where it was left. A write that was refused goes before those that have not begun, and alone
   * where others were in flight: then no other is sent until the service has answered.
   * @param onWait hears, where it has to wait, how many are before it
   */
  enter(onWait?: Hearing["onWait"]): Promise<void>;
  /** The write is in flight from now on, until it has ended or the place is left. */
  sending(): void;
  /** The write is in flight no more; the place stays taken. */
  ended(): void;
  /** The service has taken the write, or may have: it counts as refused no more, and others may be sent beside it. */
  sent(): void;
  /** The service has refused the write for a conflict: leaves the place. */
  refused(): void;
  /** The refusal that the write is to be sent again after; undefined where there is none. */
  refusal(): Refusal | undefined;
  /** Resolves once when the service takes another write of this process on the network, after it has refused this one. */
  othersTaken(): Promise<void>;
  /** How long it has waited for a place again, in milliseconds. */
  queuedMs(): number;
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
  const inFlight = new Set<Place>();
  let inARow = 0;
  const wakers: (() => void)[] = [];
  const turns = createTurns(() => {
    if (most < mostPlaces && clock.elapsed() - loweredMs >= RAISED_AFTER_MS)
      [most, loweredMs] = [most + 1, clock.elapsed()];
    return most;
  });

  function crowded(): void {
    [most, loweredMs] = [Math.max(1, Math.min(most, turns.taken()) - 1), clock.elapsed()];
  }

  /** @returns by how many places there are fewer */
  function lowered(): number {
    const before = most;
    crowded();
    return before - most;
  }

  function refusalBeside(others: number, before: Refusal | undefined): Refusal {
    const { timesAlone, aloneSinceMs } = before ?? { timesAlone: 0, aloneSinceMs: Number.POSITIVE_INFINITY };
    if (others > 0) return { others, timesAlone, aloneSinceMs, inARow };
    inARow += 1;
    return { others, timesAlone: timesAlone + 1, aloneSinceMs: Math.min(aloneSinceMs, clock.elapsed()), inARow };
  }

  function taken(): void {
    inARow = 0;
    for (const wake of wakers.splice(0)) wake();
    turns.share();
  }

  async function placeFor(hearing?: Hearing): Promise<Place> {
    let leave: Leave | undefined = await turns.enter(hearing);
    let refusal: Refusal | undefined;
    let loweredBy = 0;
    let wasWoken = false;
    let queuedMs = 0;
    const place: Place = {
      leave: () => {
        inFlight.delete(place);
        leave?.();
        leave = undefined;
      },
      enter: async (onWait = hearing?.onWait) => {
        if (leave) return;
        const askedMs = clock.elapsed();
        const others = refusal?.others ?? 0;
        leave = await turns.enter({ onWait }, { isFirst: refusal !== undefined, isAlone: others > 0 });
        queuedMs += clock.elapsed() - askedMs;
      },
      sending: () => void inFlight.add(place),
      ended: () => void inFlight.delete(place),
      sent: () => {
        [refusal, loweredBy, wasWoken] = [undefined, 0, false];
        taken();
      },
      refused: () => {
        inFlight.delete(place);
        const others = inFlight.size;
        // Refused alone too, it was not refused for the others: they get their places back.
        if (others === 0) most = Math.min(mostPlaces, most + loweredBy);
        loweredBy = others > 0 ? loweredBy + lowered() : 0;
        refusal = refusalBeside(others, refusal);
        place.leave();
      },
      refusal: () => refusal,
      othersTaken: () =>
        new Promise((resolve) => {
          // Once: a write that is never taken would be sent again beside each of the others.
          if (wasWoken) return;
          wakers.push(() => {
            wasWoken = true;
            resolve();
          });
        }),
      queuedMs: () => queuedMs,
    };
    return place;
  }

  return { placeFor, waiting: turns.waiting, crowded };
}
