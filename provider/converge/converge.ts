import { isSameWrite, type PendingWrite, withoutCredential } from "../model/pending";
import type { PresentGroup } from "../model/present";
import type { GroupInputs } from "../model/schema";
import { outputsOf, type State } from "../model/state";
import { planFromState } from "../plan/changes";
import { driftWarnings } from "../plan/drift";
import { PlanError } from "../plan/error";
import { isEmpty, type Mandate, mandateOf, type Plan, plan } from "../plan/plan";
import { type Change, requestsOf } from "../plan/requests";
import { RefusedError } from "../service/errors";
import type { ShownGroup } from "../service/wire";
import { attached, doubted } from "./attach";
import { type Claim, nameIn, rivalFor } from "./claims";
import { GroupGoneError, NotAppliedError } from "./errors";
import { failedStep, standingOf } from "./failure";
import { believed, believedSettings, completed } from "./known";
import { lookUntil, observeSurely } from "./observe";
import { prove } from "./prove";
import type { Session } from "./session";
import { failureOf, RunningWriteError, send, type WriteEnd } from "./write";

/** A group that exists, and what is to be reached with it. */
export interface Target {
  readonly groupId: string;
  readonly declared: GroupInputs;
  /** What is known of it; the writes that are pending in it have been waited for. */
  readonly state: State;
  /** The request that has just made the group, and how it ended; it is proven first. The group may not show yet. */
  readonly made?: { readonly change: Change; readonly end: WriteEnd };
}

/** Where the loop stands. */
interface Progress {
  /** What is known, with the writes that are not proven yet. */
  readonly state: State;
  /** What the last look showed; absent when nothing has been seen since the last write. */
  readonly seen?: ShownGroup | undefined;
  /** The tunnels that believed writes of this step have changed. */
  readonly justWritten: ReadonlySet<string>;
  /** The last change that was sent. */
  readonly last?: Last | undefined;
  /** Why it does not go on. */
  readonly failure?: unknown;
}

/** A change that was sent, and how that ended. */
interface Last extends Pick<WriteEnd, "outcome" | "reasons"> {
  readonly change: Change;
}

/** A plan that still asks for something after so many writes will not come to an end. */
const MOST_WRITES = 8;
const MOST_CONFLICTS = 3;
const CONFLICT_PAUSE_MS = 2000;

/**
 * Brings a group to what is declared: observe, plan, write, wait, prove, until nothing is left to do. A write whose
 * answer was lost is no special case: what it did shows, or is planned again.
 * @returns the resource's outputs
 * @throws PartialFailure when something was sent; any other error when state is right as it is
 */
export async function converge(session: Session, target: Target): Promise<Record<string, unknown>> {
  const { groupId, declared, made } = target;
  const claims = await session.claims.on(groupId);
  const scene: Scene = { session, target, claims };
  let progress: Progress = { state: target.state, justWritten: new Set() };
  progress = made
    ? await proven(scene, progress, made.change, NOTHING_SEEN, made.end)
    : await observed(scene, progress);
  let ids: Readonly<Record<string, string>> = progress.state.tunnelIds;
  try {
    if (progress.failure) throw progress.failure;
    const fromState = planFromState(progress.state, declared);
    const mandate = mandateOf(fromState);
    for (let writes = 0; ; writes++) {
      const present = presentFor(progress, declared);
      const next = plan(declared, present, extended(mandate, progress.state));
      demandNoRival(next, claims, session.urn);
      ids = mandateOf(next).ids;
      progress = { ...progress, state: matchedIn(progress.state, next) };
      if (progress.last === undefined) await announce(session, fromState, next);
      const [change] = requestsOf(declared, present, next);
      if (change === undefined) return await settled(scene, { inputs: declared, tunnelIds: ids });
      if (isUnprovable(progress, change)) {
        await session.warn(unprovableText(groupId, change));
        return await settled(scene, standingOf({ declared, state: progress.state, present, ids }));
      }
      if (writes === MOST_WRITES) throw new NotAppliedError(endlessText(groupId, writes, progress.last));
      progress = await written(scene, progress, change);
      if (progress.failure) throw progress.failure;
    }
  } catch (error) {
    return await failed(scene, { ...progress, failure: error }, ids);
  }
}

