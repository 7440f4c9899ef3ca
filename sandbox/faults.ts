/** What a request does; faults and the journal speak of it by this name. */
export type OperationName =
  | "authorize"
  | "createGroup"
  | "updateGroup"
  | "deleteGroup"
  | "readGroup"
  | "listTunnels"
  | "readHealth"
  | "listNetworks"
  | "readNetwork"
  | "listRegions"
  | "readStatus";

/** What happens to a request instead of, or beside, what it asks for. */
export type FaultAction =
  /** An answer of the fault's own; with `after`, the request is carried out first. */
  | {
      kind: "answer";
      status: number;
      body?: unknown;
      contentType?: string;
      headers?: Record<string, string>;
      after?: boolean;
    }
  /** The connection is torn down; with `after`, once the request is carried out. */
  | { kind: "reset"; after?: boolean }
  /** No answer ever comes. */
  | { kind: "hang"; after?: boolean }
  | { kind: "delay"; ms: number }
  /** Somebody else changes something right before the request is carried out. */
  | { kind: "edit"; edit: Edit };

/** A fault for the next requests that match. */
export interface Fault {
  readonly operation?: OperationName;
  readonly method?: string;
  /** A regular expression that the path has to match. */
  readonly path?: string;
  /** How many matching requests pass before it strikes. @default 0 */
  readonly skip?: number;
  /** How many requests it strikes. @default 1 */
  readonly times?: number;
  readonly action: FaultAction;
}

/** How the next accepted operation of a kind goes, other than well. */
export interface Outcome {
  readonly operation: "createGroup" | "updateGroup" | "deleteGroup";
  /** The status code of the result; null for none. @default 200 */
  readonly statusCode?: number | null;
  readonly reasons?: string[];
  /** Whether the change is carried out; a number, as many of its changes to tunnels. @default true below 400 */
  readonly applied?: boolean | number;
  /** When the result names the object. @default "end" */
  readonly resource?: "end" | "early" | "never";
  readonly isNeverCompleted?: boolean;
  readonly durationMs?: number;
}

/** A change that somebody else makes, carried out at once. */
export type Edit =
  | { kind: "changeTunnel"; groupId: string; tunnelId: string; changes: Record<string, unknown> }
  | { kind: "addTunnel"; groupId: string; tunnel: Record<string, unknown> }
  | { kind: "removeTunnel"; groupId: string; tunnelId: string }
  | { kind: "changeGroup"; groupId: string; changes: Record<string, unknown> }
  | { kind: "removeGroup"; groupId: string }
  /** The account's API key is another one from now on, and tokens of the old one are refused. */
  | { kind: "rotateKey"; account: string; apiKey: string }
  | { kind: "expireTokens" };

/** The faults and outcomes that are waiting to strike. */
export interface FaultList {
  inject(fault: Fault): void;
  plan(outcome: Outcome): void;
  clear(): void;
  /** The fault that strikes this request, if any. */
  strike(request: { operation: OperationName | undefined; method: string; path: string }): FaultAction | undefined;
  /** How the operation that was just accepted goes, if not as usual. */
  take(operation: Outcome["operation"]): Outcome | undefined;
}

/** Creates an empty list. */
export function createFaultList(): FaultList {
  let faults: { fault: Fault; skip: number; times: number }[] = [];
  let outcomes: Outcome[] = [];
  return {
    inject: (fault) => {
      faults.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
    },
    plan: (outcome) => {
      outcomes.push(outcome);
    },
    clear: () => {
      faults = [];
      outcomes = [];
    },
    strike: ({ operation, method, path }) => {
      for (const entry of faults) {
        const { fault } = entry;
        const isMatch =
          (fault.operation === undefined || fault.operation === operation) &&
          (fault.method === undefined || fault.method === method) &&
          (fault.path === undefined || new RegExp(fault.path).test(path));
        if (!isMatch || entry.times <= 0) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.times -= 1;
        return fault.action;
      }
      return undefined;
    },
    take: (operation) => {
      const index = outcomes.findIndex((outcome) => outcome.operation === operation);
      return index < 0 ? undefined : outcomes.splice(index, 1)[0];
    },
  };
}
