/** A place that is taken until it is left; leaving it twice is leaving it once. */
export type Leave = () => void;

/** What one who waits for a place hears. */
export interface Hearing {
  /** How many are before it: at first, and whenever they have become half as many. */
  readonly onWait?: ((before: number) => void) | undefined;
  /** It waits, and is among the next: no more are before it than there are places. */
  readonly onNear?: (() => void) | undefined;
}

/** Places that are given away in the order in which they were asked for. */
export interface Turns {
  /** Waits for a place. */
  enter(hearing?: Hearing): Promise<Leave>;
  /** How many wait. */
  waiting(): number;
  /** How many places are taken. */
  taken(): number;
}

interface Waiting {
  readonly begin: (leave: Leave) => void;
  readonly hearing: Hearing;
  told: number;
  isNear: boolean;
}

/** Creates places, as many as `most` says when one is wanted or left. */
export function createTurns(most: () => number): Turns {
  const queue: Waiting[] = [];
  let taken = 0;

  function advance(): void {
    while (taken < most()) {
      const next = queue.shift();
      if (next === undefined) return;
      taken += 1;
      next.begin(leaveOnce());
    }
    for (const [before, waiting] of queue.entries()) {
      tell(waiting, before);
      if (before < most() && !waiting.isNear) {
        waiting.isNear = true;
        waiting.hearing.onNear?.();
      }
    }
  }

  function tell(waiting: Waiting, before: number): void {
    if (before > waiting.told / 2 || before === waiting.told) return;
    waiting.told = before;
    waiting.hearing.onWait?.(before);
  }

  function leaveOnce(): Leave {
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      taken -= 1;
      advance();
    };
  }

  return {
    enter: (hearing = {}) =>
      new Promise((begin) => {
        queue.push({ begin, hearing, told: Number.POSITIVE_INFINITY, isNear: false });
        advance();
      }),
    waiting: () => queue.length,
    taken: () => taken,
  };
}
