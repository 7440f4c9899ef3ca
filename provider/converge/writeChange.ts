import { isHealthAsked } from "../model/health";
import { isSameWrite, type PendingWrite, withoutCredential } from "../model/pending";
import type { State } from "../model/state";
import type { Change } from "../plan/requests";
import { NotFoundError } from "../service/errors";
import type { ShownGroup } from "../service/wire";
import { doubted } from "./attach";
import { look, NOTHING_SEEN, observed, type Progress, proven, type Scene, type Target } from "./change";
import { pauseOrRethrow } from "./conflict";
import { listProofOf } from "./listProof";
import { lookUntil, READ_AHEAD } from "./observe";
import type { Session } from "./session";
import { RunningWriteError, send } from "./write";

/** For how long a read may be behind what is there, when the service does not find what a write names. */
const CATCHING_UP_MS = 30_000;
const NOT_FOUND = 404;

/** Sends one change. One that the service refuses for a conflict is not carried out: it is read and planned again first. */
export async function written(scene: Scene, progress: Progress, change: Change): Promise<Progress> {
  const { session, target } = scene;
  const { groupId, declared } = target;
  const before = progress.seen ?? NOTHING_SEEN;
  const moved = await movedMeanwhile(scene, progress);
  if (moved) return moved;
  const write = pendingWriteOf(session, target, change, before);
  for (;;) {
    try {
      const end = await send(
        session,
        write,
        (options) => session.client.updateGroup(declared.networkId, groupId, change.body, options),
        { method: "PUT", body: change.body },
        listProofOf(change, before),
      );
      const next = await proven(
        scene,
        { ...progress, state: pendingIn(progress.state, end.write) },
        change,
        before,
        end,
        end.listed,
      );
      return end.outcome === "failed" && end.statusCode === NOT_FOUND ? await caughtUp(scene, next, before) : next;
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
      if (failure instanceof NotFoundError) return caughtUp(scene, { ...progress, failure }, before);
      try {
        await pauseOrRethrow(session, failure);
      } catch (lasting) {
        return { ...progress, failure: lasting };
      }
      const again = await observed(scene, progress);
      if (again.failure || JSON.stringify(again.seen) !== JSON.stringify(before)) return again;
    }
  }
}

/** Takes a place where it was left. What was read may be too old by then; undefined where it has not changed. */
async function movedMeanwhile(scene: Scene, progress: Progress): Promise<Progress | undefined> {
  const { clock, place } = scene.session;
  const askedMs = clock.elapsed();
  await place?.enter();
  if (clock.elapsed() === askedMs) return undefined;
  const again = await observed(scene, progress, READ_AHEAD);
  const isSame = !again.failure && JSON.stringify(again.seen) === JSON.stringify(progress.seen);
  return isSame ? undefined : again;
}

/**
 * A write named what is not there: what it was planned from was behind. Where another look shows so, it is planned anew;
 * otherwise the failure stands.
 */
async function caughtUp(scene: Scene, progress: Progress, before: ShownGroup): Promise<Progress> {
  const { session } = scene;
  const { failure: _, ...going } = progress;
  try {
    const isOther = ({ seen }: Pick<Progress, "seen">) => JSON.stringify(seen) !== JSON.stringify(before);
    const endMs = session.clock.elapsed() + CATCHING_UP_MS;
    const looked = await lookUntil(session, endMs, () => look(scene, progress.state, progress.state), isOther);
    return isOther(looked) ? { ...going, ...looked } : { ...progress, ...looked };
  } catch (failure) {
    return { ...progress, failure };
  }
}

/** State of a failed step must stay small; a write that so many others have followed has long shown, or never will. */
const MOST_PENDING = 12;

function pendingIn(state: State, write: PendingWrite): State {
  const pending = [...state.pending.filter((each) => !isSameWrite(each, write)), write].slice(-MOST_PENDING);
  return { ...doubted(state, write), pending };
}

/** The write that a change is, as the journal and a failed step keep it. */
export function pendingWriteOf(
  { clock }: Session,
  { groupId, declared }: Pick<Target, "groupId" | "declared">,
  { body, addedKeys }: Change,
  before: ShownGroup,
): PendingWrite {
  const isOfAll = body.sharedSettings !== undefined || body.advancedSettings !== undefined;
  const touched = isOfAll && isHealthAsked(declared) ? before.tunnels : [];
  return {
    kind: "update",
    networkId: declared.networkId,
    groupId,
    startedAtMs: clock.now(),
    before: before.tunnels.map(({ id }) => id),
    added: addedKeys.map((key, index) => [key, withoutCredential(body.addTunnels?.[index] ?? {})] as const),
    changed: {
      ...Object.fromEntries(touched.map(({ id }) => [id, []])),
      ...Object.fromEntries((body.updateTunnels ?? []).map(({ id, ...members }) => [id, Object.keys(members)])),
    },
  };
}
