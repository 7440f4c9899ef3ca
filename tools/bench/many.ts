import { type Stack, startStack } from "../../test/provider/stack";
import type { Table } from "./table";

const OPERATION_MS = 20_000;
const WRITES_AT_ONCE = 5;
/** What the cadence of other tools makes of a write: it is noticed with the next look, a minute after the last. */
const PEER_INTERVAL_MS = 60_000;
const WINDOW_MS = 300_000;

/**
 * Many groups of one network against the sandbox, its limits on, in virtual time: what is measured does not depend on the
 * machine. The ideal is what the operations take, five at once; peers look every 60 s.
 */
export async function manyTable(groups: number): Promise<Table> {
  const stack = await startStack({ operationMs: OPERATION_MS, requestBudget: 500 });
  const names = Array.from({ length: groups }, (_, n) => `g${n}`);
  const rounds = Math.ceil(groups / WRITES_AT_ONCE);
  const idealMs = rounds * OPERATION_MS;
  const row = async (name: string, run: () => Promise<void>, ideal: number | undefined) => {
    stack.sandbox.advance(WINDOW_MS);
    const beganMs = stack.now();
    await run();
    const tookMs = stack.now() - beganMs;
    const requests = stack.requests();
    const count = Object.values(requests).reduce((sum, n) => sum + n, 0);
    return [
      name,
      `${Math.round(tookMs / 1000)} s`,
      ...(ideal === undefined
        ? ["", ""]
        : [`${(tookMs / ideal).toFixed(2)} x`, `${((rounds * PEER_INTERVAL_MS) / ideal).toFixed(2)} x`]),
      String(count),
      (count / groups).toFixed(2),
      String(refusedIn(stack)),
    ];
  };
  try {
    return {
      title: `${groups} groups of one network, operations of ${OPERATION_MS / 1000} s, in virtual time`,
      head: ["run", "took", "to the ideal", "polling every 60 s", "requests", "each", "429s"],
      rows: [
        await row("create", () => stack.create(names, groups), idealMs),
        await row("update", () => stack.update(names, groups, { description: "changed" }), idealMs),
        await row("refresh, 8 at once", () => stack.refresh(names, 8), undefined),
        await row("delete", () => stack.delete(names, groups), idealMs),
      ],
    };
  } finally {
    await stack.close();
  }
}

function refusedIn({ sandbox }: Stack): number {
  return sandbox.journal().filter(({ status }) => status === 429).length;
}
