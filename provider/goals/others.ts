import type { Session } from "../converge/session";
import { awaitEnd, type WriteEnd } from "../converge/write";
import type { PendingWrite } from "../model/pending";

/** How long a write that another resource has begun, and not brought to an end, may still be under way. */
const YOUNG_MS = 60 * 60_000;

/** The writes of other resources on this machine that may be under way just now. */
export async function writesOfOthers(
  { journal, clock, settlingMs }: Session,
  isMeant: (write: PendingWrite) => boolean,
): Promise<readonly PendingWrite[]> {
  const isYoung = ({ statusId, startedAtMs }: PendingWrite) =>
    clock.now() - startedAtMs < (statusId === undefined ? settlingMs : YOUNG_MS);
  return (await journal.ofOthers()).filter((write) => isMeant(write) && isYoung(write));
}

/** Waits for the end of another resource's write; one that nobody has answered is given its time to show. */
export async function awaitOther(session: Session, write: PendingWrite): Promise<WriteEnd> {
  const end = await awaitEnd(session, write);
  if (end.outcome === "unclear") {
    await session.clock.sleep(Math.max(0, write.startedAtMs + session.settlingMs - session.clock.now()));
  }
  return end;
}
