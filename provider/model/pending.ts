import { z } from "zod";
import { ownValue } from "./compare";
import type { Tunnel } from "./fields";

/**
 * A write that was sent and is not proven yet. A run's journal keeps it so that the next run finds it, and a failed step
 * leaves it in state: one form, in both without credentials.
 */
export interface PendingWrite {
  readonly kind: "create" | "update" | "delete";
  readonly networkId: string;
  /** The group that it changes; of a creation the one that it has made, once state has that. */
  readonly groupId?: string | undefined;
  /** The name that a creation gives its group. */
  readonly tunnelName?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** The service's operation; absent where no answer has named one. */
  readonly statusId?: string | undefined;
  /** Ids that were there before: tunnels of the group, or for a creation groups of that name. */
  readonly before: readonly string[];
  /** The tunnels that it adds, with their keys. */
  readonly added: readonly (readonly [key: string, tunnel: Partial<Tunnel>])[];
  /** By tunnel id, the members that it changes. */
  readonly changed: Readonly<Record<string, readonly string[]>>;
  /** Of one that is proven: its tunnels that were not passing yet. Nothing else of it is left to do. */
  readonly awaiting?: readonly string[] | undefined;
}

const members = z.record(z.string(), z.union([z.string(), z.number()]));
const pendingWrite = z.object({
  kind: z.enum(["create", "update", "delete"]),
  networkId: z.string(),
  groupId: z.string().optional(),
  tunnelName: z.string().optional(),
  startedAtMs: z.number(),
  statusId: z.string().min(1).optional(),
  before: z.array(z.string()).catch([]),
  added: z.array(z.tuple([z.string(), members])).catch([]),
  changed: z.record(z.string(), z.array(z.string())).catch({}),
  awaiting: z.array(z.string()).optional().catch(undefined),
});

/** Reads pending writes from state or a journal; what cannot be read is passed over. */
export function readPending(source: unknown): readonly PendingWrite[] {
  if (!Array.isArray(source)) return [];
  return source.flatMap((entry) => {
    const { data } = pendingWrite.safeParse(entry);
    return data ? [data as PendingWrite] : [];
  });
}

/** The writes that are proven, but for the health of their tunnels. */
export function awaitingIn(pending: readonly PendingWrite[]): readonly PendingWrite[] {
  return pending.filter(({ awaiting }) => awaiting !== undefined);
}

/** The writes whose effect is not proven yet. */
export function unprovenIn(pending: readonly PendingWrite[]): readonly PendingWrite[] {
  return pending.filter(({ awaiting }) => awaiting === undefined);
}

/** The tunnels that a write has touched, as far as they are known: changed ones, and the added ones by the ids of their keys. */
export function touchedBy({ changed, added }: PendingWrite, ids: Readonly<Record<string, string>>): readonly string[] {
  const fresh = added.map(([key]) => ownValue(ids, key)).filter((id) => id !== undefined);
  return [...new Set([...Object.keys(changed), ...fresh])];
}

/** Whether a write is a creation whose group state does not have yet, as far as is known. */
export function isOpenCreation({ kind, groupId }: PendingWrite): boolean {
  return kind === "create" && groupId === undefined;
}

/** A write with the group that it is known to belong to. */
export function asOf(write: PendingWrite, groupId: string): PendingWrite {
  return { ...write, groupId };
}

/** A tunnel without what it authenticates with. */
export function withoutCredential({ passphrase: _, customerRootCA: __, ...rest }: Partial<Tunnel>): Partial<Tunnel> {
  return rest;
}

/** Several lists as one, oldest first; of two that are the same write the one that names its operation. */
export function joined(...lists: readonly (readonly PendingWrite[])[]): readonly PendingWrite[] {
  const byWrite = new Map<string, PendingWrite>();
  for (const write of lists.flat()) {
    const name = nameOf(write);
    if (byWrite.get(name)?.statusId === undefined) byWrite.set(name, write);
  }
  return [...byWrite.values()].toSorted((a, b) => a.startedAtMs - b.startedAtMs);
}

/** How long a write that nobody has answered may be what made something that appears. */
const LONGEST_UNANSWERED_MS = 2 * 60 * 60_000;

/** Whether what appears may still be the work of a write. */
export function mayStillShow({ statusId, startedAtMs }: PendingWrite, nowMs: number): boolean {
  return statusId !== undefined || nowMs - startedAtMs <= LONGEST_UNANSWERED_MS;
}

/** Whether both are the same write, at different times of its life. */
export function isSameWrite(a: PendingWrite, b: PendingWrite): boolean {
  return nameOf(a) === nameOf(b);
}

function nameOf({ kind, networkId, groupId, startedAtMs }: PendingWrite): string {
  return JSON.stringify([kind, networkId, groupId, startedAtMs]);
}
