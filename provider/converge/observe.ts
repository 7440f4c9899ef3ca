import type { State } from "../model/state";
import { NotFoundError } from "../service/errors";
import type { Sharing } from "../service/requests";
import { decodeListed, type ListedGroup, namesBelongTo, type ShownGroup } from "../service/wire";
import { NetworkNotVisibleError } from "./errors";
import { deadlineOf, optionsOf, type Session } from "./session";

/** How long after a read that does not show a thing another one has to agree, where absence decides something. */
export const CONFIRMING_MS = 1000;
/** What state has is gone only when it does not show for so long. */
const CONFIRMING_GONE_MS = 30_000;
/** What a refresh reads may have been read so long before for others of the run. */
export const SHARED_FOR_MS = 60_000;
/** A write is planned from what was read at most so long before its place in the network came. */
export const READ_AHEAD_MS = 30_000;
/** How the read that is made ahead may itself be served from what others have read. */
export const AHEAD: Sharing = { isAhead: true, maxAgeMs: 5000 };
/** How a step's first read, in its place, may be served from the one made ahead. */
export const READ_AHEAD: Sharing = { maxAgeMs: READ_AHEAD_MS };
const FIRST_INTERVAL_MS = 500;
const LONGEST_INTERVAL_MS = 10_000;

/**
 * Reads a group, or has it from a list that others share.
 * @returns undefined when it is gone: not found while its network is, with the same credentials
 * @throws NetworkNotVisibleError when the network isn't visible either, which says nothing about the group
 */
export async function observe(
  session: Session,
  networkId: string,
  groupId: string,
  sharing: Sharing = {},
): Promise<ShownGroup | undefined> {
  try {
    const seen = await session.client.readGroup(networkId, groupId, { ...optionsOf(session), sharing });
    if (seen.hasNulls) await session.warnOnce(nullsText(groupId));
    return seen;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    await demandNetwork(session, networkId);
    return undefined;
  }
}

function nullsText(groupId: string): string {
  return `The API shows null in place of some tunnels of group ${groupId}: such entries are passed over, and what they stand for is not seen.`;
}

/** Reads a group ahead of the step that begins with it. */
export function groupAhead(networkId: string, groupId: string): (session: Session) => Promise<unknown> {
  return (session) => session.client.readGroup(networkId, groupId, { ...optionsOf(session), sharing: AHEAD });
}

/** As {@link observe}, where absence decides something: what one read does not show, a second has to agree on. */
export async function observeSurely(
  session: Session,
  networkId: string,
  groupId: string,
  sharing: Sharing = {},
): Promise<ShownGroup | undefined> {
  const seen = await observe(session, networkId, groupId, sharing);
  if (seen !== undefined && seen.tunnels.length > 0) return seen;
  await session.clock.sleep(CONFIRMING_MS);
  return (await observe(session, networkId, groupId)) ?? seen;
}

/**
 * As {@link observe}, for a group that state has: it, or all of its tunnels, is gone only when it stays so for a while.
 * @param options for how long: 0 where that it is gone is no surprise; and from what a read may be served
 * @returns undefined when the group is gone; a group without tunnels only when those in state are gone
 */
export async function observeKnown(
  session: Session,
  networkId: string,
  groupId: string,
  { tunnelIds }: Pick<State, "tunnelIds">,
  { patienceMs = CONFIRMING_GONE_MS, sharing = {} }: { readonly patienceMs?: number; readonly sharing?: Sharing } = {},
): Promise<ShownGroup | undefined> {
  const least = Object.keys(tunnelIds).length > 0 ? 1 : 0;
  return lookUntil(
    session,
    session.clock.elapsed() + Math.min(session.settlingMs, patienceMs),
    () => (patienceMs > 0 ? observeSurely : observe)(session, networkId, groupId, sharing),
    (seen) => seen !== undefined && seen.tunnels.length >= least && !mayHide(seen, tunnelIds),
  );
}

/** True if null may stand for a tunnel of state that is not shown. */
function mayHide({ hasNulls = false, tunnels }: ShownGroup, tunnelIds: State["tunnelIds"]): boolean {
  return hasNulls && Object.values(tunnelIds).some((known) => !tunnels.some(({ id }) => id === known));
}

/** A group that is not found is gone only if these credentials can see where it was. */
async function demandNetwork(session: Session, networkId: string): Promise<void> {
  try {
    await session.client.readNetwork(networkId, { ...optionsOf(session), sharing: {} });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NetworkNotVisibleError(networkId, session.host);
  }
}

/** The groups of a network that carry a name. */
export interface NamedGroups {
  readonly groups: readonly ListedGroup[];
  /** True if the list that they stand in proves that there is no other. */
  readonly isSure: boolean;
}

/**
 * Finds the groups of a network that carry a name. A static tunnel of that name is none: it is listed under its own id, and
 * no group answers there.
 */
export async function groupsNamed(
  session: Session,
  networkId: string,
  tunnelName: string,
  sharing?: Sharing,
): Promise<NamedGroups> {
  const options = { ...optionsOf(session), ...(sharing ? { sharing } : {}) };
  const { entries, isSure } = (await session.client.listTunnels(networkId, options)) ?? { entries: [], isSure: false };
  const named = decodeListed(entries).filter(({ names }) => names.length > 0 && namesBelongTo(tunnelName, names));
  const groups: ListedGroup[] = [];
  for (const entry of named) {
    if (!entry.isOwnId || (await observe(session, networkId, entry.id)) !== undefined) groups.push(entry);
  }
  return { groups, isSure };
}

/**
 * Looks again and again, at growing intervals, until `look` finds what it looks for, or the time is over: the last look
 * begins when it is, however long answers take.
 * @param endMs on the clock's elapsed(); never later than the session's deadline
 * @returns what the last look found
 */
export async function lookUntil<T>(
  session: Session,
  endMs: number,
  look: () => Promise<T>,
  isSettled: (found: T) => boolean,
): Promise<T> {
  for (let intervalMs = FIRST_INTERVAL_MS; ; intervalMs = Math.min(intervalMs * 1.5, LONGEST_INTERVAL_MS)) {
    const beganMs = session.clock.elapsed();
    const found = await look();
    const nowMs = session.clock.elapsed();
    const deadlineMs = deadlineOf(session);
    if (isSettled(found) || beganMs >= endMs || nowMs >= deadlineMs) return found;
    const restMs = Math.max(0, Math.min(endMs, deadlineMs) - nowMs);
    session.status(`reads until it shows what was sent, for ${Math.ceil(restMs / 1000)} s at most`, "reading");
    await session.clock.sleep(Math.min(intervalMs, restMs));
  }
}
