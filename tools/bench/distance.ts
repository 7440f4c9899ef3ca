import { type JournalEntry, type Latency, REMOTE, type Sandbox } from "../../sandbox";
import { type Stack, startStack } from "../../test/provider/stack";
import type { Row } from "./measure";
import { BUDGET, type Load, WRITES_AT_ONCE } from "./polling";

const STEPS = ["create", "update", "delete"] as const;
/** The budget of requests counts so far back. */
const WINDOW_MS = 300_000;
/** From this operation on, something is known of how long they take. */
const KNOWN_FROM = 4;

/** A step of all groups behind a distance. */
export interface Reached {
  readonly step: (typeof STEPS)[number];
  readonly tookMs: number;
  readonly requests: number;
  /** When the end of the first operation was heard, after it had ended at the service. */
  readonly firstNoticeMs: number;
  /** The mean of those from the fifth on. */
  readonly noticeMs: number;
}

/** Steps of many groups behind a distance, in virtual time, through client and sandbox. */
export async function reached(load: Load, latency: Latency, seed = 1): Promise<readonly Reached[]> {
  const { groups, networks, operationMs } = load;
  const stack = await startStack({ operationMs, requestBudget: BUDGET, networks: networks + 1, latency, seed });
  const names = Array.from({ length: groups }, (_, n) => `g${n}`);
  const run = {
    create: () => stack.create(names, groups),
    update: () => stack.update(names, groups, { description: "changed" }),
    delete: () => stack.delete(names, groups),
  };
  const results: Reached[] = [];
  try {
    for (const step of STEPS) {
      await stack.rest(WINDOW_MS);
      const beganMs = stack.now();
      await run[step]();
      results.push({ step, tookMs: stack.now() - beganMs, ...noticesIn(stack, operationMs) });
    }
  } finally {
    await stack.close();
  }
  return results;
}

function noticesIn(stack: Stack, operationMs: number): Pick<Reached, "requests" | "firstNoticeMs" | "noticeMs"> {
  const notices = noticesOf(stack.sandbox, operationMs);
  const known = notices.slice(KNOWN_FROM);
  return {
    requests: stack.sandbox.journal().length,
    firstNoticeMs: notices[0] ?? Number.NaN,
    noticeMs: known.reduce((sum, ms) => sum + ms, 0) / known.length,
  };
}

/** How late the end of each operation was heard, in the order in which they were accepted. */
function noticesOf(sandbox: Sandbox, operationMs: number): readonly number[] {
  const journal = sandbox.journal();
  return journal
    .filter(({ statusId }) => statusId !== undefined)
    .map((write) => {
      const told = tellingOf(journal, write, operationMs);
      return told === undefined ? Number.NaN : told.atMs + (told.durationMs ?? 0) - write.atMs - operationMs;
    });
}

/** The request that told of an operation's end: a look at its status or, where none was made, the list that proved it. */
export function tellingOf(
  journal: readonly JournalEntry[],
  { atMs, path, statusId }: JournalEntry,
  operationMs: number,
): JournalEntry | undefined {
  const after = journal.filter((entry) => entry.status === 200 && entry.atMs >= atMs + operationMs);
  const [lists = ""] = path.split("/ipsec/");
  return (
    after.find((entry) => entry.path.endsWith(`/status/${statusId}`)) ??
    after.find((entry) => entry.path.startsWith(`${lists}?`))
  );
}

const ROUND_TRIPS_MS = [0, 150, 600];
/** Small loads depend on chance: they are measured with so many seeds. */
const LOADS: readonly { readonly load: Load; readonly seeds: number }[] = [
  { load: { groups: 20, networks: 1, operationMs: 6000 }, seeds: 6 },
  { load: { groups: 100, networks: 1, operationMs: 20_000 }, seeds: 1 },
];

/** Loads behind distances, in virtual time: what comes out does not depend on the machine. */
export async function distanceRows(progress: (what: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { load, seeds } of LOADS) {
    for (const roundTripMs of ROUND_TRIPS_MS) {
      progress(`${load.groups} groups, ${roundTripMs} ms away`);
      const runs: Reached[] = [];
      for (let seed = 1; seed <= seeds; seed++)
        runs.push(...(await reached(load, { ...REMOTE, medianMs: roundTripMs }, seed)));
      rows.push(
        ...STEPS.map((step) =>
          rowOf(
            load,
            roundTripMs,
            runs.filter((run) => run.step === step),
          ),
        ),
      );
    }
  }
  return rows;
}

function rowOf(load: Load, roundTripMs: number, runs: readonly Reached[]): Row {
  const { groups, operationMs } = load;
  const idealMs = idealOf(load, roundTripMs);
  const mean = (of: (run: Reached) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  const heard = (ms: number, mostMs: number) => `${(ms / 1000).toFixed(2)} s (≤ ${(mostMs / 1000).toFixed(2)})`;
  const first = heard(
    mean((run) => run.firstNoticeMs),
    0.1 * operationMs + 400 + 2 * roundTripMs,
  );
  const later = heard(
    mean((run) => run.noticeMs),
    0.05 * operationMs + roundTripMs,
  );
  return {
    what: `${runs[0]?.step} ${groups} groups, 1 network, ${operationMs / 1000} s, ${roundTripMs} ms away`,
    base: `operations and way, ${(idealMs / 1000).toFixed(1)} s`,
    ours: mean((run) => run.tookMs) / idealMs,
    target: (1.15 * idealMs + 8 * roundTripMs) / idealMs,
    beside: `${(mean((run) => run.requests) / groups).toFixed(2)} requests a group; first end heard after ${first}, from the fifth on ${later}`,
  };
}

/** What a load takes at the least: its operations, each with the way there and back. */
export function idealOf({ groups, networks, operationMs }: Load, roundTripMs: number): number {
  return Math.ceil(groups / networks / WRITES_AT_ONCE) * (operationMs + roundTripMs);
}
