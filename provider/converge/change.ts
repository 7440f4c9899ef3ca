import { isSameWrite, type PendingWrite } from "../model/pending";
import type { Desired } from "../model/schema";
import { blankState, type State } from "../model/state";
import type { TunnelPlan } from "../plan/plan";
import type { Change } from "../plan/requests";
import type { Sharing } from "../service/requests";
import type { ShownGroup } from "../service/wire";
import { attached, isLike } from "./attach";
import { type Claim, takenByOthers } from "./claims";
import { echoTexts, withEcho } from "./echo";
import { believed, believedSettings } from "./known";
import { lookUntil, observeKnown } from "./observe";
import { type Open, openedBy } from "./open";
import { prove } from "./prove";
import type { Session } from "./session";
import { goneError, maskedText, notApplied } from "./words";
import { failureOf, type WriteEnd } from "./write";

/** A group that exists, and what is to be reached with it. */
export interface Target {
  readonly groupId: string;
  readonly declared: Desired;
  /** What is known of it; the writes that are pending in it have been waited for. */
  readonly state: State;
  /** The request that has just made the group, how it ended, and the first read since; it is proven first. */
  readonly made?: { readonly change: Change; readonly end: WriteEnd; readonly seen: ShownGroup | undefined };
}

/** Where the loop stands. */
export interface Progress {
  /** What is known, with the writes that are not proven yet. */
  readonly state: State;
  /** What the last look showed; absent when nothing has been seen since the last write. */
  readonly seen?: ShownGroup | undefined;
  /** The tunnels that believed writes of this step have changed. */
  readonly justWritten: ReadonlySet<string>;
  /** The tunnels that were touched and have not been seen passing since. */
  readonly open: Open;
  /** The writes of this step that are proven. */
  readonly over: readonly PendingWrite[];
  /** Of a roll-out, which goes on only with what was touched passing: the tunnels that were down when it began. */
  readonly down?: ReadonlySet<string>;
  /** What a roll-out has touched and seen passing: it has to be so still where more is touched. */
  readonly up?: Open;
  /** What a roll-out has changed last. */
  readonly rolled?: readonly TunnelPlan[] | undefined;
  /** The last change that was sent. */
  readonly last?: LastWrite | undefined;
  /** Why it does not go on. */
  readonly failure?: unknown;
}

/** A change that was sent, and how that ended. */
interface LastWrite extends Pick<WriteEnd, "outcome" | "reasons"> {
  readonly change: Change;
}

/** What every move of the loop works with. */
export interface Scene {
  readonly session: Session;
  readonly target: Target;
  readonly claims: readonly Claim[];
}

/** Before the first look. */
export const NOTHING_SEEN: ShownGroup = { tunnels: [], names: [] };

/** A change that nobody answers, and that does not show, is sent so often. */
export const MOST_UNANSWERED = 3;

/** How a look may be served. */
interface Looking {
  /** For how long a group may be absent, in milliseconds. @default as long as one that state has */
  readonly patienceMs?: number | undefined;
  readonly sharing?: Sharing;
  /** The group as it was read just now. */
  readonly shown?: ShownGroup | undefined;
  /** The write of which a status code says that it succeeded. */
  readonly coded?: PendingWrite | undefined;
}

/** One look; the tunnels that pending writes have added become known. */
export async function look(
  { session, target, claims }: Scene,
  state: State,
  expected: Pick<State, "tunnelIds">,
  { patienceMs, sharing = {}, shown, coded }: Looking = {},
): Promise<Pick<Progress, "seen" | "state">> {
  const { groupId, declared } = target;
  const { networkId } = declared;
  const options = { sharing, ...(patienceMs === undefined ? {} : { patienceMs }) };
  const seen = shown ?? (await observeKnown(session, networkId, groupId, expected, options));
  if (seen === undefined) throw goneError(groupId, networkId, target.state.origin);
  const taken = takenByOthers(claims, session.urn);
  const known = attached(state, state.pending, seen.tunnels, taken);
  return { seen, state: coded ? attached(known, [coded], seen.tunnels, taken, isLike) : known };
}

