import { isSame, ownValue, valueAt } from "../model/compare";
import type { PresentTunnel } from "../model/present";
import { SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import type { AddTunnel, Change, UpdateTunnel } from "../plan/requests";
import { namesBelongTo, type ShownGroup } from "../service/wire";

/** What a read after a change says about it. */
export interface Proof {
  /** What the read contradicts, named as the user would; empty when nothing does. */
  readonly missing: readonly string[];
  /** Tunnels that were added, and those that show every visible change and one at least that they did not show before. */
  readonly shown: ReadonlySet<string>;
  /** Updated tunnels whose passphrase the read masks or leaves out, and of which it contradicts nothing and hides nothing else. */
  readonly masked: ReadonlySet<string>;
}

/**
 * Holds a change against what is read afterwards. A passphrase that differs right after it was sent means that the
 * service does not show it: no contradiction. What the service never shows can't contradict either.
 * @param state with the tunnels that the change has added
 */
export function prove(change: Change, before: readonly PresentTunnel[], state: State, seen: ShownGroup): Proof {
  const { body, addedKeys } = change;
  const isThere = (tunnelId: string) => seen.tunnels.some(({ id }) => id === tunnelId);
  const additions = addedKeys.map((key, index) => ({
    entry: body.addTunnels?.[index] as AddTunnel,
    id: [ownValue(state.tunnelIds, key) ?? ""].find((id) => isThere(id) && !before.some((tunnel) => tunnel.id === id)),
  }));
  const updates = (body.updateTunnels ?? []).map((update) => ({
    update,
    ...comparison(
      update,
      before.find(({ id }) => id === update.id),
      seen.tunnels.find(({ id }) => id === update.id),
    ),
  }));
  return {
    shown: new Set([
      ...additions.flatMap(({ id }) => (id === undefined ? [] : [id])),
      ...updates.filter(({ differing, isShown }) => differing.length === 0 && isShown).map(({ update }) => update.id),
    ]),
    masked: new Set(updates.filter(({ isMasked }) => isMasked).map(({ update }) => update.id)),
    missing: [
      ...additions
        .filter(({ id }) => id === undefined)
        .map(({ entry }) => `the tunnel to ${nameOf(entry)} was not added`),
      ...updates.flatMap(({ update, differing }) => differing.map((name) => `${name} of tunnel ${update.id}`)),
      ...(body.removeTunnels ?? []).filter(({ id }) => isThere(id)).map(({ id }) => `tunnel ${id} was not removed`),
      ...(namesBelongTo(body.tunnelName, seen.names) ? [] : ["tunnelName"]),
      ...differingSettings(body, seen),
    ],
  };
}

function nameOf({ remotePublicIP, regionID }: AddTunnel): string {
  return remotePublicIP ?? `region ${regionID}`;
}

function comparison(
  update: UpdateTunnel,
  before: PresentTunnel | undefined,
  after: PresentTunnel | undefined,
): { readonly differing: readonly string[]; readonly isShown: boolean; readonly isMasked: boolean } {
  if (after === undefined) return { differing: ["everything"], isShown: false, isMasked: false };
  const sent = TUNNEL_FIELDS.filter(({ path }) => valueAt(update, path) !== undefined);
  const shown = sent.filter(({ path }) => valueAt(after, path) !== undefined);
  const isIn = (tunnel: PresentTunnel | undefined, { path, traits }: (typeof shown)[number]) =>
    isSame(traits, valueAt(update, path), valueAt(tunnel, path), "unordered");
  const hidden = sent.filter((field) => !shown.includes(field));
  return {
    differing: shown.filter((field) => !isIn(after, field) && !field.traits.secret).map(({ path }) => path.join(".")),
    isMasked:
      hidden.length > 0 &&
      hidden.every(({ traits }) => traits.secret === true) &&
      shown.every((field) => isIn(after, field)),
    isShown: shown.some((field) => isIn(after, field) && !isIn(before, field)),
  };
}

/** The settings that are shown and are not what `wanted` says, by their paths. */
export function differingSettings(wanted: unknown, seen: ShownGroup): readonly string[] {
  return SETTING_FIELDS.filter(({ path, traits }) => {
    const [mine, shown] = [valueAt(wanted, path), valueAt(seen, path)];
    return mine !== undefined && shown !== undefined && !isSame(traits, mine, shown, "unordered");
  }).map(({ path }) => path.join("."));
}
