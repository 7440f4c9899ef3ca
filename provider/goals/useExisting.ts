import { GroupGoneError } from "../converge/errors";
import { isFrom, PartialFailure } from "../converge/failure";
import type { Session } from "../converge/session";

/**
 * Runs the first step of a resource in an existing group. This machine notes the use before anything is sent; it takes the
 * note back if the step fails and state has nothing of it. A note of another resource stays.
 */
export async function usingExisting<T>({ journal }: Session, groupId: string, run: () => Promise<T>): Promise<T> {
  if ((await journal.otherOwner(groupId)) !== undefined) return run();
  const before = await journal.useOf(groupId);
  await journal.own(groupId, "usesExisting");
  try {
    return await run();
  } catch (error) {
    if (isFrom(error, GroupGoneError)) await journal.markGone(groupId);
    else if (!(error instanceof PartialFailure)) await journal.restore(groupId, before);
    throw error;
  }
}
