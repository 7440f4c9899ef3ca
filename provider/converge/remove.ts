import type { PendingWrite } from "../model/pending";
import { isPlaceholder } from "../model/placeholder";
import type { PresentTunnel } from "../model/present";
import type { State } from "../model/state";
import { PlanError } from "../plan/error";
import { inWords } from "../plan/match";
import { removalOf } from "../plan/requests";
import type { Accepted } from "../service/answers";
import { NotFoundError } from "../service/errors";
import type { RequestOptions } from "../service/requests";
import { namesBelongTo, type ShownGroup, undecorated } from "../service/wire";
import { attached } from "./attach";
import { type Claim, nameIn } from "./claims";
import { weather } from "./conflict";
import { NotAppliedError } from "./errors";
import { lookUntil, observe, observeSurely } from "./observe";
import { recovered } from "./recover";
import { createdBy, networkOf } from "./refresh";
import { closeJournal, inTurn, type Session } from "./session";
import { failureOf, send, type WriteEnd } from "./write";

/** What is to go, and how one sees that it has. */
interface Removal {
  readonly session: Session;
  readonly networkId: string;
  readonly groupId: string;
  readonly state: State;
}

/**
 * Ends what a resource stands for: a group that it created is deleted, of one that it adopted the declared tunnels are
 * removed. What another resource of the run stands for stays.
 * @throws PlanError when a created group holds tunnels that are to be kept
 */
export async function remove(session: Session, id: string, state: State): Promise<void> {
  const networkId = networkOf(state);
  await inTurn(session, networkId, id, async (turn) => {
    const groupId = isPlaceholder(id) ? await createdSurely(turn, state) : id;
    if (groupId !== undefined) {
      const whole = await recovered(turn, groupId, {
        ...state,
        pending: isPlaceholder(id) ? asOf(state, groupId) : state.pending,
      });
      await untilGone({ session: turn, networkId, groupId, state: whole });
    }
    await closeJournal(turn, { groupId, createdIn: state.origin === "created" ? networkId : undefined });
  });
}

/** The group that a creation has made; one that cannot be told for sure is named and stays. */
async function createdSurely(session: Session, state: State): Promise<string | undefined> {
  try {
    return await createdBy(session, state);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    await session.warn(`${error.message} It is not deleted.`);
    return undefined;
  }
}

/** The creation that has made a group, as a write to it. */
function asOf({ pending }: State, groupId: string): readonly PendingWrite[] {
  return pending.map((write) => ({ ...write, groupId }));
}

/** A write that nobody answers, and that does not show, is made so often. */
const MOST_UNANSWERED = 3;
const UNANSWERED = "What it was to remove is still there, though it was asked for several times: run this again.";

/** Observe, write, wait, until it shows that nothing is left. */
async function untilGone(removal: Removal): Promise<void> {
  const { session, networkId, groupId, state } = removal;
  for (let conflicts = 0, unanswered = 0; ; ) {
    const seen = await observeSurely(session, networkId, groupId);
    // What one reading does not show is deleted all the same, where it is this resource's alone.
    if (seen === undefined && state.origin === "adopted") return;
    const whole = seen ? attached(state, state.pending, seen.tunnels) : state;
    const claims = await session.claims.on(groupId);
    const next =
      state.origin === "created" ? deletionOf(removal, whole, seen, claims) : releaseOf(removal, whole, seen, claims);
    if (next.warning !== undefined) await session.warn(next.warning);
    if (next.request === undefined) return;
    try {
      const end = await send(session, pendingWriteOf(removal, seen), next.request);
      if (await isOver(removal, end, next.isDone, next.operation)) return;
      if (end.outcome === "unclear") unanswered += 1;
      if (unanswered === MOST_UNANSWERED) throw new NotAppliedError(`${end.reasons.join(" ")} ${UNANSWERED}`);
    } catch (error) {
      if (error instanceof NotFoundError && (await observeSurely(session, networkId, groupId)) === undefined) return;
      conflicts += 1;
      await weather(session, error, conflicts);
    }
  }
}

/** The next write, if any. */
interface Next {
  readonly operation: string;
  readonly request?: (options: RequestOptions) => Promise<Accepted>;
  readonly warning?: string;
  isDone(seen: ShownGroup | undefined): boolean;
}

