/**
 * The groups and tunnels that creates and updates of this process have returned. The engine may ask for a delete of the
 * very thing that it has just had created (`up --replace`): what is owned here is never removed.
 */
export interface Ownership {
  hasGroup(groupId: string): boolean;
  hasTunnel(tunnelId: string): boolean;
  own(groupId: string, tunnelIds: Iterable<string>): void;
}

/** Ownership that lives as long as the process. */
export function createOwnership(): Ownership {
  const groups = new Set<string>();
  const tunnels = new Set<string>();
  return {
    hasGroup: (groupId) => groups.has(groupId),
    hasTunnel: (tunnelId) => tunnels.has(tunnelId),
    own: (groupId, tunnelIds) => {
      groups.add(groupId);
      for (const id of tunnelIds) tunnels.add(id);
    },
  };
}
