import { z } from "zod";
import type { Access } from "./access";
import { altered, type Changes, type Numbering, nextNumber, withoutTunnel, withTunnel } from "./changes";
import { groupEdit, staticTunnelEdit, tunnelEdit } from "./contract/requests";
import type { Chances } from "./ids";
import { merged } from "./merged";
import type { StaticTunnel, StoredGroup, StoredTunnel } from "./model";
import { Refusal } from "./refusal";
import { staticTunnel } from "./staticTunnel";
import type { Store } from "./store";

/** Members that mean something; their values are past the rules of requests. */
function membersOf(form: z.ZodType) {
  return z.record(z.string(), z.unknown()).superRefine((members, context) => {
    const result = form.safeParse(members);
    for (const { message, path } of result.error?.issues ?? []) context.addIssue({ code: "custom", message, path });
  });
}
/** A group's id, or its tunnelName. */
const groupId = z.string();
/** A tunnel's id, or its remotePublicIP. */
const tunnelId = z.string();

/**
 * A change that somebody else makes, at once and past all rules: of a tunnel or a group, with values that no request could
 * send (`setByHand`, which switches the contract off for answers that show them), removed and made anew under
 * another id (`replaceGroup`), doubled (`copyGroup`), of a static tunnel, of a network with all that is in it, or of keys and
 * tokens.
 */
export const edit = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("changeTunnel"), groupId, tunnelId, changes: membersOf(tunnelEdit) }),
  z.strictObject({ kind: z.literal("addTunnel"), groupId, tunnel: membersOf(tunnelEdit) }),
  z.strictObject({ kind: z.literal("removeTunnel"), groupId, tunnelId }),
  z.strictObject({ kind: z.literal("changeGroup"), groupId, changes: membersOf(groupEdit) }),
  z.strictObject({
    kind: z.literal("setByHand"),
    groupId,
    tunnelId: tunnelId.optional(),
    values: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ kind: z.literal("removeGroup"), groupId }),
  z.strictObject({ kind: z.literal("replaceGroup"), groupId }),
  z.strictObject({ kind: z.literal("copyGroup"), groupId }),
  z.strictObject({ kind: z.literal("addStaticTunnel"), networkId: z.string(), tunnel: membersOf(staticTunnelEdit) }),
  z.strictObject({ kind: z.literal("removeStaticTunnel"), networkId: z.string(), tunnelId: z.string() }),
  z.strictObject({ kind: z.literal("removeNetwork"), networkId: z.string() }),
  z.strictObject({ kind: z.literal("rotateKey"), account: z.string(), apiKey: z.string() }),
  z.strictObject({ kind: z.literal("revokeKey"), apiKey: z.string() }),
  z.strictObject({ kind: z.literal("expireTokens") }),
]);

/** See {@link edit}. */
export type Edit = z.output<typeof edit>;

/** The ids of what an edit has made or changed. */
export interface Edited {
  readonly groupId?: string;
  readonly tunnelId?: string;
}

/** What an edit works on. */
export interface EditContext {
  readonly store: Store;
  readonly access: Access;
  readonly chances: Chances;
  readonly settings: Numbering;
  readonly now: () => number;
}

/**
 * Carries out an edit.
 * @throws Refusal 404 when its group, tunnel, account or key is not there
 */
export function applyEdit(context: EditContext, given: Edit): Edited {
  const { access } = context;
  // What is stored is frozen, and must not freeze what belongs to a caller.
  const change = structuredClone(given);
  switch (change.kind) {
    case "addStaticTunnel":
    case "removeStaticTunnel":
      return applyStaticEdit(context, change);
    case "removeNetwork":
      return removeNetwork(context, change.networkId);
    case "rotateKey":
      access.rotateKey(change.account, change.apiKey);
      return {};
    case "revokeKey":
      access.revokeKey(change.apiKey);
      return {};
    case "expireTokens":
      access.expireTokens();
      return {};
    default:
      return applyGroupEdit(context, change);
  }
}

