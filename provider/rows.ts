import type { Former } from "./goals/create";
import type { GroupInputs } from "./model/schema";
import type { Plain } from "./process";

/** A row that this run replaces. */
export interface Replaced extends Former {
  /** Its outputs, as they are in state. */
  readonly outputs: Plain;
  /** What takes its place. */
  readonly successor: GroupInputs;
}

/** What the engine has asked a process of each row so far, by URN: what a call means hangs on those before it. */
export interface Rows {
  /** The inputs of a row were checked: the program has it. */
  checked(urn: unknown): void;
  /** A row is read. */
  read(urn: unknown): void;
  /** A row is replaced, which has had these URNs. */
  replaced(urns: readonly unknown[], row: Replaced): void;
  /** Another group has taken the place of a row's. */
  succeeded(row: Replaced): void;
  /** Whether the program has the row, as far as is known. */
  isInProgram(urn: unknown): boolean;
  /** Whether a diff belongs to a refresh: then the row was read, and its inputs are not checked again. */
  isRefreshed(formerUrn: unknown, urn: unknown): boolean;
  /** A row has this id, and keeps it. */
  kept(urn: unknown, id: string): void;
  /** True if another row is to take, or has taken, the place of the row with this URN and id. */
  isReplaced(urn: unknown, id: string): boolean;
  /** The row that is replaced by one of this URN, and has no successor yet. */
  formerOf(urn: unknown): Replaced | undefined;
}

/** Knows of no row yet. */
export function createRows(): Rows {
  const [checked, wasRead] = [new Set<unknown>(), new Set<unknown>()];
  const replaced = new Map<unknown, Replaced>();
  const replacedIds = new Map<unknown, string>();
  const keptIds = new Map<unknown, string>();
  return {
    checked: (urn) => void checked.add(urn),
    read: (urn) => {
      checked.delete(urn);
      wasRead.add(urn);
    },
    replaced: (urns, row) => {
      for (const urn of urns) {
        replaced.set(urn, row);
        replacedIds.set(urn, row.id);
      }
    },
    succeeded: (row) => {
      for (const [urn, each] of replaced) if (each === row) replaced.delete(urn);
    },
    isInProgram: (urn) => checked.has(urn),
    isRefreshed: (formerUrn, urn) => wasRead.has(formerUrn) && !checked.has(urn),
    kept: (urn, id) => {
      if (replacedIds.get(urn) === id) replacedIds.delete(urn);
      keptIds.set(urn, id);
    },
    isReplaced: (urn, id) => replacedIds.get(urn) === id || (keptIds.has(urn) && keptIds.get(urn) !== id),
    formerOf: (urn) => replaced.get(urn),
  };
}
