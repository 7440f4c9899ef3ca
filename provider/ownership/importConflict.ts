import type { Origin } from "../model/schema";

/** A resource of the run that has a group, and in which way. */
export interface OwnershipClaim {
  readonly urn: string | undefined;
  readonly origin: Origin;
  /** True if an import target of this run, and not state, makes the resource the owner. */
  readonly isImported?: true | undefined;
}

/**
 * Returns the other owner of a group, where an import target of this run makes one of the two its owner. Where state has
 * both already, no import is to be refused.
 */
export function importConflict<T extends OwnershipClaim>(own: OwnershipClaim, claims: readonly T[]): T | undefined {
  const other = otherOwner(own, claims);
  return own.isImported || other?.isImported ? other : undefined;
}

/** Returns the other resource of the run that owns the group which `own` owns. */
export function otherOwner<T extends OwnershipClaim>(own: OwnershipClaim, claims: readonly T[]): T | undefined {
  if (own.origin !== "created") return undefined;
  return claims.find(({ urn, origin }) => urn !== own.urn && origin === "created");
}
