import { type Field, isSame, valueAt } from "../model/compare";
import { MOST_TUNNELS, type Tunnel } from "../model/fields";
import { shownAt } from "../model/foreign";
import type { PresentGroup, PresentTunnel } from "../model/present";
import { isAdopting } from "../model/rules";
import { type Desired, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import { isUnknown } from "../model/unknowns";
import { changedCredentials, isCredential } from "./credential";
import { PlanError } from "./error";
import { inWords, isSameTunnel, isUndecided, match } from "./match";

/** What becomes of one declared tunnel. */
export interface TunnelPlan {
  readonly key: string;
  readonly declared: Tunnel;
  /** The tunnel that it is; undefined where it is added. */
  readonly present?: PresentTunnel;
  readonly action: "keep" | "update" | "rebuild" | "add";
  /** What differs: of an update what is sent, of a rebuild what forces it. */
  readonly fields: readonly Field[];
  /** False where a value that is not known yet decides. */
  readonly isCertain: boolean;
  /** What cannot be updated, and cannot be compared either: the service never shows it and state does not know it. */
  readonly unverified: readonly Field[];
}

/** A tunnel that is removed for good. */
export interface Removal {
  readonly tunnel: PresentTunnel;
  /** False where a declared tunnel whose identity is not known yet may turn out to be this one. */
  readonly isCertain: boolean;
}

/** What has to happen so that what is there becomes what is declared. */
export interface Plan {
  readonly tunnels: readonly TunnelPlan[];
  readonly removals: readonly Removal[];
  /** The settings that are set. */
  readonly settings: readonly Field[];
  /** Whether the group gets another name. */
  readonly isRenamed: boolean;
}

/** What a plan may rest on and what it may remove. */
export interface Mandate {
  /** The ids of declared tunnels by key, as far as they are known. */
  readonly ids: Readonly<Record<string, string>>;
  /** Ids of tunnels that may be removed and added again; every one where it is absent. */
  readonly rebuilds?: ReadonlySet<string>;
  /** Ids of the tunnels that are removed, unless a declared one turns out to be one of them. */
  readonly removals: ReadonlySet<string>;
}

/** What the plan made from state allows the update: what its preview has shown. */
export function mandateOf({ tunnels, removals }: Plan): Mandate {
  return {
    ids: Object.fromEntries(tunnels.flatMap(({ key, present }) => (present ? [[key, present.id]] : []))),
    rebuilds: new Set(tunnels.flatMap(({ action, present }) => (action === "rebuild" && present ? [present.id] : []))),
    removals: new Set(removals.map(({ tunnel }) => tunnel.id)),
  };
}

/**
 * Compares what is declared with what is there: with what state holds for the preview, with what the service shows,
 * completed by state, for the update. Values that are not known yet may stand anywhere in what is declared. Pure.
 * @throws PlanError when that cannot be done, or not without a removal that the mandate does not allow
 */
export function plan(declared: Desired, present: PresentGroup, mandate: Mandate): Plan {
  const matches = match(declaredTunnels(declared), present.tunnels, mandate.ids, !isAdopting(declared));
  const tunnels = Object.entries(declaredTunnels(declared)).map(([key, tunnel]) =>
    planOf(key, tunnel, matches.get(key)),
  );
  for (const each of tunnels.filter(({ action }) => action === "rebuild")) demandMandate(each, mandate);
  const matched = new Set([...matches.values()].map(({ id }) => id));
  // Of tunnels that are not known yet nobody can say which of those in state they leave out.
  const kept = new Set(isUnknown(declared.tunnels) ? Object.values(mandate.ids) : []);
  const removals = present.tunnels
    .filter(({ id }) => !matched.has(id) && !kept.has(id) && mandate.removals.has(id))
    .map((tunnel) => ({ tunnel, isCertain: !isUnknown(declared.tunnels) && !mayBeKept(tunnel, tunnels) }));
  demandRoom(present, tunnels.filter(({ action }) => action === "add").length - removals.length, matched);
  return {
    tunnels,
    removals,
    settings: changedSettings(declared, present),
    isRenamed: isRenamed(declared, present),
  };
}

function isRenamed({ tunnelName: wanted }: Desired, { tunnelName: found }: PresentGroup): boolean {
  return wanted !== undefined && found !== undefined && wanted !== found;
}

/** Whether a plan sends nothing. */
export function isEmpty({ tunnels, removals, settings, isRenamed }: Plan): boolean {
  return tunnels.every(({ action }) => action === "keep") && removals.length + settings.length === 0 && !isRenamed;
}

function declaredTunnels({ tunnels }: Desired): Readonly<Record<string, Tunnel>> {
  return isUnknown(tunnels) ? {} : tunnels;
}

function planOf(key: string, declared: Tunnel, present: PresentTunnel | undefined): TunnelPlan {
  const base = { key, declared, isCertain: true, unverified: [] };
  if (present === undefined) return { ...base, action: "add", fields: [], isCertain: !isUndecided(declared) };
  if (isUnknown(declared)) return { ...base, present, action: "update", fields: [], isCertain: false };
  const differing = TUNNEL_FIELDS.filter(({ path, traits }) => {
    const wanted = valueAt(declared, path);
    return wanted !== undefined && !isSame(traits, wanted, shownAt(present, path), "ordered");
  });
  const immutable = differing.filter(({ traits }) => traits.rebuilds);
  const rebuilding = immutable.filter(({ path }) => shownAt(present, path) !== undefined);
  if (rebuilding.length > 0) {
    const isCertain = rebuilding.some(({ path }) => !isUnknown(valueAt(declared, path)));
    return { ...base, present, action: "rebuild", fields: rebuilding, isCertain };
  }
  const fields = [
    ...differing.filter(({ path, traits }) => !traits.rebuilds && !isCredential(path)),
    ...changedCredentials(declared, present),
  ];
  const unverified = immutable.filter((field) => !rebuilding.includes(field));
  return { ...base, present, action: fields.length > 0 ? "update" : "keep", fields, unverified };
}

/** A tunnel whose key is gone stays where a new key, of which not all is known yet, may go on with it. */
function mayBeKept(tunnel: PresentTunnel, tunnels: readonly TunnelPlan[]): boolean {
  return tunnels.some(({ action, isCertain, declared }) => {
    if (action !== "add" || isCertain) return false;
    return (
      isUnknown(declared) ||
      isSameTunnel(withoutUnknown(declared), { ...tunnel, regionID: regionFor(declared, tunnel) })
    );
  });
}

function withoutUnknown(tunnel: Tunnel): Tunnel {
  return Object.fromEntries(
    Object.entries(tunnel).filter(([name, value]) => name === "regionID" || !isUnknown(value)),
  ) as Tunnel;
}

function regionFor(declared: Tunnel, { regionID = "" }: PresentTunnel): string {
  return isUnknown(declared.regionID) ? declared.regionID : regionID;
}

function demandMandate({ key, present }: TunnelPlan, { rebuilds }: Mandate): void {
  if (rebuilds === undefined || (present && rebuilds.has(present.id))) return;
  throw new PlanError(
    `tunnels.${key} is no longer what state says and would have to be removed and added again, which no preview has shown. Run pulumi up --refresh.`,
  );
}

function demandRoom(present: PresentGroup, growth: number, matched: ReadonlySet<string>): void {
  if (growth <= 0 || present.tunnels.length + growth <= MOST_TUNNELS) return;
  const others = present.tunnels.filter(({ id }) => !matched.has(id));
  throw new PlanError(
    `A group holds at most ${MOST_TUNNELS} tunnels; this one would have ${present.tunnels.length + growth}, with the undeclared ${others.map(inWords).join(", ")}. Declare fewer, or remove some of those.`,
  );
}

/** Declared settings that are not as declared. The network's own number is given at creation and never changes. */
function changedSettings(declared: Desired, present: PresentGroup): readonly Field[] {
  return SETTING_FIELDS.filter(({ path, traits }) => {
    const wanted = valueAt(declared, path);
    const isManaged = wanted !== undefined && path.at(-1) !== "leftASN";
    return isManaged && !isSame(traits, wanted, shownAt(present, path), "ordered");
  });
}
