import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { createProcess, type Plain } from "../../provider/process";
import type { Clock } from "../../provider/service/clock";
import { createSteps, type Steps } from "../../provider/steps";
import { REMOTE, type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox";
import { createSchedule } from "../law/schedule";
import { plain } from "./rig";

/** A stack of many groups, in one network unless the sandbox has more, and one process at a time that works on all of them side by side. */
export interface Stack {
  readonly sandbox: Sandbox;
  readonly networkId: string;
  /** The rows, by name. */
  readonly rows: Map<string, { id: string; inputs: Plain; outputs: Plain }>;
  args(name: string, changes?: Plain): Plain;
  /**
   * Runs a step for each name, so many at once, in a new process. What fails stops no other; then an error says it all,
   * and rows are as the engine keeps them.
   */
  up(names: readonly string[], parallel: number, changes?: Plain): Promise<void>;
  create(names: readonly string[], parallel: number): Promise<void>;
  /** Lets go of the rows, and has new ones of the same names take their groups over. */
  takeOver(names: readonly string[], parallel: number): Promise<void>;
  /** Updates each row to its arguments with the changes, which may differ by name. */
  update(names: readonly string[], parallel: number, changes: Plain | ((name: string) => Plain)): Promise<void>;
  refresh(names: readonly string[], parallel: number): Promise<void>;
  delete(names: readonly string[], parallel: number): Promise<void>;
  /** Virtual time, in milliseconds since the epoch. */
  now(): number;
  /** Lets virtual time go by, for processes and sandbox alike. */
  rest(ms: number): Promise<void>;
  /** How many requests there were in the last run, by operation. */
  requests(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/**
 * Starts an empty stack, with a sandbox of its own that is far away; time is virtual, for the sandbox too.
 * @param env what its processes find in their environment beside how to reach the sandbox
 */
export async function startStack(options: SandboxOptions = {}, env: NodeJS.ProcessEnv = {}): Promise<Stack> {
  const schedule = createSchedule(1, () => undefined);
  const { now, random } = schedule;
  const isDead = () => false;
  const sandbox = await startSandbox({
    operationMs: 20_000,
    clock: { now, sleep: schedule.delay },
    requestBudget: 1_000_000,
    latency: REMOTE,
    ...options,
  });
  const [, ...networks] = sandbox.accounts[0].networks;
  const networkOf = (n: number) => {
    const network = networks[n % networks.length];
    if (network === undefined) throw new Error("The first account has no empty network.");
    return network;
  };
  const folder = await mkdtemp(join(tmpdir(), "sharing-"));
  const rows: Stack["rows"] = new Map();

  function clockOf(startedMs: number): Clock {
    return {
      now,
      random,
      elapsed: () => now() - startedMs,
      sleep: (ms) => schedule.sleep(ms, undefined, isDead),
      alarm: (ms, ring) => schedule.alarm(ms, ring, isDead),
    };
  }

  function steps(more: NodeJS.ProcessEnv): Steps {
    const provider = createProcess({
      env: {
        HARMONY_SASE_API_KEY: sandbox.accounts[0].apiKey,
        HARMONY_SASE_BASE_URL: sandbox.baseUrl,
        XDG_STATE_HOME: folder,
        ...env,
        ...more,
      },
      clock: clockOf(now()),
      engineAddress: undefined,
      isEngineThere: async () => true,
    });
    const made = createSteps(provider);
    void made.configure({ config: { get: () => undefined } } as unknown as pulumi.dynamic.ConfigureRequest);
    return made;
  }

  async function sideBySide(
    names: readonly string[],
    parallel: number,
    step: (steps: Steps, name: string) => Promise<void>,
    more: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    sandbox.clearJournal();
    const process = steps(more);
    const left = [...names];
    const failures: Error[] = [];
    const run = async () => {
      for (let name = left.shift(); name !== undefined; name = left.shift()) {
        const started = name;
        await step(process, name).catch((error: Error) => {
          failures.push(error);
          keepFailed(started, error);
        });
      }
    };
    await schedule.drive(Promise.all(Array.from({ length: parallel }, run)));
    if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join("\n"));
  }

  /** Of a step that failed, what it says itself of its resource is kept, and the inputs from before. */
  function keepFailed(name: string, error: Error): void {
    const { id, properties } = error as Error & { readonly id?: string; readonly properties?: Plain };
    if (id === undefined || properties === undefined) return;
    const outputs = plain(properties) as Plain;
    rows.set(name, { id, outputs, inputs: rows.get(name)?.inputs ?? outputs });
  }

  async function createRow(process: Steps, name: string, inputs: Plain): Promise<void> {
    const { id, outs } = await process.create(inputs);
    rows.set(name, { id, inputs, outputs: plain(outs) as Plain });
  }

  async function createAnew(process: Steps, name: string): Promise<void> {
    const inputs = plain((await process.check({}, args(name))).inputs) as Plain;
    await createRow(process, name, inputs);
  }

  async function updateRow(process: Steps, name: string, inputs: Plain): Promise<void> {
    const row = rowOf(name);
    const { outs } = await process.update(row.id, row.outputs, inputs);
    rows.set(name, { ...row, inputs, outputs: plain(outs) as Plain });
  }

  /** A row as the engine takes it through a run: created, or changed or replaced as its diff says. */
  async function bringUp(process: Steps, name: string, changes: Plain): Promise<void> {
    const row = rows.get(name);
    const inputs = plain((await process.check(row?.inputs ?? {}, args(name, changes))).inputs) as Plain;
    if (row === undefined) return createRow(process, name, inputs);
    const diff = await process.diff(row.id, row.outputs, inputs);
    if (diff.replaces?.length) {
      await createRow(process, name, inputs);
      await process.delete(row.id, row.outputs);
    } else if (diff.changes) await updateRow(process, name, inputs);
    else rows.set(name, { ...row, inputs });
  }

  const args = (name: string, changes: Plain = {}): Plain => {
    const n = Number(/\d+$/.exec(name)?.[0] ?? 0);
    const network = networkOf(n);
    return {
      __provider: "text",
      __urn: `urn:pulumi:dev::many::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::${name}`,
      networkId: network.id,
      tunnelName: `${name}x`,
      tunnels: {
        only: {
          regionID: network.regions[n % 3],
          remotePublicIP: `198.51.${Math.floor(n / 250)}.${(n % 250) + 1}`,
          remoteASN: 65_010,
          p81GWInternalIP: "169.254.10.1",
          remoteGWInternalIP: "169.254.10.2",
          passphrase: `Many.secret_${n}`,
        },
      },
      sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64_600 },
      ...changes,
    };
  };
  const rowOf = (name: string) => {
    const row = rows.get(name);
    if (row === undefined) throw new Error(`There is no row ${name}.`);
    return row;
  };

  return {
    sandbox,
    now,
    rest: (ms) => schedule.drive(clockOf(now()).sleep(ms)),
    networkId: networkOf(0).id,
    rows,
    args,
    up: (names, parallel, changes = {}) =>
      sideBySide(names, parallel, (process, name) => bringUp(process, name, changes)),
    create: (names, parallel) => sideBySide(names, parallel, createAnew),
    takeOver: (names, parallel) => {
      const HARMONY_SASE_IMPORT = names.map((name) => `${name}=${rowOf(name).id}`).join();
      for (const name of names) rows.delete(name);
      return sideBySide(names, parallel, createAnew, { HARMONY_SASE_IMPORT });
    },
    update: (names, parallel, changes) =>
      sideBySide(names, parallel, async (process, name) => {
        const row = rowOf(name);
        const wanted = args(name, typeof changes === "function" ? changes(name) : changes);
        const inputs = plain((await process.check(row.inputs, wanted)).inputs) as Plain;
        await updateRow(process, name, inputs);
      }),
    refresh: (names, parallel) =>
      sideBySide(names, parallel, async (process, name) => {
        const { id, props, inputs } = (await process.read(rowOf(name).id, rowOf(name).outputs)) as Plain;
        if (id === undefined) rows.delete(name);
        else rows.set(name, { id: id as string, outputs: plain(props) as Plain, inputs: plain(inputs) as Plain });
      }),
    delete: (names, parallel) =>
      sideBySide(names, parallel, async (process, name) => {
        await process.delete(rowOf(name).id, rowOf(name).outputs);
        rows.delete(name);
      }),
    requests: () => {
      const counts: Record<string, number> = {};
      for (const { operation = "none" } of sandbox.journal()) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
    close: async () => {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
