import { ownValue } from "../converge/current";
import { differences, type Field, valueAt } from "../model/compare";
import { withDefaults } from "../model/defaults";
import type { Tunnel } from "../model/fields";
import { isPlaceholder } from "../model/placeholder";
import { type GroupInputs, IDENTITY, type Origin, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import { containsUnknown, isUnknown } from "../model/unknowns";
import { isSameTunnel } from "./match";
import type { Mandate } from "./plan";

/** What a change from state to new inputs does, before anything is asked of the service. */
export interface Changes {
  readonly isChanged: boolean;
  /** Inputs that force a replacement. */
  readonly replaces: readonly string[];
  /** What the resource's row should say. */
  readonly notes: readonly string[];
  /** What the row should warn of. */
  readonly warnings: readonly string[];
}

/** What is to be reached: a group of ours has its defaults, one that was adopted only what the user declares. */
export function desiredOf(news: GroupInputs, origin: Origin): GroupInputs {
  return origin === "created" ? withDefaults(news) : news;
}

/** Compares the state of a group with new inputs, by meaning; what is not known yet is a change. */
export function changesOf(id: string, state: State, news: GroupInputs): Changes {
  const desired = desiredOf(news, state.origin);
  const replaces = replacesOf(id, state, news);
  const before = { ...state.inputs, tunnels: state.tunnels };
  const keys = isUnknown(desired.tunnels) ? [] : Object.keys({ ...state.tunnels, ...desired.tunnels });
  const tunnels = keys.map((key) => tunnelChange(key, state, desired));
  const surplus = surplusOf(state, news);
  const isChanged =
    replaces.length > 0 ||
    state.operation !== undefined ||
    containsUnknown(desired) ||
    tunnels.some((change) => change !== undefined) ||
    surplus.length > 0 ||
    before.tunnelName !== desired.tunnelName ||
    (before.unmanagedTunnels ?? "keep") !== (desired.unmanagedTunnels ?? "keep") ||
    differences(SETTING_FIELDS, before, desired, "ordered").length > 0;
  return {
    isChanged,
    replaces,
    notes: [
      ...tunnels.flatMap((change) => (change && !change.isRebuild ? [change.text] : [])),
      ...(state.operation ? [`Waits for operation ${state.operation.statusId} first.`] : []),
    ],
    warnings: [
      ...tunnels.flatMap((change) => (change?.isRebuild ? [change.text] : [])),
      ...surplus.map((tunnel) => `Removes a tunnel that nobody declared: ${tunnel}.`),
    ],
  };
}

function replacesOf(id: string, state: State, news: GroupInputs): readonly string[] {
  const { networkId, dynamicTunnelId } = news;
  return [
    ...(networkId !== state.inputs.networkId || isPlaceholder(id) ? ["networkId"] : []),
    ...(dynamicTunnelId !== undefined && dynamicTunnelId !== id ? ["dynamicTunnelId"] : []),
  ];
}

interface Announcement {
  readonly text: string;
  readonly isRebuild: boolean;
}

function tunnelChange(key: string, state: State, desired: GroupInputs): Announcement | undefined {
  const after = ownValue(desired.tunnels, key);
  if (after === undefined) return { text: vanishingText(key, state, desired), isRebuild: false };
  const before = ownValue(state.tunnels, key) ?? predecessorOf(after, state, desired);
  if (before === undefined) return { text: newText(key, after, state, desired), isRebuild: false };
  const changed = differences(TUNNEL_FIELDS, before, after, "ordered");
  const rebuilding = changed.filter((field) => isRebuilding(field, before, after));
  if (rebuilding.length > 0) return { text: rebuildText(key, rebuilding, after), isRebuild: true };
  const text = Object.hasOwn(state.tunnels, key) ? keptText(key, changed, after, state) : renamedText(key, changed);
  return text === undefined ? undefined : { text, isRebuild: false };
}

/** What state knows of the tunnel that a new key goes on with: one of the same identity, whose key is gone. */
function predecessorOf(after: Partial<Tunnel>, state: State, desired: GroupInputs): Partial<Tunnel> | undefined {
  return vanishedOf(state, desired).find((tunnel) => isSameTunnel(after, tunnel));
}

function vanishedOf(state: State, desired: GroupInputs): readonly Partial<Tunnel>[] {
  const vanished = Object.entries(state.tunnels).filter(([key]) => !Object.hasOwn(desired.tunnels, key));
  return vanished.map(([, tunnel]) => tunnel);
}

function keptText(key: string, changed: readonly Field[], after: Partial<Tunnel>, state: State): string | undefined {
  if (isUnknown(after)) return undefined;
  if (changed.length > 0) return `tunnels.${key}: ${names(changed)} changes in place.`;
  return Object.hasOwn(state.tunnelIds, key) ? undefined : `tunnels.${key} is added.`;
}

function renamedText(key: string, changed: readonly Field[]): string {
  return `tunnels.${key} has a new key${changed.length > 0 ? `; ${names(changed)} changes in place` : ""}.`;
}

function rebuildText(key: string, rebuilding: readonly Field[], after: Partial<Tunnel>): string {
  const certain = rebuilding.filter(({ path }) => !isUnknown(valueAt(after, path)));
  return certain.length > 0
    ? `tunnels.${key}: ${names(certain)} cannot change in place, so this tunnel is removed and added again; its neighbours are not touched.`
    : `tunnels.${key}: may have to be removed and added again; its neighbours are not touched.`;
}

function newText(key: string, after: Partial<Tunnel>, state: State, desired: GroupInputs): string {
  const mayGoOn = vanishedOf(state, desired).length > 0 && isUndecided(after);
  return mayGoOn ? `tunnels.${key} may be added.` : `tunnels.${key} is added.`;
}

function vanishingText(key: string, state: State, desired: GroupInputs): string {
  const before = ownValue(state.tunnels, key) ?? {};
  const fresh = Object.entries(desired.tunnels).filter(([other]) => !Object.hasOwn(state.tunnels, other));
  const successor = fresh.find(([, tunnel]) => isSameTunnel(tunnel, before));
  if (successor) return `tunnels.${key} goes on as tunnels.${successor[0]}.`;
  return fresh.some(([, tunnel]) => isUndecided(tunnel))
    ? `tunnels.${key} may be removed.`
    : `tunnels.${key} is removed.`;
}

/** Whether it cannot be told yet which tunnel of the group this is. */
function isUndecided(tunnel: Partial<Tunnel>): boolean {
  return isUnknown(tunnel) || IDENTITY.some((name) => isUnknown(tunnel[name]));
}

function names(fields: readonly Field[]): string {
  return fields.map(({ path }) => path.join(".")).join(", ");
}

/** A field of which state knows nothing counts as equal, so it rebuilds nothing. */
function isRebuilding({ path, traits }: Field, before: Partial<Tunnel>, after: Partial<Tunnel>): boolean {
  return traits.rebuilds === true && valueAt(before, path) !== undefined && valueAt(after, path) !== undefined;
}

function rebuiltKeys(state: State, desired: GroupInputs): readonly string[] {
  return Object.keys(desired.tunnels).filter((key) => tunnelChange(key, state, desired)?.isRebuild);
}

/** Undeclared tunnels that a refresh listed and the user wants removed. */
function surplusOf(state: State, news: GroupInputs): readonly string[] {
  if (news.unmanagedTunnels !== "remove") return [];
  const kept = news.unmanaged ?? {};
  return Object.entries(state.inputs.unmanaged ?? {})
    .filter(([id]) => !Object.hasOwn(kept, id))
    .map(([id, text]) => `${id} (${text})`);
}

/** What an update may remove: what the change of the inputs stands for, which is what its preview has shown. */
export function mandateOf(state: State, news: GroupInputs): Mandate {
  const vanished = Object.entries(state.tunnelIds).filter(([key]) => !Object.hasOwn(news.tunnels, key));
  const listed = news.unmanagedTunnels === "remove" ? Object.keys(state.inputs.unmanaged ?? {}) : [];
  const kept = news.unmanaged ?? {};
  return {
    ids: state.tunnelIds,
    rebuilds: new Set(rebuiltKeys(state, news)),
    removals: new Set([...vanished.map(([, id]) => id), ...listed.filter((id) => !Object.hasOwn(kept, id))]),
  };
}