/** What every move of the loop works with. */
interface Scene {
  readonly session: Session;
  readonly target: Target;
  readonly claims: readonly Claim[];
}

const NOTHING_SEEN: ShownGroup = { tunnels: [], names: [] };

function presentFor({ seen = NOTHING_SEEN, state, justWritten }: Progress, declared: GroupInputs): PresentGroup {
  return completed(seen, state, declared, justWritten);
}

/** What the preview has shown goes on for what this step itself has added, and for what it has still to remove. */
function extended({ ids, rebuilds = new Set(), removals }: Mandate, { tunnelIds }: State): Mandate {
  return { ids: { ...ids, ...tunnelIds }, rebuilds, removals: new Set([...removals, ...rebuilds]) };
}

/** State with the tunnels that declared ones have turned out to be, so that what is proven of them has a place. */
function matchedIn(state: State, { tunnels }: Plan): State {
  const known = new Set(Object.values(state.tunnelIds));
  const matched = tunnels.flatMap(({ key, present }) =>
    present && !known.has(present.id) ? [[key, present.id] as const] : [],
  );
  return {
    ...state,
    tunnels: { ...state.tunnels, ...Object.fromEntries(matched.map(([key]) => [key, {}] as const)) },
    tunnelIds: { ...state.tunnelIds, ...Object.fromEntries(matched) },
  };
}

/** The very request that was just carried out, so far as can be told: nothing shows it, so it need not be sent twice. */
function isUnprovable({ last }: Progress, change: Change): boolean {
  return last?.outcome === "unconfirmed" && JSON.stringify(last.change) === JSON.stringify(change);
}

/** One look; the tunnels that pending writes have added become known. */
async function look({ session, target, claims }: Scene, state: State): Promise<Pick<Progress, "seen" | "state">> {
  const { networkId } = target.declared;
  const isMade = target.made !== undefined && target.made.end.outcome !== "failed";
  const endMs = isMade ? session.clock.now() + session.settlingMs : 0;
  const seen = await lookUntil(session, endMs, () => observeSurely(session, networkId, target.groupId), Boolean);
  if (seen === undefined) throw goneError(target);
  const others = claims.filter(({ urn }) => urn !== session.urn);
  const taken = new Set(others.flatMap(({ tunnelIds }) => tunnelIds));
  return { seen, state: attached(state, state.pending, seen.tunnels, taken) };
}

async function observed(scene: Scene, progress: Progress): Promise<Progress> {
  try {
    return { ...progress, ...(await look(scene, progress.state)) };
  } catch (failure) {
    return { ...progress, failure };
  }
}

/** Sends one change. Where another writer is in the way it was not sent, and is planned anew after a pause. */
async function written(scene: Scene, progress: Progress, change: Change): Promise<Progress> {
  const { session, target } = scene;
  const { groupId, declared } = target;
  const before = progress.seen ?? NOTHING_SEEN;
  const write = pendingWriteOf(session, target, change, before);
  for (let conflicts = 1; ; conflicts++) {
    try {
      const end = await send(session, write, (options) =>
        session.client.updateGroup(declared.networkId, groupId, change.body, options),
      );
      return await proven(scene, { ...progress, state: pendingIn(progress.state, end.write) }, change, before, end);
    } catch (failure) {
      if (failure instanceof RunningWriteError) {
        return {
          ...progress,
          state: pendingIn(progress.state, failure.write),
          seen: undefined,
          failure,
          last: { change, outcome: "unclear", reasons: [] },
        };
      }
      try {
        await weather(session, failure, conflicts);
      } catch {
        return { ...progress, failure };
      }
      const again = await observed(scene, progress);
      if (again.failure || JSON.stringify(again.seen) !== JSON.stringify(before)) return again;
    }
  }
}

