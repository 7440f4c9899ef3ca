import { type Field, picked } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { placeholderId } from "../model/placeholder";
import { type GroupInputs, IDENTITY, TUNNEL_FIELDS } from "../model/schema";
import { failureOutputsOf, outputsOf } from "../model/state";
import { additionOf } from "../plan/tunnelChange";
import { OperationFailedError } from "../service/errors";
import type { CreateBody, ListedGroup, PresentGroup } from "../service/wire";
import { believing, believingSettings, NOTHING_KNOWN } from "./current";
import { NotAppliedError } from "./errors";
import { findLeftBehind, type LeftBehind } from "./evidence";
import { messageOf, PartialFailure } from "./failure";
import { groupsNamed, look } from "./look";
import { noted } from "./noted";
import { provenOf } from "./outcome";
import { prove } from "./proof";
import { reconcile } from "./reconcile";
import { type Fate, finishEarlier, InterruptedWait, lookUntil, send } from "./send";
import type { Session } from "./session";
import { blankState, inherited, trailOf } from "./trail";

/** A group that was made, or found as an interrupted run of ours left it. */
export interface Established {
  readonly id: string;
  readonly outs: Record<string, unknown>;
}

/** What notes of an interrupted create are filed under: there is no id yet. */
function subjectOf({ networkId, tunnelName }: GroupInputs): string {
  return `${networkId}/name:${tunnelName}`;
}

/**
 * Creates a group, unless an interrupted run of ours has done so already.
 * @throws PartialFailure when a group exists, or may come into being; any other error when nothing was made
 */
export function establish(session: Session, desired: GroupInputs): Promise<Established> {
  const { networkId, tunnelName } = desired;
  return noted(session, subjectOf(desired), async () => {
    const run = () => findOrMake(session, desired);
    const made = await session.limits.write(networkId, `name:${tunnelName}`, run, session.signal);
    return "outs" in made ? made : takeOver(session, desired, made);
  });
}

async function findOrMake(session: Session, desired: GroupInputs): Promise<Established | LeftBehind> {
  await finishEarlier(session, subjectOf(desired), undefined);
  return (await findLeftBehind(session, desired)) ?? (await make(session, desired));
}

async function takeOver(session: Session, desired: GroupInputs, { groupId }: LeftBehind): Promise<Established> {
  await session.warn(
    `Tunnel group ${groupId} has the name, the tunnels and the settings that are declared: it is taken over as what an interrupted run has left.`,
  );
  const note = await session.recovery.find(subjectOf(desired));
  const seen = note?.trail && (await look(session, desired.networkId, groupId));
  const state = seen && inherited(blankState("created"), note?.trail, seen);
  return { id: groupId, outs: await reconcile(session, { groupId, origin: "created", desired, state }) };
}

async function make(session: Session, desired: GroupInputs): Promise<Established | LeftBehind> {
  const { networkId, tunnelName } = desired;
  const before = new Set((await groupsNamed(session, networkId, tunnelName)).map(({ id }) => id));
  try {
    const fate = await send(
      session,
      subjectOf(desired),
      "create",
      (options) => session.client.createGroup(networkId, createBodyOf(desired), options),
      trailOf(desired.tunnels),
    );
    if (fate.outcome === "unclear") return await afterUnclear(session, desired, fate);
    if (fate.outcome === "failed") await session.recovery.clear(subjectOf(desired));
    const groupId = fate.resourceId ?? (await newGroup(session, desired, before, fate))?.id;
    if (groupId === undefined) throw fate.outcome === "failed" ? failed(desired, fate) : vanished(desired);
    return await verify(session, desired, groupId, fate);
  } catch (error) {
    if (!(error instanceof InterruptedWait)) throw error;
    throw interrupted(desired, error);
  }
}

/** The answer never came: the group is looked for, and made anew only when it does not show. */
async function afterUnclear(session: Session, desired: GroupInputs, fate: Fate): Promise<Established | LeftBehind> {
  const found = await lookUntil(
    session,
    () => findLeftBehind(session, desired),
    (group) => group !== undefined,
  );
  if (found) return found;
  if (session.clock.now() >= session.deadlineMs) throw new NotAppliedError(fate.reasons.join(" "));
  return make(session, desired);
}

async function newGroup(
  session: Session,
  { networkId, tunnelName }: GroupInputs,
  before: ReadonlySet<string>,
  fate: Fate,
): Promise<ListedGroup | undefined> {
  const fresh = () =>
    groupsNamed(session, networkId, tunnelName).then((groups) => groups.find(({ id }) => !before.has(id)));
  return lookUntil(session, fresh, (group) => group !== undefined || fate.outcome === "failed");
}

