import pRetry from "p-retry";
import type { RequestOptions } from "./client";
import type { Clock } from "./clock";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const MOST_RETRIES = 60;

/** What to repeat, and until when. */
export interface RetrySettings {
  readonly clock: Clock;
  readonly options: RequestOptions;
  /** Whether an error may pass by itself, and a repetition does no harm. */
  readonly isWorthwhile: (error: unknown) => boolean;
}

/**
 * Repeats an attempt with growing, jittered pauses, or those that the service asks for, until it succeeds, fails for
 * good, or the next one would begin after the deadline; then the last error is thrown.
 */
export function retried<T>({ clock, options, isWorthwhile }: RetrySettings, attempt: () => Promise<T>): Promise<T> {
  const { deadlineMs, signal } = options;
  const pauseAfter = (error: Error, retriesConsumed: number) =>
    askedFor(error, clock.now()) ??
    Math.min(FIRST_PAUSE_MS * 2 ** retriesConsumed, LONGEST_PAUSE_MS) * (0.5 + clock.random() / 2);
  return pRetry(attempt, {
    retries: MOST_RETRIES,
    minTimeout: 0,
    maxTimeout: 0,
    ...(signal ? { signal } : {}),
    shouldRetry: ({ error }) => isWorthwhile(error) && clock.now() < deadlineMs,
    onFailedAttempt: async ({ error, retriesConsumed }) => {
      if (!isWorthwhile(error)) return;
      const pauseMs = pauseAfter(error, retriesConsumed);
      if (clock.now() + pauseMs >= deadlineMs) throw error;
      await clock.sleep(pauseMs, signal);
    },
  });
}

/** The pause of a Retry-After header, in seconds or as a date. */
function askedFor(error: Error & { readonly retryAfter?: string }, nowMs: number): number | undefined {
  if (error.retryAfter === undefined) return undefined;
  const seconds = Number(error.retryAfter);
  const pauseMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(error.retryAfter) - nowMs;
  return Number.isFinite(pauseMs) ? Math.max(0, pauseMs) : undefined;
}