function pendingIn(state: State, write: PendingWrite): State {
  const pending = [...state.pending.filter((each) => !isSameWrite(each, write)), write];
  return { ...doubted(state, write), pending };
}

/** Looks until a change shows, or its time is over, and keeps what is proven of it. */
async function proven(
  scene: Scene,
  progress: Progress,
  change: Change,
  before: ShownGroup,
  end: WriteEnd,
): Promise<Progress> {
  const { session, target } = scene;
  const last = { change, outcome: end.outcome, reasons: end.reasons };
  let { state } = progress;
  let seen: ShownGroup | undefined;
  try {
    const judged = await lookUntil(
      session,
      session.clock.now() + (end.outcome === "failed" ? 0 : session.settlingMs),
      async () => {
        ({ seen, state } = await look(scene, state));
        return prove(change, before.tunnels, state, seen as ShownGroup);
      },
      ({ missing }) => missing.length === 0,
    );
    const isBelieved = end.outcome === "succeeded" && judged.missing.length === 0;
    const changed = (change.body.updateTunnels ?? []).map(({ id }) => id);
    state = believed(state, change, (id) => judged.shown.has(id) || (isBelieved && changed.includes(id)));
    if (isBelieved) state = withoutPending(believedSettings(state, change), end.write);
    const justWritten = isBelieved
      ? new Set([...progress.justWritten, ...judged.shown, ...changed])
      : progress.justWritten;
    return { state, seen, justWritten, last, failure: failureIn(target.groupId, end, judged.missing) };
  } catch (failure) {
    return { ...progress, state, seen: undefined, last, failure };
  }
}

function withoutPending(state: State, write: PendingWrite): State {
  return { ...state, pending: state.pending.filter((each) => !isSameWrite(each, write)) };
}

/** A change that failed, or that was said to be done and does not show; an unclear one is planned again. */
function failureIn(groupId: string, end: WriteEnd, missing: readonly string[]): Error | undefined {
  if (end.outcome === "failed")
    return failureOf(end.write.kind === "create" ? "create the tunnel group" : `change tunnel group ${groupId}`, end);
  return end.outcome === "unclear" || missing.length === 0 ? undefined : notApplied(groupId, end.write, missing);
}

/** Nothing that was sent is forgotten: what is known, and what is not proven yet, goes to state. */
async function failed(
  scene: Scene,
  { state, seen, justWritten, last, failure }: Progress,
  ids: Readonly<Record<string, string>>,
): Promise<never> {
  const { session, target } = scene;
  const isGone = failure instanceof GroupGoneError && state.origin === "created";
  if (last === undefined && !isGone) throw failure;
  const { declared, groupId } = target;
  const present = seen && completed(seen, state, declared, justWritten);
  const standing = standingOf({ declared, state, present, ids });
  await session.claims.claim(claimOf(session, target, standing.tunnelIds));
  throw failedStep(failure, { ...standing, groupId, origin: state.origin, pending: state.pending, isGone });
}

/** What the resource stands for from now on, and its outputs. */
async function settled(
  { session, target }: Scene,
  standing: {
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly tunnelIds: Readonly<Record<string, string>>;
  },
): Promise<Record<string, unknown>> {
  await session.claims.claim(claimOf(session, target, standing.tunnelIds));
  return outputsOf({ ...standing, groupId: target.groupId, origin: target.state.origin });
}

function claimOf({ urn }: Session, { groupId, state }: Target, tunnelIds: Readonly<Record<string, string>>): Claim {
  return { urn: urn ?? "", origin: state.origin, groupId, tunnelIds: Object.values(tunnelIds) };
}

