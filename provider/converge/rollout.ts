import { valueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { healthWishOf } from "../model/health";
import type { PresentTunnel } from "../model/present";
import { type Rollout, rolloutOf } from "../model/rollout";
import { TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import { batchesOf, isTouched } from "../plan/batches";
import { credentialOf, isCredential } from "../plan/credential";
import { PlanError } from "../plan/error";
import { mandateOf, type Plan, plan, type TunnelPlan } from "../plan/plan";
import { type Change, requestsOf } from "../plan/requests";
import { MOST_UNANSWERED, NOTHING_SEEN, observed, type Progress, type Scene, written } from "./change";
import { NotAppliedError, RolloutStoppedError } from "./errors";
import { messageOf } from "./failure";
import { awaitPassing, type Checkup, checkup, inWords } from "./health";
import { completed } from "./known";
import { among, NOTHING_OPEN, type Open } from "./open";
import { notPassingText } from "./words";

/** The tunnels that a roll-out changes in one request, as they were before and as they are to be. */
export type RolledBatch = readonly TunnelPlan[];

/** The batch that a change carries out; what was known of its tunnels before the first try stays known. */
export function rolledBy({ tunnels }: Plan, before: RolledBatch | undefined): RolledBatch | undefined {
  const batch = tunnels.filter(isTouched);
  const isAgain = before?.length === batch.length && batch.every(({ key }) => before.some((each) => each.key === key));
  return isAgain ? before : batch;
}

/** What is to be done next. */
export interface Next {
  readonly reached: Progress;
  /** Absent where something had to be waited for: then all of it is planned anew, from what is there now. */
  readonly batch?: Plan;
  /** Whether nothing is left to do after it. */
  readonly isLast?: boolean;
}

/**
 * The next part of what is still to be done: all of it, unless it is rolled out. A roll-out touches more only where all that it has
 * touched is passing. Changes that are no roll-out, since they touch no tunnel by itself, are not held up.
 * @returns with the failure that ends the roll-out where that was waited for in vain
 */
export async function nextBatch(scene: Scene, progress: Progress, rest: Plan): Promise<Next> {
  const rollout = rolloutOf(scene.target.declared);
  const isBegun = progress.down !== undefined || isLeft(scene.target.state) || rest.tunnels.some(isTouched);
  if (rollout === undefined || !isBegun) return { reached: progress, batch: rest, isLast: true };
  const reached = { ...progress, down: progress.down ?? (await downBefore(scene, progress, rest)) };
  const [batch = rest, ...later] = batchesOf(rest, rollout, new Set([...reached.open.keys(), ...reached.down]));
  const heldUp = heldUpBy(reached.open, batch, rest, rollout);
  return heldUp.size === 0
    ? { reached, batch, isLast: later.length === 0 }
    : { reached: await passed(scene, reached, heldUp, rest) };
}

/** Whether an earlier run has touched tunnels that were there, and has not seen them passing. */
function isLeft({ pending, tunnelIds }: State): boolean {
  return pending.some(
    ({ awaiting = [], changed, added }) =>
      awaiting.length + Object.keys(changed).length > 0 || added.some(([key]) => Object.hasOwn(tunnelIds, key)),
  );
}

/**
 * The tunnels that are down before a roll-out begins. They are changed first: where that does not bring them up it stops, and what
 * is up has not been touched.
 */
async function downBefore(
  { session, target }: Scene,
  { seen = NOTHING_SEEN }: Progress,
  rest: Plan,
): Promise<ReadonlySet<string>> {
  const { ids: tunnelIds } = mandateOf(rest);
  const { networkId } = target.declared;
  const patient = { networkId, tunnelIds, storedNames: seen.storedNames ?? {}, open: NOTHING_OPEN };
  const { health } = await checkup(session, patient);
  return new Set(Object.keys(health).flatMap((key) => (health[key] === "critical" ? [tunnelIds[key] ?? ""] : [])));
}

/**
 * What has to be passing before a batch is sent: all that was touched before, apart from what it touches itself. One that touches
 * nothing else waits for none whose turn is still to come, and for none at all where no more than may be unavailable was touched:
 * what puts a tunnel right is not held up. Nor is what touches no tunnel by itself.
 */
function heldUpBy(open: Open, batch: Plan, rest: Plan, { maxUnavailable }: Rollout): Open {
  const idsIn = ({ tunnels }: Plan) => tunnels.filter(isTouched).flatMap(({ present }) => present?.id ?? []);
  const own = among(open, mandateOf(rest).ids);
  const touched = idsIn(batch);
  const isOfOpen = touched.every((id) => own.has(id));
  if (touched.length > 0 && isOfOpen && own.size <= maxUnavailable) return NOTHING_OPEN;
  const exempt = new Set(isOfOpen ? idsIn(rest) : touched);
  return new Map([...own].filter(([id]) => !exempt.has(id)));
}

/**
 * Waits for tunnels that hold up a roll-out, then looks anew: others may have changed the group meanwhile. The group's turn is
 * kept, so that no other resource's change takes more of its tunnels down.
 * @param rest what is still to be done
 * @returns where it stands, with the failure that ends the roll-out where they are not passing in time
 */
async function passed(scene: Scene, progress: Progress, heldUp: Open, rest: Plan): Promise<Progress> {
  const { declared, groupId } = scene.target;
  const { ids } = mandateOf(rest);
  const { seen, elapsedMs } = await watched(scene, progress, ids, heldUp);
  if (seen.failing.length === 0) return observed(scene, { ...progress, open: without(progress.open, heldUp) });
  const failing = among(heldUp, Object.fromEntries(seen.failing.map((key) => [key, ids[key] ?? ""])));
  const stopped = { ...progress, open: new Map([...without(progress.open, heldUp), ...failing]) };
  const left = rest.tunnels.filter(isTouched).map(({ key }) => `tunnels.${key}`);
  const text = [
    `The roll-out stopped: ${notPassingText(groupId, seen, elapsedMs)}`,
    ...(left.length === 0 ? [] : [`Not changed yet: ${left.join(", ")}.`]),
  ].join(" ");
  const batch = (progress.rolled ?? []).filter(({ key }) => ids[key] !== undefined);
  const isToGoBack = declared.rollout?.rollback === true && seen.trouble === undefined;
  return isToGoBack && batch.some(({ key }) => seen.failing.includes(key))
    ? setBack(scene, stopped, batch, text)
    : { ...stopped, failure: new RolloutStoppedError(text) };
}

async function watched(
  { session, target }: Scene,
  { seen: shown = NOTHING_SEEN }: Progress,
  tunnelIds: Readonly<Record<string, string>>,
  open: Open,
): Promise<{ readonly seen: Checkup; readonly elapsedMs: number }> {
  const { declared } = target;
  const { storedNames = {} } = shown;
  const beganMs = session.clock.now();
  const patient = { networkId: declared.networkId, tunnelIds, storedNames, open };
  const seen = await awaitPassing(session, patient, healthWishOf(declared).timeoutMs);
  return { seen, elapsedMs: session.clock.now() - beganMs };
}

/** Brings the tunnels of a batch back to what they were before it, by one more change, and says what came of that. */
async function setBack(scene: Scene, stopped: Progress, batch: RolledBatch, text: string): Promise<Progress> {
  const keys = batch.map(({ key }) => key);
  const failedWith = (more: string) => new RolloutStoppedError(`${text} ${more}`);
  const progress = await sentBack(scene, await observed(scene, stopped), batch);
  if (progress.failure) {
    const names = keys.map((key) => `tunnels.${key}`).join(", ");
    return { ...progress, failure: failedWith(`${names} could not be set back: ${messageOf(progress.failure)}`) };
  }
  const own = (some: readonly string[]) =>
    Object.fromEntries(some.map((key) => [key, progress.state.tunnelIds[key] ?? ""]));
  const open = among(progress.open, own(keys));
  const { seen } = await watched(scene, progress, own(keys), open);
  return {
    ...progress,
    open: new Map([...without(progress.open, open), ...among(open, own(seen.failing))]),
    failure: failedWith(`Set back to what it was before: ${inWords(seen, keys)}.`),
  };
}

/** Sends the change back, again where nobody has answered or another writer came between. */
async function sentBack(scene: Scene, progress: Progress, batch: RolledBatch): Promise<Progress> {
  let reached = progress;
  try {
    for (let tries = 0; !reached.failure; tries++) {
      const change = changeBack(scene, reached, batch);
      if (change === undefined) break;
      if (tries === MOST_UNANSWERED)
        throw new NotAppliedError(reached.last?.reasons.join(" ") || "others change the group meanwhile.");
      reached = await written(scene, reached, change);
      if (reached.last?.change === change && reached.last.outcome !== "unclear") break;
    }
    return reached;
  } catch (failure) {
    return { ...reached, failure };
  }
}

/** @throws PlanError when it is not known what a tunnel was before */
function changeBack({ target }: Scene, { state, seen, justWritten }: Progress, batch: RolledBatch): Change | undefined {
  const { declared } = target;
  const tunnels = Object.fromEntries(batch.map((each) => [each.key, formerOf(each)]));
  const former = { ...declared, ...NO_SETTINGS, tunnels };
  const ids = Object.fromEntries(Object.entries(state.tunnelIds).filter(([key]) => Object.hasOwn(tunnels, key)));
  const present = completed(seen ?? NOTHING_SEEN, state, declared, justWritten);
  const back = plan(former, present, { ids, rebuilds: new Set(Object.values(ids)), removals: new Set() });
  return requestsOf(former, present, back)[0];
}

/** Settings are not set back. */
const NO_SETTINGS = { description: undefined, sharedSettings: undefined, advancedSettings: undefined };

/**
 * A tunnel as it was before it was changed.
 * @throws PlanError when not all of that is known
 */
function formerOf({ key, declared, present, fields, action }: TunnelPlan): Tunnel {
  const { id: _, ...former } = present as PresentTunnel;
  const isRebuilt = action === "rebuild";
  const sent = isRebuilt ? TUNNEL_FIELDS.filter(({ path }) => valueAt(declared, path) !== undefined) : fields;
  const isCredentialSent = isRebuilt || fields.some(({ path }) => isCredential(path));
  const unknown = [
    ...sent.filter(({ path }) => !isCredential(path) && valueAt(former, path) === undefined).map(({ path }) => path[0]),
    ...(isCredentialSent && credentialOf(former).authType === undefined ? ["credential"] : []),
  ];
  if (unknown.length > 0) throw new PlanError(`the former ${unknown.join(", ")} of tunnels.${key} is not known.`);
  return former as Tunnel;
}

function without(open: Open, waitedFor: Open): Open {
  return new Map([...open].filter(([id]) => !waitedFor.has(id)));
}
