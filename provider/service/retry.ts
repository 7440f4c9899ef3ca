import type { Clock } from "./clock";
import { HarmonySaseError, TooManyRequestsError, UnavailableError } from "./errors";
import { LONGEST_ASKED_PAUSE_MS } from "./failures";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Until when to repeat. */
export interface RetrySettings {
  readonly clock: Clock;
  /** On the clock's elapsed(); no attempt and no pause begins after it. */
  readonly deadlineMs: number;
  /** How long to bear with a service that is not available, in milliseconds. @default until the deadline */
  readonly patienceMs?: number | undefined;
  /** Hears of each trouble that is borne, and of the pause that follows. */
  readonly onRetry?: ((message: string) => void) | undefined;
}

/**
 * Repeats an attempt while it fails in a way that may pass: with growing, jittered pauses, never shorter than the
 * service asks for, up to five minutes.
 * @throws what the last attempt threw, as soon as the next would come too late
 */
export async function retried<T>(settings: RetrySettings, attempt: () => Promise<T>): Promise<T> {
  const { clock, deadlineMs, onRetry } = settings;
  const startedAtMs = clock.elapsed();
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const pauseMs = pauseAfter(error, failures, clock.random());
      const nextMs = clock.elapsed() + pauseMs;
      if (nextMs >= deadlineMs || nextMs - startedAtMs > patienceWith(error, settings)) throw error;
      if (error instanceof Error)
        onRetry?.(`${error.message}${askedText(error)} Next try in ${(pauseMs / 1000).toFixed(1)} s.`);
      await clock.sleep(pauseMs);
    }
  }
}

function pauseAfter(error: unknown, failures: number, random: number): number {
  const grown = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  return Math.max(grown * (0.5 + random / 2), Math.min(askedBy(error), LONGEST_ASKED_PAUSE_MS));
}

function askedBy(error: unknown): number {
  return error instanceof HarmonySaseError ? (error.retryAfterMs ?? 0) : 0;
}

/** Says that the service asks for a longer pause than is made. */
function askedText(error: unknown): string {
  const askedMs = askedBy(error);
  return askedMs > LONGEST_ASKED_PAUSE_MS ? ` It asks for a pause of ${Math.ceil(askedMs / 1000)} s.` : "";
}

function patienceWith(error: unknown, { patienceMs = Number.POSITIVE_INFINITY }: RetrySettings): number {
  if (error instanceof TooManyRequestsError) return Number.POSITIVE_INFINITY;
  return error instanceof UnavailableError ? Math.min(error.patienceMs, patienceMs) : 0;
}
