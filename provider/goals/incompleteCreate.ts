import type { Session } from "../converge/session";
import { isSameWrite, joined, type PendingWrite } from "../model/pending";
import type { GroupInputs } from "../model/schema";
import { holderOfDoomed } from "../ownership/holder";
import { isExpiredCreate } from "../ownership/incompleteCreate";
import { expiredText, leftAloneText } from "../ownership/messages";
import { findCreated, knownOf, type OnHeld } from "./recover";

/**
 * Finds the group that an incomplete creation has made, in order to delete it. One that another resource has, or that a
 * resource of the run uses, is left as it is, with a warning.
 * @param successor what this run puts in the place of the resource
 * @throws as {@link findCreated}
 */
export async function findDoomed(
  session: Session,
  write: PendingWrite,
  onHeld: OnHeld = warningOfHeld(session, write),
  successor?: GroupInputs,
): Promise<string | undefined> {
  if (isExpiredCreate(write, session.clock.now())) return undefined;
  const groupId = await findCreated(session, write, onHeld);
  if (groupId === undefined) return undefined;
  const own = { urn: session.urn, relation: "usesExisting", isNoted: false } as const;
  const holder = successor?.dynamicTunnelId === groupId ? own : holderOfDoomed(await knownOf(session, groupId));
  if (holder === undefined) return groupId;
  await onHeld(groupId, holder);
  return undefined;
}

/** Warns that the group of an incomplete creation is another's; of what this process has made of it itself it has told. */
export function warningOfHeld(session: Session, write: PendingWrite): OnHeld {
  const { claims, urn } = session;
  return async (groupId, holder) => {
    const isResumed = (await claims.on(groupId)).some(
      (claim) => claim.urn === urn && claim.origin === "created" && claims.isOwn(claim),
    );
    if (holder.urn === urn && isResumed) return;
    await session.warn(leftAloneText(groupId, write, holder, urn));
  };
}

/**
 * Drops incomplete creations that are too old to be resumed or undone, and warns of them.
 * @param inState those that state has, where the step drops them
 * @param isToldLater true for those of which another step of this run tells
 */
export async function dropExpiredCreates(
  session: Session,
  inState: readonly PendingWrite[] = [],
  isToldLater: (write: PendingWrite) => boolean = () => false,
): Promise<void> {
  const expired = inState.filter((write) => isExpiredCreate(write, session.clock.now()));
  for (const write of joined(await session.journal.dropExpiredCreates(), expired)) {
    if (!isToldLater(write)) await session.warn(expiredText(write));
  }
}

/** True for the writes that are among `writes`. */
export function isAmong(writes: readonly PendingWrite[]): (write: PendingWrite) => boolean {
  return (write) => writes.some((each) => isSameWrite(each, write));
}
