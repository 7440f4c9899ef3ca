import { MOST_TUNNELS } from "../model/fields";
import { healthWishOf } from "../model/health";
import { isSameWrite, unprovenIn } from "../model/pending";
import type { PresentGroup } from "../model/present";
import { rolloutOf } from "../model/rollout";
import type { Desired } from "../model/schema";
import { isPresumed, type State } from "../model/state";
import { planFromState } from "../plan/changes";
import { PlanError } from "../plan/error";
import { withKeptName } from "../plan/naming";
import { type Mandate, mandateOf, type Plan, plan } from "../plan/plan";
import { type Postponed, untilShown } from "../plan/presumed";
import { rekeyed } from "../plan/rekey";
import { type Change, requestsOf } from "../plan/requests";
import {
  assumed,
  MOST_UNANSWERED,
  NOTHING_SEEN,
  observed,
  type Progress,
  proven,
  type Scene,
  type Target,
} from "./change";
import type { Settled } from "./checkup";
import { type Claim, rivalFor, takenByOthers } from "./claims";
import { GroupGoneError, NotAppliedError } from "./errors";
import { failedStep, standingOf } from "./failure";
import { completed } from "./known";
import { READ_AHEAD } from "./observe";
import { among, awaitingNote, NOTHING_OPEN, openIn } from "./open";
import { nextBatch, rolledBy } from "./rollout";
import { closeJournal, type Session } from "./session";
import { endlessText, firstNamingText, keptText, rivalText, unprovableText, warningsOf } from "./words";
import { written } from "./writeChange";

/** A plan that still asks for something after so many writes will not come to an end. */
const MOST_WRITES = 8;
/** A change that is completed without a status code, and that nothing can show, counts as done after so many times. */
const ENOUGH_UNCONFIRMED = 2;
/**
 * Brings a group to what is declared: observe, plan, write, wait, prove, until nothing is left to do. A write whose
 * answer was lost is no special case: what it did shows, or is planned again.
 * @returns what the resource is from now on; the health of its tunnels is still to be waited for
 * @throws PartialFailure when something was sent; any other error when state is right as it is
 */
export async function converge(session: Session, target: Target): Promise<Settled> {
  const { groupId, made } = target;
  const claims = await session.claims.on(groupId);
  const scene: Scene = { session, target, claims };
  const taken = takenByOthers(claims, session.urn);
  let progress: Progress = { state: target.state, justWritten: new Set(), open: NOTHING_OPEN, over: [] };
  progress = made
    ? await proven(scene, progress, made.change, NOTHING_SEEN, made.end, made.seen)
    : await observed(scene, progress, READ_AHEAD);
  let ids: Readonly<Record<string, string>> = progress.state.tunnelIds;
  try {
    if (progress.failure) throw progress.failure;
    progress = { ...progress, open: new Map([...openIn(progress.state, session), ...progress.open]) };
    const fromState = planFromState(progress.state, target.declared);
    const mandate = mandateOf(fromState);
    progress = { ...progress, state: rekeyed(progress.state, mandate.ids) };
    const { declared, warnings: postponed } = shownOf(target, progress, fromState);
    const mostWrites = MOST_WRITES + (rolloutOf(declared) ? MOST_TUNNELS : 0);
    for (let looks = 0, writes = 0, unanswered = 0, unconfirmed = 0; ; looks++) {
      const present = presentFor(progress, declared);
      const reached = withKeptName(declared, target.state);
      const next = plan(reached, present, extended(mandate, progress.state, taken));
      demandNoRival(next, claims, session.urn);
      ids = mandateOf(next).ids;
      progress = { ...progress, state: matchedIn(progress.state, next) };
      if (looks === 0) {
        const kept = [...mandate.removals].filter((id) => taken.has(id));
        const stays = kept.length > 0 ? [keptText(groupId, kept)] : [];
        const named = firstNaming(target, present, next);
        for (const warning of [...postponed, ...named, ...warningsOf(fromState, next, declared, present), ...stays])
          await session.warn(warning);
      }
      const { batch, isLast, reached: waited } = await nextBatch(scene, progress, next);
      progress = waited;
      if (progress.failure) throw progress.failure;
      if (batch === undefined) continue;
      const [change, ...others] = requestsOf(reached, present, batch);
      if (change === undefined) return await settled(scene, progress, { inputs: declared, tunnelIds: ids });
      unconfirmed = isUnprovable(progress, change) ? unconfirmed + 1 : 0;
      if (unconfirmed === ENOUGH_UNCONFIRMED && others.length === 0) {
        await session.warn(unprovableText(groupId, change));
        if (isLast) return await settled(scene, progress, { inputs: declared, tunnelIds: ids });
        progress = assumed(progress, change);
        continue;
      }
      unanswered = progress.last?.outcome === "unclear" ? unanswered + 1 : 0;
      if (writes === mostWrites || unanswered === MOST_UNANSWERED)
        throw new NotAppliedError(endlessText(groupId, writes, progress.last?.reasons ?? []));
      writes += 1;
      progress = await written(scene, { ...progress, rolled: rolledBy(batch, progress.rolled) }, change);
      if (progress.failure) throw progress.failure;
    }
  } catch (error) {
    return await failed(scene, { ...progress, failure: error }, ids);
  }
}

