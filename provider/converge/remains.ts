import type { GroupInputs } from "../model/schema";
import type { State } from "../model/state";
import { type Changes, changesOf } from "../plan/changes";
import { subjectOf } from "./reconcile";
import type { Recovery } from "./session";

const UPDATE_NOTE = "A run that changed this group was interrupted: the group is looked at.";
const DELETE_WARNING =
  "A run that deleted this group was interrupted: what is left of it is deleted, and it is created again.";

/**
 * What a change does to a group that an interrupted run was writing to: more than state and program show, and what it
 * is only the service knows. By the note of the run alone, without a request.
 * @returns undefined when no run was interrupted
 */
export async function changesAfterInterruption(
  recovery: Recovery,
  id: string,
  state: State,
  news: GroupInputs,
): Promise<Changes | undefined> {
  const { networkId } = state.inputs;
  const note = networkId === undefined ? undefined : await recovery.find(subjectOf(networkId, id));
  if (note === undefined) return undefined;
  const changes = changesOf(id, state, news);
  if (note.kind !== "delete" || state.origin === "adopted") {
    return { ...changes, isChanged: true, notes: [UPDATE_NOTE, ...changes.notes] };
  }
  return {
    isChanged: true,
    replaces: [...new Set([...changes.replaces, "networkId"])],
    notes: [],
    warnings: [DELETE_WARNING],
  };
}
