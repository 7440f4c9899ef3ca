import { incompleteListText } from "../converge/errors";
import { groupsNamed, observeSurely } from "../converge/observe";
import type { Session } from "../converge/session";
import { importCommand } from "../model/adoption";
import { isOpenCreation, type PendingWrite } from "../model/pending";
import { nameIn } from "../model/urn";
import { PlanError } from "../plan/error";
import type { Sharing } from "../service/requests";
import { awaitOther, writesOfOthers } from "./others";

/**
 * Makes sure that a network has no group of a name, and gets none just now.
 * @param sharing how the list may be served from what others have read
 * @throws PlanError that names the group and the ways on
 */
export async function demandFreeName(
  session: Session,
  networkId: string,
  tunnelName: string,
  sharing: Sharing,
): Promise<void> {
  await demandNotListed(session, networkId, tunnelName, sharing);
  await demandNobodyElse(session, networkId, tunnelName);
}

/**
 * Another resource on this machine may be creating a group of that name just now, or a row that this one is to replace has made
 * it: that is waited for, since it may not be listed yet.
 */
async function demandNobodyElse(session: Session, networkId: string, tunnelName: string): Promise<void> {
  const isOfName = (write: PendingWrite) =>
    write.kind === "create" && write.networkId === networkId && write.tunnelName === tunnelName;
  const ofRow = (await session.journal.entries()).filter((write) => isOfName(write) && !isOpenCreation(write));
  const others = [...ofRow, ...(await writesOfOthers(session, isOfName))];
  for (const write of others) {
    session.status(`another resource is creating a group named ${tunnelName}: waits for it`);
    const { outcome, resourceId } = await awaitOther(session, write);
    const groupId = write.groupId ?? (outcome === "succeeded" ? resourceId : undefined);
    if (groupId !== undefined) await demandGone(session, networkId, tunnelName, groupId);
  }
  if (others.length > 0) await demandNotListed(session, networkId, tunnelName);
}

/** A group that was made shows sooner or later, unless it was deleted since. */
async function demandGone(session: Session, networkId: string, tunnelName: string, groupId: string): Promise<void> {
  if (await observeSurely(session, networkId, groupId)) throw await takenError(session, networkId, tunnelName, groupId);
}

/** Nothing but the creation's own evidence makes a group this resource's: a group of its name is somebody's. */
async function demandNotListed(
  session: Session,
  networkId: string,
  tunnelName: string,
  sharing: Sharing = {},
): Promise<void> {
  const { groups, isSure } = await groupsNamed(session, networkId, tunnelName, { ...sharing, tunnelName });
  const [taken] = groups;
  if (taken !== undefined) throw await takenError(session, networkId, tunnelName, taken.id);
  if (isSure) return;
  await session.warnOnce(
    `${incompleteListText(networkId)}, so that it cannot be told whether there is a tunnel group named "${tunnelName}" already: it is created all the same.`,
  );
}

async function takenError(
  session: Session,
  networkId: string,
  tunnelName: string,
  groupId: string,
): Promise<PlanError> {
  const owner = (await session.claims.on(groupId)).find(({ origin }) => origin === "created");
  const who = owner ? `, which the resource "${nameIn(owner.urn, session.urn)}" has` : "";
  return new PlanError(
    `Network ${networkId} has a tunnel group named "${tunnelName}" already (${groupId})${who}. Nothing was sent. After a rename or a move give the resource an alias; a replacement that keeps the name needs deleteBeforeReplace: true; otherwise choose another tunnelName, adopt the group with dynamicTunnelId: "${groupId}", or, if it is yours and nobody else's, own it: declare it as it is ("${importCommand(networkId, groupId)}" writes that down) and run HARMONY_SASE_IMPORT="${nameIn(session.urn)}=${groupId}" pulumi up.`,
  );
}
