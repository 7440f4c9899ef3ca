import type { Agenda } from "./agenda";
import type { Extent } from "./changes";
import type { Outcome } from "./faults";
import { frozen } from "./frozen";
import type { Chance } from "./ids";
import type { NamedByResult, SecondGroup, SecondWrite } from "./options";
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
  apply(extent: Extent, dueAtMs: number): void;
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
  /** @throws Refusal 409 when an operation on the group is under way, where a second one is refused */
  checkSecondWrite(groupId: string): void;
  /** @throws Refusal 409 when an operation on another group of the network is under way, where a second one is refused */
  checkSecondGroup(networkId: string, groupId: string | undefined): void;
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
  readonly secondWrite: SecondWrite;
  readonly secondGroup: SecondGroup;
  readonly namedByResult: NamedByResult;
  /** Learns of each operation that has ended. */
  onEnd(operation: Operation): void;
}

const SUCCESS: Readonly<Record<Write["kind"], number>> = { createGroup: 201, updateGroup: 200, deleteGroup: 200 };

/** Creates the list of operations. */
export function createOperations(settings: OperationSettings): Operations {
  const {
    agenda,
    chance,
    now,
    operationMs,
    activeOperationsPerNetwork: limit,
    secondWrite,
    secondGroup,
    namedByResult,
    onEnd,
  } = settings;
  const operations = new Map<string, Operation>();
  /** Those under way: the only ones that a request has to look through. */
  const active = new Map<string, Operation>();
  const lastDueMs = new Map<string, number>();

  function complete(id: string, result: OperationResult): void {
    const operation = active.get(id);
    if (operation === undefined) return;
    active.delete(id);
    const completed = frozen({ ...operation, completed: true, result });
    operations.set(id, completed);
    onEnd(completed);
  }
  function end(id: string, write: Write, outcome: Outcome | undefined, dueAtMs: number): void {
    if (!active.has(id)) return;
    const result = resultOf(write, outcome, settings, dueAtMs);
    if (!outcome?.isNeverCompleted) complete(id, result);
  }
  function dueOf(groupId: string, durationMs: number): number {
    const earliestMs = secondWrite === "queued" ? (lastDueMs.get(groupId) ?? 0) : 0;
    const dueAtMs = Math.max(now() + durationMs, earliestMs);
    lastDueMs.set(groupId, dueAtMs);
    return dueAtMs;
  }

  return {
    checkLimit: (networkId) => {
      const ids = [...active.values()].filter((each) => each.networkId === networkId).map(({ id }) => id);
      if (ids.length < limit) return;
      const text = `Too many concurrent operations on network ${networkId}: the limit is ${limit}, active are ${ids.join(", ")}`;
      throw new Refusal(429, text, { limit, networkId, activeOperations: ids });
    },
    checkSecondWrite: (groupId) => {
      if (secondWrite !== "refused") return;
      const other = [...active.values()].find((each) => each.groupId === groupId);
      if (other === undefined) return;
      throw new Refusal(409, `Tunnel group ${groupId} is being changed by operation ${other.id}`);
    },
    checkSecondGroup: (networkId, groupId) => {
      if (secondGroup !== "refused") return;
      const other = [...active.values()].find((each) => each.networkId === networkId && each.groupId !== groupId);
      if (other === undefined) return;
      throw new Refusal(409, `Network ${networkId} is being changed by operation ${other.id}`);
    },
    start: (write, outcome) => {
      const { apply: _, ...described } = write;
      const id = chance.id("St");
      const early = outcome?.resource === "early" ? { result: { resource: resourceOf(write, namedByResult) } } : {};
      const operation: Operation = { ...described, id, startedAtMs: now(), completed: false, ...early };
      operations.set(id, frozen(operation));
      active.set(id, operation);
      const dueAtMs = dueOf(write.groupId, outcome?.durationMs ?? operationMs);
      agenda.at(dueAtMs, () => end(id, write, outcome, dueAtMs));
      return operation;
    },
    find: (id) => operations.get(id),
    entries: () => [...operations.values()],
    abandon: () => {
      const result = { resource: "", statusCode: 500, reason: ["The operation was abandoned"] };
      for (const id of [...active.keys()]) complete(id, result);
    },
  };
}

function resultOf(
  write: Write,
  outcome: Outcome | undefined,
  { isSuccessCoded, namedByResult }: Pick<OperationSettings, "isSuccessCoded" | "namedByResult">,
  dueAtMs: number,
): OperationResult {
  const code = outcome?.statusCode === undefined && isSuccessCoded ? SUCCESS[write.kind] : outcome?.statusCode;
  const isFailure = typeof code === "number" && code >= 400;
  try {
    write.apply(extentOf(outcome?.applied ?? !isFailure), dueAtMs);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { resource: "", statusCode: error.status, reason: [error.message, ...error.errors] };
  }
  const naming = outcome?.resource ?? (isFailure ? "never" : "end");
  const reason = outcome?.reasons ?? (isFailure ? ["The operation failed"] : undefined);
  return {
    resource: naming === "never" ? "" : resourceOf(write, namedByResult),
    ...(typeof code === "number" ? { statusCode: code } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

function extentOf(applied: boolean | number): Extent {
  if (typeof applied === "number") return applied;
  return applied ? "all" : "none";
}

function resourceOf({ networkId, groupId }: Write, named: NamedByResult): string {
  const network = `/api/rest/v2.3/networks/enhanced/${networkId}`;
  return named === "network" ? network : `${network}/tunnels/ipsec/dynamic/${groupId}`;
}
