import { importCommand } from "../model/adoption";
import { isSameWrite, joined, type PendingWrite, withoutCredential } from "../model/pending";
import { isPlaceholder, placeholderId } from "../model/placeholder";
import type { GroupInputs } from "../model/schema";
import { blankState, type State } from "../model/state";
import { nameIn } from "../model/urn";
import { PlanError } from "../plan/error";
import { type Change, createBodyOf } from "../plan/requests";
import type { Settled } from "./checkup";
import { weather } from "./conflict";
import { converge } from "./converge";
import { NotAppliedError } from "./errors";
import { failedStep, PartialFailure } from "./failure";
import { groupsNamed, observe, observeSurely } from "./observe";
import { awaitOther, writesOfOthers } from "./others";
import { findCreated, groupMadeBy } from "./recover";
import { inTurn, type Session } from "./session";
import { failureOf, RunningWriteError, send, type WriteEnd } from "./write";

/** A group that was created, or adopted. */
export interface Established {
  readonly id: string;
  readonly settled: Settled;
  /** The writes that are over once state has it. */
  readonly over: readonly PendingWrite[];
}

/** The row of state that a new one replaces, as this run has diffed it. */
export interface Former {
  readonly id: string;
  readonly state: State;
}

/**
 * Creates a group, or completes the creation that an earlier run of this resource has begun. What is there already is
 * never taken for its own by likeness.
 * @throws PlanError before anything is sent when the name is taken
 * @throws PartialFailure when a group exists, or may come into being; any other error when nothing was made
 */
export function create(session: Session, declared: GroupInputs, former?: Former): Promise<Established> {
  const { networkId, tunnelName } = declared;
  return inTurn(session, networkId, `name:${tunnelName}`, async (turn) => {
    const returned = former && (await resumed(turn, declared, former));
    if (returned) return returned;
    const own = (await turn.journal.entries()).filter(({ kind }) => kind === "create");
    const begun = begunBy(former);
    const earlier = joined(begun, own)
      .filter((write) => write.networkId === networkId)
      .toSorted(byEvidence);
    for (const [index, write] of earlier.entries()) {
      const isInState = begun.some((each) => isSameWrite(each, write));
      const made = await completed(turn, declared, write, isInState);
      if (made) return { ...made, over: [...earlier.slice(0, index), ...made.over] };
    }
    const made = await make(turn, declared);
    return { ...made, over: [...earlier, ...made.over] };
  });
}

/** What an operation names is told by nothing else; of the rest the last was sent when nothing showed of those before it. */
function byEvidence(a: PendingWrite, b: PendingWrite): number {
  const isNamed = ({ statusId }: PendingWrite) => Number(statusId !== undefined);
  return isNamed(b) - isNamed(a) || b.startedAtMs - a.startedAtMs;
}

/** What a row has begun to create, and nobody has seen. */
function begunBy(former: Former | undefined): readonly PendingWrite[] {
  if (former === undefined || !(isPlaceholder(former.id) || former.state.isGone)) return [];
  return former.state.pending.filter(({ kind }) => kind === "create");
}

/** Goes on with the group that an update has not found, if it is there again. */
async function resumed(
  session: Session,
  declared: GroupInputs,
  { id, state }: Former,
): Promise<Established | undefined> {
  if (!isToReturn(state, declared) || (await observe(session, declared.networkId, id)) === undefined) return undefined;
  await session.warn(`Tunnel group ${id}, which did not show, is there again; it goes on from there.`);
  const { inputs, tunnels, tunnelIds, origin, pending } = state;
  try {
    return {
      id,
      settled: await converge(session, { groupId: id, declared, state: { ...state, isGone: false } }),
      over: pending,
    };
  } catch (error) {
    if (error instanceof PartialFailure) throw error;
    throw failedStep(error, { inputs: { ...inputs, tunnels }, groupId: id, tunnelIds, origin, pending });
  }
}

/** Whether a row whose group did not show goes on with it, should it be there again. */
export function isToReturn({ isGone, origin, inputs }: State, { networkId }: Pick<GroupInputs, "networkId">): boolean {
  return isGone && origin === "created" && inputs.networkId === networkId;
}

/**
 * Goes on with the group that an earlier run has made, if it has.
 * @param isInState whether the row that is being replaced keeps the write: a second row with it would own the same group
 */
async function completed(
  session: Session,
  declared: GroupInputs,
  write: PendingWrite,
  isInState: boolean,
): Promise<Established | undefined> {
  let groupId: string | undefined;
  try {
    groupId = await findCreated(session, write);
  } catch (error) {
    // Whoever declares another name has gone away from what cannot be told.
    if (error instanceof PlanError && write.tunnelName !== declared.tunnelName) await session.warn(error.message);
    else if (error instanceof RunningWriteError && !isInState)
      throw unfinished(declared, error, error.write, error.resourceId);
    else throw error;
  }
  if (groupId === undefined) return undefined;
  await session.warn(
    `Tunnel group ${groupId} was made by a run that did not come to its end; this one goes on from there.`,
  );
  await own(session, groupId);
  const state = { ...blankState("created"), pending: [write] };
  return { id: groupId, settled: await converge(session, { groupId, declared, state }), over: [write] };
}

/** From here on no other resource of the run, and none on this machine, takes the group for its own. */
async function own({ journal, claims, urn }: Session, groupId: string): Promise<void> {
  await journal.own(groupId);
  await claims.claim({ urn, origin: "created", groupId, tunnelIds: [] });
}

