import { createHash } from "node:crypto";
import type { OperationName } from "./faults";

/** A request as the sandbox saw it. Bodies stand here in clear: this is the one place for looking at what was sent. */
export interface JournalEntry {
  readonly n: number;
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly operation: OperationName | undefined;
  /** The scheme and a hash: enough to tell tokens apart. */
  readonly authorization: string | undefined;
  readonly body: unknown;
  status: number | undefined;
  durationMs: number | undefined;
}

/** A header as the journal keeps it. */
export function hashed(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const [scheme] = authorization.split(" ");
  return `${scheme} ${createHash("sha256").update(authorization).digest("hex").slice(0, 8)}`;
}
