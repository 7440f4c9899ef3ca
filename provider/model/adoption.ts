import { nameIn } from "./urn";

const MOST_NAMED = 6;

/** The command that writes down a group as it is, so that it can be owned. */
export function importCommand(networkId: string, groupId: string): string {
  return `npx pulumi-harmony-sase import --network ${networkId} --group ${groupId} --out imported`;
}

/** That another resource has had the group that one is to own by a person's word: nobody can tell whether it still has. */
export function otherOwnerText(groupId: string, otherUrn: string): string {
  return `Tunnel group ${groupId} was last owned or adopted on this machine by ${otherUrn}. Where that still owns it, two resources do, and destroying either deletes the group: first let go of it there, with pulumi state delete.`;
}

/** That two resources of a program own one group. */
export function ownedTwiceText(groupId: string, otherUrn: string, urn: string | undefined): string {
  return `Tunnel group ${groupId} is owned by the resource "${nameIn(otherUrn, urn)}" as well, and each of the two deletes it. Let one of them adopt it, or take one out with pulumi state delete.`;
}

/**
 * That a resource that has adopted its group does not own it because the program says nothing of it any more.
 * @param missing what the program has yet to say of the group, as paths
 */
export function stillAdoptedText(groupId: string, urn: unknown, missing: readonly string[] = []): string {
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : "";
  const needs = missing.length > 0 ? `, ${missing.slice(0, MOST_NAMED).join(", ")}${more} included` : "";
  const name = nameIn(typeof urn === "string" ? urn : undefined);
  return `cannot be taken out: this resource adopted the group ${groupId}. Keep it; or own the group, by which nothing is sent: declare it as it is${needs}, and run HARMONY_SASE_IMPORT="${name}=${groupId}" pulumi up`;
}
