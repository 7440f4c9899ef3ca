import { inSpellingOf, overlay, ownValue, picked, valueAt, withValueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import type { PresentGroup } from "../model/present";
import { type GroupInputs, SETTING_FIELDS, type Settings, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import type { Change } from "../plan/requests";
import { namesBelongTo, type ShownGroup, undecorated } from "../service/wire";

type Named = Settings & { readonly tunnelName?: string | undefined };

/**
 * The group as it is: what the service shows, in the spelling of state or else of the program, and where it is silent
 * what state knows of the same tunnel ids. Of tunnels that were just written, the secrets that were sent count: what is
 * shown may be masked, or lag behind.
 */
export function completed(
  seen: ShownGroup,
  state: State,
  declared: Named,
  justWritten: ReadonlySet<string> = new Set(),
): PresentGroup {
  const { description, sharedSettings, advancedSettings } = seen;
  const shown: Settings = { description, sharedSettings, advancedSettings };
  const known: Named = state.inputs;
  const spelled = overlay(SETTING_FIELDS, declared, settingsOf(known));
  return {
    ...overlay(SETTING_FIELDS, settingsOf(known), inSpellingOf(SETTING_FIELDS, shown, spelled)),
    tunnelName: nameOf(seen.names, state, declared),
    tunnels: seen.tunnels.map((tunnel) => {
      const own = tunnelKnownAs(tunnel.id, state);
      const isShown = justWritten.has(tunnel.id)
        ? picked(TUNNEL_FIELDS, tunnel, ({ path, traits }) => !traits.secret || valueAt(own, path) === undefined)
        : tunnel;
      return { ...overlay(TUNNEL_FIELDS, own, inSpellingOf(TUNNEL_FIELDS, isShown, own)), id: tunnel.id };
    }),
  };
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
 * The group's present name: that of state or of the program where all tunnels can have it, else the one on which they agree.
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
  const agreed = [inputs.tunnelName, wanted, ...plain].find(fits);
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
