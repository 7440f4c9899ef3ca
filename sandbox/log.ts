import type { JournalEntry } from "./journal";
import type { Operation } from "./operations";

/** Takes the lines by which a person watches the sandbox. */
export type Log = (line: string) => void;

/** A request in one line, without anything that it carried. */
export function requestLine(entry: JournalEntry): string {
  const { method, path, operation, status, durationMs, statusId } = entry;
  const [place = "", query = ""] = path.replace("/api/rest/v2.3", "").split("?");
  const page = /^(page|limit)=\d+(&(page|limit)=\d+)*$/.test(query) ? `?${query}` : "";
  const outcome = status === 0 ? "no answer" : `${status}`;
  const started = statusId === undefined ? "" : `, starts ${statusId}`;
  return `${method} ${operation ?? "unknown address"} ${place}${page}: ${outcome} in ${durationMs} ms${started}`;
}

/** The end of an operation in one line. */
export function operationLine({ id, kind, groupId, startedAtMs, result }: Operation, nowMs: number): string {
  const reasons = result?.reason === undefined ? "" : ` (${result.reason.join("; ")})`;
  const code = result?.statusCode ?? "without a code";
  return `${id} ${kind} ${groupId}: completed ${code}${reasons} after ${nowMs - startedAtMs} ms`;
}
