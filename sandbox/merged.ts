/** Returns `present` with what `change` has: objects member by member, anything else replaced. */
export function merged(present: unknown, change: unknown): unknown {
  if (!isRecord(present) || !isRecord(change)) return change;
  const changed = Object.entries(change).map(([name, value]) => [name, merged(present[name], value)]);
  return { ...present, ...Object.fromEntries(changed) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
