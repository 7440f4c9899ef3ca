import { isSame, ownValue, picked, valueAt } from "../model/compare";
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
 * exactly the content that was sent is the resource's own, under the key that it was sent for.
 * @param taken ids of tunnels that other resources stand for
 */
export function attached(
  state: State,
  pending: readonly PendingWrite[],
  tunnels: readonly PresentTunnel[],
  taken: ReadonlySet<string> = new Set(),
): State {
  return pending.reduce((result, write) => attachedOf(result, write, tunnels, taken), state);
}

function attachedOf(
  state: State,
  { before, added }: PendingWrite,
  tunnels: readonly PresentTunnel[],
  taken: ReadonlySet<string>,
): State {
  const known = new Set([...before, ...Object.values(state.tunnelIds), ...taken]);
  const fresh = tunnels.filter(({ id }) => !known.has(id));
  return added.reduce((result, [key, sent]) => {
    const candidates = fresh.filter((tunnel) => isExactly(sent, tunnel));
    const rivals = added.filter(([, other]) => candidates.some((tunnel) => isExactly(other, tunnel)));
    const [candidate] = candidates;
    return candidate && candidates.length === 1 && rivals.length === 1
      ? withOwn(result, key, sent, candidate.id, tunnels)
      : result;
  }, state);
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
  // No user's key looks like this.
  const formerKey = `${key} (${formerId})`;
  const former = isThere ? { [formerKey]: ownValue(state.tunnels, key) ?? {} } : {};
  return {
    ...state,
    tunnels: { ...state.tunnels, ...former, [key]: sent },
    tunnelIds: { ...state.tunnelIds, ...(isThere ? { [formerKey]: formerId } : {}), [key]: id },
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
