import type { Clock } from "./clock";

/** Tells when a thing was, on the clock's elapsed(), by the wall-clock time that is stored of it. */
export type ElapsedAt = (storedMs: number) => number;

/**
 * Creates the one of a process. What is stored may come from a clock that was wrong, or that has been set since. A time in
 * the future counts as the moment in which it is first seen, and stays that: no later wait for the same thing begins anew.
 */
export function createElapsedAt(clock: Clock): ElapsedAt {
  const known = new Map<number, number>();
  return (storedMs) => {
    const atMs = known.get(storedMs) ?? clock.elapsed() - Math.max(0, clock.now() - storedMs);
    known.set(storedMs, atMs);
    return atMs;
  };
}
