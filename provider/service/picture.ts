import type { Pass } from "./pages";
import { decodeGroup, type ShownGroup } from "./wire";

/** A list and when it was begun: what happened later it may not show. */
export interface Picture extends Pass {
  readonly beganMs: number;
}

/** An operation that a list may prove. */
export interface ListedOperation {
  readonly statusId: string;
  readonly networkId: string;
  readonly groupId: string;
  /** The tunnels that the list has to show. */
  readonly tunnelIds: readonly string[];
  /** Decides by the group as a whole, and by each of its tunnels alone. */
  isProven(whole: ShownGroup, byTunnel: readonly ShownGroup[]): boolean;
}

/** The entries of a group. */
export function itemsOf({ entries }: Picture, groupId: string): readonly unknown[] {
  return entries.filter((entry) => (entry as { haTunnelID?: unknown } | null)?.haTunnelID === groupId);
}

/** The group as a list shows it; undefined where it has to be read by itself. */
export function groupIn(
  picture: Picture,
  groupId: string,
  tunnelIds: readonly string[] | undefined,
): ShownGroup | undefined {
  const items = itemsOf(picture, groupId);
  const group = items.length > 0 ? decodeGroup(items) : undefined;
  if (group === undefined || group.tunnels.some(({ id }) => id === groupId)) return undefined;
  const isMissing = (id: string) => !group.tunnels.some((tunnel) => tunnel.id === id);
  // Who does not say what he looks for wants all that there is.
  const isEnough = picture.isSure || (tunnelIds !== undefined && !tunnelIds.some(isMissing));
  return isEnough ? group : undefined;
}

/** The group as a list shows it that proves an operation. */
export function provenIn(picture: Picture, { groupId, tunnelIds, isProven }: ListedOperation): ShownGroup | undefined {
  const whole = groupIn(picture, groupId, tunnelIds);
  const byTunnel = itemsOf(picture, groupId).flatMap((item) => decodeGroup([item]) ?? []);
  return whole && isProven(whole, byTunnel) ? whole : undefined;
}
