import { attached } from "../converge/attach";
import { checkup } from "../converge/health";
import { completed } from "../converge/known";
import { observe, observeKnown, SHARED_FOR_MS } from "../converge/observe";
import { among, awaitingNote, openIn } from "../converge/open";
import { disagreements, echoIn } from "../converge/seen";
import { closeJournal, overWith, type Session } from "../converge/session";
import { ownValue, valueAt, withValueAt } from "../model/compare";
import { isDefaulted } from "../model/defaults";
import { isDisplaced } from "../model/displacedKey";
import type { Tunnel } from "../model/fields";
import { pickedShown, shownAt } from "../model/foreign";
import { isHealthAsked } from "../model/health";
import { awaitingIn, type PendingWrite, unprovenIn } from "../model/pending";
import { isPlaceholder } from "../model/placeholder";
import type { PresentTunnel } from "../model/present";
import { type Origin, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import { engineValue, type Outcome, outputsOf, type State } from "../model/state";
import { isExpiredCreate, wasSeen } from "../ownership/incompleteCreate";
import { PlanError } from "../plan/error";
import type { ShownGroup } from "../service/wire";
import { warningOfHeld } from "./incompleteCreate";
import { findCreated, recovered } from "./recover";

/** What a refresh found. */
export interface Refreshed {
  readonly id: string;
  readonly props: Record<string, unknown>;
  readonly inputs: Record<string, unknown>;
}

/**
 * Reads a group for state: every declared tunnel and setting as the service shows it, in the spelling of state where
 * both mean the same. What the service does not show stays as state knows it of that tunnel.
 * @param withMore adds to outputs what does not come from the group, before the writes that are over are forgotten
 * @returns undefined when the group is gone
 * @throws PlanError when state does not say where the group is
 */
export async function refresh(
  session: Session,
  id: string,
  state: State,
  withMore: (outputs: Record<string, unknown>) => Promise<Record<string, unknown>>,
): Promise<Refreshed | undefined> {
  const networkId = networkOf(state);
  const groupId = await groupOf(session, networkId, id, state);
  const isOver = overWith(groupId, state.pending);
  if (groupId === undefined) return closing(session, isOver, undefined);
  const whole = await recovered(session, groupId, state);
  // What has just been waited for an older list does not show.
  const maxAgeMs = whole.pending.length > 0 ? 0 : SHARED_FOR_MS;
  const sharing = { maxAgeMs, tunnelIds: Object.values(whole.tunnelIds) };
  const seen = await observeKnown(session, networkId, groupId, whole, { sharing });
  if (seen === undefined) return closing(session, isOver, undefined);
  const known = attached(whole, whole.pending, seen.tunnels);
  await tellName(session, groupId, known, seen);
  for (const text of disagreements(seen, known.inputs)) await session.info(text);
  const shown = found(groupId, known, seen, await healthFor(session, groupId, known, seen));
  return closing(session, isOver, { ...shown, props: await withMore(shown.props) });
}

/** Tells what an existing group is called, where that is not what the program has given it. */
async function tellName(session: Session, groupId: string, state: State, seen: ShownGroup): Promise<void> {
  const { tunnelName: given } = state.inputs;
  const { tunnelName: present } = completed(seen, state, state.inputs);
  if (state.origin === "created" || given === undefined || present === undefined || present === given) return;
  await session.info(
    `Tunnel group ${groupId} is called "${present}"; tunnelName says "${given}". It keeps the name that it has.`,
  );
}

/** What of health goes to state: a refresh waits for nothing, and what is still to be waited for stays known. */
async function healthFor(session: Session, groupId: string, state: State, seen: ShownGroup): Promise<Health> {
  if (!isHealthAsked(state.inputs)) return {};
  const { tunnelIds } = state;
  const networkId = networkOf(state);
  const open = openIn(state, session);
  const unproven = among(openIn({ ...state, pending: unprovenIn(state.pending) }, session), tunnelIds);
  const { health, trouble } = await checkup(session, {
    networkId,
    tunnelIds,
    storedNames: seen.storedNames ?? {},
    open,
  });
  if (trouble !== undefined) await session.warn(trouble);
  const left = awaitingNote(networkId, groupId, unproven, session.clock.now());
  return { tunnelHealth: health, pending: [...awaitingIn(state.pending), ...left] };
}

type Health = Pick<Outcome, "tunnelHealth" | "pending">;

async function closing<T>(session: Session, isOver: ReturnType<typeof overWith>, result: T): Promise<T> {
  await closeJournal(session, isOver);
  return result;
}

/** The network that state names. */
export function networkOf({ inputs: { networkId } }: State): string {
  if (networkId !== undefined) return networkId;
  throw new PlanError(
    "State names no networkId, so that nobody can tell where the group is: put it back with pulumi state edit, or let go of the resource with pulumi state delete.",
  );
}

/**
 * Finds the group of a resource whose creation may still be pending: then its id may stand for the creation, or be what the
 * creation's operation has named, which need not be the group.
 */
export async function groupOf(
  session: Session,
  networkId: string,
  id: string,
  state: State,
  find: FindCreated = findUnexpired(session),
): Promise<string | undefined> {
  if (isPlaceholder(id)) return createdBy(state, find);
  const isBegun = !wasSeen(state) && unprovenIn(state.pending).some(({ kind }) => kind === "create");
  if (!isBegun || (await observe(session, networkId, id)) !== undefined) return id;
  return (await createdBy(state, find)) ?? id;
}

/** Finds the group that a creation has made. */
type FindCreated = (write: PendingWrite) => Promise<string | undefined>;

/** A creation that is too old to be resumed has made nothing that counts. */
function findUnexpired(session: Session): FindCreated {
  return async (write) =>
    isExpiredCreate(write, session.clock.now())
      ? undefined
      : findCreated(session, write, warningOfHeld(session, write));
}

/** The group that a creation has made whose end was not seen. */
async function createdBy({ pending }: State, find: FindCreated): Promise<string | undefined> {
  for (const write of pending.filter(({ kind }) => kind === "create")) {
    const groupId = await find(write);
    if (groupId !== undefined) return groupId;
  }
  return undefined;
}

function found(groupId: string, state: State, seen: ShownGroup, health: Health): Refreshed {
  const { unmanaged: _, ...declared } = state.inputs;
  const { tunnelName: present, tunnels, ...settings } = completed(seen, state, declared);
  const byId = new Map(tunnels.map((tunnel) => [tunnel.id, tunnel]));
  const own = Object.entries(state.tunnelIds).flatMap(([key, id]) => {
    const tunnel = byId.get(id);
    return tunnel ? [[key, tunnel] as const] : [];
  });
  const ownIds = new Set(own.map(([, { id }]) => id));
  const undeclared = tunnels.filter(({ id }) => !ownIds.has(id));
  const isListing = state.inputs.unmanagedTunnels === "remove" && undeclared.length > 0;
  const inputs = {
    ...SETTING_FIELDS.reduce((result, { path }) => {
      const there = valueAt(result, path) === undefined ? undefined : shownAt(settings, path);
      return there === undefined ? result : withValueAt(result, path, there);
    }, declared),
    // The owner of an existing group may rename it: what the program gives it is another thing.
    tunnelName: state.origin === "created" ? present : state.inputs.tunnelName,
    tunnels: Object.fromEntries(
      own.map(([key, tunnel]) => [key, fieldsOf(ownValue(state.tunnels, key) ?? {}, tunnel, state.origin)]),
    ),
    ...(isListing ? { unmanaged: Object.fromEntries(undeclared.map(listed)) } : {}),
  };
  const tunnelIds = Object.fromEntries(own.map(([key, { id }]) => [key, id]));
  const declarable = Object.fromEntries(Object.entries(inputs.tunnels).filter(([key]) => !isDisplaced(key)));
  return {
    id: groupId,
    props: outputsOf({ inputs, groupId, tunnelIds, origin: state.origin, echo: echoIn(seen, state.echo), ...health }),
    inputs: engineValue({ ...inputs, tunnels: declarable }),
  };
}

/** The fields that are declared, or have a default, as they are. */
function fieldsOf(declared: Partial<Tunnel>, there: PresentTunnel, origin: Origin): Partial<Tunnel> {
  return pickedShown(
    TUNNEL_FIELDS,
    there,
    ({ path }) => valueAt(declared, path) !== undefined || (origin === "created" && isDefaulted(path[0] as string)),
  );
}

function listed({ id, regionID, remotePublicIP }: PresentTunnel): [string, string] {
  return [id, `${regionID ?? "unknown region"} ${remotePublicIP ?? "unknown address"}`];
}
