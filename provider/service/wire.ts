import { z } from "zod";
import type { AdvancedSettings, SharedSettings, Tunnel } from "../model/fields";
import { advancedSettings, sharedSettings, tunnelDetails } from "../model/fields";

/** A tunnel as the service holds it. What an answer leaves out or garbles is absent: unknown, never empty. */
export type PresentTunnel = Partial<Tunnel> & { readonly id: string };

/** A group as one GET shows it. Settings are absent when the group has no tunnel: the service shows them per tunnel. */
export interface PresentGroup {
  readonly tunnels: readonly PresentTunnel[];
  /** The stored names, decorated by the service as `<tunnelName>0<i>`. */
  readonly names: readonly string[];
  readonly description?: string | undefined;
  readonly sharedSettings?: SharedSettings | undefined;
  readonly advancedSettings?: AdvancedSettings | undefined;
}

/** An entry of `addTunnels`, and of a create's `tunnels`. */
export type AddTunnel = Tunnel;
/** An entry of `updateTunnels`: what changes of one tunnel; the service refuses the members that it cannot update. */
export type UpdateTunnel = Omit<Partial<Tunnel>, "regionID" | "p81GWInternalIP" | "remoteGWInternalIP"> & {
  readonly id: string;
};

/** The body of the one PUT that changes a group. Absent members are left as they are. */
export interface UpdateBody {
  readonly tunnelName: string;
  readonly description?: string;
  readonly addTunnels?: readonly AddTunnel[];
  readonly updateTunnels?: readonly UpdateTunnel[];
  readonly removeTunnels?: readonly { readonly id: string }[];
  readonly sharedSettings?: SharedSettings;
  readonly advancedSettings?: AdvancedSettings;
}

/** The body of the POST that creates a group. */
export interface CreateBody {
  readonly tunnelName: string;
  readonly description?: string;
  readonly tunnels: readonly AddTunnel[];
  readonly sharedSettings: SharedSettings;
  readonly advancedSettings: AdvancedSettings;
}

/** A group of a network, as the network's list of tunnels shows it. */
export interface ListedGroup {
  readonly id: string;
  readonly names: readonly string[];
}

const item = z.looseObject({ id: z.string().min(1) });
const listed = z.looseObject({ haTunnelID: z.string().min(1) });

/** The members of `schema` that `source` shows in the right form; anything else counts as not shown. */
function shown<S extends z.ZodObject>(schema: S, source: Readonly<Record<string, unknown>>): Partial<z.output<S>> {
  const entries = Object.entries(schema.shape).flatMap(([name, member]) => {
    const inner = member instanceof z.ZodOptional ? member.unwrap() : member;
    const raw = Object.hasOwn(source, name) ? source[name] : undefined;
    if (inner instanceof z.ZodObject) {
      const nested = isRecord(raw) ? shown(inner, raw) : {};
      return Object.keys(nested).length > 0 ? [[name, nested]] : [];
    }
    const parsed = z.safeParse(inner, raw);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return Object.fromEntries(entries) as Partial<z.output<S>>;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(source: Readonly<Record<string, unknown>>): string[] {
  const name = source.tunnelName ?? source.name ?? source.interfaceName;
  return typeof name === "string" ? [name] : [];
}

/**
 * Reads what GET answers for a group: an array of one flat item per tunnel, in no order to rely on.
 * @returns undefined when the answer is not such an array
 */
export function decodeGroup(answer: unknown): PresentGroup | undefined {
  const parsed = z.array(item).safeParse(answer);
  if (!parsed.success) return undefined;
  const items = parsed.data.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const first = items[0];
  const shared = first && { ...first, peakBandwidth: first.peakBandwidthMbps ?? first.peakBandwidth };
  return {
    tunnels: items.map((source) => ({ ...shown(tunnelDetails, source), id: source.id })),
    names: items.flatMap(nameOf),
    description: typeof first?.description === "string" ? first.description : undefined,
    sharedSettings: shared && shown(sharedSettings, shared),
    advancedSettings: first && shown(advancedSettings, first),
  };
}

/** Reads the groups out of a network's list of tunnels; tunnels of other kinds belong to none and are passed over. */
export function decodeListedGroups(tunnels: readonly unknown[]): readonly ListedGroup[] {
  const groups = new Map<string, string[]>();
  for (const tunnel of tunnels) {
    const parsed = listed.safeParse(tunnel);
    if (!parsed.success) continue;
    const { haTunnelID } = parsed.data;
    groups.set(haTunnelID, [...(groups.get(haTunnelID) ?? []), ...nameOf(parsed.data)]);
  }
  return [...groups].map(([id, names]) => ({ id, names }));
}

/** The name of a group out of the decorated name of one of its tunnels: `edge` out of `edge01`. */
export function undecorated(name: string): string {
  return name.replace(/0[1-9]$/, "");
}

/** Whether every stored name can be what the service made of `tunnelName`. */
export function namesBelongTo(tunnelName: string, names: readonly string[]): boolean {
  return names.every((name) => name === tunnelName || undecorated(name) === tunnelName);
}
