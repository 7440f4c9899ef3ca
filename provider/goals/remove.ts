import { attached } from "../converge/attach";
import type { Claim } from "../converge/claims";
import { pauseOrRethrow } from "../converge/conflict";
import { converge } from "../converge/converge";
import { GroupGoneError, NotAppliedError } from "../converge/errors";
import { isFrom } from "../converge/failure";
import { groupAhead, lookUntil, observe, observeSurely, READ_AHEAD } from "../converge/observe";
import { closeJournal, inTurn, overWith, type Session } from "../converge/session";
import { failureOf, send, type WriteEnd } from "../converge/write";
import { asOf, isSameWrite, type PendingWrite } from "../model/pending";
import { isPlaceholder } from "../model/placeholder";
import type { PresentTunnel } from "../model/present";
import type { GroupInputs } from "../model/schema";
import { blankState, type State } from "../model/state";
import { nameIn } from "../model/urn";
import { notDeletedText } from "../ownership/messages";
import { PlanError } from "../plan/error";
import { inWords } from "../plan/match";
import { NotFoundError } from "../service/errors";
import type { Sharing } from "../service/requests";
import { isToReturn } from "./create";
import { findDoomed, warningOfHeld } from "./incompleteCreate";
import { writesOfOthers } from "./others";
import { awaitEffect, recovered } from "./recover";
import { groupOf, networkOf } from "./refresh";

/** A created group that is to go. */
interface Doomed {
  readonly session: Session;
  readonly networkId: string;
  readonly groupId: string;
  /** What is known of it; the writes that are pending in it have been waited for. */
  readonly state: State;
}

/**
 * Ends what a resource stands for: a group that it created is deleted, of one that it adopted the declared tunnels are
 * removed. What another resource of the run stands for stays.
 * @param successor what this run puts in the place of the resource; undefined where nothing takes its place
 * @throws PlanError when a created group holds tunnels that are to be kept
 */
export async function remove(session: Session, id: string, state: State, successor?: GroupInputs): Promise<void> {
  const networkId = networkOf(state);
  await inTurn(session, networkId, id, groupAhead(networkId, id), async (turn) => {
    if (successor && isToReturn(state, successor) && (await observe(turn, networkId, id))) {
      return turn.warn(`Tunnel group ${id}, which did not show, is there again: it is not deleted.`);
    }
    const groupId = await groupSurely(turn, networkId, id, state, successor);
    if (groupId !== undefined) {
      const pending = groupId === id ? state.pending : state.pending.map((write) => asOf(write, groupId));
      const whole = await recovered(turn, groupId, { ...state, pending });
      if (state.origin === "adopted") await release(turn, networkId, groupId, whole);
      else await deleteGroup({ session: turn, networkId, groupId, state: whole });
    }
    await closeJournal(turn, overWith(groupId, state.pending));
  });
}

/** The group of a resource; one that an interrupted creation has made, and that cannot be told for sure, is named and stays. */
async function groupSurely(
  session: Session,
  networkId: string,
  id: string,
  state: State,
  successor: GroupInputs | undefined,
): Promise<string | undefined> {
  try {
    const find = (write: PendingWrite) => findDoomed(session, write, warningOfHeld(session, write), successor);
    return await groupOf(session, networkId, id, state, find);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    if (isPlaceholder(id)) {
      await session.warn(`${error.message} It is not deleted.`);
      return undefined;
    }
    await session.warn(`${error.message} Only ${id}, which its operation has named, is deleted.`);
    // It may show late.
    return id;
  }
}

/**
 * To let go of a group is to declare no tunnel of it any more. Whoever lets go claims nothing: what is claimed under its
 * own URN is its successor's.
 */
async function release(session: Session, networkId: string, groupId: string, state: State): Promise<void> {
  try {
    await converge({ ...session, urn: undefined }, { groupId, declared: { networkId, tunnels: {} }, state });
  } catch (error) {
    if (!isFrom(error, GroupGoneError)) throw error;
  }
}

/** A deletion that nobody answers, and that does not show, is made so often. */
const MOST_UNANSWERED = 3;

