import { createHash } from "node:crypto";
import type { OperationName } from "./faults";
import { frozen } from "./frozen";

/** A request as the sandbox saw it. Bodies stand here in clear: this is the one place for looking at what was sent. */
export interface JournalEntry {
  readonly n: number;
  readonly atMs: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Undefined for an address that the service does not have. */
  readonly operation: OperationName | undefined;
  /** The scheme and a hash: enough to tell tokens apart. */
  readonly authorization: string | undefined;
  /** All others. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Of the answer; 0 when the connection was left without one, undefined while there is none yet. */
  readonly status: number | undefined;
  readonly durationMs: number | undefined;
  /** The group that an accepted write is about. */
  readonly appliedId?: string;
  /** The operation that an accepted write has started. */
  readonly statusId?: string;
}

/** What the end of a request adds to its entry. */
export interface JournalEnd extends Pick<JournalEntry, "appliedId" | "statusId"> {
  readonly status: number;
}

/** A request as it comes in. */
export interface Incoming extends Pick<JournalEntry, "method" | "path" | "operation" | "headers" | "body"> {}

/** The record of all requests under `/api`. */
export interface Journal {
  begin(request: Incoming): (end: JournalEnd) => void;
  entries(): JournalEntry[];
  clear(): void;
}

/**
 * Creates an empty journal.
 * @param onEnd learns of each request that has ended
 */
export function createJournal(now: () => number, onEnd: (entry: JournalEntry) => void = () => {}): Journal {
  const entries = new Map<number, JournalEntry>();
  let count = 0;
  return {
    begin: ({ headers: { authorization, ...headers }, ...request }) => {
      count += 1;
      const n = count;
      const atMs = now();
      const open = { status: undefined, durationMs: undefined };
      const begun = frozen({ n, atMs, ...request, authorization: hashed(authorization), headers, ...open });
      entries.set(n, begun);
      return (end) => {
        const ended = frozen({ ...begun, ...end, durationMs: now() - atMs });
        if (entries.has(n)) entries.set(n, ended);
        onEnd(ended);
      };
    },
    entries: () => [...entries.values()],
    clear: () => entries.clear(),
  };
}

function hashed(authorization: unknown): string | undefined {
  if (typeof authorization !== "string") return undefined;
  const [scheme] = authorization.split(" ");
  return `${scheme} ${createHash("sha256").update(authorization).digest("hex").slice(0, 8)}`;
}
