import type { OperationName } from "../../sandbox";
import { type Stack, startStack } from "../provider/stack";
import { lastRun, type Strike, strikesOn, type Verdict } from "./matrix";

const NAMES = Array.from({ length: 10 }, (_, n) => `g${n}`);
const CHANGED = { description: "changed" };

/** A run of ten groups of one network, which share lists, places and what they learn. */
interface CrowdRun {
  readonly name: string;
  /** The requests that it makes. */
  readonly requests: readonly OperationName[];
  prepare(stack: Stack): Promise<void>;
  run(stack: Stack): Promise<void>;
  /** What every group is to be in the end; undefined where they are gone. */
  readonly description: string | undefined;
}

const up = (stack: Stack) => stack.up(NAMES, NAMES.length);
const change = (stack: Stack) => stack.up(NAMES, NAMES.length, CHANGED);

const RUNS: readonly CrowdRun[] = [
  {
    name: "create",
    requests: ["authorize", "listTunnels", "createGroup", "readStatus", "readGroup"],
    prepare: async () => undefined,
    run: up,
    description: "",
  },
  {
    name: "update",
    requests: ["authorize", "listTunnels", "readGroup", "updateGroup", "readStatus"],
    prepare: up,
    run: change,
    description: "changed",
  },
  {
    name: "delete",
    requests: ["authorize", "listTunnels", "readGroup", "deleteGroup", "readStatus"],
    prepare: up,
    run: (stack) => stack.delete([...stack.rows.keys()], NAMES.length),
    description: undefined,
  },
  {
    name: "refresh",
    requests: ["authorize", "listTunnels", "readGroup"],
    prepare: up,
    run: async (stack) => {
      await stack.refresh([...stack.rows.keys()], 8);
      await up(stack);
    },
    description: "",
  },
];

/** One thing that goes wrong with one request while ten groups are at work. */
export type CrowdCase = Strike<CrowdRun>;

/** Every request of every run of ten groups under everything that can befall it. */
export const CROWD_CASES: readonly CrowdCase[] = strikesOn(RUNS);

/** How a case is called. */
export function nameOfCrowd({ run, request, trouble }: CrowdCase): string {
  return `${run.name} ten, ${request}: ${trouble.name}`;
}

/** Runs a case: the trouble strikes one of ten, is over, and one more run has to bring about what is declared of all. */
export async function judgeCrowd({ run, request, trouble }: CrowdCase): Promise<Verdict> {
  const stack = await startStack();
  const { sandbox } = stack;
  try {
    await run.prepare(stack);
    trouble.strike(stack, request, { groupId: stack.rows.get("g0")?.id ?? "g0x", tunnelId: "198.51.0.1" });
    const said: string[] = [];
    const failure = await attempt(() => run.run(stack), said);
    const requests = sandbox.journal().length;
    sandbox.clearFaults();
    sandbox.abandonOperations();
    // It may have befallen a group that was done already: only a refresh can tell.
    const refresh = () => stack.refresh([...stack.rows.keys()], 8);
    if (trouble.isDrift) await attempt(refresh, said);
    const last = await lastRun(() => attempt(() => run.run(stack), said), refresh);
    const groups = sandbox.groups().filter(({ networkId }) => networkId === stack.networkId);
    const owned = new Set([...stack.rows.values()].map(({ id }) => id));
    return {
      failure,
      complaints: [
        ...(last === undefined ? [] : [`the next run failed: ${last}`]),
        ...(run.description === undefined ? [] : NAMES.flatMap((name) => differences(stack, name, run.description))),
      ],
      duplicates: Math.max(0, groups.length - (run.description === undefined ? 0 : NAMES.length)),
      orphans: groups.filter(({ id }) => !owned.has(id)).length,
      leaks: said.filter((text) => ["Many.secret_", sandbox.accounts[0].apiKey].some((each) => text.includes(each)))
        .length,
      requests: requests + sandbox.journal().length,
    };
  } finally {
    await stack.close();
  }
}

async function attempt(run: () => Promise<void>, said: string[]): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    said.push((error as Error).message);
    return (error as Error).message;
  }
}

function differences(stack: Stack, name: string, description: string | undefined): readonly string[] {
  const group = stack.sandbox.group(stack.rows.get(name)?.id ?? "");
  if (group === undefined) return [`${name} is gone`];
  const [declared] = Object.values(stack.args(name).tunnels as Record<string, Record<string, unknown>>);
  const there: Record<string, unknown> = { ...group.tunnels[0] };
  const differing = Object.keys(declared ?? {}).filter((field) => declared?.[field] !== there[field]);
  return [
    ...differing.map((field) => `${name} differs in ${field}`),
    ...(group.tunnels.length === 1 ? [] : [`${name} has ${group.tunnels.length} tunnels`]),
    ...(group.tunnelName === `${name}x` ? [] : [`${name} is the group ${group.tunnelName}`]),
    ...(group.description === description ? [] : [`${name} is described as "${group.description}"`]),
  ];
}
