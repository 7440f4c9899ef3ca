import type { Latency, Sandbox } from "../../sandbox";
import { type Stack, startStack } from "../../test/provider/stack";
import { BUDGET, type Load, WRITES_AT_ONCE } from "./polling";

const STEPS = ["create", "update", "delete"] as const;
/** The networks' budget of requests counts so far back. */
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
      stack.sandbox.advance(WINDOW_MS);
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
    .map(({ statusId, atMs }) => {
      const endMs = atMs + operationMs;
      const look = journal.find(
        (entry) => entry.path.endsWith(`/status/${statusId}`) && entry.status === 200 && entry.atMs >= endMs,
      );
      return look === undefined ? Number.NaN : look.atMs + (look.durationMs ?? 0) - endMs;
    });
}

/** What a load takes at the least: its operations, each with the way there and back. */
export function idealOf({ groups, networks, operationMs }: Load, roundTripMs: number): number {
  return Math.ceil(groups / networks / WRITES_AT_ONCE) * (operationMs + roundTripMs);
}
