import { type Field, ownValue, valueAt } from "../model/compare";
import { withDefaults } from "../model/defaults";
import { displacedKey } from "../model/displacedKey";
import { touchedBy } from "../model/pending";
import { isPlaceholder } from "../model/placeholder";
import type { PresentGroup } from "../model/present";
import { type Rollout, rolloutOf } from "../model/rollout";
import { type Desired, type GroupInputs, type Origin, type OwnedInputs, TUNNEL_FIELDS } from "../model/schema";
import { isPresumed, type State } from "../model/state";
import { containsUnknown, isUnknown } from "../model/unknowns";
import { rolloutNotes } from "./batches";
import { assertRebuildable, hasNoCredential } from "./credential";
import { idsFromState } from "./identity";
import { inWords, isUndecided } from "./match";
import { isNameGiven } from "./naming";
import { isEmpty, type Mandate, mandateOf, type Plan, plan, type Removal, type TunnelPlan } from "./plan";
import { rekeyed } from "./rekey";
import { NEW_KEYS, restatedParts, unsentNotes } from "./restated";

/** What a change from state to new inputs does, before anything is asked of the service. */
export interface Changes {
  readonly isChanged: boolean;
  /** Inputs that force a replacement. */
  readonly replaces: readonly string[];
  /** What the resource's row should say. */
  readonly notes: readonly string[];
  /** Texts that the row should warn of: what goes, or is interrupted, a replacement of the group included. */
  readonly warnings: readonly string[];
  /** Why the update runs, where nothing is to be sent; empty where something may be. */
  readonly unsent: readonly string[];
  /** The plan that the texts come from, and that the update keeps to. */
  readonly plan: Plan;
}

/** What is to be reached: a group of ours has its defaults, one that was adopted only what the user declares. */
export function desiredOf(news: GroupInputs, origin: Origin): GroupInputs {
  return origin === "created" ? withDefaults(news) : news;
}

/** Returns what is to be reached with a group that the resource owns, or is to own: check has demanded its name. */
export function ownedInputsOf(news: GroupInputs): OwnedInputs {
  return withDefaults(news) as OwnedInputs;
}

/** The group as state holds it. */
export function presentIn({ inputs, tunnels, tunnelIds }: State): PresentGroup {
  const { tunnelName, description, sharedSettings, advancedSettings } = inputs;
  return {
    tunnelName,
    description,
    sharedSettings,
    advancedSettings,
    tunnels: Object.entries(tunnelIds).map(([key, id]) => ({ ...ownValue(tunnels, key), id })),
  };
}

/**
 * What has to happen to the group as state holds it. What this removes or rebuilds is what the update may remove and
 * rebuild.
 * @throws PlanError when it cannot be told which tunnel a declared one is
 */
export function planFromState(state: State, declared: Desired): Plan {
  const present = presentIn(state);
  const listed = surplusOf(state, declared);
  const strays = listed.filter(({ id }) => !present.tunnels.some((tunnel) => tunnel.id === id));
  const there = { ...present, tunnels: [...present.tunnels, ...strays] };
  const whole = plan(declared, there, mandateOfState(state, declared));
  // State without a name does not say what an existing group is called: the update finds out.
  return { ...whole, isRenamed: whole.isRenamed || (state.origin === "adopted" && isNameGiven(declared, state)) };
}

function mandateOfState(state: State, declared: Desired): Mandate {
  const listed = surplusOf(state, declared).map(({ id }) => id);
  return { ids: idsFromState(state, declared), removals: new Set([...Object.values(state.tunnelIds), ...listed]) };
}

/**
 * Compares the state of a group with new inputs, by meaning; what is not known yet is a change.
 * @throws PlanError when it cannot be told which tunnel a declared one is, or when a rebuild lacks its credential
 */
export function changesOf(id: string, state: State, news: GroupInputs): Changes {
  const changes = driftChangesOf(id, state, news);
  if (changes.replaces.length === 0) assertRebuildable(changes.plan.tunnels);
  return changes;
}