/** Carries out an edit that has waited; one whose group or tunnel is no longer there changes nothing. */
export function applyLateEdit(context: EditContext, change: Edit): void {
  try {
    applyEdit(context, change);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

function removeNetwork({ store }: EditContext, networkId: string): Edited {
  if (!store.networks.delete(networkId)) throw new Refusal(404, `Network with Id ${networkId} not found.`);
  for (const group of [...store.groups.values()]) if (group.networkId === networkId) store.put(group.id, undefined);
  return {};
}

type StaticEdit = Extract<Edit, { kind: "addStaticTunnel" | "removeStaticTunnel" }>;

function applyStaticEdit({ store, chances, now }: EditContext, change: StaticEdit): Edited {
  const network = store.networks.get(change.networkId);
  if (network === undefined) throw new Refusal(404, `Network with Id ${change.networkId} not found.`);
  const put = (staticTunnels: readonly StaticTunnel[], tunnelId: string): Edited => {
    store.networks.set(network.id, { ...network, staticTunnels });
    return { tunnelId };
  };
  if (change.kind === "addStaticTunnel") {
    const place = { regionID: network.regions[0]?.id ?? "", createdAtMs: now() };
    const given = change.tunnel as Partial<StaticTunnel>;
    const tunnel = staticTunnel({ ...place, ...given, id: chances.tunnel.id("Tn") });
    return put([...network.staticTunnels, tunnel], tunnel.id);
  }
  const rest = network.staticTunnels.filter(({ id }) => id !== change.tunnelId);
  if (rest.length === network.staticTunnels.length) {
    throw new Refusal(404, `Tunnel with Id ${change.tunnelId} not found.`);
  }
  return put(rest, change.tunnelId);
}

type GroupEdit = Extract<Edit, { groupId: string }>;

function applyGroupEdit(context: EditContext, change: GroupEdit): Edited {
  const { store, settings } = context;
  const group = groupNamed(store, change.groupId);
  const save = (changed: StoredGroup | undefined, touched?: string): Edited => {
    store.put(group.id, changed);
    return { groupId: group.id, ...(touched === undefined ? {} : { tunnelId: touched }) };
  };
  switch (change.kind) {
    case "changeTunnel": {
      const { id } = tunnelNamed(group, change.tunnelId);
      const tunnels = group.tunnels.map((tunnel) =>
        tunnel.id === id ? altered(tunnel, change.changes as Changes<StoredTunnel>) : tunnel,
      );
      return save({ ...group, tunnels }, id);
    }
    case "addTunnel": {
      const tunnel = strangersTunnel(group, change.tunnel as Partial<StoredTunnel>, context);
      return save(withTunnel(group, tunnel), tunnel.id);
    }
    case "removeTunnel": {
      const { id } = tunnelNamed(group, change.tunnelId);
      return save(withoutTunnel(group, id, settings), id);
    }
    case "changeGroup":
      return save(merged(group, change.changes) as StoredGroup);
    case "setByHand":
      return setByHand(group, change.tunnelId, change.values, save);
    case "removeGroup":
      return save(undefined);
    case "replaceGroup":
      save(undefined);
      return copied(context, group);
    case "copyGroup":
      return copied(context, group);
  }
}

/** What is stored then is past its types, too, as long as no request sets it. */
function setByHand(
  group: StoredGroup,
  name: string | undefined,
  values: object,
  save: (changed: StoredGroup, touched?: string) => Edited,
): Edited {
  const outside = { ...group, isOutsideContract: true };
  if (name === undefined) return save(merged(outside, values) as StoredGroup);
  const { id } = tunnelNamed(group, name);
  const tunnels = group.tunnels.map((tunnel) =>
    tunnel.id === id ? (merged(tunnel, ofTunnel(values)) as StoredTunnel) : tunnel,
  );
  return save({ ...outside, tunnels }, id);
}

/** Settings of a single tunnel, by the names under which answers show them, beside what tunnels have anyway. */
function ofTunnel(values: object): object {
  const entries = Object.entries(values);
  const isOwn = ([name]: [string, unknown]) => Object.hasOwn(tunnelEdit.shape, name);
  const settings = entries.filter((entry) => !isOwn(entry));
  return { ...Object.fromEntries(entries.filter(isOwn)), ownSettings: Object.fromEntries(settings) };
}

function groupNamed({ groups }: Store, name: string): StoredGroup {
  const group = groups.get(name) ?? [...groups.values()].find(({ tunnelName }) => tunnelName === name);
  if (group === undefined) throw new Refusal(404, `Group ${name} not found.`);
  return group;
}

function tunnelNamed({ tunnels }: StoredGroup, name: string): StoredTunnel {
  const tunnel = tunnels.find(({ id }) => id === name) ?? tunnels.find(({ remotePublicIP }) => remotePublicIP === name);
  if (tunnel === undefined) throw new Refusal(404, `Tunnel with Id ${name} not found.`);
  return tunnel;
}

function strangersTunnel(
  group: StoredGroup,
  given: Partial<StoredTunnel>,
  { chances, now, settings }: EditContext,
): StoredTunnel {
  const id = chances.tunnel.id("Tn");
  const index = nextNumber(group, settings);
  const n = group.lastNumber + 1;
  const remotePublicIP = given.remotePublicIP ?? `198.51.100.${100 + n}`;
  return {
    regionID: group.tunnels[0]?.regionID ?? "",
    authType: "psk",
    passphrase: `stranger_${id}`,
    p81GWInternalIP: `169.254.200.${n * 4 + 1}`,
    remoteGWInternalIP: `169.254.200.${n * 4 + 2}`,
    remotePublicIP,
    remoteASN: 65500,
    remoteID: remotePublicIP,
    routingType: group.tunnels[0]?.routingType ?? "route",
    ...given,
    id,
    index,
    createdAtMs: now(),
  };
}

function copied({ store, chances }: EditContext, group: StoredGroup): Edited {
  const id = chances.group.id("Tg");
  const tunnels = group.tunnels.map((tunnel) => ({ ...tunnel, id: chances.tunnel.id("Tn") }));
  store.put(id, { ...group, id, tunnels });
  return { groupId: id };
}
