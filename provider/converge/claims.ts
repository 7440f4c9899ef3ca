/** What a resource that stays stands for: all of a group that it created, or its own tunnels of one that it adopted. */
export interface Claim {
  /** Undefined for a state that has none: it claims nothing. */
  readonly urn: string | undefined;
  readonly origin: "created" | "adopted";
  readonly groupId: string;
  readonly tunnelIds: readonly string[];
  /** True if the resource owns the group by an import target of this run, and not by state. */
  readonly isImported?: true | undefined;
}

/** The claims of all resources of a run, shared by its processes: what one of them stands for no other removes. */
export interface Claims {
  /** Says what a resource stands for; it replaces what was said of the same resource before. */
  claim(claim: Claim): Promise<void>;
  /** Every claim on a group, the resource's own included. */
  on(groupId: string): Promise<readonly Claim[]>;
  /** True if this process made the claim. */
  isOwn(claim: Claim): boolean;
}

/** Who else has a tunnel; undefined where nobody has. */
export function rivalFor(claims: readonly Claim[], urn: string | undefined, tunnelId: string): Claim | undefined {
  return claims.find((claim) => claim.urn !== urn && claim.tunnelIds.includes(tunnelId));
}

/** The ids of the tunnels that other resources have. */
export function takenByOthers(claims: readonly Claim[], urn: string | undefined): ReadonlySet<string> {
  return new Set(claims.filter((claim) => claim.urn !== urn).flatMap(({ tunnelIds }) => tunnelIds));
}