/** As {@link changesOf}, of a group as a refresh has read it: drift that could not be set back is told, and not refused. */
export function driftChangesOf(id: string, state: State, news: GroupInputs): Changes {
  const declared = desiredOf(news, state.origin);
  const replaces = replacesOf(id, state, news);
  const whole = planFromState(state, declared);
  const isOpen = containsUnknown(declared);
  const followed = rekeyed(state, mandateOf(whole).ids);
  const newKeys = followed === state ? [] : [NEW_KEYS];
  const restated = isOpen ? [] : [...new Set([...newKeys, ...restatedParts(followed, declared)])];
  const isWriting = !isEmpty(whole) || state.pending.length > 0;
  const isReplaced = replaces.length > 0;
  return {
    isChanged: isReplaced || isOpen || isWriting || restated.length > 0,
    replaces,
    notes: [
      ...(isReplaced ? [] : notesOf(whole, state, rolloutOf(declared))),
      ...pendingNotes(isReplaced ? state : followed),
    ],
    warnings: isReplaced ? replacementTexts(id, state, news) : warningsOf(whole, state),
    unsent: isReplaced || isWriting || isPresumed(state) ? [] : unsentNotes(restated),
    plan: whole,
  };
}

function replacesOf(id: string, { inputs, origin, isGone }: State, news: GroupInputs): readonly string[] {
  const { networkId, dynamicTunnelId } = news;
  const isToBeMade = isPlaceholder(id) || (isGone && origin === "created");
  return [
    ...(networkId !== inputs.networkId || isToBeMade ? ["networkId"] : []),
    ...(dynamicTunnelId !== undefined && dynamicTunnelId !== id ? ["dynamicTunnelId"] : []),
  ];
}

/** A replacement takes all of the group with it: of single tunnels there is nothing to say. */
function replacementTexts(id: string, { tunnelIds, origin, isGone }: State, news: GroupInputs): readonly string[] {
  if (isPlaceholder(id)) return [];
  if (isGone) return [`Tunnel group ${id} is gone: it is made anew.`];
  const isCertain = !isUnknown(news.networkId) && !isUnknown(news.dynamicTunnelId);
  const count = Object.keys(tunnelIds).length;
  const tunnels = `${count} ${count === 1 ? "tunnel" : "tunnels"}`;
  const verb = (word: string) => (isCertain ? `${word[0]?.toUpperCase()}${word.slice(1)}s` : `May ${word}`);
  const what =
    origin === "created"
      ? `${verb("replace")} tunnel group ${id} with its ${tunnels}: the new group is made first, then this one is deleted`
      : `${verb("leave")} tunnel group ${id}: its ${tunnels} are removed from it after the other group has them`;
  return [`${what}; with deleteBeforeReplace it is the other way round.`];
}

function notesOf(whole: Plan, state: State, rollout: Rollout | undefined): readonly string[] {
  const { tunnels, removals } = whole;
  const { pending, tunnelIds } = state;
  const awaited = pending.flatMap((write) => [...(write.awaiting ?? []), ...touchedBy(write, tunnelIds)]);
  const isUndecidable = removals.some(({ isCertain }) => !isCertain);
  const announced = tunnels.flatMap((each) => textsOf(each, state, isUndecidable));
  return [...announced, ...settingNotes(whole), ...rolloutNotes(whole, rollout, new Set(awaited))];
}

/** Which settings are set: where their values are secret, the engine's own display names none. */
function settingNotes({ settings, isRenamed }: Plan): readonly string[] {
  const names = [isRenamed ? "tunnelName" : "", namesOf(settings)].filter((name) => name !== "").join(", ");
  return names === "" ? [] : [`${names} changes in place.`];
}

function textsOf(each: TunnelPlan, state: State, isUndecidable: boolean): readonly string[] {
  const { key, declared, present, action, fields } = each;
  if (action === "rebuild") return successionOf(each, state);
  // State does not know whether others have such a tunnel: the warning says what becomes of it.
  if (action === "add" && hasNoCredential(declared)) return [];
  if (action === "add") {
    return [`tunnels.${key} ${isUndecidable && isUndecided(declared) ? "may be" : "is"} added.`];
  }
  const former = present && formerKeyOf(each, state);
  const told = new Set([...fields, ...(action === "update" ? releasedFields(each, state) : [])]);
  const changed = namesOf(TUNNEL_FIELDS.filter((field) => told.has(field)));
  if (former !== undefined) {
    const suffix = changed === "" ? "" : `; ${changed} changes in place`;
    return [...successionOf(each, state), `tunnels.${key} has a new key${suffix}.`];
  }
  return changed === "" ? [] : [`tunnels.${key}: ${changed} changes in place.`];
}