/** Observe, delete, wait, until it shows that nothing is left. */
async function deleteGroup(doomed: Doomed): Promise<void> {
  const { session, networkId, groupId, state } = doomed;
  const waitedFor: PendingWrite[] = [];
  for (let unanswered = 0, sharing: Sharing = READ_AHEAD; ; sharing = {}) {
    // What is not shown is deleted all the same.
    const tunnels = (await observeSurely(session, networkId, groupId, sharing))?.tunnels ?? [];
    if (await hasWaited(doomed, waitedFor)) continue;
    const claims = await session.claims.on(groupId);
    const holder = claims.find((claim) => claim.origin === "created" || isOwnReplacement(session, claim));
    if (holder) {
      // The step of this process that resumed the group as the resource's own has told so; an import target only asks for it.
      const isResumed = holder.origin === "created" && !holder.isImported && isOwnReplacement(session, holder);
      const isTold = isResumed && session.claims.isOwn(holder);
      return isTold ? undefined : session.warn(notDeletedText(groupId, holder, session.urn));
    }
    demandNobodyElse(groupId, attached(state, state.pending, tunnels), tunnels, claims);
    try {
      const end = await send(
        session,
        deletionOf(doomed, tunnels),
        (options) => session.client.deleteGroup(networkId, groupId, options),
        { method: "DELETE" },
      );
      if (await isGone(doomed, end)) return session.journal.markGone(groupId);
      unanswered += 1;
      if (unanswered === MOST_UNANSWERED) {
        throw new NotAppliedError(
          `${end.reasons.join(" ")} Tunnel group ${groupId} is still there, though its deletion was asked for several times. Run the same command again.`,
        );
      }
    } catch (error) {
      if (error instanceof NotFoundError && (await observeSurely(session, networkId, groupId)) === undefined)
        return session.journal.markGone(groupId);
      await pauseOrRethrow(session, error);
    }
  }
}

/** True if what has the group now takes the place of the resource that is being deleted. */
function isOwnReplacement({ urn }: Session, claim: Claim): boolean {
  return urn !== undefined && claim.urn === urn;
}

function deletionOf({ session, networkId, groupId }: Doomed, tunnels: readonly PresentTunnel[]): PendingWrite {
  const before = tunnels.map(({ id }) => id);
  return { kind: "delete", networkId, groupId, startedAtMs: session.clock.now(), before, added: [], changed: {} };
}

/** What another resource on this machine is just adding to the group would go with it: it is waited for, and then shows. */
async function hasWaited({ session, networkId, groupId }: Doomed, waitedFor: PendingWrite[]): Promise<boolean> {
  const others = await writesOfOthers(
    session,
    (write) =>
      write.groupId === groupId && write.added.length > 0 && !waitedFor.some((other) => isSameWrite(write, other)),
  );
  for (const write of others) {
    session.status(`another resource is adding tunnels to group ${groupId}: waits for it`);
    await awaitEffect(session, { networkId, groupId, state: blankState("adopted"), write });
    waitedFor.push(write);
  }
  return others.length > 0;
}

/** Whoever has tunnels in the group loses them with it. */
function demandNobodyElse(
  groupId: string,
  { inputs, tunnelIds }: State,
  tunnels: readonly PresentTunnel[],
  claims: readonly Claim[],
): void {
  if (inputs.forceDestroy) return;
  const own = new Set(Object.values(tunnelIds));
  const undeclared = tunnels.filter(({ id }) => !own.has(id) || claims.some((claim) => claim.tunnelIds.includes(id)));
  const claimed = claims.filter((claim) => undeclared.some(({ id }) => claim.tunnelIds.includes(id)));
  if (undeclared.length === 0 || (claimed.length === 0 && inputs.unmanagedTunnels === "remove")) return;
  const whose =
    claimed.length > 0
      ? `of ${claimed.map(({ urn }) => `"${nameIn(urn)}"`).join(", ")}`
      : "that this resource has not declared";
  const wayOn = claimed.length > 0 ? "Remove those resources first" : "Move or remove them first";
  throw new PlanError(
    `Tunnel group ${groupId} holds tunnels ${whose}: ${undeclared.map(inWords).join(", ")}. ${wayOn}, or set forceDestroy: true and run pulumi up before this.`,
  );
}

/** @returns whether it is gone; an unclear deletion that does not show is to be made again */
async function isGone({ session, networkId, groupId }: Doomed, end: WriteEnd): Promise<boolean> {
  // What it has removed all the same state will not know: the journal keeps it, so that the next up looks.
  if (end.outcome === "failed") throw failureOf(`delete tunnel group ${groupId}`, end);
  const endMs = session.clock.elapsed() + session.settlingMs;
  // What the service says that it has deleted, and does not show any more, is gone; otherwise a second look has to agree.
  const look = end.outcome === "succeeded" ? observe : observeSurely;
  const isDeleted = end.outcome === "succeeded";
  const isAbsent = async () => (await look(session, networkId, groupId, { isDeleted })) === undefined;
  if (await lookUntil(session, endMs, isAbsent, Boolean)) return true;
  if (end.outcome === "unclear") return false;
  throw new NotAppliedError(
    `The API said that the request to delete tunnel group ${groupId} was carried out, but it is still there. Run the same command again.`,
  );
}
