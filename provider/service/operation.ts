import type { Client, OperationStatus } from "./client";
import type { Clock } from "./clock";
import {
  CredentialsError,
  DeadlineError,
  NotFoundError,
  RefusedError,
  UnavailableError,
  WrongRegionError,
} from "./errors";

/**
 * How an operation ended; `unconfirmed` when the service did not say whether it succeeded, `unclear` when it no longer
 * says anything about it, so that only looking can tell.
 */
export interface OperationEnd {
  readonly outcome: "succeeded" | "unconfirmed" | "failed" | "unclear";
  readonly statusCode?: number;
  readonly reasons: readonly string[];
  readonly resourceId?: string;
}

/** What to wait for, and until when. */
export interface Wait {
  readonly client: Pick<Client, "readStatus">;
  readonly clock: Clock;
  readonly statusId: string;
  /** When the operation began, in milliseconds since the epoch; may be in an earlier run. */
  readonly startedAtMs: number;
  /** How often the service suggests to ask; looks are never rarer. */
  readonly samplingTimeMs?: number;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  /** The shortest interval that the request budget allows just now, in milliseconds. */
  pace?(): number;
  /** Called before each pause; `last` is what was last heard, where it is anything but that the operation runs. */
  onLook?(progress: {
    readonly statusId: string;
    readonly elapsedMs: number;
    readonly nextLookMs: number;
    readonly last: string | undefined;
  }): void;
}

/** What one look showed. */
type Look =
  | { readonly kind: "seen"; readonly status: OperationStatus }
  /** The service does not know the operation, or does not tell; may pass, since it may not know one at once. */
  | { readonly kind: "untold"; readonly message: string }
  | { readonly kind: "trouble"; readonly message: string };

const SHORTEST_INTERVAL_MS = 250;
const LONGEST_INTERVAL_MS = 120_000;
/** An operation is noticed within about this share of its own duration. */
const SHARE_OF_ELAPSED = 0.1;
/** The last look is made this long before the deadline, so that it has time for an answer. */
const LAST_LOOK_MS = 1000;
/** An operation that the service does not tell of so long after it began, look after look, is lost. */
const LOST_AFTER_MS = 3 * 60_000;
const LEAST_UNTOLD = 3;

/**
 * Asks for an operation until it ends, at intervals that grow with the time already waited.
 * @throws DeadlineError when it does not end in time; it goes on at the service
 * @throws CredentialsError when the key is refused meanwhile; the operation goes on too
 */
export async function waitForOperation(wait: Wait): Promise<OperationEnd> {
  const { clock, deadlineMs, samplingTimeMs } = wait;
  const beganAtMs = clock.now();
  const startedAtMs = Math.min(wait.startedAtMs, beganAtMs);
  let untold = 0;
  let resourceId: string | undefined;
  let last: string | undefined;
  for (let looks = 0; ; looks++) {
    // One that was left by an earlier run has probably ended: the first look at it is made at once.
    const isLeft = looks === 0 && beganAtMs - startedAtMs >= SHORTEST_INTERVAL_MS;
    const waitedMs = clock.now() - (untold > 0 ? beganAtMs : startedAtMs);
    const pauseMs = isLeft ? 0 : Math.max(intervalAfter(waitedMs, samplingTimeMs, clock.random()), wait.pace?.() ?? 0);
    const restMs = deadlineMs - LAST_LOOK_MS - clock.now();
    if (restMs <= 0 && looks > 0) throw late(wait, last, resourceId);
    await pause(wait, Math.max(0, Math.min(pauseMs, restMs)), last);

    const seen = await look(wait, last, resourceId);
    untold = seen.kind === "untold" ? untold + 1 : 0;
    if (seen.kind !== "seen") {
      last = seen.message.replace(/\.$/, "");
      if (untold >= LEAST_UNTOLD && clock.now() - startedAtMs >= LOST_AFTER_MS) return lost(last, resourceId);
      continue;
    }
    last = undefined;
    resourceId = seen.status.resourceId ?? resourceId;
    if (seen.status.completed) return endOf(seen.status, resourceId);
  }
}

async function pause({ clock, statusId, startedAtMs, onLook }: Wait, nextLookMs: number, last?: string): Promise<void> {
  if (nextLookMs === 0) return;
  onLook?.({ statusId, elapsedMs: Math.max(0, clock.now() - startedAtMs), nextLookMs, last });
  await clock.sleep(nextLookMs);
}

/** The loop around it is patient enough: trouble with one look is borne until the next. */
async function look(wait: Wait, last: string | undefined, resourceId: string | undefined): Promise<Look> {
  const { client, statusId, deadlineMs } = wait;
  try {
    return { kind: "seen", status: await client.readStatus(statusId, { deadlineMs, patienceMs: 0 }) };
  } catch (error) {
    if (error instanceof NotFoundError) return { kind: "untold", message: "not known to the service" };
    if (error instanceof DeadlineError) throw late(wait, last, resourceId);
    if (error instanceof CredentialsError && error.status !== 403) {
      throw new CredentialsError(error.message, { ...error, statusId });
    }
    const isUntold =
      error instanceof RefusedError || error instanceof CredentialsError || error instanceof WrongRegionError;
    if (isUntold || (error instanceof UnavailableError && isUnreadable(error)))
      return { kind: "untold", message: error.message };
    if (error instanceof UnavailableError && error.patienceMs > 0) return { kind: "trouble", message: error.message };
    throw error;
  }
}

/** An answer came, and it is not the service's. */
function isUnreadable({ status }: UnavailableError): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function intervalAfter(elapsedMs: number, samplingTimeMs = LONGEST_INTERVAL_MS, random: number): number {
  const wanted = elapsedMs * SHARE_OF_ELAPSED * (0.9 + random * 0.1);
  return Math.round(Math.max(SHORTEST_INTERVAL_MS, Math.min(wanted, samplingTimeMs, LONGEST_INTERVAL_MS)));
}

function endOf({ statusCode, reasons }: OperationStatus, resourceId: string | undefined): OperationEnd {
  const isSuccess = statusCode !== undefined && statusCode >= 200 && statusCode < 300;
  return {
    outcome: statusCode === undefined ? "unconfirmed" : isSuccess ? "succeeded" : "failed",
    reasons,
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(resourceId === undefined ? {} : { resourceId }),
  };
}

/** What became of it must be found out by reading what it was to change. */
function lost(why: string, resourceId: string | undefined): OperationEnd {
  const reasons = [`The service no longer tells of the operation: ${why}.`];
  return { outcome: "unclear", reasons, ...(resourceId === undefined ? {} : { resourceId }) };
}

function late(
  { statusId, startedAtMs, clock }: Wait,
  lastStatus = "running",
  resourceId: string | undefined,
): DeadlineError {
  const elapsedMs = clock.now() - startedAtMs;
  const message = `Timed out after ${Math.round(elapsedMs / 1000)} s waiting for operation ${statusId}; last status: ${lastStatus}. The service goes on with it.`;
  return new DeadlineError(message, {
    operation: `wait for operation ${statusId}`,
    statusId,
    elapsedMs,
    lastStatus,
    resourceId,
  });
}
