import { isDeepStrictEqual as isEqual } from "node:util";
import { z } from "zod";
import { advancedSettings, isWellFormedPassphrase, sharedSettings, tunnelDetails } from "../model/fields";
import { type WithForeign, withForeign } from "../model/foreign";
import type { PresentTunnel } from "../model/present";
import type { Settings } from "../model/schema";
import { shownIn } from "./shown";

/** Settings of a group as one of its tunnels shows them. */
export interface ShownSettings extends Settings, WithForeign {}

/**
 * A group as one GET shows it. Settings are absent when the group has no tunnel: the service shows them per tunnel, and those
 * of the tunnel with the lowest id stand here.
 */
export interface ShownGroup extends ShownSettings {
  readonly tunnels: readonly PresentTunnel[];
  /** The stored names, decorated by the service as `<tunnelName>0<i>`. */
  readonly names: readonly string[];
  /** True if the answer holds null in place of entries: it may show less than there is. */
  readonly hasNulls?: boolean;
  /** The stored name of each tunnel that shows one, by its id. */
  readonly storedNames?: Readonly<Record<string, string>>;
  /** The settings of the other tunnels that show others, each once. */
  readonly others?: readonly ShownSettings[];
}

/** What a network's list of tunnels shows under one id: a group, or a static tunnel, which is listed under its own. */
export interface ListedGroup {
  readonly id: string;
  readonly names: readonly string[];
  /** Whether a tunnel is listed under its own id, so that reading alone can tell whether this is a group. */
  readonly isOwnId: boolean;
}

const item = z.looseObject({ id: z.string().min(1) });
const listed = z.looseObject({ haTunnelID: z.string().min(1) });

function tunnelIn(source: z.output<typeof item>): PresentTunnel {
  const { values, foreign } = shownIn(tunnelDetails, source);
  const { passphrase, ...rest } = values;
  // One character over and over may be a mask: it counts like one that is ill-formed.
  const isMask = isWellFormedPassphrase(passphrase) && new Set(passphrase).size === 1;
  return isMask
    ? withForeign({ ...rest, id: source.id }, { ...foreign, passphrase })
    : withForeign({ ...values, id: source.id }, foreign);
}

function settingsIn(source: z.output<typeof item>): ShownSettings {
  const peakBandwidth = source.peakBandwidthMbps ?? source.peakBandwidth;
  const shared = shownIn(sharedSettings, { ...source, peakBandwidth }, ["sharedSettings"]);
  const advanced = shownIn(advancedSettings, source, ["advancedSettings"]);
  // A network keeps its number for ever: what a tunnel shows in its place says nothing.
  const { "sharedSettings.leftASN": _, ...foreign } = { ...shared.foreign, ...advanced.foreign };
  const text = textIn(source.description);
  const isForeign = text === undefined && source.description !== undefined;
  return withForeign(
    { description: text, sharedSettings: shared.values, advancedSettings: advanced.values },
    isForeign ? { ...foreign, description: source.description } : foreign,
  );
}

function nameOf(source: Readonly<Record<string, unknown>>): string[] {
  const name = source.tunnelName ?? source.name ?? source.interfaceName;
  return typeof name === "string" ? [name] : [];
}

/**
 * Reads what GET answers for a group: an array of one flat item per tunnel, in no order to rely on. Null is passed over.
 * @returns undefined when the answer is not such an array
 */
export function decodeGroup(answer: unknown): ShownGroup | undefined {
  const entries = withoutNulls(answer);
  const parsed = z.array(item).safeParse(entries);
  if (!parsed.success) return undefined;
  const items = parsed.data.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const [first = NO_SETTINGS, ...more] = items.map(settingsIn);
  const others = more.filter((each, index) => ![first, ...more.slice(0, index)].some((one) => isEqual(one, each)));
  return {
    tunnels: items.map(tunnelIn),
    names: items.flatMap(nameOf),
    storedNames: Object.fromEntries(items.flatMap((source) => nameOf(source).map((name) => [source.id, name]))),
    ...first,
    ...(others.length > 0 ? { others } : {}),
    ...((answer as unknown[]).length > parsed.data.length ? { hasNulls: true } : {}),
  };
}

const NO_SETTINGS: ShownSettings = {
  description: undefined,
  sharedSettings: undefined,
  advancedSettings: undefined,
};

/** The settings of a group as its tunnels show them, each reading once. */
export function readingsOf({ others = [], ...first }: ShownGroup): readonly ShownSettings[] {
  const { description, sharedSettings: shared, advancedSettings: advanced, foreign } = first;
  return [withForeign({ description, sharedSettings: shared, advancedSettings: advanced }, foreign), ...others];
}

/** The entries of a list that are not null; anything else as it is. */
function withoutNulls(answer: unknown): unknown {
  return Array.isArray(answer) ? answer.filter((entry) => entry !== null) : answer;
}