async function make(session: Session, declared: GroupInputs): Promise<Established> {
  const { networkId, tunnelName } = declared;
  const body = createBodyOf(declared);
  const addedKeys = Object.keys(declared.tunnels);
  const { tunnels, ...rest } = body;
  const change: Change = { body: { ...rest, addTunnels: tunnels }, addedKeys };
  for (let conflicts = 1; ; conflicts++) {
    await demandFreeName(session, networkId, tunnelName);
    await demandNobodyElse(session, networkId, tunnelName);
    const write: PendingWrite = {
      kind: "create",
      networkId,
      tunnelName,
      startedAtMs: session.clock.now(),
      before: [],
      added: addedKeys.map((key, index) => [key, withoutCredential(tunnels[index] ?? {})] as const),
      changed: {},
    };
    let end: WriteEnd;
    try {
      end = await send(session, write, (options) => session.client.createGroup(networkId, body, options), {
        method: "POST",
        body,
      });
    } catch (error) {
      if (error instanceof RunningWriteError) throw unfinished(declared, error, error.write, error.resourceId);
      await weather(session, error, conflicts);
      continue;
    }
    return verified(session, declared, change, end);
  }
}

/** Another resource on this machine may be creating a group of that name just now: it is waited for. */
async function demandNobodyElse(session: Session, networkId: string, tunnelName: string): Promise<void> {
  const others = await writesOfOthers(
    session,
    (write) => write.kind === "create" && write.networkId === networkId && write.tunnelName === tunnelName,
  );
  for (const write of others) {
    session.status(`another resource is creating a group named ${tunnelName}: waits for it`);
    const { outcome, resourceId } = await awaitOther(session, write);
    // It may not be listed yet.
    if (outcome === "succeeded" && resourceId !== undefined)
      await demandGone(session, networkId, tunnelName, resourceId);
  }
  if (others.length > 0) await demandFreeName(session, networkId, tunnelName);
}

/** A group that was made shows sooner or later, unless it was deleted since. */
async function demandGone(session: Session, networkId: string, tunnelName: string, groupId: string): Promise<void> {
  if (await observeSurely(session, networkId, groupId)) throw await takenError(session, networkId, tunnelName, groupId);
}

/** Nothing but the creation's own evidence makes a group this resource's: a group of its name is somebody's. */
async function demandFreeName(session: Session, networkId: string, tunnelName: string): Promise<void> {
  const [taken] = await groupsNamed(session, networkId, tunnelName, { tunnelName });
  if (taken !== undefined) throw await takenError(session, networkId, tunnelName, taken.id);
}

async function takenError(
  session: Session,
  networkId: string,
  tunnelName: string,
  groupId: string,
): Promise<PlanError> {
  const owner = (await session.claims.on(groupId)).find(({ origin }) => origin === "created");
  const who = owner ? `, which the resource "${nameIn(owner.urn, session.urn)}" has` : "";
  return new PlanError(
    `Network ${networkId} has a tunnel group named "${tunnelName}" already (${groupId})${who}. Nothing was sent. After a rename or a move give the resource an alias; a replacement that keeps the name needs deleteBeforeReplace: true; otherwise choose another tunnelName, adopt the group with dynamicTunnelId: "${groupId}", or, if it is yours and nobody else's, own it: declare it as it is ("${importCommand(networkId, groupId)}" writes that down) and run HARMONY_SASE_IMPORT="${nameIn(session.urn)}=${groupId}" pulumi up.`,
  );
}

async function verified(session: Session, declared: GroupInputs, change: Change, end: WriteEnd): Promise<Established> {
  let groupId: string | undefined;
  try {
    groupId =
      end.outcome === "succeeded" && end.resourceId !== undefined
        ? end.resourceId
        : await groupMadeBy(session, end, session.clock.now() + session.settlingMs);
  } catch (error) {
    throw unfinished(declared, error, end.write, undefined);
  }
  if (groupId !== undefined) {
    await own(session, groupId);
    const state = { ...blankState("created"), pending: [end.write] };
    return {
      id: groupId,
      settled: await converge(session, { groupId, declared, state, made: { change, end } }),
      over: [end.write],
    };
  }
  if (end.outcome === "failed") {
    await session.journal.withdraw(end.write);
    throw failureOf(`create tunnel group "${declared.tunnelName}"`, end);
  }
  throw unfinished(declared, new NotAppliedError(absentText(declared, end)), end.write, undefined);
}

function absentText({ tunnelName, networkId }: GroupInputs, { outcome, reasons }: WriteEnd): string {
  const why =
    outcome === "unclear"
      ? `${reasons.join(" ")} No such group has shown since`
      : `The API said that tunnel group "${tunnelName}" was created in network ${networkId}, but it cannot be found`;
  return `${why}. It was not sent again: run pulumi up again, which looks for it once more first.`;
}

/** A creation whose end was not seen: state keeps it, under an id that stands for it where the group has none yet. */
function unfinished(
  declared: GroupInputs,
  error: unknown,
  write: PendingWrite,
  resourceId: string | undefined,
): PartialFailure {
  const groupId = resourceId ?? placeholderId(write.statusId ?? `unanswered-${write.startedAtMs}`);
  return failedStep(error, {
    inputs: { ...declared, tunnels: {} },
    groupId,
    tunnelIds: {},
    origin: "created",
    pending: [write],
  });
}
