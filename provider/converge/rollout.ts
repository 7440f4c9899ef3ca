import { valueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { healthWishOf } from "../model/health";
import type { PresentTunnel } from "../model/present";
import type { State } from "../model/state";
import { isTouched } from "../plan/batches";
import { credentialOf, isCredential } from "../plan/credential";
import { PlanError } from "../plan/error";
import { mandateOf, type Plan, plan, type TunnelPlan } from "../plan/plan";
import { type Change, requestsOf } from "../plan/requests";
import { NOTHING_SEEN, observed, type Progress, type Scene, written } from "./change";
import { RolloutStoppedError } from "./errors";
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

/** Tunnels that are to change before others, since to touch them may cost nothing. */
export function mayBeDown({ open, down }: Progress): ReadonlySet<string> {
  return new Set([...open.keys(), ...(down ?? [])]);
}

/**
 * Where a roll-out stands before it touches more: begun, with what it has touched passing. Changes that are no roll-out, since they
 * touch no tunnel by itself, are not held up.
 * @param rest what is still to be done
 * @returns with another look where something had to be waited for, and with the failure that ends it where that was in vain
 */
export async function beforeMore(scene: Scene, progress: Progress, rest: Plan): Promise<Progress> {
  const isBegun = progress.down !== undefined || isLeft(scene.target.state);
  if (!isBegun && !rest.tunnels.some(isTouched)) return progress;
  const begun = { ...progress, down: progress.down ?? (await downBefore(scene, progress, rest)) };
  const heldUp = heldUpBy(progress.open, rest);
  return heldUp.size === 0 ? begun : passed(scene, begun, heldUp, rest);
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
 * What has to be passing before more is touched: all that was touched before, apart from what the rest of the plan touches
 * anyway, so that what puts a tunnel right never waits for it.
 */
function heldUpBy(open: Open, rest: Plan): Open {
  const own = among(open, mandateOf(rest).ids);
  const toCome = new Set(rest.tunnels.filter(isTouched).map(({ present }) => present?.id));
  return new Map([...own].filter(([id]) => !toCome.has(id)));
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
  const impossible = (error: unknown) =>
    failedWith(`${keys.map((key) => `tunnels.${key}`).join(", ")} could not be set back: ${messageOf(error)}`);
  let progress = await observed(scene, stopped);
  try {
    const change = changeBack(scene, progress, batch);
    if (change && !progress.failure) progress = await written(scene, progress, change);
  } catch (error) {
    return { ...progress, failure: impossible(error) };
  }
  if (progress.failure) return { ...progress, failure: impossible(progress.failure) };
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
function formerOf({ key, present, fields, action }: TunnelPlan): Tunnel {
  const { id: _, ...former } = present as PresentTunnel;
  const isCredentialSent = action === "rebuild" || fields.some(({ path }) => isCredential(path));
  const unknown = [
    ...fields
      .filter(({ path }) => !isCredential(path) && valueAt(former, path) === undefined)
      .map(({ path }) => path[0]),
    ...(isCredentialSent && credentialOf(former).authType === undefined ? ["credential"] : []),
  ];
  if (unknown.length > 0) throw new PlanError(`the former ${unknown.join(", ")} of tunnels.${key} is not known.`);
  return former as Tunnel;
}

function without(open: Open, waitedFor: Open): Open {
  return new Map([...open].filter(([id]) => !waitedFor.has(id)));
}
