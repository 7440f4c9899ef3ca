import type { Pass } from "./pages";
import { decodeGroup, type ShownGroup } from "./wire";

/** A list and when it was begun: what happened later it may not show. */
export interface Picture extends Pass {
  readonly beganMs: number;
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
