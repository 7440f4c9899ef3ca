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
import { nextLookMs } from "./pace/cadence";
import type { Watch } from "./pace/limits";
import { GATHERING_MS } from "./sharing";
import type { ShownGroup } from "./wire";

/**
 * How an operation ended; `unconfirmed` when the service did not say whether it succeeded, `unclear` when it no longer
 * says anything about it, so that only looking can tell.
 */
export interface OperationEnd {
  readonly outcome: "succeeded" | "unconfirmed" | "failed" | "unclear";
  readonly statusCode?: number;
  readonly reasons: readonly string[];
  readonly resourceId?: string;
  /** The group as a list showed it that proved the operation; the service was not asked for its status then. */
  readonly listed?: ShownGroup;
}

/**
 * How a wait came to its operation. One that this process was told of began when the service accepted it: what is
 * learned of durations counts from there. One that an earlier run has begun has probably ended.
 */
export type Beginning =
  | {
      readonly kind: "accepted";
      /** When the answer that named the operation came, on the clock's elapsed(). */
      readonly acceptedAtMs: number;
      /** How often the service suggests to ask, in milliseconds; looks are never rarer. */
      readonly samplingTimeMs?: number;
    }
  | {
      readonly kind: "resumed";
      /** When the earlier run sent the write, on the clock's elapsed(): never later than now. */
      readonly startedAtMs: number;
    };

