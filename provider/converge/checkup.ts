import { healthWishOf, isHealthAsked } from "../model/health";
import { type Outcome, outputsOf } from "../model/state";
import { deedsInWords } from "./deeds";
import { NotHealthyError } from "./errors";
import { failedStep, type PartialFailure } from "./failure";
import { awaitPassing, type Checkup, checkup, inWords, type Patient, passingInWords } from "./health";
import { among, awaitingNote, ofKeys } from "./open";
import { deadlineOf, type Session } from "./session";
import { notPassingText } from "./words";

/** A group that is as declared; what is left is the health of its tunnels. */
export interface Settled extends Pick<Patient, "storedNames" | "open"> {
  /** That of the turn in which it was brought about. */
  readonly session: Session;
  readonly networkId: string;
  readonly outcome: Outcome;
}

const KEPT = "It was carried out, and all of it is kept.";

/** How a step ends. */
export interface End {
  readonly outs: Record<string, unknown>;
  /** Why it has failed, though the group is as declared: its tunnels are not passing, and have to be. */
  readonly failure?: PartialFailure;
}

/**
 * Waits until the tunnels that a step has touched are passing, where the group asks for it. Nothing is written any more, so
 * that this holds up nobody, and what others write to the group meanwhile does no harm.
 */
export async function checkedUp(settled: Settled): Promise<End> {
  const { session, outcome, networkId } = settled;
  const { groupId, tunnelIds, inputs } = outcome;
  if (!isHealthAsked(inputs)) return { outs: outputsOf(outcome) };
  const { wait, timeoutMs } = healthWishOf(inputs);
  const open = among(settled.open, tunnelIds);
  const patient = { ...settled, tunnelIds, open };
  const beganMs = session.clock.elapsed();
  const startedAtMs = session.clock.now();
  const isWaiting = wait !== "none" && open.size > 0;
  const seen = isWaiting ? await awaitPassing(session, patient, timeoutMs) : await checkup(session, patient);
  const whole = { ...outcome, tunnelHealth: seen.health };
  const told = criticalText(seen);
  if (told !== undefined) await session.warn(told);
  const isIll = isWaiting && seen.failing.length > 0;
  if (isIll && wait === "require") {
    const text = `${notPassingText(groupId, seen, session.clock.elapsed() - beganMs)} ${KEPT}`;
    const left = ofKeys(open, seen.failing, tunnelIds);
    const pending = awaitingNote(networkId, groupId, left, startedAtMs);
    return { outs: outputsOf(whole), failure: failedStep(new NotHealthyError(text), { ...whole, pending }) };
  }
  if (isIll) await session.warn(notPassingText(groupId, seen, session.clock.elapsed() - beganMs));
  else if (seen.trouble !== undefined) await session.warn(seen.trouble);
  if (isWaiting) await session.ended(endText(session, seen));
  return { outs: outputsOf(whole) };
}

function endText(session: Session, seen: Checkup): string {
  const { clock, timeoutMs, deeds } = session;
  return deedsInWords(deeds, clock.elapsed() - (deadlineOf(session) - timeoutMs), passingInWords(seen));
}

/** What was critical before is told, and fails nothing. */
function criticalText(seen: Checkup): string | undefined {
  const { health, touched } = seen;
  const keys = Object.keys(health).filter((key) => health[key] === "critical" && !touched.includes(key));
  return keys.length === 0 ? undefined : `Not touched by this, and not passing: ${inWords(seen, keys)}.`;
}
