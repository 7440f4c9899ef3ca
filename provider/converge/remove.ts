import { isPlaceholder } from "../model/placeholder";
import { MOST_TUNNELS } from "../model/schema";
import type { State } from "../model/state";
import { inWords } from "../plan/match";
import { OperationFailedError } from "../service/errors";
import { namesBelongTo, type PresentGroup, type PresentTunnel, undecorated } from "../service/wire";
import { NotAppliedError, PlanError } from "./errors";
import { groupsNamed, look } from "./look";
import { noted } from "./noted";
import { knownTunnels } from "./outcome";
import { subjectOf } from "./reconcile";
import { type Fate, finishEarlier, lookUntil, send } from "./send";
import type { Session } from "./session";
import { inherited } from "./trail";

/**
 * Ends what a resource stands for: a group that it created is deleted, of one that it adopted the declared tunnels are
 * removed. What a create or update of the same process has returned stays.
 * @throws PlanError when a created group holds tunnels that nobody declared, and they are to be kept
 */
export async function remove(session: Session, id: string, state: State): Promise<void> {
  const { networkId } = state.inputs;
  if (networkId === undefined) throw new PlanError("State names no networkId: repair it, or run pulumi state delete.");
  const subject = subjectOf(networkId, id);
  const run = () => noted(session, subject, () => removeAlone(session, networkId, id, state));
  await session.limits.write(networkId, id, run, session.signal);
}

async function removeAlone(session: Session, networkId: string, id: string, state: State): Promise<void> {
  const groupId = await resolveGroup(session, networkId, id, state);
  if (groupId === undefined) return;
  const note = await session.recovery.find(subjectOf(networkId, groupId));
  for (let seen = await look(session, networkId, groupId); seen !== undefined; ) {
    const group: PresentGroup = seen;
    const whole = inherited(state, note?.trail, group);
    const isDone =
      state.origin === "created"
        ? await removeGroup(session, networkId, groupId, whole, group)
        : await removeTunnels(session, networkId, groupId, whole, group);
    if (isDone) return;
    seen = await look(session, networkId, groupId);
  }
}

/** The group's id: of a creation that was not seen to end, the one that its operation names. */
export async function resolveGroup(
  session: Session,
  networkId: string,
  id: string,
  state: State,
): Promise<string | undefined> {
  const end = await finishEarlier(session, subjectOf(networkId, id), state.operation);
  if (!isPlaceholder(id)) return id;
  if (end?.resourceId !== undefined) return end.resourceId;
  if (end?.outcome === "failed") return undefined;
  const groups = await groupsNamed(session, networkId, state.inputs.tunnelName ?? "");
  if (groups.length > 1) {
    throw new PlanError(
      `Which of the tunnel groups ${groups.map(({ id: each }) => each).join(", ")} in network ${networkId} an interrupted creation made cannot be told: delete it by hand, then run pulumi state delete.`,
    );
  }
  return groups[0]?.id;
}

/** @returns whether the group is gone, or is to stay */
async function removeGroup(
  session: Session,
  networkId: string,
  groupId: string,
  state: State,
  seen: PresentGroup,
): Promise<boolean> {
  if (session.ownership.hasGroup(groupId)) {
    await session.warn(`Tunnel group ${groupId} is not deleted: this very run has created or updated it.`);
    return true;
  }
  const known = new Set([...knownTunnels(state, seen).values()].map((tunnel) => tunnel.id));
  const strangers = seen.tunnels.filter((tunnel) => !known.has(tunnel.id));
  if (strangers.length > 0 && state.inputs.unmanagedTunnels !== "remove") {
    throw new PlanError(
      `Tunnel group ${groupId} holds tunnels that this program has not declared: ${strangers.map(inWords).join(", ")}. Move or remove them first, or set unmanagedTunnels: "remove" and run pulumi up.`,
    );
  }
  const fate = await send(session, subjectOf(networkId, groupId), "delete", (options) =>
    session.client.deleteGroup(networkId, groupId, options),
  );
  const isGone = (group: PresentGroup | undefined) => group === undefined;
  return settled(session, networkId, groupId, fate, isGone, `delete tunnel group ${groupId}`);
}

/** @returns whether none of the declared tunnels is there any more */
async function removeTunnels(
  session: Session,
  networkId: string,
  groupId: string,
  state: State,
  seen: PresentGroup,
): Promise<boolean> {
  const declared = [...knownTunnels(state, seen).values()].filter(({ id }) => !session.ownership.hasTunnel(id));
  if (declared.length === 0) return true;
  const batch = declared.slice(0, MOST_TUNNELS).map(({ id }) => ({ id }));
  const body = { tunnelName: presentName(state, seen), removeTunnels: batch };
  const fate = await send(session, subjectOf(networkId, groupId), "delete", (options) =>
    session.client.updateGroup(networkId, groupId, body, options),
  );
  const isRid = (group: PresentGroup | undefined) => !group?.tunnels.some((tunnel) => has(batch, tunnel));
  await settled(session, networkId, groupId, fate, isRid, `remove the tunnels of group ${groupId}`);
  return false;
}

function has(batch: readonly { readonly id: string }[], tunnel: PresentTunnel): boolean {
  return batch.some(({ id }) => id === tunnel.id);
}

/** The PUT wants the name; the group keeps the one that it has. */
function presentName(state: State, { names: [first, ...others] }: PresentGroup): string {
  const expected = state.inputs.tunnelName;
  if (first === undefined) return expected ?? "";
  return expected !== undefined && namesBelongTo(expected, [first, ...others]) ? expected : undecorated(first);
}

async function settled(
  session: Session,
  networkId: string,
  groupId: string,
  fate: Fate,
  isDone: (group: PresentGroup | undefined) => boolean,
  operation: string,
): Promise<boolean> {
  if (fate.outcome === "failed") {
    await withdraw(session, subjectOf(networkId, groupId));
    throw new OperationFailedError({
      operation,
      reasons: fate.reasons,
      ...(fate.statusCode === undefined ? {} : { statusCode: fate.statusCode }),
    });
  }
  const seen = await lookUntil(session, () => look(session, networkId, groupId), isDone);
  if (isDone(seen)) return true;
  if (fate.outcome === "unclear" && session.clock.now() < session.deadlineMs) return false;
  await withdraw(session, subjectOf(networkId, groupId));
  throw new NotAppliedError(`Could not ${operation}: the API said that it was completed, but it is still there.`);
}

/** What was not deleted stays: an up must not take it for half gone and make it anew. */
async function withdraw({ recovery }: Session, subject: string): Promise<void> {
  const note = await recovery.find(subject);
  await (note?.trail ? recovery.keep(subject, { ...note, kind: "update" }) : recovery.clear(subject));
}
