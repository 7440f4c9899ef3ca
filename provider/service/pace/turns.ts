/** A place that is taken until it is left; leaving it twice is leaving it once. */
export type Leave = () => void;

/** What one who waits for a place hears. */
export interface Hearing {
  /** How many are before it: at first, and whenever they have become half as many. */
  readonly onWait?: ((before: number) => void) | undefined;
  /** It waits, and is among the next: no more are before it than there are places. */
  readonly onNear?: (() => void) | undefined;
}

/** How one enters a queue. @default at its end, beside others */
export interface Entry {
  /** True if it goes before all that have not entered so. */
  readonly isFirst?: boolean;
  /** True if its place comes when no other is taken, and no other comes until it shares or leaves. */
  readonly isAlone?: boolean;
}

/** Places that are given away in the order in which they were asked for. */
export interface Turns {
  /** Waits for a place. */
  enter(hearing?: Hearing, entry?: Entry): Promise<Leave>;
  /** Ends that a place is taken alone. */
  share(): void;
  /** How many wait. */
  waiting(): number;
  /** How many places are taken. */
  taken(): number;
}

interface Waiting {
  readonly begin: (leave: Leave) => void;
  readonly hearing: Hearing;
  readonly isFirst: boolean;
  readonly isAlone: boolean;
  told: number;
  isNear: boolean;
}

/** Creates places, as many as `most` says when one is wanted or left. */
export function createTurns(most: () => number): Turns {
  const queue: Waiting[] = [];
  let taken = 0;
  let isTakenAlone = false;

  function mayBegin({ isAlone }: Waiting): boolean {
    if (isTakenAlone) return false;
    return isAlone ? taken === 0 : taken < most();
  }

  function advance(): void {
    for (let [next] = queue; next !== undefined && mayBegin(next); [next] = queue) {
      queue.shift();
      taken += 1;
      isTakenAlone = next.isAlone;
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
      share();
    };
  }

  /** Whoever holds a place while one is taken alone is the one that took it. */
  function share(): void {
    isTakenAlone = false;
    advance();
  }

  return {
    enter: (hearing = {}, { isFirst = false, isAlone = false } = {}) =>
      new Promise((begin) => {
        const waiting = { begin, hearing, isFirst, isAlone, told: Number.POSITIVE_INFINITY, isNear: false };
        const firstOther = isFirst ? queue.findIndex((each) => !each.isFirst) : -1;
        queue.splice(firstOther < 0 ? queue.length : firstOther, 0, waiting);
        advance();
      }),
    share,
    waiting: () => queue.length,
    taken: () => taken,
  };
}
