import { ConflictError } from "../service/errors";
import type { Session } from "./session";

const MOST_CONFLICTS = 3;
const CONFLICT_PAUSE_MS = 2000;

/** Another writer on the network may be in the way: after a pause it is looked and planned anew, a few times. */
export async function weather(session: Session, error: unknown, conflicts: number): Promise<void> {
  const pauseMs = CONFLICT_PAUSE_MS * 2 ** (conflicts - 1);
  const isConflict = error instanceof ConflictError;
  if (!isConflict || conflicts >= MOST_CONFLICTS || session.clock.elapsed() + pauseMs >= session.deadlineMs)
    throw error;
  session.status(`another change of the network is under way; next try in ${pauseMs / 1000} s`);
  await session.clock.sleep(pauseMs);
}
