import { z } from "zod";
import type { Origin } from "../model/schema";

/** The way in which a resource has a group: it owns the group, or it uses an existing one and owns only its own tunnels. */
export type Relation = "owns" | "usesExisting";

/** The resource that was the last on this machine to have a group. */
export interface GroupUse {
  readonly urn: string;
  /** Undefined in a note of an earlier version, which did not say. */
  readonly relation: Relation | undefined;
  /** When the group was seen gone, in milliseconds since the epoch. */
  readonly goneAtMs?: number | undefined;
}

/** The words of state and notes. */
const ORIGINS: Readonly<Record<Relation, Origin>> = { owns: "created", usesExisting: "adopted" };

const note = z.object({
  urn: z.string(),
  origin: z.enum(["created", "adopted"]).optional().catch(undefined),
  goneAtMs: z.number().optional().catch(undefined),
});

/** Returns the relation that state and notes call `origin`. */
export function relationOf(origin: Origin): Relation {
  return origin === ORIGINS.owns ? "owns" : "usesExisting";
}

/** Reads a note of a group's use; an earlier version wrote the URN alone. */
export function readGroupUse(source: unknown): GroupUse | undefined {
  if (typeof source === "string") return { urn: source, relation: undefined };
  const { data } = note.safeParse(source);
  return data && { urn: data.urn, relation: data.origin && relationOf(data.origin), goneAtMs: data.goneAtMs };
}

/** Returns what a note of a group's use holds. */
export function noteOf({ urn, relation, goneAtMs }: GroupUse): unknown {
  return { urn, ...(relation && { origin: ORIGINS[relation] }), ...(goneAtMs === undefined ? {} : { goneAtMs }) };
}
