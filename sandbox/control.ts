import type { ApiKey } from "./access";
import { type Peer, peer } from "./contract/requests";
import { applyEdit, applyLateEdit, type Edit, type Edited, edit } from "./edits";
import type { Service } from "./endpoint";
import type { Fault, Outcome } from "./faults";
import { frozen } from "./frozen";
import type { Downtime } from "./health/downtime";
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
  /** Puts a router at the far end of a tunnel, or changes it; its name is the caller's. */
  setPeer(name: string, peer: Peer): void;
  /**
   * Has a router begin anew with all of its tunnels.
   * @throws when there is none of that name
   */
  restartPeer(name: string): void;
  /** @throws when there is none of that name */
  forgetPeer(name: string): void;
  /** What stands at the far ends of tunnels, by name. */
  peers(): Readonly<Record<string, Peer>>;
  /** When a group's tunnels were down, from `sinceMs` (since the epoch) on; of a group that is gone too. */
  downtime(groupId: string, sinceMs?: number): Downtime;
  /** The requests since the start or the last clearing, oldest first. */
  journal(): readonly JournalEntry[];
  clearJournal(): void;
}

/** Creates the control of a service. */
export function createControl(service: Service, skip: (ms: number) => void): Control {
  const { journal, faults, access, agenda, operations, store, tunnelling, now } = service;
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
    setPeer: (name, given) => {
      const checked = frozen(peer.parse(given));
      settled(() => tunnelling.setPeer(name, checked));
    },
    restartPeer: (name) => settled(() => tunnelling.restartPeer(name)),
    forgetPeer: (name) => settled(() => tunnelling.forgetPeer(name)),
    peers: tunnelling.peers,
    downtime: (groupId, sinceMs) => settled(() => tunnelling.downtime(groupId, sinceMs)),
    journal: journal.entries,
    clearJournal: journal.clear,
  };
}
