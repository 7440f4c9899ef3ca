import type { PendingOperation } from "../model/state";
import type { Accepted, RequestOptions } from "../service/client";
import { DeadlineError, UnclearWriteError } from "../service/errors";
import { type OperationEnd, waitForOperation } from "../service/operation";
import { EngineGoneError } from "./errors";
import { optionsOf, type Session } from "./session";
import { joined, type Trail } from "./trail";

/** How a write ended; `unclear` when its answer never came, so that only looking can tell. */
export type Fate = Omit<OperationEnd, "outcome"> & { readonly outcome: OperationEnd["outcome"] | "unclear" };

/** A wait that broke off: the operation goes on at the service. */
export class InterruptedWait extends Error {
  override readonly name = "InterruptedWait";
  /** The object of the operation, where the service named it already. */
  readonly resourceId: string | undefined;

  constructor(
    error: unknown,
    readonly operation: PendingOperation,
  ) {
    super(error instanceof Error ? error.message : String(error), { cause: error });
    this.resourceId = error instanceof DeadlineError ? error.resourceId : undefined;
  }
}

/**
 * Makes one write and waits for its operation. A note of it is kept, so that an interrupted run is picked up by the
 * next; it joins what is left of an earlier one.
 * @throws InterruptedWait when the wait ends before the operation does
 * @throws EngineGoneError when there is nobody any more to store what comes of it
 */
export async function send(
  session: Session,
  subject: string,
  kind: PendingOperation["kind"],
  write: (options: RequestOptions) => Promise<Accepted>,
  left?: Trail,
): Promise<Fate> {
  if (!(await session.isEngineThere())) throw new EngineGoneError();
  const startedAtMs = session.clock.now();
  const earlier = await session.recovery.find(subject);
  const trail = joined(earlier?.trail, left);
  await session.recovery.keep(subject, { kind, startedAtMs, trail });
  try {
    const { statusId, samplingTimeMs } = await write(optionsOf(session));
    await session.recovery.keep(subject, { kind, startedAtMs, statusId, trail });
    return await waitFor(session, { statusId, kind, startedAtMs }, samplingTimeMs);
  } catch (error) {
    if (error instanceof UnclearWriteError) return { outcome: "unclear", reasons: [error.message] };
    const isRefused = !(error instanceof InterruptedWait);
    if (isRefused) await (earlier ? session.recovery.keep(subject, earlier) : session.recovery.clear(subject));
    throw error;
  }
}

async function waitFor(session: Session, operation: PendingOperation, samplingTimeMs?: number): Promise<OperationEnd> {
  const { client, clock, deadlineMs, signal } = session;
  try {
    return await waitForOperation({
      client,
      clock,
      deadlineMs,
      statusId: operation.statusId,
      startedAtMs: operation.startedAtMs,
      pace: session.limits.pace,
      ...(samplingTimeMs === undefined ? {} : { samplingTimeMs }),
      ...(signal ? { signal } : {}),
      onLook: ({ statusId, elapsedMs, nextLookMs }) =>
        session.status(
          `${operation.kind}: operation ${statusId} runs for ${seconds(elapsedMs)} s, next look in ${seconds(nextLookMs)} s`,
        ),
    });
  } catch (error) {
    throw new InterruptedWait(error, operation);
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(ms < 10_000 ? 1 : 0);
}

/**
 * Waits for what an earlier run left under way, before anything is decided: the operation in state, or the one in the
 * note of an interrupted run. A note without an operation is a write that may still be acting: it is given time.
 * @returns how it ended; undefined when there was nothing, or nothing that can be asked for
 */
export async function finishEarlier(
  session: Session,
  subject: string,
  pending: PendingOperation | undefined,
): Promise<OperationEnd | undefined> {
  const note = await session.recovery.find(subject);
  const statusId = pending?.statusId ?? note?.statusId;
  if (statusId !== undefined) {
    const startedAtMs = pending?.startedAtMs ?? note?.startedAtMs ?? session.clock.now();
    return waitFor(session, { statusId, kind: pending?.kind ?? "update", startedAtMs });
  }
  if (note !== undefined) {
    const rest = note.startedAtMs + session.settlingMs - session.clock.now();
    session.status("gives a write of an interrupted run time to show");
    if (rest > 0) await session.clock.sleep(Math.min(rest, session.settlingMs), session.signal);
  }
  return undefined;
}

/**
 * Looks again and again, at growing intervals, until `look` finds what it looks for, or the settling time is over.
 * @returns what the last look found
 */
export async function lookUntil<T>(
  session: Session,
  look: () => Promise<T>,
  isSettled: (found: T) => boolean,
): Promise<T> {
  const startedAtMs = session.clock.now();
  const endMs = Math.min(startedAtMs + session.settlingMs, session.deadlineMs);
  for (let intervalMs = FIRST_INTERVAL_MS; ; intervalMs = Math.min(intervalMs * 1.5, LONGEST_INTERVAL_MS)) {
    const found = await look();
    const restMs = endMs - session.clock.now();
    if (isSettled(found) || restMs <= 0) return found;
    await session.clock.sleep(Math.min(intervalMs, restMs), session.signal);
  }
}

const FIRST_INTERVAL_MS = 500;
const LONGEST_INTERVAL_MS = 10_000;
