/** How long looks are under way. */
export interface Trips {
  /** A look was answered so long after it was sent, in milliseconds. */
  learn(tookMs: number): void;
  /** From request to answer, in milliseconds: half of the last took less; 0 before the first. */
  medianMs(): number;
}

/** A network that has become slower or quicker is followed after half as many. */
const MOST_KEPT = 15;

/** Creates an empty memory. */
export function createTrips(): Trips {
  let took: readonly number[] = [];
  return {
    learn: (tookMs) => {
      took = [...took, tookMs].slice(-MOST_KEPT);
    },
    medianMs: () => took.toSorted((a, b) => a - b)[Math.floor((took.length - 1) / 2)] ?? 0,
  };
}
