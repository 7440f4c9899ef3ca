import { nameIn } from "./urn";

const MOST_NAMED = 6;

/** The command that writes down a group as it is, so that it can be owned. */
export function importCommand(networkId: string, groupId: string): string {
  return `npx pulumi-harmony-sase import --network ${networkId} --group ${groupId} --out imported`;
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
