const PREFIX = "pending-";

/**
 * The id of a resource whose group's creation was accepted, but neither ended nor named the group in time. State keeps
 * the operation under it, so that a destroy finds the group; an up replaces it.
 */
export function placeholderId(statusId: string): string {
  return `${PREFIX}${statusId}`;
}

/** Whether an id stands for a creation whose outcome was not seen. */
export function isPlaceholder(id: string): boolean {
  return id.startsWith(PREFIX);
}
