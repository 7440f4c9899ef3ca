import { messageOf } from "../converge/failure";
import { closeJournal, type Session } from "../converge/session";
import { asOf, isOpenCreation, isSameWrite, type PendingWrite } from "../model/pending";
import { blankState } from "../model/state";
import { findDoomed, warningOfHeld } from "./incompleteCreate";
import type { OnHeld } from "./recover";
import { remove } from "./remove";

/** A creation has its time since it began; one that does not come to its end holds up no later run for longer. */
const LEAST_MS = 60_000;

/**
 * Deletes what interrupted creations of a resource have made and no row of state stands for: the program went another
 * way since. What goes wrong is told, and the next run tries again.
 * @param own the groups that rows of the resource stand for
 * @param over creations of which it is known what became of them
 */
export async function removeLeftBehind(
  session: Session,
  own: readonly string[],
  over: readonly PendingWrite[] = [],
): Promise<void> {
  const isOpen = (write: PendingWrite) => isOpenCreation(write) && !over.some((each) => isSameWrite(each, write));
  const ended = (message: string) => session.ended(`what an interrupted run had made: ${message}`);
  const { journal } = session;
  const otherOwner = async (groupId: string) => (own.includes(groupId) ? groupId : journal.otherOwner(groupId));
  for (const write of (await session.journal.entries()).filter(isOpen)) {
    try {
      const deadlineMs = Math.max(
        session.elapsedAt(write.startedAtMs) + session.timeoutMs,
        session.clock.elapsed() + LEAST_MS,
      );
      const turn = { ...session, ended, deadlineMs, journal: { ...journal, otherOwner } };
      const warn = warningOfHeld(turn, write);
      const onHeld: OnHeld = async (groupId, holder) => {
        if (!own.includes(groupId)) await warn(groupId, holder);
      };
      await removeMadeBy(turn, write, onHeld);
      await closeJournal(session, (each) => isSameWrite(each, write));
    } catch (error) {
      await session.warn(
        `An interrupted run of this resource has begun to create tunnel group "${write.tunnelName}" in network ${write.networkId}, and nothing stands for it: ${messageOf(error)} The next pulumi up looks for it again.`,
      );
    }
  }
}

async function removeMadeBy(session: Session, write: PendingWrite, onHeld: OnHeld): Promise<void> {
  const groupId = await findDoomed(session, write, onHeld);
  if (groupId === undefined) return;
  await session.warn(
    `Deletes tunnel group ${groupId} ("${write.tunnelName}"): an interrupted run of this resource has made it, and nothing stands for it.`,
  );
  const state = { ...blankState("created"), inputs: { networkId: write.networkId } };
  await remove(session, groupId, { ...state, pending: [asOf(write, groupId)] });
}