function successionOf(each: TunnelPlan, state: State): readonly string[] {
  const former = formerKeyOf(each, state);
  return former === undefined ? [] : [`tunnels.${former} goes on as tunnels.${each.key}.`];
}

function formerKeyOf({ key, present }: TunnelPlan, state: State): string | undefined {
  const former = present && keyOf(present.id, state);
  return former === key ? undefined : former;
}

/** What the program no longer says of a tunnel: it stays as it is. */
function releasedFields({ declared, present }: TunnelPlan, state: State): readonly Field[] {
  if (isUnknown(declared) || present === undefined) return [];
  const before = ownValue(state.tunnels, keyOf(present.id, state) ?? "");
  return TUNNEL_FIELDS.filter(
    ({ path }) => valueAt(before, path) !== undefined && valueAt(declared, path) === undefined,
  );
}

function keyOf(tunnelId: string, { tunnelIds }: State): string | undefined {
  return Object.keys(tunnelIds).find((key) => tunnelIds[key] === tunnelId);
}

function pendingNotes(state: State): readonly string[] {
  return state.pending.map(({ statusId, awaiting }) => {
    if (awaiting !== undefined) {
      const names = awaiting.map((id) => `tunnels.${keyOf(id, state) ?? id}`);
      return `Waits until ${names.join(", ")} ${names.length === 1 ? "is" : "are"} passing.`;
    }
    return statusId === undefined
      ? "Looks first for what an unproven write has done."
      : `Waits for operation ${statusId} first.`;
  });
}

function warningsOf({ tunnels, removals }: Plan, state: State): readonly string[] {
  return [
    ...tunnels.filter(({ action }) => action === "rebuild").map(rebuildText),
    ...tunnels.filter(({ action, declared }) => action === "add" && hasNoCredential(declared)).map(expectedText),
    ...removals.map((removal) => removalText(removal, tunnels, state)),
  ];
}

function expectedText({ key }: TunnelPlan): string {
  return `tunnels.${key} has neither passphrase nor customerRootCA, so that it is not added: it must be in the group already, else this fails before anything is sent.`;
}

function removalText({ tunnel, isCertain }: Removal, tunnels: Plan["tunnels"], state: State): string {
  const key = keyOf(tunnel.id, state);
  if (key === undefined) {
    return `${isCertain ? "Removes" : "May remove"} a tunnel that this resource does not declare: ${listedText(state, tunnel.id) ?? inWords(tunnel)}.`;
  }
  const name = tunnels.some((each) => each.key === key) ? displacedKey(key, tunnel.id) : key;
  return `tunnels.${name} ${isCertain ? "is" : "may be"} removed.`;
}

function rebuildText({ key, declared, fields, isCertain }: TunnelPlan): string {
  const known = fields.filter(({ path }) => !isUnknown(valueAt(declared, path)));
  return isCertain
    ? `tunnels.${key}: ${namesOf(known)} cannot change in place, so this tunnel is removed and added again; its neighbours are not touched.`
    : `tunnels.${key}: may have to be removed and added again; its neighbours are not touched.`;
}

function namesOf(fields: readonly Field[]): string {
  return fields.map(({ path }) => path.join(".")).join(", ");
}

/** Undeclared tunnels that a refresh listed and the user wants removed. */
function surplusOf(state: State, news: Desired): readonly { readonly id: string }[] {
  if (news.unmanagedTunnels !== "remove") return [];
  const kept = news.unmanaged ?? {};
  return Object.keys(state.inputs.unmanaged ?? {})
    .filter((id) => !Object.hasOwn(kept, id))
    .map((id) => ({ id }));
}

function listedText({ inputs }: State, id: string): string | undefined {
  const text = ownValue(inputs.unmanaged ?? {}, id);
  return text === undefined ? undefined : `${id} (${text})`;
}
