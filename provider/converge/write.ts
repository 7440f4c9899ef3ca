import type { PendingWrite } from "../model/pending";
import type { Accepted } from "../service/answers";
import {
  ConflictError,
  DeadlineError,
  type HarmonySaseError,
  OperationFailedError,
  UnclearWriteError,
} from "../service/errors";
import { type Beginning, type OperationEnd, waitForOperation } from "../service/operation";
import type { RequestOptions } from "../service/requests";
import type { ShownGroup } from "../service/wire";
import { type Deed, secondsOf } from "./deeds";
import { EngineGoneError } from "./errors";
import type { ListProof } from "./listProof";
import { deadlineOf, optionsOf, type Session } from "./session";

/** How a write ended, as far as the service says; only looking can tell how an `unclear` one did. */
export interface WriteEnd extends OperationEnd {
  /** The write, with the operation that the service named. */
  readonly write: PendingWrite;
}

/** A wait that broke off while the operation goes on at the service. */
export class RunningWriteError extends Error {
  override readonly name = "RunningWriteError";

  constructor(
    error: unknown,
    readonly write: PendingWrite,
    /** The object of the operation, where the service has named it already. */
    readonly resourceId: string | undefined,
  ) {
    super(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** A write is not begun when less than this share of its time is left: its end could not be waited for. */
const LEAST_SHARE_OF_TIME = 0.05;

/**
 * Makes one write and waits for its operation; the journal has it from before it is sent.
 * @param deed what the write is, for the words that the step ends with
 * @param proof how a list proves the write, where one can
 * @throws RunningWriteError when the wait ends before the operation does
 * @throws EngineGoneError when nobody is left to store what comes of it; any other error when nothing was sent
 */
export async function send(
  session: Session,
  write: PendingWrite,
  request: (options: RequestOptions) => Promise<Accepted>,
  deed: Deed,
  proof?: ListProof,
): Promise<WriteEnd> {
  if (!(await session.isEngineThere())) throw new EngineGoneError();
  await session.place?.enter();
  demandTime(session);
  await session.journal.record(write);
  let accepted: Accepted;
  session.place?.sending();
  try {
    accepted = await request({ ...optionsOf(session), latestMs: latestOf(session) });
    session.place?.sent();
  } catch (error) {
    if (error instanceof UnclearWriteError) {
      session.place?.sent();
      session.deeds.push(deed);
      return { outcome: "unclear", reasons: [error.message], write };
    }
    // At once: the other writes in flight by now are those that were when the service answered.
    if (error instanceof ConflictError) session.place?.refused();
    else session.place?.leave();
    await session.journal.withdraw(write);
    throw error;
  }
  session.deeds.push(deed);
  const acceptedAtMs = session.clock.elapsed();
  const sent = { ...write, statusId: accepted.statusId };
  await session.journal.record(sent);
  const { samplingTimeMs } = accepted;
  const beginning = {
    kind: "accepted",
    acceptedAtMs,
    ...(samplingTimeMs === undefined ? {} : { samplingTimeMs }),
  } as const;
  const end = await awaitBegun(session, sent, beginning, proof);
  if (end.outcome === "succeeded" || end.outcome === "unconfirmed")
    session.durations[write.kind].push(session.clock.elapsed() - acceptedAtMs);
  // The service works on it no more: what is left to do, which is to look, holds up nobody. After a proof by list it may
  // still, for moments: an operation that began with this one has ended or is about to. If the next write comes too early
  // for that, the service refuses it without acting on it, and the network has one place less for a while.
  if (end.outcome !== "unclear") session.place?.leave();
  return end;
}

/** When a write is sent at the latest, in milliseconds since the epoch. */
export function latestOf(session: Session): number {
  return deadlineOf(session) - session.timeoutMs * LEAST_SHARE_OF_TIME;
}

function demandTime(session: Session): void {
  if (session.clock.elapsed() < latestOf(session)) return;
  throw new DeadlineError("The time was over before the change could be sent, so it was not sent.");
}

/**
 * Waits for the operation of a write that an earlier run, or another resource, has sent.
 * @throws RunningWriteError when the wait ends before the operation does
 */
export async function awaitEnd(session: Session, write: PendingWrite): Promise<WriteEnd> {
  session.place?.sending();
  try {
    return await awaitBegun(session, write, { kind: "resumed", startedAtMs: session.elapsedAt(write.startedAtMs) });
  } finally {
    session.place?.ended();
  }
}

async function awaitBegun(
  session: Session,
  write: PendingWrite,
  beginning: Beginning,
  proof?: ListProof,
): Promise<WriteEnd> {
  const { client, clock, limits, status } = session;
  const deadlineMs = deadlineOf(session);
  if (write.statusId === undefined) return { outcome: "unclear", reasons: ["no answer named an operation"], write };
  try {
    const end = await waitForOperation({
      client,
      clock,
      deadlineMs,
      statusId: write.statusId,
      beginning,
      watch: limits.watch(write.networkId, write.kind),
      ...(proof ? { proofByList: () => proofByList(session, write, proof) } : {}),
      onLook: ({ statusId, elapsedMs, last }) =>
        status(
          waitInWords(write.kind, statusId, elapsedMs, session.durations[write.kind], last),
          `${statusId}${last === undefined ? "" : " in trouble"}`,
        ),
    });
    return { ...withoutUselessPath(session, write, end), write };
  } catch (error) {
    const { resourceId } = error instanceof DeadlineError ? withoutUselessPath(session, write, error) : {};
    throw new RunningWriteError(error, write, resourceId);
  }
}

async function proofByList(
  session: Session,
  { networkId, groupId, statusId, before }: PendingWrite,
  isProven: ListProof,
): Promise<ShownGroup | undefined> {
  if (groupId === undefined || statusId === undefined) return undefined;
  const operation = { statusId, networkId, groupId, tunnelIds: before, isProven };
  return session.client.proofByList(operation, optionsOf(session));
}

/** Returns what is known of a creation, without the object that its result names where such paths have led astray. */
function withoutUselessPath<T extends { readonly resourceId?: string | undefined }>(
  { resultPaths }: Session,
  { kind }: PendingWrite,
  known: T,
): Omit<T, "resourceId"> & { readonly resourceId?: string } {
  const { resourceId, ...rest } = known;
  const isOfUse = kind !== "create" || resultPaths.areOfUse;
  return isOfUse && resourceId !== undefined ? { ...rest, resourceId } : rest;
}

function waitInWords(
  kind: PendingWrite["kind"],
  statusId: string,
  elapsedMs: number,
  durations: readonly number[],
  trouble: string | undefined,
): string {
  const [least, most] = [Math.min(...durations), Math.max(...durations)].map(secondsOf);
  const range = least === most ? least : `${least} to ${most}`;
  return [
    elapsedMs < 1000
      ? `${kind}: waits for operation ${statusId}`
      : `${kind}: operation ${statusId} runs for ${secondsOf(elapsedMs)} s`,
    ...(durations.length > 0 ? [`; such took ${range} s so far`] : []),
    ...(trouble === undefined ? [] : [`; last look: ${trouble}`]),
  ].join("");
}

/** The failure that an operation ended in. */
export function failureOf(operation: string, { reasons, statusCode }: WriteEnd): HarmonySaseError {
  return new OperationFailedError({ operation, reasons, ...(statusCode === undefined ? {} : { statusCode }) });
}
