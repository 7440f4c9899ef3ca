import { type Stack, startStack } from "../../test/provider/stack";
import type { Row } from "./measure";
import { BUDGET, type Load, polled, WRITES_AT_ONCE } from "./polling";

const WINDOW_MS = 300_000;
/** What the budget is reckoned by: a write, a look, and a share of a list. */
const REQUESTS_EACH = 3;

/** What one step of all groups took, and cost. */
export interface Cost {
  readonly tookMs: number;
  readonly requests: number;
  readonly refused: number;
}

/** The steps of many groups, against the sandbox with its limits on. */
export interface Costs {
  readonly create: Cost;
  readonly update: Cost;
  readonly refresh: Cost;
  readonly delete: Cost;
}

/** Measures a load in virtual time: what comes out does not depend on the machine. */
export async function costsOf({ groups, networks, operationMs }: Load): Promise<Costs> {
  const stack = await startStack({ operationMs, requestBudget: BUDGET, networks: networks + 1 });
  const names = Array.from({ length: groups }, (_, n) => `g${n}`);
  const cost = async (run: () => Promise<void>): Promise<Cost> => {
    await stack.rest(WINDOW_MS);
    const beganMs = stack.now();
    await run();
    const requests = Object.values(stack.requests()).reduce((sum, n) => sum + n, 0);
    return { tookMs: stack.now() - beganMs, requests, refused: refusedIn(stack) };
  };
  try {
    return {
      create: await cost(() => stack.create(names, groups)),
      update: await cost(() => stack.update(names, groups, { description: "changed" })),
      refresh: await cost(() => stack.refresh(names, 8)),
      delete: await cost(() => stack.delete(names, groups)),
    };
  } finally {
    await stack.close();
  }
}

/** The least that the writes take, so many at once in each network. */
export function operationsOf({ groups, networks, operationMs }: Load): number {
  return Math.ceil(Math.ceil(groups / networks) / WRITES_AT_ONCE) * operationMs;
}

/** The least that they take where the budget of requests lasts for so many in each window. */
function budgetOf({ groups, operationMs }: Load): number {
  return Math.floor((groups * REQUESTS_EACH - 1) / BUDGET) * WINDOW_MS + operationMs;
}

/** A hundred groups of one network, step by step. */
export async function oneNetworkRows(groups: number): Promise<readonly Row[]> {
  const load = { groups, networks: 1, operationMs: 20_000 };
  const costs = await costsOf(load);
  const idealMs = operationsOf(load);
  const others = {
    every60s: polled(load, 60_000).tookMs / idealMs,
    every2s: polled(load, 2_000).tookMs / idealMs,
  };
  const steps = (["create", "update", "delete"] as const).map((step) => ({
    what: `${step} ${groups} groups, 1 network, 20 s`,
    base: `ideal, ${idealMs / 1000} s`,
    ours: costs[step].tookMs / idealMs,
    target: 1.15,
    ...others,
    beside: `${(costs[step].requests / groups).toFixed(2)} requests a group, ${costs[step].refused} times 429`,
  }));
  return steps;
}

/** More groups than the budget of requests has room for at once. */
export async function manyNetworksRow(groups: number, networks: number): Promise<Row> {
  const load = { groups, networks, operationMs: 10_000 };
  const { create } = await costsOf(load);
  const idealMs = Math.max(operationsOf(load), budgetOf(load));
  return {
    what: `create ${groups} groups, ${networks} networks, 10 s`,
    base: `budget at ${REQUESTS_EACH} each, ${idealMs / 1000} s`,
    ours: create.tookMs / idealMs,
    target: 1.25,
    every60s: polled(load, 60_000).tookMs / idealMs,
    every2s: polled(load, 2_000).tookMs / idealMs,
    beside: `${(create.requests / groups).toFixed(2)} requests a group, ${create.refused} times 429`,
  };
}

/** The same changed again within five minutes, by a second process that has the rest of the first one's budget. */
export async function changedAgainRow(groups: number, networks: number): Promise<Row> {
  const load = { groups, networks, operationMs: 10_000 };
  const stack = await startStack({ operationMs: load.operationMs, requestBudget: BUDGET, networks: networks + 1 });
  const names = Array.from({ length: groups }, (_, n) => `g${n}`);
  try {
    await stack.create(names, groups);
    await stack.rest(WINDOW_MS);
    const beganMs = stack.now();
    const requests: string[] = [];
    let refused = 0;
    for (const description of ["changed", "changed again"]) {
      await stack.update(names, groups, { description });
      requests.push((stack.sandbox.journal().length / groups).toFixed(2));
      refused += refusedIn(stack);
    }
    const idealMs = 2 * operationsOf(load);
    return {
      what: `update ${groups} groups twice within 5 min, ${networks} networks, 10 s`,
      base: `two ideals, ${idealMs / 1000} s`,
      ours: (stack.now() - beganMs) / idealMs,
      target: 1.3,
      beside: `${requests.join(" and ")} requests a group, ${refused} times 429`,
    };
  } finally {
    await stack.close();
  }
}

function refusedIn({ sandbox }: Stack): number {
  return sandbox.journal().filter(({ status }) => status === 429).length;
}
