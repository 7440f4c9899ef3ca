import { type Rollout, rolloutOf } from "../model/rollout";
import type { State } from "../model/state";
import { batchesOf, isTouched } from "../plan/batches";
import { PlanError } from "../plan/error";
import { mandateOf, type Plan } from "../plan/plan";
import { NOTHING_SEEN, observed, type Progress, type Scene } from "./change";
import { RolloutStoppedError } from "./errors";
import { checkup } from "./health";
import { among, NOTHING_OPEN, type Open, ofKeys, seenPassing, without } from "./open";
import { type RolledBatch, setBack, watched } from "./rollback";
import { notPassingText, unaskableText } from "./words";

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
  const heldUp = heldUpBy(reached, batch, rest, rollout);
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
 * @throws PlanError where health cannot be asked for: a roll-out would stop with what it touches first
 */
async function downBefore(
  { session, target }: Scene,
  { seen = NOTHING_SEEN }: Progress,
  rest: Plan,
): Promise<ReadonlySet<string>> {
  const { ids: tunnelIds } = mandateOf(rest);
  const { networkId } = target.declared;
  const patient = { networkId, tunnelIds, storedNames: seen.storedNames ?? {}, open: NOTHING_OPEN };
  const { health, trouble, isLasting } = await checkup(session, patient);
  if (isLasting) throw new PlanError(unaskableText(trouble));
  return new Set(Object.keys(health).flatMap((key) => (health[key] === "critical" ? [tunnelIds[key] ?? ""] : [])));
}

/**
 * What has to be passing before a batch is sent: all that was touched before, apart from what it touches itself. One that touches
 * nothing else waits for none whose turn is still to come, and for none at all where no more than may be unavailable was touched:
 * what puts a tunnel right is not held up. Nor is what touches no tunnel by itself.
 */
function heldUpBy({ open, up = NOTHING_OPEN }: Progress, batch: Plan, rest: Plan, { maxUnavailable }: Rollout): Open {
  const idsIn = ({ tunnels }: Plan) => tunnels.filter(isTouched).flatMap(({ present }) => present?.id ?? []);
  const { ids } = mandateOf(rest);
  const own = among(open, ids);
  const touched = idsIn(batch);
  const isOfOpen = touched.every((id) => own.has(id));
  if (touched.length > 0 && isOfOpen && own.size <= maxUnavailable) return NOTHING_OPEN;
  const exempt = new Set(isOfOpen ? idsIn(rest) : touched);
  const isHeldUp = [...own.keys()].some((id) => !exempt.has(id));
  return new Map(isHeldUp ? [...among(up, ids), ...own].filter(([id]) => !exempt.has(id)) : []);
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
  if (seen.failing.length === 0)
    return observed(scene, { ...progress, open: without(progress.open, heldUp), up: seenPassing(heldUp) });
  const failing = ofKeys(heldUp, seen.failing, ids);
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
