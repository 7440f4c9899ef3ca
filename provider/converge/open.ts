import { awaitingIn, type PendingWrite, touchedBy, unprovenIn } from "../model/pending";
import type { State } from "../model/state";
import type { Session } from "./session";

/**
 * Tunnels that were touched, and have not been seen passing since: by id, when that was, on the clock's elapsed(). A new
 * tunnel was touched at no time: nothing older can be shown of it.
 */
export type Open = ReadonlyMap<string, number>;

/** No tunnel at all. */
export const NOTHING_OPEN: Open = new Map();

const NEW = Number.NEGATIVE_INFINITY;

/** What earlier runs have touched. */
export function openIn(
  { pending, tunnelIds }: State,
  { clock, elapsedAt }: Pick<Session, "clock" | "elapsedAt">,
): Open {
  const noted = awaitingIn(pending).flatMap(({ awaiting = [], startedAtMs }) =>
    awaiting.map((id) => [id, elapsedAt(startedAtMs)] as const),
  );
  return new Map([...noted, ...unprovenIn(pending).flatMap((write) => openedBy(write, tunnelIds, clock.elapsed()))]);
}

/** What a write has touched that has ended by `elapsedMs`. */
export function openedBy(write: PendingWrite, tunnelIds: State["tunnelIds"], elapsedMs: number): [string, number][] {
  return touchedBy(write, tunnelIds).map((id) => [id, Object.hasOwn(write.changed, id) ? elapsedMs : NEW]);
}

/** Those of certain tunnels. */
export function among(open: Open, tunnelIds: State["tunnelIds"]): Open {
  const ids = new Set(Object.values(tunnelIds));
  return new Map([...open].filter(([id]) => ids.has(id)));
}

/** Those of certain keys. */
export function ofKeys(open: Open, keys: readonly string[], tunnelIds: State["tunnelIds"]): Open {
  return among(open, Object.fromEntries(keys.map((key) => [key, tunnelIds[key] ?? ""])));
}

/** The same as tunnels that have been seen passing since: what was found before counts. */
export function seenPassing(open: Open): Open {
  return new Map([...open.keys()].map((id) => [id, NEW]));
}

/** Without some of them. */
export function without(open: Open, others: Open): Open {
  return new Map([...open].filter(([id]) => !others.has(id)));
}

/**
 * What is still to be waited for, as state keeps it.
 * @param startedAtMs milliseconds since the epoch
 */
export function awaitingNote(
  networkId: string,
  groupId: string,
  open: Open,
  startedAtMs: number,
): readonly PendingWrite[] {
  const rest = { before: [], added: [], changed: {} };
  return open.size === 0
    ? []
    : [{ kind: "update", networkId, groupId, startedAtMs, ...rest, awaiting: [...open.keys()] }];
}
