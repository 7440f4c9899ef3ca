import type { PendingWrite } from "../model/pending";
import { nameIn } from "../model/urn";
import type { Holder } from "./holder";
import type { OwnershipClaim } from "./importConflict";

/** Text that a group which an incomplete creation has made is neither resumed nor deleted. */
export function leftAloneText(groupId: string, { tunnelName }: PendingWrite, holder: Holder, own?: string): string {
  const { urn, relation, isNoted } = holder;
  const verb = relation === "usesExisting" ? "uses it as an existing group" : "has it";
  const other = isNoted
    ? `${urn} was the last on this machine to have it`
    : `the resource "${nameIn(urn, own)}" ${verb}`;
  const who = urn === own ? `this resource ${verb}` : other;
  return `Tunnel group ${groupId} ("${tunnelName}"), which an incomplete creation of this resource may have made, is left as it is: ${who}.`;
}

/** Text that an incomplete creation does not count any more. */
export function expiredText({ tunnelName, networkId, startedAtMs }: PendingWrite): string {
  const day = new Date(startedAtMs).toISOString().slice(0, 10);
  return `The creation of tunnel group "${tunnelName}" in network ${networkId}, which began on ${day} and whose end was not seen, is more than seven days old: it is neither resumed nor undone. If the group is there, delete it by hand, or own it with HARMONY_SASE_IMPORT.`;
}

/** Text that a group is not deleted because a resource of the run has it. */
export function notDeletedText(groupId: string, { urn, origin }: OwnershipClaim, own: string | undefined): string {
  const what = origin === "created" ? "has it" : "uses it as an existing group";
  const who =
    urn === own
      ? `what takes the place of this resource ${what}`
      : `the resource "${nameIn(urn, own)}" of this run ${what}`;
  return `Tunnel group ${groupId} is not deleted: ${who}.`;
}

/** Text that an import target would give a group to two resources. */
export function importConflictText(groupId: string, own: OwnershipClaim, other: OwnershipClaim): string {
  const owner = [own, other].find(({ isImported }) => !isImported);
  const names = `"${nameIn(own.urn, other.urn)}" and "${nameIn(other.urn, own.urn)}"`;
  const wayOn =
    owner === undefined
      ? "Name it in HARMONY_SASE_IMPORT for one of them"
      : `Leave it out of HARMONY_SASE_IMPORT; or, for the other resource to own it, take "${nameIn(owner.urn)}" out of the program, and out of state with pulumi state delete '${owner.urn}'`;
  return `Tunnel group ${groupId} cannot be imported: ${names} would both own it, and destroying either deletes it. ${wayOn}.`;
}