async function verify(session: Session, desired: GroupInputs, groupId: string, fate: Fate): Promise<Established> {
  const request = { ...createBodyOf(desired), addTunnels: createBodyOf(desired).tunnels };
  let seen: PresentGroup | undefined;
  try {
    seen = await lookUntil(
      session,
      () => look(session, desired.networkId, groupId),
      (group) => fate.outcome === "failed" || (group !== undefined && prove(request, [], group).missing.length === 0),
    );
    if (seen === undefined && fate.outcome === "failed") throw failed(desired, fate);
    const proof = seen && prove(request, [], seen);
    if (fate.outcome === "failed") throw failed(desired, fate);
    if (!seen || !proof || proof.missing.length > 0) throw vanished(desired, proof?.missing);
    const knowledge = believingSettings(believing(NOTHING_KNOWN, proof.added), request);
    const { tunnelIds } = provenOf(desired, undefined, knowledge, seen);
    session.ownership.own(groupId, Object.values(tunnelIds));
    await warnOfTwins(session, desired, groupId);
    return { id: groupId, outs: outputsOf({ inputs: desired, groupId, tunnelIds, origin: "created" }) };
  } catch (error) {
    // A group that is provably not there after a failed creation is nothing to keep.
    if (seen === undefined && error instanceof OperationFailedError) throw error;
    const added = seen ? prove(request, [], seen).added : new Map();
    const proven = provenOf(desired, undefined, believing(NOTHING_KNOWN, added), seen);
    session.ownership.own(groupId, Object.values(proven.tunnelIds));
    throw new PartialFailure(
      groupId,
      failureOutputsOf({ ...proven, groupId, origin: "created" }),
      [messageOf(error)],
      error,
    );
  }
}

/** An equal group under another id may come from an earlier run whose operation was still under way. */
async function warnOfTwins(session: Session, { networkId, tunnelName }: GroupInputs, groupId: string): Promise<void> {
  const twins = (await groupsNamed(session, networkId, tunnelName)).filter(({ id }) => id !== groupId);
  for (const { id } of twins) {
    await session.warn(
      `There is another tunnel group named ${tunnelName} (${id}) in network ${networkId}, perhaps from an interrupted run: delete it if nobody needs it.`,
    );
  }
}

function interrupted(desired: GroupInputs, error: InterruptedWait): PartialFailure {
  const { message, operation, resourceId } = error;
  const groupId = resourceId ?? placeholderId(operation.statusId);
  const properties = failureOutputsOf({
    inputs: { ...desired, tunnels: recognisable(desired) },
    groupId,
    tunnelIds: {},
    origin: "created",
    operation,
  });
  return new PartialFailure(groupId, properties, [message], error);
}

/** Of each tunnel what tells it from the others and can't be updated; the rest is unproven, and so left out. */
function recognisable({ tunnels }: GroupInputs): Readonly<Record<string, Partial<Tunnel>>> {
  const isKept = ({ path, traits }: Field) => traits.rebuilds === true || IDENTITY.some((name) => name === path[0]);
  return Object.fromEntries(
    Object.entries(tunnels).map(([key, tunnel]) => [key, picked(TUNNEL_FIELDS, tunnel, isKept)]),
  );
}

/** The body that creates a group as declared. The vendor's description wants every member of a tunnel. */
export function createBodyOf(desired: GroupInputs): CreateBody {
  const { tunnelName, description, sharedSettings, advancedSettings } = desired;
  return {
    tunnelName,
    ...(description ? { description } : {}),
    tunnels: Object.entries(desired.tunnels).map(([key, tunnel]) => ({
      routingType: "route" as const,
      ...additionOf({ key, tunnel, current: undefined, update: {}, isRebuild: false, warnings: [] }),
    })),
    sharedSettings: sharedSettings ?? {},
    advancedSettings: advancedSettings ?? {},
  };
}

function failed({ tunnelName }: GroupInputs, fate: Fate): OperationFailedError {
  return new OperationFailedError({
    operation: `create tunnel group "${tunnelName}"`,
    reasons: fate.reasons,
    ...(fate.statusCode === undefined ? {} : { statusCode: fate.statusCode }),
  });
}

function vanished({ tunnelName, networkId }: GroupInputs, missing: readonly string[] = []): NotAppliedError {
  const detail = missing.length > 0 ? ` reading it back shows otherwise: ${missing.join("; ")}` : " it cannot be found";
  return new NotAppliedError(
    `The API said that tunnel group "${tunnelName}" was created in network ${networkId}, but${detail}.`,
  );
}
