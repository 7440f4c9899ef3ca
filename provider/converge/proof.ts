import { type Field, isSame, valueAt } from "../model/compare";
import { SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import { isSameTunnel } from "../plan/match";
import { type AddTunnel, namesBelongTo, type PresentGroup, type PresentTunnel, type UpdateBody } from "../service/wire";

/** What a read after a write says about it. */
export interface Proof {
  /** What the read contradicts, named as the user would; empty when nothing does. */
  readonly missing: readonly string[];
  /** The added tunnels that are there, by id. */
  readonly added: ReadonlyMap<string, AddTunnel>;
  /** The ids of updated tunnels that show every visible change, and show one at least that they did not show before. */
  readonly updated: ReadonlySet<string>;
}

/**
 * Holds a request against what is read afterwards. A passphrase that differs right after it was sent means that the
 * service does not show it: no contradiction. What the service never shows can't contradict either.
 */
export function prove(request: UpdateBody, before: readonly PresentTunnel[], seen: PresentGroup): Proof {
  const added = matchAdditions(request.addTunnels ?? [], before, seen.tunnels);
  const found = new Set(added.values());
  const updates = (request.updateTunnels ?? []).map((update) => ({
    update,
    ...comparison(
      update,
      before.find(({ id }) => id === update.id),
      seen.tunnels.find(({ id }) => id === update.id),
    ),
  }));
  return {
    added,
    updated: new Set(
      updates.filter(({ differing, isShown }) => differing.length === 0 && isShown).map(({ update }) => update.id),
    ),
    missing: [
      ...(request.addTunnels ?? [])
        .filter((entry) => !found.has(entry))
        .map((entry) => `the tunnel to ${nameOf(entry)} was not added`),
      ...updates.flatMap(({ update, differing }) => differing.map((name) => `${name} of tunnel ${update.id}`)),
      ...(request.removeTunnels ?? [])
        .filter(({ id }) => seen.tunnels.some((tunnel) => tunnel.id === id))
        .map(({ id }) => `tunnel ${id} was not removed`),
      ...(namesBelongTo(request.tunnelName, seen.names) ? [] : ["tunnelName"]),
      ...differingSettings(request, seen),
    ],
  };
}

function nameOf({ remotePublicIP, regionID }: AddTunnel): string {
  return remotePublicIP ?? `region ${regionID}`;
}

function matchAdditions(
  entries: readonly AddTunnel[],
  before: readonly PresentTunnel[],
  after: readonly PresentTunnel[],
): ReadonlyMap<string, AddTunnel> {
  const known = new Set(before.map(({ id }) => id));
  const fresh = after.filter(({ id }) => !known.has(id));
  const matches = new Map<string, AddTunnel>();
  for (const entry of entries) {
    const match = fresh.find((tunnel) => !matches.has(tunnel.id) && isSameTunnel(entry, tunnel));
    if (match) matches.set(match.id, entry);
  }
  return matches;
}

function comparison(
  update: Readonly<Record<string, unknown>>,
  before: PresentTunnel | undefined,
  after: PresentTunnel | undefined,
): { readonly differing: readonly string[]; readonly isShown: boolean } {
  const isIn =
    (tunnel: PresentTunnel | undefined) =>
    ({ path, traits }: Field) =>
      isSame(traits, valueAt(update, path), valueAt(tunnel, path), "unordered");
  const sent = TUNNEL_FIELDS.filter(({ path }) => valueAt(update, path) !== undefined);
  const visible = sent.filter(({ path }) => valueAt(after, path) !== undefined);
  const differing = visible.filter((field) => !isIn(after)(field) && !field.traits.secret);
  return {
    differing: after ? differing.map(({ path }) => path.join(".")) : ["everything"],
    isShown: visible.some((field) => isIn(after)(field) && !isIn(before)(field)),
  };
}

function differingSettings(request: UpdateBody, seen: PresentGroup): readonly string[] {
  return SETTING_FIELDS.filter(({ path, traits }) => {
    const [sent, shown] = [valueAt(request, path), valueAt(seen, path)];
    return sent !== undefined && shown !== undefined && !isSame(traits, sent, shown, "unordered");
  }).map(({ path }) => path.join("."));
}
