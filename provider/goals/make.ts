import type { Settled } from "../converge/checkup";
import { pauseOrRethrow } from "../converge/conflict";
import { converge } from "../converge/converge";
import { NotAppliedError } from "../converge/errors";
import { failedStep, type PartialFailure } from "../converge/failure";
import { READ_AHEAD } from "../converge/observe";
import type { Session } from "../converge/session";
import { goneError } from "../converge/words";
import { failureOf, RunningWriteError, send, type WriteEnd } from "../converge/write";
import { type PendingWrite, withoutCredential } from "../model/pending";
import { placeholderId } from "../model/placeholder";
import type { OwnedInputs } from "../model/schema";
import { blankState } from "../model/state";
import { type Change, createBodyOf } from "../plan/requests";
import type { Sharing } from "../service/requests";
import { demandFreeName } from "./freeName";
import { groupMadeBy } from "./recover";
import { groupOfResult, type MadeGroup } from "./resultPath";

/** A group that was created, or adopted. */
export interface Established {
  readonly id: string;
  readonly settled: Settled;
  /** The writes that are over once state has it. */
  readonly over: readonly PendingWrite[];
}

/**
 * Creates a group under a name that is free.
 * @throws PlanError before anything is sent when the name is taken
 * @throws PartialFailure when a group exists, or may come into being; any other error when nothing was made
 */
export async function make(session: Session, declared: OwnedInputs): Promise<Established> {
  const { networkId, tunnelName } = declared;
  const body = createBodyOf(declared);
  const addedKeys = Object.keys(declared.tunnels);
  const { tunnels, ...rest } = body;
  const change: Change = { body: { ...rest, addTunnels: tunnels }, addedKeys };
  for (let sharing: Sharing = READ_AHEAD; ; sharing = {}) {
    await demandFreeName(session, networkId, tunnelName, sharing);
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
      await pauseOrRethrow(session, error);
      continue;
    }
    return verified(session, declared, change, end);
  }
}

/** From here on no other resource of the run, and none on this machine, takes the group for its own. */
export async function own({ journal, claims, urn }: Session, groupId: string): Promise<void> {
  await journal.own(groupId, "owns");
  await claims.claim({ urn, origin: "created", groupId, tunnelIds: [] });
}

async function verified(session: Session, declared: OwnedInputs, change: Change, end: WriteEnd): Promise<Established> {
  const named = end.outcome === "succeeded" ? end.resourceId : undefined;
  let group: MadeGroup | undefined;
  try {
    group = await madeGroup(session, declared, end);
  } catch (error) {
    throw unfinished(declared, error, end.write, named);
  }
  if (group !== undefined) {
    const { id: groupId, seen } = group;
    await own(session, groupId);
    const state = { ...blankState("created"), pending: [end.write] };
    return {
      id: groupId,
      settled: await converge(session, { groupId, declared, state, made: { change, end, seen } }),
      over: [end.write],
    };
  }
  if (named !== undefined) {
    const gone = goneError(named, declared.networkId, "created");
    throw unfinished(declared, gone, end.write, named, true);
  }
  if (end.outcome === "failed") {
    await session.journal.withdraw(end.write);
    throw failureOf(`create tunnel group "${declared.tunnelName}"`, end);
  }
  throw unfinished(declared, new NotAppliedError(absentText(declared, end)), end.write, undefined);
}

async function madeGroup(session: Session, declared: OwnedInputs, end: WriteEnd): Promise<MadeGroup | undefined> {
  const endMs = session.clock.elapsed() + session.settlingMs;
  if (end.outcome === "succeeded" && end.resourceId !== undefined) return groupOfResult(session, declared, end, endMs);
  const id = await groupMadeBy(session, end, endMs);
  return id === undefined ? undefined : { id };
}

function absentText({ tunnelName, networkId }: OwnedInputs, { outcome, reasons }: WriteEnd): string {
  const why =
    outcome === "unclear"
      ? `${reasons.join(" ")} No such group has shown since`
      : `The API said that tunnel group "${tunnelName}" was created in network ${networkId}, but it cannot be found`;
  return `${why}. It was not sent again: run pulumi up again, which looks for it once more first.`;
}

/** A creation whose end was not seen: state keeps it, under an id that stands for it where the group has none yet. */
export function unfinished(
  declared: OwnedInputs,
  error: unknown,
  write: PendingWrite,
  resourceId: string | undefined,
  isGone = false,
): PartialFailure {
  const groupId = resourceId ?? placeholderId(write.statusId ?? `unanswered-${write.startedAtMs}`);
  return failedStep(error, {
    inputs: { ...declared, tunnels: {} },
    groupId,
    tunnelIds: {},
    origin: "created",
    pending: [write],
    isGone,
  });
}