/** As {@link look}, with what went wrong in the progress. */
export async function observed(scene: Scene, progress: Progress, sharing: Sharing = {}): Promise<Progress> {
  try {
    return { ...progress, ...(await look(scene, progress.state, progress.state, { sharing })) };
  } catch (failure) {
    return { ...progress, failure };
  }
}

/** Looks until a change shows, or its time is over, and keeps what is proven of it. */
export async function proven(
  scene: Scene,
  progress: Progress,
  change: Change,
  before: ShownGroup,
  end: WriteEnd,
  first?: ShownGroup,
): Promise<Progress> {
  const { session, target } = scene;
  const last = { change, outcome: end.outcome, reasons: end.reasons };
  const patienceMs = patienceFor(session, change, before, end);
  const isSuccess = end.outcome === "succeeded";
  // A list that has proven the operation says nothing of values that it shows otherwise.
  const isCoded = isSuccess && end.listed === undefined;
  let { state } = progress;
  let seen: ShownGroup | undefined;
  try {
    const judged = await lookUntil(
      session,
      session.clock.elapsed() + (end.outcome === "failed" ? 0 : session.settlingMs),
      async () => {
        const looking = { patienceMs, shown: seen ? undefined : first, coded: isCoded ? end.write : undefined };
        ({ seen, state } = await look(scene, state, blankState(state.origin), looking));
        return prove(change, before, state, seen as ShownGroup, isCoded);
      },
      ({ missing }) => missing.length === 0,
    );
    const isBelieved = isSuccess && judged.missing.length === 0;
    const changed = (change.body.updateTunnels ?? []).map(({ id }) => id);
    const masked = end.outcome === "unconfirmed" ? [...judged.masked].filter((id) => !judged.shown.has(id)) : [];
    const isProven = (id: string) =>
      judged.shown.has(id) || masked.includes(id) || (isBelieved && changed.includes(id));
    state = believed(state, change, isProven);
    if (masked.length > 0) await session.warn(maskedText(target.groupId, keysOf(state, masked)));
    for (const text of isBelieved ? echoTexts(target.groupId, target.declared, state, judged.echoed) : [])
      await session.warn(text);
    if (isBelieved) state = withoutPending(withEcho(believedSettings(state, change), change, judged.echoed), end.write);
    const justWritten = isBelieved
      ? new Set([...progress.justWritten, ...judged.shown, ...changed])
      : progress.justWritten;
    const failure = failureIn(target.groupId, end, judged.missing);
    const touched = openedBy(end.write, state.tunnelIds, session.clock.elapsed());
    // What was refused as a whole has touched only what shows it all the same.
    const opened = touched.filter(([id]) => end.outcome !== "failed" || judged.shown.has(id));
    const open = new Map([...progress.open, ...opened]);
    const over = isBelieved ? [...progress.over, end.write] : progress.over;
    return { ...progress, state, seen, justWritten, open, over, last, failure };
  } catch (failure) {
    return { ...progress, state, seen: undefined, last, failure };
  }
}

function keysOf({ tunnelIds }: State, ids: readonly string[]): readonly string[] {
  return Object.keys(tunnelIds).filter((key) => ids.includes(tunnelIds[key] ?? ""));
}

/** Where it stands once a change counts as done that nothing can show. */
export function assumed(progress: Progress, change: Change): Progress {
  const changed = (change.body.updateTunnels ?? []).map(({ id }) => id);
  return {
    ...progress,
    state: believedSettings(
      believed(progress.state, change, () => true),
      change,
    ),
    justWritten: new Set([...progress.justWritten, ...changed]),
  };
}

/** How long a group that does not show after a write may be absent; undefined as long as one that state has. */
function patienceFor(
  { settlingMs }: Session,
  change: Change,
  before: ShownGroup,
  { write, outcome }: WriteEnd,
): number | undefined {
  if (outcome === "succeeded" && isEmptied(change, before)) return 0;
  return write.kind === "create" && outcome !== "failed" ? settlingMs : undefined;
}

/** Whether a change leaves no tunnel: then the group may be gone, too. */
function isEmptied({ body: { addTunnels, removeTunnels = [] } }: Change, { tunnels }: ShownGroup): boolean {
  return !addTunnels && tunnels.length > 0 && tunnels.every(({ id }) => removeTunnels.some((each) => each.id === id));
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