/** The write that a change is, as the journal and a failed step keep it. */
export function pendingWriteOf(
  { clock }: Session,
  { groupId, declared }: Pick<Target, "groupId" | "declared">,
  { body, addedKeys }: Change,
  before: ShownGroup,
): PendingWrite {
  return {
    kind: "update",
    networkId: declared.networkId,
    groupId,
    startedAtMs: clock.now(),
    before: before.tunnels.map(({ id }) => id),
    added: addedKeys.map((key, index) => [key, withoutCredential(body.addTunnels?.[index] ?? {})] as const),
    changed: Object.fromEntries((body.updateTunnels ?? []).map(({ id, ...members }) => [id, Object.keys(members)])),
  };
}

/** Another writer on the network may be in the way: after a pause it is looked and planned anew, a few times. */
export async function weather(session: Session, error: unknown, conflicts: number): Promise<void> {
  const pauseMs = CONFLICT_PAUSE_MS * 2 ** (conflicts - 1);
  const isConflict = error instanceof RefusedError && error.status === 409;
  if (!isConflict || conflicts >= MOST_CONFLICTS || session.clock.now() + pauseMs >= session.deadlineMs) throw error;
  session.status(`another change of the network is under way; next try in ${pauseMs / 1000} s`);
  await session.clock.sleep(pauseMs);
}

async function announce(session: Session, fromState: Plan, next: Plan): Promise<void> {
  const unverified = next.tunnels.flatMap(({ key, unverified: fields }) =>
    fields.map(({ path }) => `tunnels.${key}.${path[0]} could not be verified: the service does not show it.`),
  );
  const drift = !isEmpty(next) ? driftWarnings(fromState, next) : [];
  for (const warning of [...unverified, ...next.tunnels.flatMap(staleIdentifier), ...drift])
    await session.warn(warning);
}

function staleIdentifier({ key, declared, present, action }: Plan["tunnels"][number]): readonly string[] {
  const isReaddressed = declared.remotePublicIP !== undefined && declared.remotePublicIP !== present?.remotePublicIP;
  const isStale = declared.remoteID === undefined && present?.remoteID === present?.remotePublicIP;
  return action === "update" && isReaddressed && isStale && present?.remoteID !== undefined
    ? [
        `tunnels.${key} keeps remoteID ${present.remoteID}; declare remoteID if the peer identifies itself by its new address.`,
      ]
    : [];
}

/** Two resources that have one tunnel would undo each other's work, and each would remove the other's. */
function demandNoRival({ tunnels }: Plan, claims: readonly Claim[], urn: string | undefined): void {
  for (const { key, present } of tunnels) {
    const rival = present && rivalFor(claims, urn, present.id);
    if (rival) throw new PlanError(rivalText(key, present.id, rival));
  }
}

/** That another resource has a tunnel which a declared one turns out to be. */
export function rivalText(key: string, tunnelId: string, { urn }: Claim): string {
  return `tunnels.${key} is tunnel ${tunnelId}, which the resource "${nameIn(urn)}" has: declare it in one of the two.`;
}

function goneError({ groupId, declared, state }: Target): GroupGoneError {
  const wayOn =
    state.origin === "created"
      ? "Run pulumi up again, and it is made anew."
      : "Give the dynamicTunnelId of a group that exists, or take the resource out.";
  return new GroupGoneError(groupId, declared.networkId, wayOn);
}

function notApplied(groupId: string, { kind }: PendingWrite, missing: readonly string[]): NotAppliedError {
  const done =
    kind === "create" ? `tunnel group ${groupId} was created` : `the change of tunnel group ${groupId} was completed`;
  return new NotAppliedError(`The API said that ${done}, but reading it back shows otherwise: ${missing.join("; ")}.`);
}

function endlessText(groupId: string, writes: number, last: Last | undefined): string {
  const why = last?.outcome === "unclear" ? ` ${last.reasons.join(" ")}` : "";
  return `Tunnel group ${groupId} still differs after ${writes} writes.${why}`;
}

function unprovableText(groupId: string, { body }: Change): string {
  const parts = Object.keys(body).filter((name) => name !== "tunnelName");
  return `The API completed the change of tunnel group ${groupId} without saying whether it succeeded, and does not show what was sent (${parts.join(", ")}): the next pulumi up sends it again.`;
}