function deletionOf(
  { session, networkId, groupId }: Removal,
  state: State,
  seen: ShownGroup | undefined,
  claims: readonly Claim[],
): Next {
  const next = {
    operation: `delete tunnel group ${groupId}`,
    isDone: (group: ShownGroup | undefined) => group === undefined,
  };
  const owner = claims.find(({ origin }) => origin === "created");
  if (owner) {
    return {
      ...next,
      warning: `Tunnel group ${groupId} is not deleted: the resource "${nameIn(owner.urn)}" of this run has it.`,
    };
  }
  demandNobodyElse(groupId, state, seen?.tunnels ?? [], claims);
  return { ...next, request: (options) => session.client.deleteGroup(networkId, groupId, options) };
}

/** Whoever has tunnels in the group loses them with it. */
function demandNobodyElse(
  groupId: string,
  state: State,
  tunnels: readonly PresentTunnel[],
  claims: readonly Claim[],
): void {
  if (state.inputs.forceDestroy) return;
  const own = new Set(Object.values(state.tunnelIds));
  const undeclared = tunnels.filter(({ id }) => !own.has(id) || claims.some(({ tunnelIds }) => tunnelIds.includes(id)));
  const claimed = claims.filter(({ tunnelIds }) => undeclared.some(({ id }) => tunnelIds.includes(id)));
  if (claimed.length > 0) {
    throw new PlanError(
      `Tunnel group ${groupId} holds tunnels of ${claimed.map(({ urn }) => `"${nameIn(urn)}"`).join(", ")}: ${undeclared.map(inWords).join(", ")}. Remove those resources first, or set forceDestroy: true and run pulumi up before this.`,
    );
  }
  if (undeclared.length === 0 || state.inputs.unmanagedTunnels === "remove") return;
  throw new PlanError(
    `Tunnel group ${groupId} holds tunnels that this resource has not declared: ${undeclared.map(inWords).join(", ")}. Move or remove them first, or set forceDestroy: true and run pulumi up before this.`,
  );
}

function releaseOf(
  { session, networkId, groupId }: Removal,
  state: State,
  seen: ShownGroup | undefined,
  claims: readonly Claim[],
): Next {
  const claimed = new Set(claims.flatMap(({ tunnelIds }) => tunnelIds));
  const own = Object.values(state.tunnelIds).filter((id) => seen?.tunnels.some((tunnel) => tunnel.id === id));
  const kept = own.filter((id) => claimed.has(id));
  const { body } = removalOf(
    presentName(state, seen),
    own.filter((id) => !claimed.has(id)).map((id) => ({ id })),
  );
  const batch = body.removeTunnels ?? [];
  return {
    operation: `remove the tunnels of group ${groupId}`,
    ...(kept.length > 0
      ? {
          warning: `Tunnels ${kept.join(", ")} of group ${groupId} are not removed: another resource of this run has them.`,
        }
      : {}),
    ...(batch.length > 0
      ? { request: (options: RequestOptions) => session.client.updateGroup(networkId, groupId, body, options) }
      : {}),
    isDone: (group) => !group?.tunnels.some((tunnel) => batch.some(({ id }) => id === tunnel.id)),
  };
}

function pendingWriteOf({ session, networkId, groupId }: Removal, seen: ShownGroup | undefined): PendingWrite {
  const before = (seen?.tunnels ?? []).map(({ id }) => id);
  return { kind: "delete", networkId, groupId, startedAtMs: session.clock.now(), before, added: [], changed: {} };
}

/** The PUT wants the name; the group keeps the one that it has. */
function presentName({ inputs }: State, seen: ShownGroup | undefined): string {
  const expected = inputs.tunnelName;
  const [first, ...others] = seen?.names ?? [];
  if (first === undefined) return expected ?? "";
  return expected !== undefined && namesBelongTo(expected, [first, ...others]) ? expected : undecorated(first);
}

/** @returns whether it is done; an unclear write that does not show is to be made again */
async function isOver(
  { session, networkId, groupId }: Removal,
  end: WriteEnd,
  isDone: Next["isDone"],
  operation: string,
): Promise<boolean> {
  if (end.outcome === "failed") {
    await session.journal.withdraw(end.write);
    throw failureOf(operation, end);
  }
  const endMs = session.clock.now() + session.settlingMs;
  // What the service says that it has done, and does not show any more, is gone; otherwise a second look has to agree.
  const look = end.outcome === "succeeded" ? observe : observeSurely;
  const seen = await lookUntil(session, endMs, () => look(session, networkId, groupId), isDone);
  if (isDone(seen)) return end.write.kind === "delete" && seen === undefined;
  if (end.outcome === "unclear") return false;
  await session.journal.withdraw(end.write);
  throw new NotAppliedError(`Could not ${operation}: the API said that it was completed, but it is still there.`);
}
