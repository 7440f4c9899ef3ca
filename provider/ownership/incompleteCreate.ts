import { isOpenCreation, type PendingWrite } from "../model/pending";
import type { State } from "../model/state";

/** A write says nothing any more of a group so long after: others may have made the same meanwhile. */
export const LONGEST_AGE_MS = 7 * 24 * 60 * 60_000;

/** True if a write was sent too long ago to count. */
export function isExpired({ startedAtMs }: PendingWrite, nowMs: number): boolean {
  return nowMs - startedAtMs > LONGEST_AGE_MS;
}

/** True if a create whose group is not known was sent too long ago to be resumed, or to have its group deleted. */
export function isExpiredCreate(write: PendingWrite, nowMs: number): boolean {
  return isOpenCreation(write) && isExpired(write, nowMs);
}

/** True if state knows tunnels of the group, so that the group was seen: what has its name and content now is another. */
export function wasSeen({ tunnelIds }: Pick<State, "tunnelIds">): boolean {
  return Object.keys(tunnelIds).length > 0;
}
