import { PartialFailure } from "./failure";
import type { Session } from "./session";

/**
 * Runs a step that may write, or that learns what an earlier one has written. The notes about its subject go once there
 * is an engine to store how it ended; the next run needs them otherwise.
 */
export async function noted<T>(session: Session, subject: string, run: () => Promise<T>): Promise<T> {
  try {
    const result = await run();
    await forget(session, subject);
    return result;
  } catch (error) {
    if (isTold(error)) await forget(session, subject);
    throw error;
  }
}

async function forget(session: Session, subject: string): Promise<void> {
  if (await session.isEngineThere()) await session.recovery.clear(subject);
}

/** Whether a failure brings to state all that is known, with nothing still under way. */
function isTold(error: unknown): boolean {
  return error instanceof PartialFailure && error.properties.__operation === undefined;
}
