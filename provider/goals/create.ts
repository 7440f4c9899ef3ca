import { converge } from "../converge/converge";
import { IncompleteListError } from "../converge/errors";
import { failedStep, PartialFailure } from "../converge/failure";
import { AHEAD, groupsNamed, observe } from "../converge/observe";
import { inTurn, type Session } from "../converge/session";
import { RunningWriteError } from "../converge/write";
import { asOf, isOpenCreation, isSameWrite, joined, type PendingWrite } from "../model/pending";
import { isPlaceholder } from "../model/placeholder";
import type { GroupInputs, OwnedInputs } from "../model/schema";
import { blankState, readState, type State } from "../model/state";
import { isExpiredCreate, wasSeen } from "../ownership/incompleteCreate";
import { PlanError } from "../plan/error";
import { type Established, make, own, unfinished } from "./make";
import { findCreated } from "./recover";

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
export function create(session: Session, declared: OwnedInputs, former?: Former): Promise<Established> {
  const { networkId, tunnelName } = declared;
  const namesAhead = (ahead: Session) => groupsNamed(ahead, networkId, tunnelName, { ...AHEAD, tunnelName });
  return inTurn(session, networkId, `name:${tunnelName}`, namesAhead, async (turn) => {
    try {
      return await established(turn, declared, former);
    } catch (error) {
      await handOver(turn, error);
      throw error;
    }
  });
}

async function established(session: Session, declared: OwnedInputs, former?: Former): Promise<Established> {
  const returned = former && (await resumed(session, declared, former));
  if (returned) return returned;
  const own = (await session.journal.entries()).filter(isOpenCreation);
  const begun = begunBy(former, session.clock.now());
  const earlier = joined(begun, own)
    .filter((write) => write.networkId === declared.networkId)
    .toSorted(byEvidence);
  for (const [index, write] of earlier.entries()) {
    const isInState = begun.some((each) => isSameWrite(each, write));
    const made = await completed(session, declared, write, isInState);
    if (made) return { ...made, over: [...earlier.slice(0, index), ...made.over] };
  }
  const made = await make(session, declared);
  return { ...made, over: [...earlier, ...made.over] };
}

/**
 * State has the group from now on, and the journal only whose name is taken: a row that is to replace that one would go on with
 * the same group.
 */
async function handOver(session: Session, error: unknown): Promise<void> {
  if (!(error instanceof PartialFailure) || isPlaceholder(error.id) || !(await session.isEngineThere())) return;
  const { journal } = session;
  const kept = readState(error.properties).pending;
  for (const write of (await journal.entries()).filter((each) => kept.some((one) => isSameWrite(one, each)))) {
    await journal.withdraw(write);
    await journal.record(asOf(write, error.id));
  }
}

/** What an operation names is told by nothing else; of the rest the last was sent when nothing showed of those before it. */
function byEvidence(a: PendingWrite, b: PendingWrite): number {
  const isNamed = ({ statusId }: PendingWrite) => Number(statusId !== undefined);
  return isNamed(b) - isNamed(a) || b.startedAtMs - a.startedAtMs;
}

/** What a row has begun to create, and nobody has seen. */
function begunBy(former: Former | undefined, nowMs: number): readonly PendingWrite[] {
  if (former === undefined || wasSeen(former.state)) return [];
  if (!isPlaceholder(former.id) && !former.state.isGone) return [];
  const isTooOld = (write: PendingWrite) => isPlaceholder(former.id) && isExpiredCreate(write, nowMs);
  return former.state.pending.filter((write) => write.kind === "create" && !isTooOld(write));
}

/** Goes on with the group that an update has not found, if it is there again. */
async function resumed(
  session: Session,
  declared: OwnedInputs,
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
  declared: OwnedInputs,
  write: PendingWrite,
  isInState: boolean,
): Promise<Established | undefined> {
  let groupId: string | undefined;
  try {
    groupId = await findCreated(session, write);
  } catch (error) {
    // Whoever declares another name has gone away from what cannot be told.
    const isElsewhere = write.tunnelName !== declared.tunnelName;
    if (error instanceof IncompleteListError || (error instanceof PlanError && isElsewhere))
      await session.warn(error.message);
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
