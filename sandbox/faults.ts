import { z } from "zod";
import { edit } from "./edits";

const OPERATIONS = [
  "authorize",
  "createGroup",
  "updateGroup",
  "deleteGroup",
  "readGroup",
  "listTunnels",
  "readHealth",
  "listNetworks",
  "readNetwork",
  "listRegions",
  "readRegion",
  "listRegionTunnels",
  "readStaticTunnel",
  "listServiceRegions",
  "listCertificates",
  "readService",
  "readStatus",
] as const;

/** What a request does; faults and the journal speak of it by this name. */
export type OperationName = (typeof OPERATIONS)[number];

const after = z.boolean().optional();
const count = z.number().int().min(0);

/**
 * What happens to a request instead of, or besides, what it asks for. With `after` the request is carried out first.
 * An answer's body that is a string is sent as it is (HTML, half a JSON), anything else as JSON.
 */
const action = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("answer"),
    status: z.number().int(),
    body: z.unknown().optional(),
    contentType: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    after,
  }),
  /** The connection is torn down. */
  z.strictObject({ kind: z.literal("reset"), after }),
  /** No answer ever comes. */
  z.strictObject({ kind: z.literal("hang"), after }),
  z.strictObject({ kind: z.literal("delay"), ms: z.number().min(0) }),
  /** Somebody else changes something just then. */
  z.strictObject({ kind: z.literal("edit"), edit, after }),
]);

/** A fault for the next requests that match. */
export const fault = z.strictObject({
  operation: z.enum(OPERATIONS).optional(),
  method: z.string().optional(),
  /** A regular expression that path and query have to match. */
  path: z.string().refine(isRegularExpression, "must be a regular expression").optional(),
  /** How many matching requests pass before it strikes. @default 0 */
  skip: count.optional(),
  /** How many requests it strikes. @default 1 */
  times: z.union([count.min(1), z.literal("always")]).optional(),
  /**
   * For how long it strikes at most, in milliseconds from the first request that it strikes. @default no end;
   * with it `times` is "always" where it is left out
   */
  forMs: z.number().min(0).optional(),
  action,
});

/** How the next accepted operation of a kind goes, other than well. */
export const outcome = z.strictObject({
  operation: z.enum(["createGroup", "updateGroup", "deleteGroup"]),
  /** The status code of the result; null for none. @default a success, with or without a code as the sandbox is set up */
  statusCode: z.number().int().nullable().optional(),
  reasons: z.array(z.string()).optional(),
  /** Whether the change is carried out; a number, as many of its changes to tunnels. @default true below 400 */
  applied: z.union([z.boolean(), count]).optional(),
  /** When the result names the object, of a failed operation too. @default "end" of one that succeeds */
  resource: z.enum(["end", "early", "never"]).optional(),
  /** It is carried out in time, but its status never says so. */
  isNeverCompleted: z.boolean().optional(),
  durationMs: z.number().min(0).optional(),
});

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** What a fault does. */
export type FaultAction = z.output<typeof action>;
/** See {@link fault}. */
export type Fault = z.input<typeof fault>;
/** See {@link outcome}. */
export type Outcome = z.output<typeof outcome>;

/** What faults are matched with. */
export interface Matchable {
  readonly operation: OperationName | undefined;
  readonly method: string;
  readonly path: string;
}

/** The faults and outcomes that wait to strike. */
export interface Faults {
  inject(fault: Fault): void;
  plan(outcome: Outcome): void;
  clear(): void;
  /** What happens to a request; of several faults that end it only the oldest strikes. */
  strike(request: Matchable): FaultAction[];
  /** How the operation that was just accepted goes, if not as usual. */
  take(operation: Outcome["operation"]): Outcome | undefined;
  /** How many are left. */
  pending(): number;
}

interface Waiting {
  readonly fault: Fault;
  skip: number;
  times: number;
  /** Milliseconds since the epoch; undefined before it strikes for the first time. */
  endMs: number | undefined;
}

/** Creates an empty list. */
export function createFaults(now: () => number): Faults {
  let faults: Waiting[] = [];
  let outcomes: Outcome[] = [];

  function strikes(waiting: Waiting): boolean {
    if (waiting.skip > 0) {
      waiting.skip -= 1;
      return false;
    }
    waiting.endMs ??= now() + (waiting.fault.forMs ?? Number.POSITIVE_INFINITY);
    const isOver = now() >= waiting.endMs;
    waiting.times = isOver ? 0 : waiting.times - 1;
    return !isOver;
  }

  return {
    inject: (given) => {
      const { skip = 0, forMs, times = forMs === undefined ? 1 : "always" } = fault.parse(given);
      const most = times === "always" ? Number.POSITIVE_INFINITY : times;
      faults.push({ fault: given, skip, times: most, endMs: undefined });
    },
    plan: (given) => void outcomes.push(outcome.parse(given)),
    clear: () => {
      faults = [];
      outcomes = [];
    },
    strike: (request) => {
      const struck: FaultAction[] = [];
      for (const waiting of faults.filter((each) => matches(each.fault, request))) {
        const isTooMany = endsRequest(waiting.fault.action) && struck.some(endsRequest);
        if (!isTooMany && strikes(waiting)) struck.push(waiting.fault.action);
      }
      faults = faults.filter(({ times }) => times > 0);
      return struck;
    },
    take: (operation) => {
      const index = outcomes.findIndex((each) => each.operation === operation);
      return index < 0 ? undefined : outcomes.splice(index, 1)[0];
    },
    pending: () => faults.length + outcomes.length,
  };
}

/** Whether an action puts an end to a request, so that no second one can. */
export function endsRequest(
  action: FaultAction,
): action is Extract<FaultAction, { kind: "answer" | "reset" | "hang" }> {
  return action.kind === "answer" || action.kind === "reset" || action.kind === "hang";
}

function matches({ operation, method, path }: Fault, request: Matchable): boolean {
  return (
    (operation === undefined || operation === request.operation) &&
    (method === undefined || method.toUpperCase() === request.method) &&
    (path === undefined || new RegExp(path).test(request.path))
  );
}