/** Text that an answer shows: null stands for none, and what is absent says nothing. */
function textIn(shown: unknown): string | undefined {
  const text = shown === null ? "" : shown;
  return typeof text === "string" ? text : undefined;
}

/** Reads what a network's list of tunnels holds, by the ids that its entries are listed under. */
export function decodeListed(tunnels: readonly unknown[]): readonly ListedGroup[] {
  const groups = new Map<string, ListedGroup>();
  for (const tunnel of tunnels) {
    const parsed = listed.safeParse(tunnel);
    if (!parsed.success) continue;
    const { haTunnelID: id } = parsed.data;
    const { names = [], isOwnId = false } = groups.get(id) ?? {};
    groups.set(id, { id, names: [...names, ...nameOf(parsed.data)], isOwnId: isOwnId || parsed.data.id === id });
  }
  return [...groups.values()];
}

/** A group as a network's list of tunnels shows it. */
export interface FoundGroup extends ShownGroup {
  readonly id: string;
}

/**
 * Reads the groups that a network's list of tunnels holds. What is listed under its own id, as static tunnels are, is
 * left out: reading alone can tell whether that is a group.
 */
export function decodeFoundGroups(tunnels: readonly unknown[]): readonly FoundGroup[] {
  const groups = decodeListed(tunnels).filter(({ isOwnId }) => !isOwnId);
  return groups.flatMap(({ id }) => {
    const group = decodeGroup(tunnels.filter((tunnel) => listed.safeParse(tunnel).data?.haTunnelID === id));
    return group ? [{ ...group, id }] : [];
  });
}

/** What the service appends to a group's name: the number of the tunnel, which it may count on past 9. */
const DECORATION = /0[1-9]\d?$/;

/** The name of a group out of the decorated name of one of its tunnels: `edge` out of `edge01`. */
export function undecorated(name: string): string {
  return name.replace(DECORATION, "");
}

/** The name of a group whose tunnels have these stored names; empty where there are none. */
export function nameOfGroup(names: readonly string[]): string {
  return names.map(undecorated).find((name) => namesBelongTo(name, names)) ?? undecorated(names[0] ?? "");
}

/** As {@link namesBelongTo}, of a group that is known by its id: the service may show its name in another case. */
export function namesProve(tunnelName: string, names: readonly string[]): boolean {
  return namesBelongTo(
    tunnelName.toLowerCase(),
    names.map((name) => name.toLowerCase()),
  );
}

/** Whether every stored name can be what the service made of `tunnelName`. */
export function namesBelongTo(tunnelName: string, names: readonly string[]): boolean {
  return names.every((name) => {
    if (name === tunnelName) return true;
    const rest = name.startsWith(tunnelName) ? name.slice(tunnelName.length) : "";
    return rest.length > 0 && rest.replace(DECORATION, "") === "";
  });
}

const network = z.object({ asn: z.number().optional().catch(undefined) }).catch({});

/** Reads what matters here of a network. */
export function decodeNetwork(answer: unknown): { readonly asn?: number | undefined } {
  return network.parse(answer);
}

/** Undefined where an answer does not show it, in the type too. */
const orUndefined = <T>(type: z.ZodType<T>) =>
  type
    .optional()
    .catch(undefined)
    .transform((value) => value);
const text = orUndefined(z.string());
const addresses = z.array(z.string()).catch([]);

/** A network as lists show it; what an answer lacks is undefined, and its name empty. */
const foundNetwork = z.object({
  id: z.string().min(1),
  name: z.string().catch(""),
  subnet: text,
  asn: orUndefined(z.number()),
  dns: text,
  accessType: text,
  isDefault: orUndefined(z.boolean()),
  tags: z.array(z.string()).catch([]),
});

const foundRegion = z.object({
  id: z.string().min(1),
  name: z.string().catch(""),
  dns: text,
  attributes: z
    .object({ edge: z.object({ addresses, globalIPs: addresses }).catch({ addresses: [], globalIPs: [] }) })
    .catch({ edge: { addresses: [], globalIPs: [] } }),
});

/** A network of the account. */
export type FoundNetwork = z.output<typeof foundNetwork>;

/** A region of a network, with the public addresses of its gateways. */
export type FoundRegion = Omit<z.output<typeof foundRegion>, "attributes"> &
  z.output<typeof foundRegion>["attributes"]["edge"];

/** Reads the list of networks; null is passed over. @returns undefined when the answer is none */
export function decodeNetworks(answer: unknown): readonly FoundNetwork[] | undefined {
  return z.array(foundNetwork).safeParse(withoutNulls(answer)).data;
}

/** Reads the regions of a network; null is passed over. @returns undefined when the answer is no list */
export function decodeRegions(answer: unknown): readonly FoundRegion[] | undefined {
  const { data } = z.array(foundRegion).safeParse(withoutNulls(answer));
  return data?.map(({ attributes, ...region }) => ({ ...region, ...attributes.edge }));
}
