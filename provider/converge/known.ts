import { type Field, inSpellingOf, overlay, ownValue, picked, valueAt, withValueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { foreignAt, understoodAt, type WithForeign, withForeign } from "../model/foreign";
import type { PresentGroup, PresentTunnel } from "../model/present";
import { type GroupInputs, SETTING_FIELDS, type Settings, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import type { Change } from "../plan/requests";
import { namesBelongTo, namesProve, type ShownGroup, undecorated } from "../service/wire";
import { settingsIn, withoutMasks, withSent } from "./seen";

type Named = Settings & { readonly tunnelName?: string | undefined };

/**
 * The group as it is: what the service shows, in the spelling of state or else of the program, and where it is silent
 * what state knows of the same tunnel ids; state never stands in for what is shown outside the schema. Of tunnels that were
 * just written, the secrets that were sent count: what is shown may be masked, or lag behind.
 */
export function completed(
  seen: ShownGroup,
  state: State,
  declared: Named,
  justWritten: ReadonlySet<string> = new Set(),
): PresentGroup {
  const known = settingsOf(state.inputs);
  const spelled = overlay(SETTING_FIELDS, declared, known);
  const wanted = overlay(SETTING_FIELDS, known, settingsOf(declared));
  const passphraseOf = (id: string) => tunnelKnownAs(id, state).passphrase;
  return {
    ...filledFrom(SETTING_FIELDS, known, settingsIn(seen, wanted, state.echo), spelled),
    tunnelName: nameOf(seen.names, state, declared),
    tunnels: withoutMasks(seen.tunnels, passphraseOf).map((tunnel) => {
      const own = tunnelKnownAs(tunnel.id, state);
      const shown = justWritten.has(tunnel.id) ? withoutSecrets(tunnel, own) : tunnel;
      const sent = withSent(TUNNEL_FIELDS, shown, state.echo, ["tunnels", tunnel.id]);
      return { ...filledFrom(TUNNEL_FIELDS, own, sent, own), id: tunnel.id };
    }),
  };
}

/** What is shown in the spelling of `spelled`, and what is known where nothing is shown. */
function filledFrom<T extends WithForeign>(fields: readonly Field[], known: unknown, shown: T, spelled: unknown): T {
  const { foreign, ...values } = shown;
  const unseen = picked(fields, known, ({ path }) => foreignAt(shown, path) === undefined);
  return withForeign(overlay(fields, unseen, inSpellingOf(fields, values, spelled)), foreign) as T;
}

/** A tunnel without the secrets that `own` knows. */
function withoutSecrets(tunnel: PresentTunnel, own: Partial<Tunnel>): PresentTunnel {
  return TUNNEL_FIELDS.filter(({ path, traits }) => traits.secret && valueAt(own, path) !== undefined).reduce(
    (result, { path }) => understoodAt(result, path, undefined),
    tunnel,
  );
}

function settingsOf({ description, sharedSettings, advancedSettings }: Settings): Settings {
  return { description, sharedSettings, advancedSettings };
}

/** What state knows of a tunnel id; what was known of a tunnel that was removed says nothing about its successor. */
function tunnelKnownAs(id: string, { tunnels, tunnelIds }: State): Partial<Tunnel> {
  const key = Object.keys(tunnelIds).find((each) => tunnelIds[each] === id);
  return (key === undefined ? undefined : ownValue(tunnels, key)) ?? {};
}

/**
 * The group's present name: that of state or of the program where all tunnels can have it, in another case too, else the
 * one on which they agree.
 * Where they are at odds that of an existing group is unknown, and an owned one has another name than the declared.
 */
function nameOf(
  names: readonly string[],
  { origin, inputs }: State,
  { tunnelName: wanted }: Named,
): string | undefined {
  const fits = (name: string | undefined) => name !== undefined && namesBelongTo(name, names);
  if (names.length === 0) return inputs.tunnelName;
  const plain = names.map(undecorated);
  const isProven = (name: string | undefined) => name !== undefined && namesProve(name, names);
  const own = [inputs.tunnelName, wanted];
  const agreed = own.find(fits) ?? own.find(isProven) ?? plain.find(fits);
  return agreed ?? (origin === "created" ? plain.find((name) => name !== wanted) : undefined);
}

/** State once a change is proven: it holds as a whole, with what the service never shows. */
export function believed(state: State, { body, addedKeys }: Change, isProven: (tunnelId: string) => boolean): State {
  const updates = (body.updateTunnels ?? []).filter(({ id }) => isProven(id));
  const byId = new Map(updates.map(({ id, ...members }) => [id, members]));
  const added = new Map(addedKeys.map((key, index) => [key, body.addTunnels?.[index]]));
  const tunnels = Object.entries(state.tunnels).map(([key, tunnel]) => {
    const id = ownValue(state.tunnelIds, key) ?? "";
    const isAdded = added.has(key) && isProven(id);
    return [key, { ...tunnel, ...byId.get(id), ...(isAdded ? added.get(key) : {}) }] as const;
  });
  return { ...state, tunnels: Object.fromEntries(tunnels) };
}

/** State once the settings of a change are proven. */
export function believedSettings(state: State, { body }: Change): State {
  const sent: Partial<GroupInputs> = { ...settingsOf(body), tunnelName: body.tunnelName };
  const inputs = SETTING_FIELDS.reduce((result, { path }) => {
    const value = valueAt(sent, path);
    return value === undefined ? result : withValueAt(result, path, value);
  }, state.inputs);
  // Of an existing group state has the name that the program gives it, whatever it is called.
  return { ...state, inputs: state.origin === "created" ? { ...inputs, tunnelName: body.tunnelName } : inputs };
}
