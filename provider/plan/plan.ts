import { PlanError } from "../converge/errors";
import { type GroupInputs, MOST_TUNNELS, type Settings } from "../model/schema";
import type { AddTunnel, PresentTunnel, UpdateBody, UpdateTunnel } from "../service/wire";
import { type Claims, claim, inWords, isSameTunnel } from "./match";
import { advancedSettingsChange, sharedSettingsChange } from "./settingsChange";
import { additionOf, type TunnelChange, tunnelChange } from "./tunnelChange";

/** The group as it is: what the service shows, completed by what state knows of the same tunnel ids. */
export interface Current extends Settings {
  readonly tunnels: readonly PresentTunnel[];
  /** Absent where the group has no tunnel and state knows no name. */
  readonly tunnelName?: string | undefined;
}

/** What the change from the old to the new inputs stands for; nothing else may be removed. */
export interface Mandate {
  /** The tunnel ids in state, by key. */
  readonly ids: Readonly<Record<string, string>>;
  /** Keys whose tunnel the preview announced as removed and added again. */
  readonly rebuilds: ReadonlySet<string>;
  /** Ids of tunnels whose removal the preview showed. */
  readonly removals: ReadonlySet<string>;
}

/** What has to be sent, in order, and what it rests on. */
export interface Plan {
  readonly requests: readonly UpdateBody[];
  readonly claims: Claims;
  readonly warnings: readonly string[];
}

/**
 * Turns what is declared and what is there into the requests that lead from one to the other. Pure.
 * @throws PlanError when that cannot be done, or not without a removal that no preview has shown
 */
export function plan(desired: GroupInputs, current: Current, mandate: Mandate): Plan {
  const { ids, superseded } = withoutSuperseded(desired, current, mandate);
  const claims = claim(desired.tunnels, current.tunnels, ids);
  const changes = Object.entries(desired.tunnels).map(([key, tunnel]) => tunnelChange(key, tunnel, claims.get(key)));
  for (const change of changes.filter(({ isRebuild }) => isRebuild)) demandMandate(change, mandate);

  const claimed = new Set([...claims.values()].map(({ id }) => id));
  const surplus = current.tunnels.filter(
    ({ id }) => !claimed.has(id) && (mandate.removals.has(id) || superseded.has(id)),
  );
  const rebuilt = changes.filter(({ isRebuild }) => isRebuild);
  const added = changes.filter(({ current: existing, isRebuild }) => existing === undefined || isRebuild);
  demandRoom(current, added.length - rebuilt.length - surplus.length, claimed);

  const removeTunnels = [...rebuilt.flatMap(({ current: old }) => (old ? [old] : [])), ...surplus].map(({ id }) => ({
    id,
  }));
  const updateTunnels = changes
    .filter(({ isRebuild, current: existing, update }) => !isRebuild && existing && Object.keys(update).length > 0)
    .map(({ current: existing, update }) => ({ ...update, id: (existing as PresentTunnel).id }));
  return {
    requests: requestsOf(desired, current, added.map(additionOf), updateTunnels, removeTunnels),
    claims,
    warnings: changes.flatMap(({ warnings }) => warnings),
  };
}

/**
 * A tunnel that is to be rebuilt may stand in the group already, added by a run that was cut off before its state was
 * saved: then it is claimed by its identity, and the one that state knows is what that run still had to remove.
 */
function withoutSuperseded(
  desired: GroupInputs,
  { tunnels }: Current,
  { ids, rebuilds }: Mandate,
): { readonly ids: Mandate["ids"]; readonly superseded: ReadonlySet<string> } {
  const known = new Set(Object.values(ids));
  const superseded = Object.entries(ids).filter(([key, id]) => {
    const tunnel = rebuilds.has(key) ? desired.tunnels[key] : undefined;
    const present = tunnels.find((each) => each.id === id);
    if (tunnel === undefined || present === undefined || isSameTunnel(tunnel, present)) return false;
    return tunnels.some((each) => !known.has(each.id) && isSameTunnel(tunnel, each));
  });
  const keys = new Set(superseded.map(([key]) => key));
  return {
    ids: Object.fromEntries(Object.entries(ids).filter(([key]) => !keys.has(key))),
    superseded: new Set(superseded.map(([, id]) => id)),
  };
}

function demandMandate({ key }: TunnelChange, mandate: Mandate): void {
  if (mandate.rebuilds.has(key)) return;
  throw new PlanError(
    `tunnels.${key} is no longer what state says and would have to be removed and added again, which no preview has shown. Run pulumi up --refresh.`,
  );
}

function demandRoom(current: Current, growth: number, claimed: ReadonlySet<string>): void {
  if (growth <= 0 || current.tunnels.length + growth <= MOST_TUNNELS) return;
  const others = current.tunnels.filter(({ id }) => !claimed.has(id));
  throw new PlanError(
    `A group holds at most ${MOST_TUNNELS} tunnels; this one would have ${current.tunnels.length + growth}, with the undeclared ${others.map(inWords).join(", ")}.`,
  );
}

function requestsOf(
  desired: GroupInputs,
  current: Current,
  addTunnels: readonly AddTunnel[],
  updateTunnels: readonly UpdateTunnel[],
  removeTunnels: readonly { readonly id: string }[],
): readonly UpdateBody[] {
  const { tunnelName, description } = desired;
  const shared = sharedSettingsChange(desired.sharedSettings, current.sharedSettings);
  const advanced = advancedSettingsChange(desired.advancedSettings, current.advancedSettings);
  const change = {
    ...(description !== undefined && description !== current.description ? { description } : {}),
    ...(addTunnels.length > 0 ? { addTunnels } : {}),
    ...(updateTunnels.length > 0 ? { updateTunnels } : {}),
    ...(removeTunnels.length > 0 ? { removeTunnels: removeTunnels.slice(0, MOST_TUNNELS) } : {}),
    ...(shared ? { sharedSettings: shared } : {}),
    ...(advanced ? { advancedSettings: advanced } : {}),
  };
  const isRenamed = current.tunnelName !== undefined && current.tunnelName !== tunnelName;
  const first = isRenamed || Object.keys(change).length > 0 ? [{ tunnelName, ...change }] : [];
  return [
    ...first,
    ...chunks(removeTunnels.slice(MOST_TUNNELS)).map((chunk) => ({ tunnelName, removeTunnels: chunk })),
  ];
}

function chunks<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.length === 0 ? [] : [list.slice(0, MOST_TUNNELS), ...chunks(list.slice(MOST_TUNNELS))];
}
