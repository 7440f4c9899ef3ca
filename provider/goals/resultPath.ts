import { lookUntil, observe } from "../converge/observe";
import type { Session } from "../converge/session";
import type { WriteEnd } from "../converge/write";
import type { PendingWrite } from "../model/pending";
import type { OwnedInputs } from "../model/schema";
import { PlanError } from "../plan/error";
import type { ShownGroup } from "../service/wire";
import { groupAppeared, NOT_WHAT_WAS_SENT, unclearError } from "./recover";
import { comparedWith } from "./takeOver";

/** A group that a creation has made. */
export interface MadeGroup {
  readonly id: string;
  /** Its content, where it was read already. */
  readonly seen?: ShownGroup | undefined;
}

/** A group that its creation's result names may show so late; after that it is looked for by its name too. */
const LATE_MS = 10_000;

/**
 * Finds the group of a creation that has succeeded: the one that its result names, or, where no group answers there, the one
 * group of its name that has appeared since and holds exactly what was sent. Then no result of this process names a group.
 * @returns undefined when neither shows until `endMs`
 * @throws PlanError when the groups of that name leave it open which one it is
 */
export async function groupOfResult(
  session: Session,
  declared: OwnedInputs,
  { write, resourceId }: WriteEnd,
  endMs: number,
): Promise<MadeGroup | undefined> {
  const { clock, resultPaths } = session;
  if (resourceId === undefined) return undefined;
  const sinceMs = clock.elapsed();
  let doubt: PlanError | undefined;
  const look = async (): Promise<MadeGroup | undefined> => {
    const seen = await observe(session, write.networkId, resourceId);
    if (seen !== undefined) return { id: resourceId, seen };
    if (clock.elapsed() - sinceMs < LATE_MS) return undefined;
    doubt = undefined;
    return groupOfName(session, declared, write).catch((error: unknown) => {
      if (!(error instanceof PlanError)) throw error;
      doubt = error;
      return undefined;
    });
  };
  const made = await lookUntil(session, endMs, look, (found) => found !== undefined);
  if (made === undefined && doubt !== undefined) throw doubt;
  if (made !== undefined && made.id !== resourceId) resultPaths.areOfUse = false;
  return made;
}

/** Here the passphrases that were sent are known: they count too, where they are shown. */
async function groupOfName(
  session: Session,
  declared: OwnedInputs,
  write: PendingWrite,
): Promise<MadeGroup | undefined> {
  const id = await groupAppeared(session, write);
  const seen = id === undefined ? undefined : await observe(session, write.networkId, id);
  if (id === undefined || seen === undefined) return undefined;
  if (comparedWith(declared, seen).differences.length === 0) return { id, seen };
  throw unclearError(session, write, [id], NOT_WHAT_WAS_SENT);
}
