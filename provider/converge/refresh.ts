import { picked, valueAt, withValueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import { engineValue, outputsOf, type State } from "../model/state";
import type { PresentGroup, PresentTunnel } from "../service/wire";
import { currentOf, knowledgeOf, ownValue } from "./current";
import { look } from "./look";
import { noted } from "./noted";
import { knownTunnels } from "./outcome";
import { subjectOf } from "./reconcile";
import { resolveGroup } from "./remove";
import type { Session } from "./session";
import { inherited } from "./trail";

/** What a refresh found. */
export interface Refreshed {
  readonly id: string;
  readonly props: Record<string, unknown>;
  readonly inputs: Record<string, unknown>;
}

/**
 * Reads a group for state: every declared tunnel and setting as the service shows it, in the spelling of state where
 * both mean the same. What the service does not show stays as state knows it of that tunnel.
 * @returns undefined when the group is gone
 */
export async function refresh(session: Session, id: string, state: State): Promise<Refreshed | undefined> {
  const { networkId } = state.inputs;
  if (networkId === undefined) return undefined;
  return noted(session, subjectOf(networkId, id), async () => {
    const groupId = await resolveGroup(session, networkId, id, state);
    const seen = groupId === undefined ? undefined : await look(session, networkId, groupId);
    if (groupId === undefined || seen === undefined) return undefined;
    const note = await session.recovery.find(subjectOf(networkId, groupId));
    return found(groupId, inherited(state, note?.trail, seen), seen);
  });
}

function found(groupId: string, state: State, seen: PresentGroup): Refreshed {
  const { unmanaged: _, ...declared } = state.inputs;
  const current = currentOf(seen, knowledgeOf(state), declared);
  const known = knownTunnels(state, { ...seen, tunnels: current.tunnels });
  const claimed = new Set([...known.values()].map((tunnel) => tunnel.id));
  const strangers = current.tunnels.filter((tunnel) => !claimed.has(tunnel.id));
  const isListing = state.inputs.unmanagedTunnels === "remove" && strangers.length > 0;
  const inputs = {
    ...SETTING_FIELDS.reduce((result, { path }) => {
      const there = valueAt(result, path) === undefined ? undefined : valueAt(current, path);
      return there === undefined ? result : withValueAt(result, path, there);
    }, declared),
    tunnelName: current.tunnelName,
    tunnels: Object.fromEntries(
      [...known].map(([key, tunnel]) => [key, tunnelInputs(ownValue(state.tunnels, key) ?? {}, tunnel)]),
    ),
    ...(isListing ? { unmanaged: Object.fromEntries(strangers.map(listed)) } : {}),
  };
  const tunnelIds = Object.fromEntries([...known].map(([key, tunnel]) => [key, tunnel.id]));
  return {
    id: groupId,
    props: outputsOf({ inputs, groupId, tunnelIds, origin: state.origin }),
    inputs: engineValue(inputs),
  };
}

/**
 * The declared fields as they are. A field that cannot be updated and is unknown of a tunnel made anew counts as
 * declared; one that can be is left out, so that it is sent.
 */
function tunnelInputs(declared: Partial<Tunnel>, there: PresentTunnel): Partial<Tunnel> {
  const shown = picked(TUNNEL_FIELDS, there, ({ path }) => valueAt(declared, path) !== undefined);
  const kept = picked(TUNNEL_FIELDS, declared, ({ traits }) => traits.rebuilds === true);
  return { ...kept, ...shown };
}

function listed({ id, regionID, remotePublicIP }: PresentTunnel): [string, string] {
  return [id, `${regionID ?? "unknown region"} ${remotePublicIP ?? "unknown address"}`];
}
