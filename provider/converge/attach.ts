import { isSame, ownValue, picked, valueAt } from "../model/compare";
import { displacedKey } from "../model/displacedKey";
import type { Tunnel } from "../model/fields";
import { shownAt, type WithForeign } from "../model/foreign";
import type { PendingWrite } from "../model/pending";
import type { PresentTunnel } from "../model/present";
import { TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";

/** State once a write was sent: what the write changes is neither known to be so nor to be as before. */
export function doubted(state: State, { changed }: Pick<PendingWrite, "changed">): State {
  const tunnels = Object.entries(state.tunnels).map(([key, tunnel]) => {
    const members = ownValue(changed, ownValue(state.tunnelIds, key) ?? "") ?? [];
    return [key, picked(TUNNEL_FIELDS, tunnel, ({ path }) => !members.includes(path[0] as string))] as const;
  });
  return { ...state, tunnels: Object.fromEntries(tunnels) };
}

/**
 * State with the tunnels that pending writes have added: what was not there before and has appeared exactly once with
 * exactly the content that was sent is the resource's own, under the key that it was sent for. What several writes could
 * have added is the last one's; what the service never shows of it is known as far as they agree.
 * @param pending oldest first
 * @param taken ids of tunnels that other resources stand for
 * @param isSent tests whether a tunnel can be one that was sent
 */
export function attached(
  state: State,
  pending: readonly PendingWrite[],
  tunnels: readonly PresentTunnel[],
  taken: ReadonlySet<string> = new Set(),
  isSent: typeof isExactly = isExactly,
): State {
  return pending.reduce((result, write, index) => {
    const known = new Set([...write.before, ...Object.values(result.tunnelIds), ...taken]);
    const later = pending.slice(index + 1);
    const fresh = tunnels.filter(
      (tunnel) => !known.has(tunnel.id) && later.every((each) => !sentBy(each, tunnel).length),
    );
    return attachedOf(result, write, { fresh, tunnels, earlier: pending.slice(0, index), isSent });
  }, state);
}

/** What a write has sent that a tunnel may be. */
function sentBy({ before, added }: PendingWrite, tunnel: PresentTunnel): readonly Partial<Tunnel>[] {
  return before.includes(tunnel.id) ? [] : added.map(([, sent]) => sent).filter((sent) => isExactly(sent, tunnel));
}

interface Candidates {
  readonly fresh: readonly PresentTunnel[];
  readonly tunnels: readonly PresentTunnel[];
  readonly earlier: readonly PendingWrite[];
  readonly isSent: typeof isExactly;
}

function attachedOf(
  state: State,
  { before, added }: PendingWrite,
  { fresh, tunnels, earlier, isSent }: Candidates,
): State {
  const isKnown = ([key]: readonly [string, unknown]) => {
    const id = ownValue(state.tunnelIds, key);
    return id !== undefined && !before.includes(id);
  };
  const open = isSent === isExactly ? added : added.filter((each) => !isKnown(each));
  return open.reduce((result, [key, sent]) => {
    const candidates = fresh.filter((tunnel) => isSent(sent, tunnel));
    const rivals = open.filter(([, other]) => candidates.some((tunnel) => isSent(other, tunnel)));
    const [candidate] = candidates;
    if (candidate === undefined || candidates.length > 1 || rivals.length > 1) return result;
    const others = earlier.flatMap((write) => sentBy(write, candidate));
    return withOwn(result, key, agreed(sent, others), candidate.id, tunnels);
  }, state);
}

/** What all of the same visible content say. */
function agreed(sent: Partial<Tunnel>, others: readonly Partial<Tunnel>[]): Partial<Tunnel> {
  return picked(TUNNEL_FIELDS, sent, ({ path, traits }) =>
    others.every((other) => isSame(traits, valueAt(sent, path), valueAt(other, path), "ordered")),
  );
}

/** A tunnel that is still there under the key, and was to be removed by the same write, stays known under another name. */
function withOwn(
  state: State,
  key: string,
  sent: Partial<Tunnel>,
  id: string,
  tunnels: readonly PresentTunnel[],
): State {
  const formerId = ownValue(state.tunnelIds, key);
  const isThere = formerId !== undefined && tunnels.some((tunnel) => tunnel.id === formerId);
  const former = isThere ? { [displacedKey(key, formerId)]: ownValue(state.tunnels, key) ?? {} } : {};
  return {
    ...state,
    tunnels: { ...state.tunnels, ...former, [key]: sent },
    tunnelIds: { ...state.tunnelIds, ...(isThere ? { [displacedKey(key, formerId)]: formerId } : {}), [key]: id },
  };
}

/** Whether a tunnel has exactly the content that was sent, as far as the service shows it. */
export function isExactly(sent: Partial<Tunnel>, tunnel: Partial<Tunnel> & WithForeign): boolean {
  const isThere = sent.regionID !== undefined && sent.regionID === tunnel.regionID;
  return (
    isThere &&
    TUNNEL_FIELDS.every(({ path, traits }) => {
      const [mine, shown] = [valueAt(sent, path), shownAt(tunnel, path)];
      return traits.secret || mine === undefined || shown === undefined || isSame(traits, mine, shown, "unordered");
    })
  );
}

/**
 * Test of whether a tunnel can be what the service has made of one that was sent: it is where that was to be. Evidence only
 * beside a status code that says that the write succeeded.
 */
export function isLike(sent: Partial<Tunnel>, tunnel: Partial<Tunnel> & WithForeign): boolean {
  const isSameText = (name: "regionID" | "remotePublicIP") => {
    const [mine, shown] = [sent[name], shownAt(tunnel, [name])];
    return mine === undefined || shown === undefined || mine.toLowerCase() === String(shown).toLowerCase();
  };
  return sent.regionID !== undefined && isSameText("regionID") && isSameText("remotePublicIP");
}
