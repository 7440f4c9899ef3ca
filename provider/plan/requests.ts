import { type Field, valueAt, withValueAt } from "../model/compare";
import { type AdvancedSettings, MOST_TUNNELS, type SharedSettings, type Tunnel } from "../model/fields";
import { shownAt } from "../model/foreign";
import type { PresentGroup, PresentTunnel } from "../model/present";
import { ADVANCED_FIELDS, type Desired, type OwnedInputs, SHARED_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import { credentialOf, isCredential } from "./credential";
import { PlanError } from "./error";
import { isEmpty, type Plan, type TunnelPlan } from "./plan";

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

/** A change of a group that goes as one request, with the keys of the tunnels that it adds, in their order. */
export interface Change {
  readonly body: UpdateBody;
  readonly addedKeys: readonly string[];
}

/**
 * The requests of a plan, in order. One carries the whole change, so that a tunnel's removal and addition are never
 * parted; removals beyond what it can hold follow.
 * @throws PlanError when something that has to be sent is neither declared nor can be read
 */
export function requestsOf(declared: Desired, present: PresentGroup, plan: Plan): readonly Change[] {
  const { description } = declared;
  const tunnelName = declared.tunnelName ?? present.tunnelName;
  if (tunnelName === undefined) {
    if (isEmpty(plan)) return [];
    throw new PlanError(NAMELESS);
  }
  const added = plan.tunnels.filter(({ action }) => action === "add" || action === "rebuild");
  const updated = plan.tunnels.filter(({ action }) => action === "update");
  const rebuilt = plan.tunnels.flatMap(({ action, present: old }) => (action === "rebuild" && old ? [old] : []));
  const removed = [...rebuilt, ...plan.removals.map(({ tunnel }) => tunnel)].map(({ id }) => ({ id }));
  const shared = sharedSettingsOf(plan, declared, present);
  const advanced = advancedSettingsOf(plan, declared, present);
  const body = {
    tunnelName,
    ...(description !== undefined && plan.settings.some(isIn("description")) ? { description } : {}),
    ...(added.length > 0 ? { addTunnels: added.map(additionOf) } : {}),
    ...(updated.length > 0 ? { updateTunnels: updated.map(updateOf) } : {}),
    ...(removed.length > 0 ? { removeTunnels: removed.slice(0, MOST_TUNNELS) } : {}),
    ...(shared ? { sharedSettings: shared } : {}),
    ...(advanced ? { advancedSettings: advanced } : {}),
  };
  const isSent = plan.isRenamed || Object.keys(body).length > 1;
  return [
    ...(isSent ? [{ body, addedKeys: added.map(({ key }) => key) }] : []),
    ...batchesOf(removed.slice(MOST_TUNNELS)).map((removeTunnels) => ({
      body: { tunnelName, removeTunnels },
      addedKeys: [],
    })),
  ];
}

const NAMELESS =
  "tunnelName: the group's present name cannot be told, since it has no tunnel or its tunnels have names at odds, and the service takes no change without one. Nothing was sent; give tunnelName the name that the group is to have, another than before if there was one.";

function batchesOf<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.length === 0 ? [] : [list.slice(0, MOST_TUNNELS), ...batchesOf(list.slice(MOST_TUNNELS))];
}

/** The body that creates a group as declared. The vendor's description wants every member of a tunnel. */
export function createBodyOf(declared: OwnedInputs): CreateBody {
  const { tunnelName, description, sharedSettings, advancedSettings } = declared;
  return {
    tunnelName,
    ...(description ? { description } : {}),
    tunnels: Object.entries(declared.tunnels).map(([key, tunnel]) => additionOf({ key, declared: tunnel })),
    sharedSettings: sharedSettings ?? {},
    advancedSettings: advancedSettings ?? {},
  };
}

/**
 * A tunnel as it is added; rebuilt, it keeps what its declaration is silent about.
 * @throws PlanError when nothing is declared for it to authenticate with
 */
