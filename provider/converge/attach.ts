import { isSame, ownValue, picked, valueAt } from "../model/compare";
import { displacedKey } from "../model/displacedKey";
import type { Tunnel } from "../model/fields";
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
 */
export function attached(
  state: State,
  pending: readonly PendingWrite[],
  tunnels: readonly PresentTunnel[],
  taken: ReadonlySet<string> = new Set(),
): State {
  return pending.reduce((result, write, index) => {
    const known = new Set([...write.before, ...Object.values(result.tunnelIds), ...taken]);
    const later = pending.slice(index + 1);
    const fresh = tunnels.filter(
      (tunnel) => !known.has(tunnel.id) && later.every((each) => !sentBy(each, tunnel).length),
    );
    return attachedOf(result, write, fresh, tunnels, pending.slice(0, index));
  }, state);
}

/** What a write has sent that a tunnel may be. */
function sentBy({ before, added }: PendingWrite, tunnel: PresentTunnel): readonly Partial<Tunnel>[] {
  return before.includes(tunnel.id) ? [] : added.map(([, sent]) => sent).filter((sent) => isExactly(sent, tunnel));
}

function attachedOf(
  state: State,
  { added }: PendingWrite,
  fresh: readonly PresentTunnel[],
  tunnels: readonly PresentTunnel[],
  earlier: readonly PendingWrite[],
): State {
  return added.reduce((result, [key, sent]) => {
    const candidates = fresh.filter((tunnel) => isExactly(sent, tunnel));
    const rivals = added.filter(([, other]) => candidates.some((tunnel) => isExactly(other, tunnel)));
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
export function isExactly(sent: Partial<Tunnel>, tunnel: Partial<Tunnel>): boolean {
  const isThere = sent.regionID !== undefined && sent.regionID === tunnel.regionID;
  return (
    isThere &&
    TUNNEL_FIELDS.every(({ path, traits }) => {
      const [mine, shown] = [valueAt(sent, path), valueAt(tunnel, path)];
      return traits.secret || mine === undefined || shown === undefined || isSame(traits, mine, shown, "unordered");
    })
  );
}
