import type { Outcome } from "./faults";
import type { Chance } from "./random";

/** An operation as its status shows it. */
export interface Operation {
  readonly id: string;
  readonly networkId: string;
  readonly kind: Outcome["operation"];
  readonly resource: string;
  readonly outcome: Outcome | undefined;
  completed: boolean;
  statusCode: number | undefined;
  reasons: string[];
}

/** Time, so that tests can do without. */
export interface SandboxClock {
  now(): number;
  /** Runs `task` after `ms` milliseconds; returns a way to cancel it. */
  after(ms: number, task: () => void): () => void;
}

/** The real clock; what waits on it keeps no process alive. */
export const realClock: SandboxClock = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** The operations of the service. */
export interface Operations {
  get(id: string): Operation | undefined;
  activeOn(networkId: string): number;
  /** Accepts an operation; `apply` is called when its time has come, and returns why it failed, if it did. */
  start(request: {
    networkId: string;
    kind: Outcome["operation"];
    resource: string;
    outcome: Outcome | undefined;
    apply: (share: number | undefined) => { status: number; message: string } | undefined;
  }): Operation;
  close(): void;
}

/** Creates the list of operations, each of which takes `durationMs` unless its outcome says otherwise. */
export function createOperations(
  chance: Chance,
  clock: SandboxClock,
  durationMs: number,
  isCoded: boolean,
): Operations {
  const operations = new Map<string, Operation>();
  const pending = new Set<() => void>();

  return {
    get: (id) => operations.get(id),
    activeOn: (networkId) =>
      [...operations.values()].filter((each) => each.networkId === networkId && !each.completed).length,
    start: ({ networkId, kind, resource, outcome, apply }) => {
      const operation: Operation = {
        id: chance.id("St"),
        networkId,
        kind,
        resource,
        outcome,
        completed: false,
        statusCode: undefined,
        reasons: [],
      };
      operations.set(operation.id, operation);
      const end = () => {
        pending.delete(cancel);
        const planned = outcome?.statusCode;
        const isGood = planned === undefined || planned === null || planned < 400;
        const applied = outcome?.applied ?? isGood;
        const refusal = applied === false ? undefined : apply(typeof applied === "number" ? applied : undefined);
        operation.completed = !outcome?.isNeverCompleted;
        operation.statusCode =
          refusal?.status ?? (planned === null ? undefined : (planned ?? (isCoded ? 200 : undefined)));
        operation.reasons = refusal ? [refusal.message] : (outcome?.reasons ?? []);
      };
      const cancel = clock.after(outcome?.durationMs ?? durationMs, end);
      pending.add(cancel);
      return operation;
    },
    close: () => {
      for (const cancel of pending) cancel();
    },
  };
}
