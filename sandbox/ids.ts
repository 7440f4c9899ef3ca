const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Chance that is the same in every run with the same seed. */
export interface Chance {
  /** From 0 up to, not including, 1. */
  random(): number;
  /** An id as the service makes them: 10 letters and digits, here with what they stand for in front. */
  id(prefix?: string, length?: number): string;
  /** The same entries in another order. */
  shuffled<T>(entries: readonly T[]): T[];
}

/** Creates one source of chance (mulberry32). */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  function random(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const id = (prefix = "", length = 10) =>
    prefix +
    Array.from({ length: length - prefix.length }, () => ALPHABET.charAt(Math.floor(random() * ALPHABET.length))).join(
      "",
    );
  function shuffled<T>(entries: readonly T[]): T[] {
    return entries
      .map((entry) => ({ entry, rank: random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ entry }) => entry);
  }
  return { random, id, shuffled };
}

const KINDS = ["start", "tenant", "group", "tunnel", "operation", "token", "refusal", "order", "latency"] as const;

/** A source for each kind of thing, so that what is read or refused changes no id of what is made. */
export type Chances = Readonly<Record<(typeof KINDS)[number], Chance>>;

/** Creates the sources of one sandbox. */
export function createChances(seed: number): Chances {
  const sources = KINDS.map((kind, at) => [kind, createChance(seed + at * 0x3c6ef372)]);
  return Object.fromEntries(sources) as Chances;
}

/** Stands for ids in a trial of what may be refused, and draws on nothing. */
export const NO_CHANCE: Chance = {
  random: () => 0,
  id: (prefix = "", length = 10) => prefix.padEnd(length, "0"),
  shuffled: (entries) => [...entries],
};
