import { type Field, isSame, valueAt } from "../model/compare";
import { type Echo, sentFor } from "../model/echo";
import {
  foreignAt,
  inJson,
  shownAt,
  understoodAt,
  type WithForeign,
  withForeign,
  withoutForeignAt,
} from "../model/foreign";
import type { PresentTunnel } from "../model/present";
import { type GroupInputs, SETTING_FIELDS, type Settings, TUNNEL_FIELDS } from "../model/schema";
import { quotableIn } from "../model/secrets";
import { readingsOf, type ShownGroup, type ShownSettings } from "../service/wire";

const PASSPHRASE = ["passphrase"];

/**
 * Tunnels without passphrases that are masks. An ill-formed one is a mask, unless another tunnel in the same answer shows
 * its own passphrase letter for letter.
 * @param passphraseOf the passphrase of a tunnel that the resource owns
 */
export function withoutMasks(
  tunnels: readonly PresentTunnel[],
  passphraseOf: (tunnelId: string) => string | undefined,
): readonly PresentTunnel[] {
  const shown = tunnels.filter(({ id, passphrase }) => passphrase !== undefined && passphrase === passphraseOf(id));
  return tunnels.map((tunnel) => {
    const isMask = foreignAt(tunnel, PASSPHRASE) !== undefined && shown.every(({ id }) => id === tunnel.id);
    return isMask ? withoutForeignAt(tunnel, PASSPHRASE) : tunnel;
  });
}

/** `shown` with what was sent in place of what the service has made of it, as long as it shows the same. */
export function withSent<T extends WithForeign>(
  fields: readonly Field[],
  shown: T,
  echo: Echo | undefined,
  start: readonly string[] = [],
): T {
  return fields.reduce((result, { path, traits }) => {
    const sent = sentFor(echo, [...start, ...path], traits, shownAt(result, path));
    return sent === undefined ? result : understoodAt(result, path, sent);
  }, shown);
}

/**
 * The settings of a group off all of its tunnels. Where tunnels disagree, the first value counts that is not the wanted one:
 * what is declared, else what state knows.
 */
export function settingsIn(seen: ShownGroup, wanted: Settings, echo: Echo | undefined): ShownSettings {
  const readings = readingsOf(seen).map((reading) => withSent(SETTING_FIELDS, reading, echo));
  const [first = {}, ...others] = readings;
  if (others.length === 0) return first;
  return SETTING_FIELDS.reduce((result, field) => {
    const { path } = field;
    const chosen =
      readings.find((each) => isOther(field, each, wanted)) ?? readings.find((each) => isShown(field, each));
    if (chosen === undefined) return result;
    const value = valueAt(chosen, path);
    if (value !== undefined) return understoodAt(result, path, value);
    const { foreign, ...values } = understoodAt(result, path, undefined);
    return withForeign(values, { ...foreign, [path.join(".")]: foreignAt(chosen, path) });
  }, first);
}

function isShown({ path }: Field, reading: ShownSettings): boolean {
  return shownAt(reading, path) !== undefined;
}

function isOther(field: Field, reading: ShownSettings, wanted: Settings): boolean {
  const value = valueAt(wanted, field.path);
  const isKnown = value !== undefined && isShown(field, reading);
  return isKnown && !isSame(field.traits, shownAt(reading, field.path), value, "unordered");
}

/** Texts about the declared settings in which the tunnels of a group disagree, with both values where neither is secret. */
export function disagreements(seen: ShownGroup, declared: Partial<GroupInputs>): readonly string[] {
  const readings = readingsOf(seen);
  const isQuotable = quotableIn(declared);
  return SETTING_FIELDS.flatMap(({ path, traits }) => {
    if (valueAt(declared, path) === undefined) return [];
    const [one, ...more] = readings.map((each) => shownAt(each, path)).filter((value) => value !== undefined);
    const other = more.find((value) => !isSame(traits, one, value, "unordered"));
    if (other === undefined) return [];
    const values = isQuotable(path, [one, other]) ? `: one shows ${inJson(one)}, another ${inJson(other)}` : "";
    return [`The tunnels of the group disagree on ${path.join(".")}${values}.`];
  });
}

/** The echoes of which the group does not show something else by now. */
export function echoIn(seen: ShownGroup, echo: Echo | undefined): Echo | undefined {
  if (echo === undefined) return undefined;
  const isThere = ({ path, traits }: Field, name: string, sources: readonly WithForeign[]) =>
    sources.every((source) => {
      const shown = shownAt(source, path);
      return shown === undefined || isSame(traits, echo[name]?.shown, shown, "unordered");
    });
  const readings = readingsOf(seen);
  const kept = [
    ...SETTING_FIELDS.map((field) => ({ name: field.path.join("."), field, sources: readings })),
    ...seen.tunnels.flatMap((tunnel) =>
      TUNNEL_FIELDS.map((field) => ({
        name: ["tunnels", tunnel.id, ...field.path].join("."),
        field,
        sources: [tunnel],
      })),
    ),
  ].filter(({ name, field, sources }) => Object.hasOwn(echo, name) && isThere(field, name, sources));
  return Object.fromEntries(kept.map(({ name }) => [name, echo[name] as Echo[string]]));
}
