import type { ApiKey } from "./access";
import { applyEdit, applyLateEdit, type Edit, type Edited, edit } from "./edits";
import type { Service } from "./endpoint";
import type { Fault, Outcome } from "./faults";
import type { JournalEntry } from "./journal";
import type { StoredGroup } from "./model";
import type { Operation } from "./operations";

/** What one may do to a sandbox from outside the service, by method and by HTTP alike. */
export interface Control {
  /** Makes something happen to coming requests. */
  inject(fault: Fault): void;
  /** Says how the next operation of a kind goes. */
  plan(outcome: Outcome): void;
  /** Forgets faults and outcomes that have not struck. */
  clearFaults(): void;
  /** How many faults and outcomes have not struck yet. */
  pendingFaults(): number;
  /**
   * Changes something as somebody else would, at once or after a while.
   * @throws when what it is about is not there, or when it has members that mean nothing
   */
  edit(edit: Edit, options?: { readonly afterMs?: number }): Edited;
  /** The groups as they really are, fields that no answer shows included. */
  groups(): readonly StoredGroup[];
  group(id: string): StoredGroup | undefined;
  operations(): readonly Operation[];
  /** Fails the operations under way, carrying nothing of them out. */
  abandonOperations(): void;
  /** Operations and delayed edits stand still until `resume`. */
  pause(): void;
  resume(): void;
  /** Lets time go by: operations end, tokens expire, the request budget recovers. */
  advance(ms: number): void;
  addApiKey(key: ApiKey): void;
  /** The requests since the start or the last clearing, oldest first. */
  journal(): readonly JournalEntry[];
  clearJournal(): void;
}

/** Creates the control of a service. */
export function createControl(service: Service, skip: (ms: number) => void): Control {
  const { journal, faults, access, agenda, operations, store, now } = service;
  function settled<T>(look: () => T): T {
    agenda.settle();
    return look();
  }
  return {
    inject: faults.inject,
    plan: faults.plan,
    clearFaults: faults.clear,
    pendingFaults: faults.pending,
    edit: (given, { afterMs = 0 } = {}) => {
      const change = edit.parse(given);
      if (afterMs === 0) return settled(() => applyEdit(service, change));
      agenda.at(now() + afterMs, () => applyLateEdit(service, change));
      return {};
    },
    groups: () => settled(() => [...store.groups.values()]),
    group: (id) => settled(() => store.groups.get(id)),
    operations: () => settled(operations.entries),
    abandonOperations: () => settled(operations.abandon),
    pause: agenda.pause,
    resume: agenda.resume,
    advance: (ms) => {
      skip(ms);
      agenda.settle();
    },
    addApiKey: access.addKey,
    journal: journal.entries,
    clearJournal: journal.clear,
  };
}
