const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A source of chance that says the same for the same seed. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** An id as the service makes them: 10 characters of base 62. */
  id(prefix?: string): string;
}

/** Creates a source of chance (mulberry32). */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    next,
    id: (prefix = "") =>
      prefix + Array.from({ length: 10 - prefix.length }, () => BASE62[Math.floor(next() * 62)]).join(""),
  };
}
