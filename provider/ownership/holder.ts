import type { GroupUse, Relation } from "./groupUse";
import { relationOf } from "./groupUse";
import type { OwnershipClaim } from "./importConflict";

/** The resource that has a group which an incomplete creation may have made. */
export interface Holder {
  readonly urn: string | undefined;
  readonly relation: Relation | undefined;
  /** True if only this machine's note says so, and no resource of the run. */
  readonly isNoted: boolean;
}

/** Everything known of a group when an incomplete creation turns out to have made it. */
export interface Known {
  /** The URN of another resource that this machine has noted. */
  readonly otherOwner: string | undefined;
  readonly note: GroupUse | undefined;
  /** The claims of the run on the group. */
  readonly claims: readonly OwnershipClaim[];
}

/**
 * Returns the resource to which a group belongs though an incomplete creation has made it. The resource's own note counts
 * where it says that the resource uses the group as an existing one: a creation does not make that a group of its own.
 */
export function holderOf({ otherOwner, note, claims }: Known): Holder | undefined {
  const owner = claims.find(({ origin }) => origin === "created");
  if (owner) return ofClaim(owner);
  if (otherOwner !== undefined) return { urn: otherOwner, relation: note?.relation, isNoted: true };
  return note?.relation === "usesExisting" ? { ...note, isNoted: true } : undefined;
}

/** As {@link holderOf}, of a group that is about to be deleted: a resource of the run that uses the group counts too. */
export function holderOfDoomed(known: Known): Holder | undefined {
  const user = known.claims.find(({ origin }) => origin === "adopted");
  return holderOf(known) ?? (user && ofClaim(user));
}

function ofClaim({ urn, origin }: OwnershipClaim): Holder {
  return { urn, relation: relationOf(origin), isNoted: false };
}
