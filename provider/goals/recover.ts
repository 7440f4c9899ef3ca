import { attached, doubted, isExactly } from "../converge/attach";
import { IncompleteListError } from "../converge/errors";
import { CONFIRMING_MS, groupsNamed, lookUntil, type NamedGroups, observe } from "../converge/observe";
import type { Session } from "../converge/session";
import { awaitEnd, type WriteEnd } from "../converge/write";
import { awaitingIn, joined, mayStillShow, type PendingWrite, unprovenIn } from "../model/pending";
import { isPlaceholder } from "../model/placeholder";
import type { State } from "../model/state";
import { nameIn } from "../model/urn";
import { type Holder, holderOf, type Known } from "../ownership/holder";
import { PlanError } from "../plan/error";
import type { ShownGroup } from "../service/wire";

/**
 * State as it would be had the interrupted runs gone on: their writes have been waited for, and what they touched is
 * doubted until it is seen. From here on nobody needs to know that there was an interruption.
 * @throws RunningWriteError when a write does not end in time
 */
export async function recovered(session: Session, groupId: string, state: State): Promise<State> {
  // A creation of which state has the group it has itself.
  const own = (await session.journal.entries()).filter((write) => write.groupId === groupId && write.kind !== "create");
  const pending = joined(
    unprovenIn(state.pending).filter(({ kind }) => kind !== "create" || !isPlaceholder(groupId)),
    own,
  );
  const { networkId } = state.inputs;
  for (const write of pending) {
    if (networkId === undefined) await awaitEnd(session, write);
    else await awaitEffect(session, { networkId, groupId, state, write });
  }
  const alive = pending.filter((write) => mayStillShow(write, session.clock.now()));
  return pending.reduce<State>(doubted, { ...state, pending: [...awaitingIn(state.pending), ...alive] });
}

/** What was done, and does not show at once, may lag behind; longer, and somebody has removed it since. */
const LONGEST_LAG_MS = 30_000;

function lagOf({ settlingMs }: Session, { added }: PendingWrite): number {
  return added.length > 0 ? Math.min(settlingMs, LONGEST_LAG_MS) : 0;
}

/** A write to a group that is not this step's own. */
interface Earlier {
  readonly networkId: string;
  readonly groupId: string;
  readonly state: State;
  readonly write: PendingWrite;
}

/**
 * Waits for the end of a write, and until it shows what it has added. One of which no answer came may still be acting: it is
 * given its time.
 * @throws RunningWriteError when it does not end in time
 */
export async function awaitEffect(session: Session, { networkId, groupId, state, write }: Earlier): Promise<void> {
  const { outcome } = await awaitEnd(session, write);
  if (outcome === "failed") return;
  const endMs = outcome === "unclear" ? settlingEndOf(session, write) : session.clock.elapsed() + lagOf(session, write);
  if (endMs <= session.clock.elapsed()) return;
  const look = () => observe(session, networkId, groupId);
  await lookUntil(session, endMs, look, (seen) => isShown(state, write, seen));
}

function isShown(state: State, write: PendingWrite, seen: ShownGroup | undefined): boolean {
  if (seen === undefined) return true;
  const { tunnelIds } = attached(state, [write], seen.tunnels);
  const fresh = new Set(seen.tunnels.map(({ id }) => id).filter((id) => !write.before.includes(id)));
  return write.added.length > 0 && write.added.every(([key]) => fresh.has(tunnelIds[key] ?? ""));
}

function settlingEndOf({ elapsedAt, settlingMs }: Session, { startedAtMs }: PendingWrite): number {
  return elapsedAt(startedAtMs) + settlingMs;
}

/**
 * Finds the group that a creation has made: the one that its operation names; else the one of its name that was not
 * there before, and holds nothing but what was sent.
 * @throws PlanError when several groups could be it, or the one that has appeared is something else
 * @throws RunningWriteError when the operation does not end in time
 */
export async function findCreated(session: Session, write: PendingWrite, onHeld?: OnHeld): Promise<string | undefined> {
  if (!mayStillShow(write, session.clock.now())) return undefined;
  const end = await awaitEnd(session, write);
  return groupMadeBy(session, end, settlingEndOf(session, write), onHeld);
}

/** Called with a group that the creation may have made, and with the resource that has it. */
export type OnHeld = (groupId: string, holder: Holder) => Promise<void>;

/**
 * As {@link findCreated}, for a creation whose end is known; what it has made is looked for until `endMs`, and for as
 * long as it takes that more than one look agrees.
 */
