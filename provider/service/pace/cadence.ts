import { type Spread, scaleOf } from "./durations";

/** Looks at one operation that are worth their requests. */
export const MOST_LOOKS = 8;
/** Who leaves it to others to find out how long it takes looks so late, and then after twice the time. */
const PATIENCE_MS = 15_000;
/** Where there is not even one for each, the first comes when an end is almost certain. */
const FEWEST_LOOKS = 0.5;
const SHORTEST_INTERVAL_MS = 250;
/** The first interval where nothing is known; they grow from there. */
const FIRST_INTERVAL_MS = 400;
/** An operation of which nothing is known is noticed within about this share of its own duration. */
const SHARE_OF_ELAPSED = 0.1;
/**
 * The price of a look: with this one, durations that are spread as the logarithm's sigma of 0.4 has it are noticed after
 * 1.05 times their mean, by 8 looks each. Both cannot be better: no schedule, though it knew the spread, has a product of
 * looks and lateness below about 0.32 there, so that 8 looks are 4 % late at least.
 */
const STRIDE = 0.13;

/**
 * When to look next at an operation that ran at the last look, in milliseconds since it began.
 *
 * Looks are dense where an end is likely: their density is the square root of the hazard, which makes the sum of lateness
 * and looks least. For the log-logistic distribution, which is close to the log-normal one, that has a closed form: with
 * r = (t / median)^(1 / 2s), where s is its scale, looks are evenly spaced in asinh(r).
 * @param ranMs when the last look was, since the operation began; 0 before the first
 * @param looksEach how many looks the budget has for each operation, up to {@link MOST_LOOKS}: with fewer they are rarer;
 *   0 leaves it to others where nothing is known yet
 */
export function nextLookMs(ranMs: number, spread: Spread | undefined, looksEach = MOST_LOOKS): number {
  if (spread === undefined && looksEach < 1) return Math.max(PATIENCE_MS, ranMs * 2);
  const thrift = MOST_LOOKS / Math.min(Math.max(looksEach, FEWEST_LOOKS), MOST_LOOKS);
  if (spread === undefined) return ranMs + Math.max(FIRST_INTERVAL_MS, ranMs * SHARE_OF_ELAPSED) * thrift;
  const scale = scaleOf(spread);
  const at = Math.asinh((ranMs / spread.medianMs) ** (1 / (2 * scale)));
  const next = spread.medianMs * Math.sinh(at + (STRIDE * thrift) / (2 * Math.sqrt(scale))) ** (2 * scale);
  // Far beyond what is known the numbers overflow; there nothing is known either.
  const after = Number.isFinite(next) ? next : ranMs * (1 + SHARE_OF_ELAPSED);
  return Math.max(after, ranMs + SHORTEST_INTERVAL_MS);
}
