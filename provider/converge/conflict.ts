import { ConflictError } from "../service/errors";
import type { Place, Refusal } from "../service/pace/places";
import type { Session } from "./session";
import { latestOf } from "./write";

/** The first pause after a refusal with no other write of this process in flight; it doubles with each in the network on end. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
/** A write that is refused so long with no other in flight is refused for good. */
const REFUSED_FOR_GOOD_MS = 2 * 60_000;

/**
 * Waits after a 409 until the write may be tried again, and has its place in the network by then; the caller reads and plans
 * again first. Beside other writes of this process the conflict may be with them: it waits for them, then is tried alone.
 * With none in flight another writer is at work, or the service never takes the write: it is tried for two minutes.
 * @throws the given error where it is no such refusal; with how long it lasted where the time for more tries is over
 */
export async function pauseOrRethrow(session: Session, error: unknown): Promise<void> {
  const { place, status } = session;
  const refusal = place?.refusal();
  if (!(error instanceof ConflictError) || place === undefined || refusal === undefined) throw error;
  if (refusal.others === 0) await pause(session, place, error, refusal);
  const said = saidIn(error);
  const tries = refusal.others === 0 ? "is tried again" : "is tried again alone";
  await place.enter(() => status(`refused ${said}: waits for this run's own writes in the network, then ${tries}`));
}

async function pause(session: Session, place: Place, error: ConflictError, refusal: Refusal): Promise<void> {
  const { clock, status } = session;
  const { timesAlone, aloneSinceMs, inARow } = refusal;
  const lastedMs = clock.elapsed() - aloneSinceMs;
  const restMs = REFUSED_FOR_GOOD_MS - lastedMs;
  const grownMs = Math.min(FIRST_PAUSE_MS * 2 ** (Math.max(timesAlone, inARow) - 1), LONGEST_PAUSE_MS);
  const jitteredMs = Math.max(FIRST_PAUSE_MS, grownMs * (0.5 + clock.random() / 2));
  // The last try comes at the end of the time, and not a moment before it.
  const ownMs = restMs - jitteredMs < FIRST_PAUSE_MS ? restMs : jitteredMs;
  const pauseMs = Math.max(ownMs, error.retryAfterMs ?? 0);
  if (restMs <= 0 || clock.elapsed() + pauseMs >= latestOf(session)) throw lastingFor(lastedMs, error);
  const since = lastedMs < 1000 ? "" : ` for ${secondsOf(lastedMs)} s`;
  const nextTry = `next try in ${secondsOf(pauseMs)} s`;
  status(`the network is busy${since} with a change that is not of this run (${saidIn(error)}); ${nextTry}`);
  await Promise.race([clock.sleep(pauseMs), place.othersTaken()]);
}

function lastingFor(lastedMs: number, error: ConflictError): ConflictError {
  const { operation, method, path, status, reasons } = error;
  const lasted = `It did so for ${secondsOf(lastedMs)} s, with no other write of this run in flight on the network.`;
  return new ConflictError(`${error.message} ${lasted}`, { operation, method, path, status, reasons });
}

function saidIn({ status, reasons }: ConflictError): string {
  return [status, ...reasons.map((reason) => `"${reason}"`)].join(" ");
}

function secondsOf(ms: number): number {
  return Math.round(ms / 1000);
}