export async function groupMadeBy(
  session: Session,
  end: WriteEnd,
  endMs: number,
  onHeld?: OnHeld,
): Promise<string | undefined> {
  const { write, outcome, resourceId } = end;
  const untilMs = () =>
    Math.max(outcome === "failed" ? Number.NEGATIVE_INFINITY : endMs, session.clock.elapsed() + CONFIRMING_MS);
  const isThere = async (groupId: string) => (await observe(session, write.networkId, groupId)) !== undefined;
  if (resourceId !== undefined && (await lookUntil(session, untilMs(), () => isThere(resourceId), Boolean))) {
    // Another resource may have been given it since, by a person's word, or the row that takes this one's place goes on with it.
    return (await isHeld(session, resourceId, onHeld)) ? undefined : resourceId;
  }
  // What the service has refused it has not begun; a group of that name is somebody else's.
  if (outcome === "failed" && end.statusCode !== undefined && end.statusCode < 500) return undefined;
  const found = await lookUntil(
    session,
    untilMs(),
    () => appearedSince(session, write),
    ({ groups, isSure }) => groups.length > 0 && isSure,
  );
  return theOneOf(session, write, found, onHeld);
}

/**
 * Finds the one group of a creation's name that has appeared since, and holds exactly what was sent.
 * @returns undefined when none has
 * @throws PlanError when which one it is cannot be told
 */
export async function groupAppeared(session: Session, write: PendingWrite): Promise<string | undefined> {
  return theOneOf(session, write, await appearedSince(session, write));
}

async function appearedSince(session: Session, { networkId, tunnelName, before }: PendingWrite): Promise<NamedGroups> {
  const { groups, isSure } = await groupsNamed(session, networkId, tunnelName ?? "");
  return { groups: groups.filter(({ id }) => !before.includes(id)), isSure };
}

async function theOneOf(
  session: Session,
  write: PendingWrite,
  { groups, isSure }: NamedGroups,
  onHeld?: OnHeld,
): Promise<string | undefined> {
  const open: string[] = [];
  for (const { id } of groups) if (!(await isHeld(session, id, onHeld))) open.push(id);
  const [groupId] = open;
  if (groupId === undefined && !isSure) throw new IncompleteListError(write.networkId, write.tunnelName ?? "");
  if (groupId === undefined) return undefined;
  const seen = open.length > 1 || !isSure ? undefined : await observe(session, write.networkId, groupId);
  if (seen && holdsNothingElse(write, seen)) return groupId;
  const different = open.length > 1 ? "which of them cannot be told" : NOT_WHAT_WAS_SENT;
  throw unclearError(session, write, open, isSure ? different : "the API's list may lack other groups of the network");
}

/** The reason for which a group of a creation's name is not taken for what it has made. */
export const NOT_WHAT_WAS_SENT = "it is not what was sent";

/** Says that a creation may have made some groups, why that cannot be told, and the ways on. */
export function unclearError(
  session: Session,
  { tunnelName, networkId }: PendingWrite,
  groupIds: readonly string[],
  why: string,
): PlanError {
  return new PlanError(
    `An interrupted creation of tunnel group "${tunnelName}" in network ${networkId} may have made ${groupIds.join(", ")}, but ${why}. ${waysOn(session, groupIds[0] ?? "")}`,
  );
}

/** True if a group is another resource's, or this one's as an existing group. */
async function isHeld(session: Session, groupId: string, onHeld: OnHeld | undefined): Promise<boolean> {
  const holder = holderOf(await knownOf(session, groupId));
  if (holder) await onHeld?.(groupId, holder);
  return holder !== undefined;
}

/** Returns what this machine and this run know of the resources that have a group. */
export async function knownOf({ journal, claims }: Session, groupId: string): Promise<Known> {
  return {
    otherOwner: await journal.otherOwner(groupId),
    note: await journal.useOf(groupId),
    claims: await claims.on(groupId),
  };
}

/** Every tunnel is one that was sent, each once; a creation that broke off may have made some of them only. */
function holdsNothingElse({ added }: PendingWrite, { tunnels }: ShownGroup): boolean {
  const left = [...added];
  return (
    tunnels.length > 0 &&
    tunnels.every((tunnel) => {
      const index = left.findIndex(([, sent]) => isExactly(sent, tunnel));
      return index >= 0 && left.splice(index, 1).length === 1;
    })
  );
}

/** How a group that nobody can be sure of is brought under the program. */
function waysOn({ urn }: Session, groupId: string): string {
  return `If it is yours, own it with HARMONY_SASE_IMPORT="${nameIn(urn)}=${groupId}" pulumi up, or delete it by hand.`;
}
