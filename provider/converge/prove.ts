import { type Field, isSame, ownValue, valueAt } from "../model/compare";
import type { Echo, Echoed } from "../model/echo";
import { shownAt } from "../model/foreign";
import type { PresentTunnel } from "../model/present";
import { SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import type { AddTunnel, Change, UpdateTunnel } from "../plan/requests";
import { namesProve, readingsOf, type ShownGroup, type ShownSettings } from "../service/wire";
import { withSent } from "./seen";

/** What a read after a change says about it. */
export interface Proof {
  /** What the read contradicts, named as the user would; empty when nothing does. */
  readonly missing: readonly string[];
  /** Tunnels that were added, and those that show every visible change and one at least that they did not show before. */
  readonly shown: ReadonlySet<string>;
  /** Updated tunnels whose passphrase the read masks or leaves out, and of which it contradicts nothing and hides nothing else. */
  readonly masked: ReadonlySet<string>;
  /** What the service has made of values: neither as before nor as sent. Empty without a status code, which is no such word. */
  readonly echoed: Echo;
}

/**
 * Holds a change against what is read afterwards. A passphrase that differs right after it was sent means that the
 * service does not show it: no contradiction. What the service never shows can't contradict either.
 * @param before what was read before the change
 * @param state with the tunnels that the change has added
 * @param isCoded true if the service has said with a status code that the change succeeded
 */
export function prove(change: Change, before: ShownGroup, state: State, seen: ShownGroup, isCoded: boolean): Proof {
  const { body, addedKeys } = change;
  const there = byId(seen, state.echo);
  const old = byId(before, state.echo);
  const additions = addedKeys.map((key, index) => ({
    entry: body.addTunnels?.[index] as AddTunnel,
    id: [ownValue(state.tunnelIds, key) ?? ""].find((id) => there.has(id) && !old.has(id)),
  }));
  const added = additions.flatMap(
    ({ entry, id = "" }) => comparison({ ...entry, id }, undefined, there.get(id)).others,
  );
  const updates = (body.updateTunnels ?? []).map((update) => ({
    update,
    ...comparison(update, old.get(update.id), there.get(update.id)),
  }));
  const settings = differingSettings(body, seen, state.echo).map((each) => ({
    ...each,
    name: each.path.join("."),
    echo: echoOf(each, valueAt(body, each.path), readingsIn(before, state.echo)),
  }));
  const echoes = isCoded ? [...added, ...updates.flatMap(({ others }) => others), ...settings.flatMap(entryOf)] : [];
  const isEchoed = (name: string) => echoes.some(([each]) => each === name);
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
      ...updates.flatMap(({ update: { id }, differing }) =>
        differing.filter((name) => !isEchoed(tunnelPath(id, name))).map((name) => `${name} of tunnel ${id}`),
      ),
      ...(body.removeTunnels ?? []).filter(({ id }) => there.has(id)).map(({ id }) => `tunnel ${id} was not removed`),
      ...(namesProve(body.tunnelName, seen.names) ? [] : ["tunnelName"]),
      ...settings.filter(({ name }) => !isEchoed(name)).map(({ name }) => name),
    ],
    echoed: Object.fromEntries(echoes),
  };
}

function byId({ tunnels }: ShownGroup, echo: Echo | undefined): ReadonlyMap<string, PresentTunnel> {
  return new Map(tunnels.map((each) => [each.id, withSent(TUNNEL_FIELDS, each, echo, ["tunnels", each.id])]));
}

function readingsIn(group: ShownGroup, echo: Echo | undefined): readonly ShownSettings[] {
  return readingsOf(group).map((reading) => withSent(SETTING_FIELDS, reading, echo));
}

function tunnelPath(id: string, name: string): string {
  return ["tunnels", id, name].join(".");
}

function nameOf({ remotePublicIP, regionID }: AddTunnel): string {
  return remotePublicIP ?? `region ${regionID}`;
}

type EchoEntry = readonly [name: string, echoed: Echoed];

function entryOf({ name, echo }: { readonly name: string; readonly echo: Echoed | undefined }): readonly EchoEntry[] {
  return echo === undefined ? [] : [[name, echo]];
}

interface Comparison {
  readonly differing: readonly string[];
  /** Of what differs, what is not as before either. */
  readonly others: readonly EchoEntry[];
  readonly isShown: boolean;
  readonly isMasked: boolean;
}

function comparison(
  update: UpdateTunnel | (AddTunnel & { readonly id: string }),
  before: PresentTunnel | undefined,
  after: PresentTunnel | undefined,
): Comparison {
  if (after === undefined) return { differing: ["everything"], others: [], isShown: false, isMasked: false };
  const sent = TUNNEL_FIELDS.filter(({ path }) => valueAt(update, path) !== undefined);
  const isHidden = ({ path, traits }: Field) => (traits.secret ? valueAt : shownAt)(after, path) === undefined;
  const shown = sent.filter((field) => !isHidden(field));
  const isIn = (tunnel: PresentTunnel | undefined, { path, traits }: Field) =>
    isSame(traits, valueAt(update, path), tunnel && shownAt(tunnel, path), "unordered");
  const hidden = sent.filter(isHidden);
  const differing = shown.filter((field) => !isIn(after, field) && !field.traits.secret);
  return {
    differing: differing.map(({ path }) => path.join(".")),
    others: differing
      .filter(({ path, traits }) => !isSame(traits, shownAt(after, path), before && shownAt(before, path), "unordered"))
      .map(({ path }) => [
        tunnelPath(update.id, path.join(".")),
        { sent: valueAt(update, path), shown: shownAt(after, path) },
      ]),
    isMasked:
      hidden.length > 0 &&
      hidden.every(({ traits }) => traits.secret === true) &&
      shown.every((field) => isIn(after, field)),
    isShown: shown.some((field) => isIn(after, field) && !isIn(before, field)),
  };
}

/** A setting that one tunnel at least shows otherwise than it is wanted. */
export interface DifferingSetting extends Field {
  /** What the tunnels show, each value once. */
  readonly shown: readonly unknown[];
}

/** The settings that are shown and are not what `wanted` says, off every tunnel of the group. */
export function differingSettings(wanted: unknown, seen: ShownGroup, echo?: Echo): readonly DifferingSetting[] {
  const readings = readingsIn(seen, echo);
  return SETTING_FIELDS.flatMap((field) => {
    const { path, traits } = field;
    const mine = valueAt(wanted, path);
    const shown = readings.map((each) => shownAt(each, path)).filter((value) => value !== undefined);
    const isOther = mine !== undefined && shown.some((value) => !isSame(traits, mine, value, "unordered"));
    return isOther ? [{ ...field, shown }] : [];
  });
}

/** What all tunnels show of a setting, if that is another value than any has shown before. */
function echoOf(
  { path, traits, shown }: DifferingSetting,
  sent: unknown,
  before: readonly ShownSettings[],
): Echoed | undefined {
  const isAsIn = (value: unknown) => isSame(traits, value, shown[0], "unordered");
  const isOld = before.some((each) => isAsIn(shownAt(each, path)));
  return shown.every(isAsIn) && !isOld ? { sent, shown: shown[0] } : undefined;
}