function additionOf({ key, declared, present }: Pick<TunnelPlan, "key" | "declared" | "present">): AddTunnel {
  const { authType: _, passphrase: __, customerRootCA: ___, remoteID, ...rest } = declared;
  const credential = credentialOf(declared);
  if (credential.authType === undefined) {
    throw new PlanError(`tunnels.${key} is not in the group yet: give it passphrase or customerRootCA.`);
  }
  const kept = Object.fromEntries(
    TUNNEL_FIELDS.flatMap(({ path: [name] }) => {
      const value = present && shownAt(present, [name as string]);
      return value === undefined || isCredential([name as string]) || name === "remoteID" ? [] : [[name, value]];
    }),
  );
  const shownId = present && (shownAt(present, ["remoteID"]) as Tunnel["remoteID"]);
  const ownRemoteId = shownId === present?.remotePublicIP ? undefined : shownId;
  const identifier = remoteID ?? ownRemoteId ?? rest.remotePublicIP ?? shownId;
  return { ...kept, ...rest, ...(identifier === undefined ? {} : { remoteID: identifier }), ...credential };
}

function updateOf({ declared, present, fields }: TunnelPlan): UpdateTunnel {
  const inPlace = fields.filter(({ path }) => !isCredential(path));
  return {
    ...Object.fromEntries(inPlace.map(({ path }) => [path[0], valueAt(declared, path)])),
    ...(fields.length > inPlace.length ? credentialOf(declared) : {}),
    id: (present as PresentTunnel).id,
  };
}

const isIn =
  (...start: readonly string[]) =>
  ({ path }: Field) =>
    start.every((name, depth) => path[depth] === name);

/** The service wants both lists of subnets, and all three features when one is sent: falses in their place would switch the others off. */
function sharedSettingsOf({ settings }: Plan, declared: Desired, present: PresentGroup): SharedSettings | undefined {
  const changed = settings.filter(isIn("sharedSettings"));
  if (changed.length === 0) return undefined;
  const names = new Set(changed.map(({ path }) => path[1]));
  const always = SHARED_FIELDS.filter(({ path }) => path[0]?.endsWith("GatewaySubnets"));
  const plain = SHARED_FIELDS.filter(
    (field) => names.has(field.path[0]) && !always.includes(field) && !isIn("features")(field),
  );
  const features = names.has("features") ? SHARED_FIELDS.filter(isIn("features")) : [];
  return completed("sharedSettings", [...always, ...plain, ...features], declared, present) as SharedSettings;
}

/** Only what changed, a phase always as a whole. */
function advancedSettingsOf(
  { settings }: Plan,
  declared: Desired,
  present: PresentGroup,
): AdvancedSettings | undefined {
  const names = new Set(settings.filter(isIn("advancedSettings")).map(({ path }) => path[1]));
  if (names.size === 0) return undefined;
  const fields = ADVANCED_FIELDS.filter(({ path }) => names.has(path[0]));
  return completed("advancedSettings", fields, declared, present) as AdvancedSettings;
}

/**
 * These members of a settings block; what the user is silent about goes as it was read, outside the schema too.
 * @throws PlanError when one of them cannot be read, or is an empty list, which the API refuses
 */
function completed(
  block: "sharedSettings" | "advancedSettings",
  fields: readonly Field[],
  declared: Desired,
  present: PresentGroup,
): object {
  return fields.reduce<object>((body, { path }) => {
    const value = valueAt(declared[block], path) ?? shownAt(present, [block, ...path]);
    if (value === undefined) throw new PlanError(incomplete(block, path));
    if (isEmptied(path, value)) throw new PlanError(emptied(block, path));
    return withValueAt(body, path, value);
  }, {});
}

/** True for an empty list where the API demands an entry. */
function isEmptied(path: readonly string[], value: unknown): boolean {
  return Array.isArray(value) && value.length === 0 && path.at(-1) !== "keyExchangeMethod";
}

function emptied(block: string, path: readonly string[]): string {
  return `${[block, ...path].join(".")} is empty at the service, which takes no change of ${block} with an empty one: declare it with at least one entry. Nothing was sent.`;
}

function incomplete(block: string, path: readonly string[]): string {
  const whole = path.length > 1 ? `${block}.${path[0]}` : block;
  return `${[block, ...path].join(".")} must be given: the service takes ${whole} only with it, and it cannot be read.`;
}
