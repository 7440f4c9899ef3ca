import type { Session } from "../converge/session";
import { awaitEnd, type WriteEnd } from "../converge/write";
import type { PendingWrite } from "../model/pending";
import { DeadlineError } from "../service/errors";

/** How long a write that another resource has begun, and not brought to an end, may still be under way. */
const YOUNG_MS = 60 * 60_000;

/** The writes of other resources on this machine that may be under way just now. */
export async function writesOfOthers(
  { journal, clock, elapsedAt, settlingMs }: Session,
  isMeant: (write: PendingWrite) => boolean,
): Promise<readonly PendingWrite[]> {
  const isYoung = ({ statusId, startedAtMs }: PendingWrite) =>
    clock.elapsed() - elapsedAt(startedAtMs) < (statusId === undefined ? settlingMs : YOUNG_MS);
  return (await journal.ofOthers()).filter((write) => isMeant(write) && isYoung(write));
}

/**
 * Waits for the end of another resource's write; one that nobody has answered is given its time to show.
 * @throws DeadlineError when the time of the step is over before
 */
export async function awaitOther(session: Session, write: PendingWrite): Promise<WriteEnd> {
  const { clock, deadlineMs, elapsedAt, settlingMs } = session;
  const end = await awaitEnd(session, write);
  if (end.outcome === "unclear") {
    const shownMs = elapsedAt(write.startedAtMs) + settlingMs;
    await clock.sleep(Math.max(0, Math.min(shownMs, deadlineMs) - clock.elapsed()));
    if (shownMs >= deadlineMs) throw new DeadlineError(unansweredText(write));
  }
  return end;
}

function unansweredText({ kind, tunnelName, networkId }: PendingWrite): string {
  const name = tunnelName === undefined ? "" : ` "${tunnelName}"`;
  return `The time was over while the ${kind} of tunnel group${name} in network ${networkId} by another resource, which was never answered, could still show. Nothing was sent.`;
}
