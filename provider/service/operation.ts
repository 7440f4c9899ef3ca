import type { Client, OperationStatus } from "./client";
import type { Clock } from "./clock";
import { CredentialsError, DeadlineError, NotFoundError, UnavailableError, WrongRegionError } from "./errors";

/** How an operation ended; `unconfirmed` when the service did not say whether it succeeded. */
export interface OperationEnd {
  readonly outcome: "succeeded" | "unconfirmed" | "failed";
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
  readonly signal?: AbortSignal;
  /** The shortest interval that the request budget allows just now, in milliseconds. */
  pace?(): number;
  /** Called before each pause. */
  onLook?(progress: { readonly statusId: string; readonly elapsedMs: number; readonly nextLookMs: number }): void;
}

/** What one look showed. */
type Look =
  | { readonly kind: "seen"; readonly status: OperationStatus }
  | { readonly kind: "unknown" }
  | { readonly kind: "trouble"; readonly message: string };

const SHORTEST_INTERVAL_MS = 250;
const LONGEST_INTERVAL_MS = 120_000;
/** An operation is noticed within about this share of its own duration. */
const SHARE_OF_ELAPSED = 0.1;
/** The last look is made this long before the deadline, so that it has time for an answer. */
const LAST_LOOK_MS = 1000;
/** The service may not know an operation at once; one that it does not know for so many looks on end is lost. */
const MOST_UNKNOWN = 10;

/**
 * Asks for an operation until it ends, at intervals that grow with the time already waited.
 * @throws DeadlineError when it does not end in time; it goes on at the service
 * @throws CredentialsError when the key is refused meanwhile; the operation goes on too
 */
export async function waitForOperation(wait: Wait): Promise<OperationEnd> {
  const { clock, deadlineMs, startedAtMs, samplingTimeMs } = wait;
  const beganAtMs = clock.now();
  let unknown = 0;
  let resourceId: string | undefined;
  let last = "not known";
  for (let looks = 0; ; looks++) {
    // One that was left by an earlier run has probably ended: the first look at it is made at once.
    const pauseMs =
      looks === 0 && beganAtMs - startedAtMs >= SHORTEST_INTERVAL_MS
        ? 0
        : Math.max(
            intervalAfter(clock.now() - (unknown > 0 ? beganAtMs : startedAtMs), samplingTimeMs, clock.random()),
            wait.pace?.() ?? 0,
          );
    const restMs = deadlineMs - LAST_LOOK_MS - clock.now();
    if (restMs <= 0 && looks > 0) throw late(wait, last, resourceId);
    await pause(wait, Math.max(0, Math.min(pauseMs, restMs)));

    const seen = await look(wait, last, resourceId);
    unknown = seen.kind === "unknown" ? unknown + 1 : 0;
    if (unknown >= MOST_UNKNOWN) return lost(resourceId);
    last = describe(seen);
    if (seen.kind !== "seen") continue;
    resourceId = seen.status.resourceId ?? resourceId;
    if (seen.status.completed) return endOf(seen.status, resourceId);
  }
}

async function pause({ clock, signal, statusId, startedAtMs, onLook }: Wait, nextLookMs: number): Promise<void> {
  if (nextLookMs === 0) return;
  onLook?.({ statusId, elapsedMs: clock.now() - startedAtMs, nextLookMs });
  await clock.sleep(nextLookMs, signal);
}

/** The loop around it is patient enough: trouble with one look is borne until the next. */
async function look(wait: Wait, last: string, resourceId: string | undefined): Promise<Look> {
  const { client, statusId, deadlineMs, signal } = wait;
  try {
    const status = await client.readStatus(statusId, { deadlineMs, patienceMs: 0, ...(signal ? { signal } : {}) });
    return { kind: "seen", status };
  } catch (error) {
    if (error instanceof NotFoundError) return { kind: "unknown" };
    if (error instanceof WrongRegionError || (error instanceof UnavailableError && error.patienceMs > 0)) {
      return { kind: "trouble", message: error.message };
    }
    if (error instanceof DeadlineError) throw late(wait, last, resourceId);
    if (error instanceof CredentialsError) throw new CredentialsError(error.message, { ...error, statusId });
    throw error;
  }
}

function intervalAfter(elapsedMs: number, samplingTimeMs = LONGEST_INTERVAL_MS, random: number): number {
  const wanted = elapsedMs * SHARE_OF_ELAPSED * (0.9 + random * 0.1);
  return Math.round(Math.max(SHORTEST_INTERVAL_MS, Math.min(wanted, samplingTimeMs, LONGEST_INTERVAL_MS)));
}

function describe(seen: Look): string {
  if (seen.kind === "trouble") return seen.message.replace(/\.$/, "");
  return seen.kind === "seen" ? "running" : "not known to the service";
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
function lost(resourceId: string | undefined): OperationEnd {
  const reasons = ["the service no longer knows the operation"];
  return { outcome: "unconfirmed", reasons, ...(resourceId === undefined ? {} : { resourceId }) };
}

function late(
  { statusId, startedAtMs, clock }: Wait,
  lastStatus: string,
  resourceId: string | undefined,
): DeadlineError {
  const elapsedMs = clock.now() - startedAtMs;
  const message = `Timed out after ${Math.round(elapsedMs / 1000)} s waiting for operation ${statusId}; last status: ${lastStatus}. Run pulumi up again to go on.`;
  return new DeadlineError(message, {
    operation: `wait for operation ${statusId}`,
    statusId,
    elapsedMs,
    lastStatus,
    resourceId,
  });
}
