import { REMOTE, type Sandbox, startSandbox } from "../../sandbox";
import type { StoredResource } from "../state";
import { type EngineStack, openWorkshop, type Workshop } from "../workshop";
import { idealOf } from "./distance";
import { alike, emptyNetworks, fleet, type Make, multiplied, nothing } from "./fleet";
import { median, type Row, timed } from "./measure";
import { BUDGET, type Load, polled } from "./polling";

/** Round trips beside those of the operations: token, first read, first connection, proof, and one to spare. */
const BESIDE = 8;

type Progress = (what: string) => void;

/** A stack of many resources of one kind. */
interface Standing {
  readonly stack: EngineStack;
  /** The only one of the kind, where it is a group, before it was made many. */
  readonly group: StoredResource | undefined;
  /** What each takes in state. */
  readonly bytes: number;
}

/** A sandbox, and stacks that work on it. */
interface Bench {
  readonly sandbox: Sandbox;
  readonly workshop: Workshop;
}

async function onBench<T>(operationMs: number, networks: number, run: (bench: Bench) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox({ operationMs, requestBudget: BUDGET, networks: networks + 1, latency: REMOTE });
  const workshop = await openWorkshop({
    HARMONY_SASE_API_KEY: sandbox.accounts[0].apiKey,
    HARMONY_SASE_BASE_URL: sandbox.baseUrl,
  });
  try {
    return await run({ sandbox, workshop });
  } finally {
    await sandbox.close();
    await workshop.close();
  }
}

/**
 * Creates, updates and destroys groups on the real engine, with the service's limits on. The ideal is what the operations
 * and the way take, after the same run with a provider whose methods do nothing: that is the engine's own.
 */
export function lifeRows(load: Load, target: number, progress: Progress): Promise<readonly Row[]> {
  const { groups, networks: count, operationMs } = load;
  return onBench(operationMs, count, async ({ sandbox, workshop }) => {
    const networks = emptyNetworks(sandbox);
    const idle = await workshop.stack({ program: fleet(networks, groups, {}, nothing) });
    const stack = await workshop.stack({ program: fleet(networks, groups) });
    const parallel = { parallel: groups };
    const ideal = idealOf(load, REMOTE.medianMs) + BESIDE * REMOTE.medianMs;
    const row = async (step: string, run: (stack: EngineStack) => Promise<unknown>): Promise<Row> => {
      progress(`${step} ${groups} groups in ${count} ${count === 1 ? "network" : "networks"}`);
      const engineMs = await timed(() => run(idle));
      sandbox.advance(300_000);
      sandbox.clearJournal();
      const tookMs = await timed(() => run(stack));
      const journal = sandbox.journal();
      const refused = journal.filter(({ status }) => status === 429).length;
      const [first, last] = [journal[0]?.atMs ?? 0, journal.at(-1)?.atMs ?? 0];
      return {
        what: `${step} ${groups} groups, ${count} ${count === 1 ? "network" : "networks"}, ${operationMs / 1000} s, engine`,
        base: `does nothing + ideal, ${((engineMs + ideal) / 1000).toFixed(1)} s`,
        ours: tookMs / (engineMs + ideal),
        target,
        every60s: (engineMs + polled(load, 60_000).tookMs) / (engineMs + ideal),
        every2s: (engineMs + polled(load, 2_000).tookMs) / (engineMs + ideal),
        beside: `first to last request ${((last - first) / ideal).toFixed(2)} x ${ideal / 1000} s; ${(journal.length / groups).toFixed(2)} requests a group, ${refused} times 429`,
      };
    };
    const create = await row("create", (each) => each.up(parallel));
    stack.setProgram(fleet(networks, groups, { description: "changed" }));
    idle.setProgram(fleet(networks, groups, { description: "changed" }, nothing));
    const update = await row("update", (each) => each.up(parallel));
    const destroy = await row("destroy", (each) => each.destroy(parallel));
    return [create, update, destroy];
  });
}

/**
 * What a thousand groups cost that nothing is done to, beside a provider whose methods do nothing: once with the same
 * inputs, and once with the same properties as a group has in state, which is what the engine and the SDK make of these.
 */
export function standingRows(groups: number, runs: number, progress: Progress): Promise<readonly Row[]> {
  return onBench(100, 1, async ({ sandbox, workshop }) => {
    const networks = emptyNetworks(sandbox);
    progress(`import ${groups} groups`);
    const standing = async (make?: Make): Promise<Standing> => {
      const stack = await workshop.stack({ program: fleet(networks, 1, {}, make) });
      await stack.up();
      const [group] = (await stack.state()).groups;
      const bytes = await multiplied(stack, groups, sandbox);
      stack.setProgram(fleet(networks, groups, {}, make));
      return { stack, group, bytes };
    };
    const ours = await standing();
    const least = await standing(nothing);
    const like = await standing(alike(ours.group?.outputs));
    const rounds: { ours: number; least: number; like: number }[] = [];
    for (let n = 0; n < runs; n++) {
      progress(`preview ${groups} groups, ${n + 1} of ${runs}`);
      const previewed = ({ stack }: Standing) => timed(() => unchanged(stack, groups));
      rounds.push({ least: await previewed(least), ours: await previewed(ours), like: await previewed(like) });
    }
    progress(`refresh ${groups} groups`);
    sandbox.clearJournal();
    const refreshMs = await timed(() => ours.stack.refresh());
    const requests = sandbox.journal().length;
    const seconds = (peer: "least" | "like") => (median(rounds.map((round) => round[peer])) / 1000).toFixed(1);
    const ratio = (peer: "least" | "like") => median(rounds.map((round) => round.ours / round[peer]));
    return [
      {
        what: `preview ${groups} groups, no change, engine`,
        base: `does nothing, ${seconds("least")} s`,
        ours: ratio("least"),
        target: 1.15,
        beside: `median of ${runs}`,
      },
      {
        what: `preview ${groups} groups, no change, engine`,
        base: `does nothing, same properties, ${seconds("like")} s`,
        ours: ratio("like"),
        beside: `median of ${runs}`,
      },
      {
        what: `state of ${groups} groups, one tunnel each`,
        base: `does nothing, ${least.bytes} bytes each`,
        ours: ours.bytes / least.bytes,
        target: 1.4,
        beside: `${ours.bytes} bytes each`,
      },
      {
        what: `refresh ${groups} groups, 1 network, engine`,
        base: "25 requests",
        ours: requests / 25,
        target: 1,
        beside: `${requests} requests, ${(refreshMs / 1000).toFixed(1)} s`,
      },
    ];
  });
}

async function unchanged(stack: EngineStack, groups: number): Promise<void> {
  const { changes, output } = await stack.preview();
  if ((changes.same ?? 0) < groups || Object.keys(changes).length > 1) throw new Error(`Something changes:\n${output}`);
}
