import type { Agenda } from "./agenda";
import type { Extent } from "./changes";
import type { Outcome } from "./faults";
import type { Chance } from "./ids";
import { Refusal } from "./refusal";

/** A write that the service has accepted. */
export interface Write {
  readonly kind: Outcome["operation"];
  readonly account: string;
  readonly networkId: string;
  readonly groupId: string;
  /**
   * Carries it out at the end of its time.
   * @throws Refusal when the network has changed meanwhile, so that it can't be
   */
  apply(extent: Extent): void;
}

/** What the status of an operation says in the end. */
export interface OperationResult {
  /** A path whose last segment is the object's id. */
  readonly resource: string;
  readonly statusCode?: number;
  readonly reason?: readonly string[];
}

/** An accepted write on its way. */
export interface Operation extends Omit<Write, "apply"> {
  readonly id: string;
  readonly startedAtMs: number;
  readonly completed: boolean;
  readonly result?: OperationResult;
}

/** The operations of a sandbox. */
export interface Operations {
  /** @throws Refusal 429 when the network has as many active operations as it may */
  checkLimit(networkId: string): void;
  start(write: Write, outcome: Outcome | undefined): Operation;
  find(id: string): Operation | undefined;
  entries(): Operation[];
  /** Fails what is under way; nothing of it is carried out any more. */
  abandon(): void;
}

/** What operations are made with. */
export interface OperationSettings {
  readonly agenda: Agenda;
  readonly chance: Chance;
  readonly now: () => number;
  readonly operationMs: number;
  readonly activeOperationsPerNetwork: number;
  readonly isSuccessCoded: boolean;
}

const SUCCESS: Readonly<Record<Write["kind"], number>> = { createGroup: 201, updateGroup: 200, deleteGroup: 200 };

/** Creates the list of operations. */
export function createOperations(settings: OperationSettings): Operations {
  const { agenda, chance, now, operationMs, activeOperationsPerNetwork: limit, isSuccessCoded } = settings;
  const operations = new Map<string, Operation>();

  function end(id: string, write: Write, outcome: Outcome | undefined): void {
    const operation = operations.get(id);
    if (operation === undefined || operation.completed) return;
    const result = resultOf(write, outcome, isSuccessCoded);
    if (!outcome?.isNeverCompleted) operations.set(id, { ...operation, completed: true, result });
  }

  return {
    checkLimit: (networkId) => {
      const active = [...operations.values()].filter((each) => each.networkId === networkId && !each.completed);
      if (active.length < limit) return;
      throw new Refusal(429, `Too many concurrent operations on network ${networkId}: the limit is ${limit}`);
    },
    start: (write, outcome) => {
      const { apply: _, ...described } = write;
      const id = chance.id("St");
      const early = outcome?.resource === "early" ? { result: { resource: resourceOf(write) } } : {};
      const operation: Operation = { ...described, id, startedAtMs: now(), completed: false, ...early };
      operations.set(id, operation);
      agenda.at(now() + (outcome?.durationMs ?? operationMs), () => end(id, write, outcome));
      return operation;
    },
    find: (id) => operations.get(id),
    entries: () => [...operations.values()],
    abandon: () => {
      for (const operation of operations.values()) {
        if (operation.completed) continue;
        const result = { resource: "", statusCode: 500, reason: ["The operation was abandoned"] };
        operations.set(operation.id, { ...operation, completed: true, result });
      }
    },
  };
}

function resultOf(write: Write, outcome: Outcome | undefined, isSuccessCoded: boolean): OperationResult {
  const code = outcome?.statusCode === undefined && isSuccessCoded ? SUCCESS[write.kind] : outcome?.statusCode;
  const isFailure = typeof code === "number" && code >= 400;
  try {
    write.apply(extentOf(outcome?.applied ?? !isFailure));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { resource: "", statusCode: error.status, reason: [error.message, ...(error.errors ?? [])] };
  }
  const naming = outcome?.resource ?? (isFailure ? "never" : "end");
  const reason = outcome?.reasons ?? (isFailure ? ["The operation failed"] : undefined);
  return {
    resource: naming === "never" ? "" : resourceOf(write),
    ...(typeof code === "number" ? { statusCode: code } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

function extentOf(applied: boolean | number): Extent {
  if (typeof applied === "number") return applied;
  return applied ? "all" : "none";
}

function resourceOf({ networkId, groupId }: Write): string {
  return `/api/rest/v2.3/networks/enhanced/${networkId}/tunnels/ipsec/dynamic/${groupId}`;
}
