import { valueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { pickedShown } from "../model/foreign";
import { healthWishOf } from "../model/health";
import type { PresentTunnel } from "../model/present";
import { TUNNEL_FIELDS } from "../model/schema";
import { credentialOf, isCredential } from "../plan/credential";
import { PlanError } from "../plan/error";
import { withKeptName } from "../plan/naming";
import { plan, type TunnelPlan } from "../plan/plan";
import { type Change, requestsOf } from "../plan/requests";
import { MOST_UNANSWERED, NOTHING_SEEN, observed, type Progress, type Scene } from "./change";
import { NotAppliedError, RolloutStoppedError } from "./errors";
import { messageOf } from "./failure";
import { awaitPassing, type Checkup, inWords } from "./health";
import { completed } from "./known";
import { among, type Open, ofKeys, without } from "./open";
import { written } from "./writeChange";

/** The tunnels that a roll-out changes in one request, as they were before and as they are to be. */
export type RolledBatch = readonly TunnelPlan[];

/** Brings the tunnels of a batch back to what they were before it, by one more change, and says what came of that. */
export async function setBack(scene: Scene, stopped: Progress, batch: RolledBatch, text: string): Promise<Progress> {
  const keys = batch.map(({ key }) => key);
  const failedWith = (more: string) => new RolloutStoppedError(`${text} ${more}`);
  const progress = await sentBack(scene, await observed(scene, stopped), batch);
  if (progress.failure) {
    const names = keys.map((key) => `tunnels.${key}`).join(", ");
    return { ...progress, failure: failedWith(`${names} could not be set back: ${messageOf(progress.failure)}`) };
  }
  const tunnelIds = Object.fromEntries(keys.map((key) => [key, progress.state.tunnelIds[key] ?? ""]));
  const open = among(progress.open, tunnelIds);
  const { seen } = await watched(scene, progress, tunnelIds, open);
  return {
    ...progress,
    open: new Map([...without(progress.open, open), ...ofKeys(open, seen.failing, tunnelIds)]),
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
  const former = withKeptName({ ...declared, ...NO_SETTINGS, tunnels }, target.state);
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
  const former = pickedShown(TUNNEL_FIELDS, present as PresentTunnel, () => true);
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

/** Waits for tunnels of a roll-out. */
export async function watched(
  { session, target }: Scene,
  { seen: shown = NOTHING_SEEN }: Progress,
  tunnelIds: Readonly<Record<string, string>>,
  open: Open,
): Promise<{ readonly seen: Checkup; readonly elapsedMs: number }> {
  const { declared } = target;
  const { storedNames = {} } = shown;
  // A step that writes nothing meanwhile holds up no other.
  session.place?.leave();
  const beganMs = session.clock.elapsed();
  const patient = { networkId: declared.networkId, tunnelIds, storedNames, open };
  const seen = await awaitPassing(session, patient, healthWishOf(declared).timeoutMs);
  return { seen, elapsedMs: session.clock.elapsed() - beganMs };
}