/** State that has no name yet has shown none in a preview. */
function firstNaming({ groupId, declared, state }: Target, present: PresentGroup, next: Plan): readonly string[] {
  const isFirst = next.isRenamed && state.origin === "adopted" && state.inputs.tunnelName === undefined;
  return isFirst ? [firstNamingText(groupId, present.tunnelName, declared.tunnelName)] : [];
}

/** What no preview could show, since state does not know it, waits for the next one. */
function shownOf({ declared, state }: Target, progress: Progress, fromState: Plan): Postponed {
  if (!isPresumed(state)) return { declared, warnings: [] };
  return untilShown(declared, fromState, plan(declared, presentFor(progress, declared), mandateOf(fromState)));
}

function presentFor({ seen = NOTHING_SEEN, state, justWritten }: Progress, declared: Desired): PresentGroup {
  return completed(seen, state, declared, justWritten);
}

/**
 * What the preview has shown goes on for what this step itself has added, and for what it has still to remove. What
 * another resource of the run has stays.
 */
function extended(
  { ids, rebuilds = new Set(), removals }: Mandate,
  { tunnelIds }: State,
  taken: ReadonlySet<string>,
): Mandate {
  const own = [...removals, ...rebuilds].filter((id) => !taken.has(id));
  return { ids: { ...ids, ...tunnelIds }, rebuilds, removals: new Set(own) };
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

/** The very request that was just carried out, so far as can be told: nothing shows it. */
function isUnprovable({ last }: Progress, change: Change): boolean {
  return last?.outcome === "unconfirmed" && JSON.stringify(last.change) === JSON.stringify(change);
}

/** Nothing that was sent is forgotten: what is known, and what is not proven yet, goes to state. */
async function failed(
  scene: Scene,
  { state, seen, justWritten, last, failure, open, over, down }: Progress,
  ids: Readonly<Record<string, string>>,
): Promise<never> {
  const { session, target } = scene;
  const isGone = failure instanceof GroupGoneError && state.origin === "created";
  if (last === undefined && !isGone) throw failure;
  const { declared, groupId } = target;
  const present = seen && completed(seen, state, declared, justWritten);
  const standing = standingOf({ declared, state, present, ids });
  await session.claims.claim(claimOf(session, target, standing.tunnelIds));
  // What is proven state has from now on; what an earlier note of it says would only make it doubtful again.
  if (over.length > 0) await closeJournal(session, (write) => over.some((each) => isSameWrite(each, write)));
  const own = among(open, standing.tunnelIds);
  const isWaiting = down !== undefined || healthWishOf(declared).wait !== "none";
  const left = isWaiting ? awaitingNote(declared.networkId, groupId, own, session.clock.now()) : [];
  const pending = [...unprovenIn(state.pending), ...left];
  throw failedStep(failure, { ...standing, groupId, origin: state.origin, echo: state.echo, pending, isGone });
}

/** What the resource stands for from now on. */
async function settled(
  { session, target }: Scene,
  { seen = NOTHING_SEEN, open, state: { echo } }: Progress,
  standing: {
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly tunnelIds: Readonly<Record<string, string>>;
  },
): Promise<Settled> {
  await session.claims.claim(claimOf(session, target, standing.tunnelIds));
  const { storedNames = {} } = seen;
  const outcome = { ...standing, groupId: target.groupId, origin: target.state.origin, echo };
  return { session, networkId: target.declared.networkId, outcome, storedNames, open };
}

function claimOf({ urn }: Session, { groupId, state }: Target, tunnelIds: Readonly<Record<string, string>>): Claim {
  return { urn, origin: state.origin, groupId, tunnelIds: Object.values(tunnelIds) };
}

/** Two resources that have one tunnel would undo each other's work, and each would remove the other's. */
function demandNoRival({ tunnels }: Plan, claims: readonly Claim[], urn: string | undefined): void {
  for (const { key, present } of tunnels) {
    const rival = present && rivalFor(claims, urn, present.id);
    if (rival) throw new PlanError(rivalText(key, present.id, rival, urn));
  }
}
