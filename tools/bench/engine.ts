import { type Sandbox, startSandbox } from "../../sandbox";
import { type EngineStack, openWorkshop, type Workshop } from "../workshop";
import { emptyNetworks, fleet, multiplied, Nothing } from "./fleet";
import { operationsOf } from "./many";
import { median, type Row, timed } from "./measure";
import { BUDGET, type Load, polled } from "./polling";

type Progress = (what: string) => void;

/** A sandbox, and stacks that work on it. */
interface Bench {
  readonly sandbox: Sandbox;
  readonly workshop: Workshop;
}

async function onBench<T>(operationMs: number, networks: number, run: (bench: Bench) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox({ operationMs, requestBudget: BUDGET, networks: networks + 1 });
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
 * take, after the same run of an empty program: that is the engine's own.
 */
export function lifeRows(load: Load, target: number, progress: Progress): Promise<readonly Row[]> {
  const { groups, networks: count, operationMs } = load;
  return onBench(operationMs, count, async ({ sandbox, workshop }) => {
    const networks = emptyNetworks(sandbox);
    const empty = await workshop.stack({ program: async () => undefined });
    const stack = await workshop.stack({ program: fleet(networks, groups) });
    const parallel = { parallel: groups };
    const ideal = operationsOf(load);
    const row = async (step: string, run: (stack: EngineStack) => Promise<unknown>): Promise<Row> => {
      progress(`${step} ${groups} groups in ${count} ${count === 1 ? "network" : "networks"}`);
      const engineMs = await timed(() => run(empty));
      sandbox.advance(300_000);
      sandbox.clearJournal();
      const tookMs = await timed(() => run(stack));
      const journal = sandbox.journal();
      const refused = journal.filter(({ status }) => status === 429).length;
      const [first, last] = [journal[0]?.atMs ?? 0, journal.at(-1)?.atMs ?? 0];
      return {
        what: `${step} ${groups} groups, ${count} ${count === 1 ? "network" : "networks"}, ${operationMs / 1000} s, engine`,
        base: `empty run + ideal, ${((engineMs + ideal) / 1000).toFixed(1)} s`,
        ours: tookMs / (engineMs + ideal),
        target,
        every60s: (engineMs + polled(load, 60_000).tookMs) / (engineMs + ideal),
        every2s: (engineMs + polled(load, 2_000).tookMs) / (engineMs + ideal),
        beside: `first to last request ${((last - first) / ideal).toFixed(2)} x ${ideal / 1000} s; ${(journal.length / groups).toFixed(2)} requests a group, ${refused} times 429`,
      };
    };
    await empty.up();
    const create = await row("create", (each) => each.up(parallel));
    stack.setProgram(fleet(networks, groups, { description: "changed" }));
    const update = await row("update", (each) => each.up(parallel));
    const destroy = await row("destroy", (each) => each.destroy(parallel));
    return [create, update, destroy];
  });
}

/** What a thousand groups cost that nothing is done to, beside a provider whose methods do nothing with the same inputs. */
export function standingRows(groups: number, runs: number, progress: Progress): Promise<readonly Row[]> {
  return onBench(100, 1, async ({ sandbox, workshop }) => {
    const networks = emptyNetworks(sandbox);
    const idle = (count: number) => fleet(networks, count, {}, (name, args) => new Nothing(name, args));
    const ours = await workshop.stack({ program: fleet(networks, 1) });
    const nothing = await workshop.stack({ program: idle(1) });
    progress(`import ${groups} groups`);
    await ours.up();
    await nothing.up();
    const ourBytes = await multiplied(ours, groups, sandbox);
    const leastBytes = await multiplied(nothing, groups, sandbox);
    ours.setProgram(fleet(networks, groups));
    nothing.setProgram(idle(groups));
    const pairs: { ours: number; nothing: number }[] = [];
    for (let n = 0; n < runs; n++) {
      progress(`preview ${groups} groups, ${n + 1} of ${runs}`);
      const leastMs = await timed(() => unchanged(nothing, groups));
      pairs.push({ nothing: leastMs, ours: await timed(() => unchanged(ours, groups)) });
    }
    progress(`refresh ${groups} groups`);
    sandbox.clearJournal();
    const refreshMs = await timed(() => ours.refresh());
    const requests = sandbox.journal().length;
    const base = median(pairs.map((pair) => pair.nothing));
    return [
      {
        what: `preview ${groups} groups, no change, engine`,
        base: `does nothing, ${(base / 1000).toFixed(1)} s`,
        ours: median(pairs.map((pair) => pair.ours / pair.nothing)),
        target: 1.15,
        beside: `median of ${runs} pairs`,
      },
      {
        what: `state of ${groups} groups, one tunnel each`,
        base: `does nothing, ${leastBytes} bytes each`,
        ours: ourBytes / leastBytes,
        target: 1.4,
        beside: `${ourBytes} bytes each`,
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
