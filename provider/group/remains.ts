import { type Changes, changesOf } from "./changes";
import { look } from "./look";
import { subjectOf } from "./reconcile";
import type { GroupInputs } from "./schema";
import type { Note, Session } from "./session";
import type { State } from "./state";
import { inherited } from "./trail";

/** A preview does not wait longer for the service because a run was interrupted. */
const PATIENCE_MS = 15_000;
const NOTE = "An interrupted run was changing this group.";

/**
 * What a change does to a group that an interrupted run was writing to: more than state and program show. The group is
 * looked at; one that is gone is made anew.
 * @returns undefined when no run was interrupted
 */
export async function changesAfterInterruption(
  session: Session,
  id: string,
  state: State,
  news: GroupInputs,
): Promise<Changes | undefined> {
  const { networkId } = state.inputs;
  const note = networkId === undefined ? undefined : await session.recovery.find(subjectOf(networkId, id));
  if (networkId === undefined || note === undefined) return undefined;
  const heir = await heirOf(session, networkId, id, state, note);
  if (heir === "gone") return madeAnew(changesOf(id, state, news));
  const changes = changesOf(id, heir, news);
  return { ...changes, isChanged: true, notes: [NOTE, ...changes.notes] };
}

/** State with what the run has left; as it is where the service can't be asked: the step that follows says so. */
async function heirOf(
  session: Session,
  networkId: string,
  id: string,
  state: State,
  { trail }: Note,
): Promise<State | "gone"> {
  const deadlineMs = Math.min(session.deadlineMs, session.clock.now() + PATIENCE_MS);
  try {
    const seen = await look({ ...session, deadlineMs }, networkId, id);
    if (seen !== undefined) return inherited(state, trail, seen);
    return state.origin === "created" ? "gone" : state;
  } catch {
    return state;
  }
}

function madeAnew({ replaces }: Changes): Changes {
  const warning = "An interrupted run has deleted this group: it is created again.";
  return { isChanged: true, replaces: [...new Set([...replaces, "networkId"])], notes: [], warnings: [warning] };
}
