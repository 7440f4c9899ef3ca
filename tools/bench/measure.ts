import { performance } from "node:perf_hooks";

/** One line of the table: what was measured, as a multiple of something else that was measured or reckoned in the same run. */
export interface Row {
  readonly what: string;
  /** What the ratio is to. */
  readonly base: string;
  readonly ours: number;
  /** How the other ways compare with the same base; infinite where they never end. */
  readonly every60s?: number;
  readonly every2s?: number;
  /** What the ratio may be at most, where one was set. */
  readonly target?: number;
  /** What else belongs to it: requests, looks, seconds. */
  readonly beside: string;
}

const NONE = "";
const HEAD = ["measured", "to", "this package", "target", "every 60 s", "every 2 s, no queue", "beside"];

/** The rows in columns. */
export function inColumns(rows: readonly Row[]): string {
  const cells = rows.map(({ what, base, ours, target, every60s, every2s, beside }) => [
    what,
    base,
    ratio(ours),
    target === undefined ? NONE : `≤ ${ratio(target)}`,
    every60s === undefined ? NONE : ratio(every60s),
    every2s === undefined ? NONE : ratio(every2s),
    beside,
  ]);
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...cells].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [HEAD, ...cells].map(line).join("\n");
}

function ratio(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(2)} x` : "never ends";
}

/** Says on the error stream what is being measured, and how long it has been going on. */
export function createProgress(): (what: string) => void {
  const beganMs = performance.now();
  return (what) => console.error(`${String(Math.round((performance.now() - beganMs) / 1000)).padStart(5)} s  ${what}`);
}

/** How long something takes, in milliseconds. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await run();
  return performance.now() - beganMs;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