/** What to wait for, and until when. */
export interface Wait {
  readonly client: Pick<Client, "readStatus">;
  readonly clock: Clock;
  readonly statusId: string;
  readonly beginning: Beginning;
  /** On the clock's elapsed(). */
  readonly deadlineMs: number;
  /** Knows when a look is worth its request. @default one that knows nothing of other operations */
  readonly watch?: Watch;
  /**
   * Reads a list that others of the network read as well, where another operation makes an end likely.
   * @returns the group, if the list shows all that the operation changes; undefined where its status has to be asked for
   * @default no list can show that
   */
  proofByList?(): Promise<ShownGroup | undefined>;
  /** Called before each pause, and when it has changed by more than a second; `last` is what was last heard, where it is anything but that the operation runs. */
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
/** A pause is announced anew when it ends so much sooner or later. */
const ANNOUNCED_MS = 1000;
/** The last look is made this long before the deadline, so that it has time for an answer: longer behind a slow network. */
const LAST_LOOK_MS = 1000;
const LAST_LOOK_ROUND_TRIPS = 4;
/** An operation that the service does not tell of so long after it began, look after look, is lost. */
const LOST_AFTER_MS = 3 * 60_000;
const LEAST_UNTOLD = 3;

/** Where a wait stands. */
interface Standing {
  /** On the clock's elapsed(). */
  readonly beganAtMs: number;
  readonly startedAtMs: number;
  /** When the last look was, and the last that saw it run, in milliseconds since the operation began. */
  readonly lookedMs: number;
  readonly ranMs: number;
  /** How many looks on end the service has told nothing. */
  readonly untold: number;
  /** What was last heard, where it is anything but that the operation runs. */
  readonly last: string | undefined;
}

/**
 * Asks for an operation until it ends, when an end is likely by what is known of others, at growing intervals where nothing
 * is.
 * @throws DeadlineError when it does not end in time; it goes on at the service
 * @throws CredentialsError when the key is refused meanwhile; the operation goes on too
 */
export async function waitForOperation(wait: Wait): Promise<OperationEnd> {
  try {
    return await untilEnd(wait);
  } finally {
    wait.watch?.leave();
  }
}

async function untilEnd(wait: Wait): Promise<OperationEnd> {
  const { clock, watch, beginning } = wait;
  const beganAtMs = clock.elapsed();
  const isResumed = beginning.kind === "resumed";
  const startedAtMs = startOf(wait);
  let standing: Standing = { beganAtMs, startedAtMs, lookedMs: 0, ranMs: 0, untold: 0, last: undefined };
  let resourceId: string | undefined;
  for (let looks = 0; ; looks++) {
    if (looks > 0 && clock.elapsed() >= lastLookOf(wait)) throw late(wait, standing.last, resourceId);
    // A resumed one has probably ended: the first look at it is made at once.
    if (looks > 0 || !isResumed) await untilNextLook(wait, standing);
    const listed = isListTried(wait, standing) ? await wait.proofByList?.() : undefined;
    if (listed) {
      watch?.shown();
      return { outcome: "succeeded", reasons: [], listed };
    }

    const seen = await look(wait, standing.last, resourceId);
    const lookedMs = clock.elapsed() - startedAtMs;
    if (seen.kind !== "seen") {
      const last = seen.message.replace(/\.$/, "");
      standing = { ...standing, lookedMs, last, untold: seen.kind === "untold" ? standing.untold + 1 : 0 };
      if (standing.untold >= LEAST_UNTOLD && lookedMs >= LOST_AFTER_MS) return lost(last, resourceId);
      continue;
    }
    resourceId = seen.status.resourceId ?? resourceId;
    if (!seen.status.completed) {
      standing = { ...standing, lookedMs, ranMs: lookedMs, untold: 0, last: undefined };
      continue;
    }
    const end = endOf(seen.status, resourceId);
    if (end.outcome !== "failed" && !isResumed) watch?.ended(standing.ranMs, lookedMs);
    return end;
  }
}

/** True if a list may spare the first look. */
function isListTried({ beginning, proofByList, watch }: Wait, { lookedMs }: Standing): boolean {
  if (proofByList === undefined || beginning.kind !== "accepted" || lookedMs > 0) return false;
  return watch?.isFollowing() === true;
}

function startOf({ beginning }: Wait): number {
  return beginning.kind === "accepted" ? beginning.acceptedAtMs : beginning.startedAtMs;
}

function lastLookOf({ deadlineMs, watch }: Wait): number {
  return deadlineMs - Math.max(LAST_LOOK_MS, LAST_LOOK_ROUND_TRIPS * (watch?.roundTripMs() ?? 0));
}

function longestIntervalOf({ beginning }: Wait): number {
  const suggestedMs =
    beginning.kind === "accepted" ? (beginning.samplingTimeMs ?? LONGEST_INTERVAL_MS) : LONGEST_INTERVAL_MS;
  return Math.max(SHORTEST_INTERVAL_MS, Math.min(suggestedMs, LONGEST_INTERVAL_MS));
}

async function untilNextLook(wait: Wait, standing: Standing): Promise<void> {
  const { clock, statusId, watch, onLook } = wait;
  const { beganAtMs, startedAtMs, lookedMs, untold, last } = standing;
  const lastLookAtMs = startedAtMs + lookedMs;
  let announcedMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    const leadMs = isListTried(wait, standing) ? GATHERING_MS : 0;
    const wantedMs =
      untold > 0
        ? beganAtMs + nextLookMs(lastLookAtMs - beganAtMs, undefined)
        : startedAtMs + (watch ? watch.nextLookMs(lookedMs) - leadMs : nextLookMs(lookedMs, undefined));
    const latestMs = lastLookAtMs + longestIntervalOf(wait);
    const dueMs = Math.round(Math.min(wantedMs, latestMs, lastLookOf(wait)));
    const pauseMs = dueMs - clock.elapsed();
    if (pauseMs <= 0) return;
    if (Math.abs(dueMs - announcedMs) > ANNOUNCED_MS) {
      announcedMs = dueMs;
      onLook?.({ statusId, elapsedMs: clock.elapsed() - startedAtMs, nextLookMs: pauseMs, last });
    }
    await Promise.race([clock.sleep(pauseMs), ...(watch ? [watch.news()] : [])]);
  }
}

/** The loop around it is patient enough: trouble with one look is borne until the next. */
async function look(wait: Wait, last: string | undefined, resourceId: string | undefined): Promise<Look> {
  const { client, statusId, deadlineMs } = wait;
  try {
    return { kind: "seen", status: await client.readStatus(statusId, { deadlineMs, patienceMs: 0, isLook: true }) };
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

function late(wait: Wait, lastStatus = "running", resourceId: string | undefined): DeadlineError {
  const { statusId, clock } = wait;
  const elapsedMs = clock.elapsed() - startOf(wait);
  const message = `Timed out after ${Math.round(elapsedMs / 1000)} s waiting for operation ${statusId}; last status: ${lastStatus}. The service goes on with it.`;
  return new DeadlineError(message, {
    operation: `wait for operation ${statusId}`,
    statusId,
    elapsedMs,
    lastStatus,
    resourceId,
  });
}
