import { type Field, isSame, valueAt } from "../model/compare";
import { SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import type { Change, UpdateTunnel } from "../plan/requests";
import { namesBelongTo, type ShownGroup } from "../service/wire";

/**
 * Decides if a list proves a change.
 * @param whole the group as the list shows it
 * @param byTunnel the same, read off each of its tunnels alone: the service shows settings with every tunnel
 */
export type ListProof = (whole: ShownGroup, byTunnel: readonly ShownGroup[]) => boolean;

/** One field that a change sends, with the value sent. */
interface Sent {
  readonly field: Field;
  readonly value: unknown;
}

/**
 * Returns the proof of a change by a list of its network: every field that the change sends and that was another before
 * shows the value sent. A list that does not show so proves nothing, a failure least of all.
 *
 * Additions carry what the service never shows, and few lists prove an absence: changes with either are not proven so.
 * @param before the group as it was read before the write
 * @returns undefined where no list can prove the change
 */
export function listProofOf({ body }: Change, before: ShownGroup): ListProof | undefined {
  const { addTunnels = [], removeTunnels = [], updateTunnels = [], tunnelName } = body;
  if (addTunnels.length > 0 || removeTunnels.length > 0) return undefined;
  const tunnels = updateTunnels.map((update) => ({ id: update.id, sent: sentTo(update, before) }));
  const settings = visibleChanges(SETTING_FIELDS, body, before);
  if (settings === undefined || !tunnels.every(isVisible)) return undefined;
  if (before.names.length === 0) return undefined;
  const isRenamed = !isNamed(before, tunnelName);
  if (!isRenamed && settings.length === 0 && tunnels.every(({ sent }) => sent.length === 0)) return undefined;
  const tunnelOf = (group: ShownGroup, wanted: string) => group.tunnels.find(({ id }) => id === wanted);
  return (whole, byTunnel) =>
    before.tunnels.every(({ id }) => tunnelOf(whole, id) !== undefined) &&
    tunnels.every(({ id, sent }) => showsAll(tunnelOf(whole, id), sent)) &&
    byTunnel.every((group) => showsAll(group, settings)) &&
    (!isRenamed || isNamed(whole, tunnelName));
}

function isVisible(tunnel: {
  readonly id: string;
  readonly sent: readonly Sent[] | undefined;
}): tunnel is { readonly id: string; readonly sent: readonly Sent[] } {
  return tunnel.sent !== undefined;
}

function sentTo(update: UpdateTunnel, before: ShownGroup): readonly Sent[] | undefined {
  const tunnel = before.tunnels.find(({ id }) => id === update.id);
  return tunnel && visibleChanges(TUNNEL_FIELDS, update, tunnel);
}

/** The fields that change; undefined where one of them is a secret, was not shown before, or changes in order alone. */
function visibleChanges(fields: readonly Field[], body: unknown, before: unknown): readonly Sent[] | undefined {
  const sent = fields
    .map((field) => ({ field, value: valueAt(body, field.path) }))
    .filter(({ value }) => value !== undefined);
  if (sent.some(({ field }) => field.traits.secret)) return undefined;
  const changes = sent.filter(
    ({ field, value }) => !isSame(field.traits, value, valueAt(before, field.path), "ordered"),
  );
  const isShowable = ({ field, value }: Sent) => {
    const old = valueAt(before, field.path);
    return old !== undefined && !isSame(field.traits, value, old, "unordered");
  };
  return changes.every(isShowable) ? changes : undefined;
}

function showsAll(shown: unknown, sent: readonly Sent[]): boolean {
  return sent.every(({ field, value }) => {
    const now = valueAt(shown, field.path);
    return now !== undefined && isSame(field.traits, value, now, "unordered");
  });
}

function isNamed({ names }: ShownGroup, tunnelName: string): boolean {
  return names.length > 0 && namesBelongTo(tunnelName, names);
}
