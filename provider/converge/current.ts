import { fieldNames, inSpellingOf, overlay, valueAt, withValueAt } from "../model/compare";
import type { Tunnel } from "../model/fields";
import { SETTING_FIELDS, type Settings, TUNNEL_FIELDS } from "../model/schema";
import type { State } from "../model/state";
import type { Current } from "../plan/plan";
import { namesBelongTo, type PresentGroup, type UpdateBody, type UpdateTunnel, undecorated } from "../service/wire";

/** What is known of a group without asking the service: it completes what the service does not show. */
export interface Knowledge {
  readonly tunnelName?: string | undefined;
  /** Tunnel ids by key. */
  readonly ids: Readonly<Record<string, string>>;
  /** Fields by tunnel id: what was known of a tunnel that was removed says nothing about its successor. */
  readonly tunnels: ReadonlyMap<string, Partial<Tunnel>>;
  readonly settings: Settings;
}

/** Nothing known: a group seen for the first time. */
export const NOTHING_KNOWN: Knowledge = { ids: {}, tunnels: new Map(), settings: {} };

/** What state knows. */
export function knowledgeOf({ inputs, tunnels, tunnelIds }: State): Knowledge {
  const { tunnelName, description, sharedSettings, advancedSettings } = inputs;
  return {
    tunnelName,
    ids: tunnelIds,
    tunnels: new Map(Object.entries(tunnelIds).map(([key, id]) => [id, ownValue(tunnels, key) ?? {}])),
    settings: { description, sharedSettings, advancedSettings },
  };
}

/** The value under a key that a user chose: `constructor` is a key like any other. */
export function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

type Named = Settings & { readonly tunnelName?: string | undefined };

/** The group as it is: what the service shows first, in the spelling of state or else of the program, then what is known. */
export function currentOf(seen: PresentGroup, knowledge: Knowledge, desired: Named): Current {
  const { description, sharedSettings, advancedSettings } = seen;
  const shown: Settings = { description, sharedSettings, advancedSettings };
  const spelled = overlay(SETTING_FIELDS, desired, knowledge.settings);
  const tunnelName = nameOf(seen.names, [knowledge.tunnelName, desired.tunnelName]) ?? knowledge.tunnelName;
  return {
    ...overlay(SETTING_FIELDS, knowledge.settings, inSpellingOf(SETTING_FIELDS, shown, spelled)),
    tunnelName,
    tunnels: seen.tunnels.map((tunnel) => ({
      ...overlay(TUNNEL_FIELDS, knowledge.tunnels.get(tunnel.id), tunnel),
      id: tunnel.id,
    })),
  };
}

function nameOf(names: readonly string[], expected: readonly (string | undefined)[]): string | undefined {
  const [first] = names;
  if (first === undefined) return undefined;
  return expected.find((name) => name !== undefined && namesBelongTo(name, names)) ?? undecorated(first);
}

/** Knowledge once a request was sent: what it carries is neither known to be so nor to be as before. */
export function doubting(knowledge: Knowledge, request: UpdateBody): Knowledge {
  const tunnels = new Map(knowledge.tunnels);
  for (const update of request.updateTunnels ?? []) {
    const before = tunnels.get(update.id) ?? {};
    const untouched = Object.entries(before).filter(([name]) => !Object.hasOwn(update, name));
    tunnels.set(update.id, Object.fromEntries(untouched));
  }
  return { ...knowledge, tunnels, settings: withoutSent(knowledge.settings, request) };
}

function withoutSent(settings: Settings, request: UpdateBody): Settings {
  return SETTING_FIELDS.filter(({ path }) => valueAt(request, path) !== undefined).reduce(
    (result, { path }) => withValueAt(result, path, undefined),
    settings,
  );
}

/** Knowledge once tunnel entries are proven: they hold as a whole, with the fields that the service never shows. */
export function believing(
  knowledge: Knowledge,
  proven: ReadonlyMap<string, Partial<Tunnel> | Partial<UpdateTunnel>>,
): Knowledge {
  const tunnels = new Map(knowledge.tunnels);
  for (const [id, entry] of proven) {
    const known = Object.entries(entry).filter(([name]) => fieldNames(TUNNEL_FIELDS).has(name));
    tunnels.set(id, { ...tunnels.get(id), ...Object.fromEntries(known) });
  }
  return { ...knowledge, tunnels };
}

/** Knowledge once the settings of a request are proven. */
export function believingSettings(knowledge: Knowledge, request: Named): Knowledge {
  return {
    ...knowledge,
    tunnelName: request.tunnelName ?? knowledge.tunnelName,
    settings: SETTING_FIELDS.reduce((settings, { path }) => {
      const sent = valueAt(request, path);
      return sent === undefined ? settings : withValueAt(settings, path, sent);
    }, knowledge.settings),
  };
}
