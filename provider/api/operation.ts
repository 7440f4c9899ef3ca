import type { Client, OperationStatus } from "./client";
import type { Clock } from "./clock";
import { DeadlineError, NotFoundError, UnavailableError } from "./errors";

/** How an operation ended; `unconfirmed` when the service did not say whether it succeeded. */
export interface OperationEnd {
  readonly outcome: "succeeded" | "unconfirmed" | "failed";
  readonly statusCode?: number;
  readonly reasons: readonly string[];
  readonly resourceId?: string;
}

/** What to wait for, and until when. */
export interface Wait {
  readonly client: Client;
  readonly clock: Clock;
  readonly statusId: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly samplingTimeMs?: number;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /** Called before each pause. */
  onLook?(progress: { readonly statusId: string; readonly elapsedMs: number; readonly nextLookMs: number }): void;
}

const SHORTEST_INTERVAL_MS = 500;
const LONGEST_INTERVAL_MS = 120_000;
/** An operation is noticed within about this share of its own duration. */
const SHARE_OF_ELAPSED = 0.1;
/** The service may not know an operation at once; one that it does not know for so many looks is lost. */
const MOST_UNKNOWN = 10;

/**
 * Asks for an operation until it ends, at intervals that grow with the time already waited.
 * @throws DeadlineError when it does not end in time; it goes on at the service
 */
export async function waitForOperation(wait: Wait): Promise<OperationEnd> {
  const { client, clock, statusId, startedAtMs, deadlineMs, signal } = wait;
  let last: OperationStatus | undefined;
  let unknown = 0;
  for (;;) {
    try {
      last = await client.readStatus(statusId, { deadlineMs, ...(signal ? { signal } : {}) });
      unknown = 0;
    } catch (error) {
      if (error instanceof DeadlineError || error instanceof UnavailableError) throw late(wait, last, error.message);
      if (!(error instanceof NotFoundError)) throw error;
      unknown += 1;
      if (unknown >= MOST_UNKNOWN)
        return { outcome: "unconfirmed", reasons: ["the service no longer knows the operation"] };
    }
    if (last?.completed) return endOf(last);
    const elapsedMs = clock.now() - startedAtMs;
    const nextLookMs = intervalAfter(elapsedMs, wait.samplingTimeMs, clock.random());
    if (clock.now() + nextLookMs >= deadlineMs) throw late(wait, last, undefined);
    wait.onLook?.({ statusId, elapsedMs, nextLookMs });
    await clock.sleep(nextLookMs, signal);
  }
}

function intervalAfter(elapsedMs: number, samplingTimeMs = LONGEST_INTERVAL_MS, random: number): number {
  const wanted = Math.max(SHORTEST_INTERVAL_MS, elapsedMs * SHARE_OF_ELAPSED) * (0.9 + random * 0.1);
  return Math.round(Math.min(wanted, samplingTimeMs, LONGEST_INTERVAL_MS));
}

function endOf({ statusCode, reasons, resourceId }: OperationStatus): OperationEnd {
  const isSuccess = statusCode !== undefined && statusCode >= 200 && statusCode < 300;
  return {
    outcome: statusCode === undefined ? "unconfirmed" : isSuccess ? "succeeded" : "failed",
    reasons,
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(resourceId === undefined ? {} : { resourceId }),
  };
}

function late(
  { statusId, startedAtMs, clock }: Wait,
  last: OperationStatus | undefined,
  why: string | undefined,
): DeadlineError {
  const seconds = Math.round((clock.now() - startedAtMs) / 1000);
  const state = why ?? (last === undefined ? "nothing was heard of it" : "it is still running");
  return new DeadlineError(
    `Timed out after ${seconds} s waiting for operation ${statusId}: ${state.replace(/\.$/, "")}. Run pulumi up again to go on.`,
    { operation: `wait for operation ${statusId}`, resourceId: last?.resourceId },
  );
}
