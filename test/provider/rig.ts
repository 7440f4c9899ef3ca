import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { createProcess, type Plain } from "../../provider/process";
import type { Clock } from "../../provider/service/clock";
import { createSteps, type Steps } from "../../provider/steps";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox";
import { createAlarms } from "./service/alarms";

/** A resource as the engine's state holds it, secrets decrypted. */
export interface Stored {
  readonly id: string;
  readonly inputs: Plain;
  readonly outputs: Plain;
}

/** What becomes of a process. */
export interface ProcessOptions {
  /** It dies where it waits for the n-th time. */
  readonly diesAtSleep?: number;
  /** Its engine is killed after it was found there so often: before each write, and at the end of each step. */
  readonly engineDiesAfter?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** The run that it belongs to: processes of one run share their claims. @default one of its own */
  readonly run?: string;
  /** Where its engine listens; a later run may get the port of an earlier one. @default one for all that name a run */
  readonly engineAddress?: string;
}

/**
 * The engine's part in a resource's life, without the engine: it calls the steps in its order and keeps state by its
 * rules. Time is virtual, for the sandbox too. Every run is a process of its own, unless told otherwise.
 */
export interface Rig {
  readonly sandbox: Sandbox;
  /** Sets the machine's clock so far ahead of the service's, or behind it. */
  setClock(aheadMs: number): void;
  /** The machine's: its elapsed() is that of virtual time, its now() may be set. */
  readonly clock: Clock;
  /** What the resource's row was told to warn of. */
  readonly warnings: string[];
  /** What it showed while the steps went on. */
  readonly statuses: string[];
  /** What it was told beside that, and keeps. */
  readonly infos: string[];
  readonly networkId: string;
  /** Where the machine keeps what outlives a process. */
  readonly folder: string;
  state: Stored | undefined;
  tunnel(n: number, changes?: Plain): Plain;
  args(changes?: Plain): Plain;
  /** A new process. */
  process(options?: ProcessOptions): Steps;
  up(news: Plain, steps?: Steps): Promise<void>;
  refresh(steps?: Steps): Promise<void>;
  destroy(steps?: Steps): Promise<void>;
  /** All that is kept of resources for runs to come, apart from state. */
  notes(): Promise<string>;
  close(): Promise<void>;
}

const URN = "urn:pulumi:dev::rig::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::branch";
const SECRET = "4dabf18193072939515e22adb298388d";

/** Starts a rig with a sandbox of its own. */
export async function startRig(options: SandboxOptions = {}): Promise<Rig> {
  let [nowMs, aheadMs] = [Date.UTC(2026, 0, 1), 0];
  const { alarm, ring } = createAlarms(() => nowMs);
  /** That of a process, or of the rig itself, begins where it is made. */
  const clockFrom = (startedMs: number): Clock => ({
    now: () => nowMs + aheadMs,
    elapsed: () => nowMs - startedMs,
    sleep: async (ms) => {
      nowMs += ms;
      ring();
    },
    alarm,
    random: () => 0.5,
  });
  const clock = clockFrom(nowMs);
  const sandbox = await startSandbox({
    operationMs: 60_000,
    requestBudget: 1_000_000,
    clock: { now: () => nowMs, sleep: clock.sleep },
    ...options,
  });
  const folder = await mkdtemp(join(tmpdir(), "rig-"));
  const network = sandbox.accounts[0].networks.at(-1) ?? sandbox.accounts[0].networks[0];
  const warnings: string[] = [];
  const statuses: string[] = [];
  const infos: string[] = [];

  let processes = 0;

  function newProcess(options: ProcessOptions = {}): Steps {
    const { diesAtSleep, engineDiesAfter = Number.POSITIVE_INFINITY, env: more = {}, run } = options;
    const { engineAddress = run === undefined ? undefined : "127.0.0.1:40001" } = options;
    let engineAsked = 0;
    let sleeps = 0;
    const mortal: Clock = {
      ...clockFrom(nowMs),
      sleep: (ms) => {
        sleeps += 1;
        if (diesAtSleep !== undefined && sleeps >= diesAtSleep) throw new Error("The process has died.");
        return clock.sleep(ms);
      },
    };
    const env = {
      HARMONY_SASE_API_KEY: sandbox.accounts[0].apiKey,
      HARMONY_SASE_BASE_URL: sandbox.baseUrl,
      HARMONY_SASE_REQUESTS_PER_WINDOW: "500",
      XDG_STATE_HOME: folder,
      ...more,
    };
    const processId = ++processes;
    const provider = createProcess({
      env,
      clock: mortal,
      engineAddress,
      findEngine: async () => ({ processId: 1, startedAt: run ?? `for process ${processId}` }),
      processId,
      isProcessAlive: () => true,
      isEngineThere: async () => ++engineAsked <= engineDiesAfter,
    });
    provider.log.info = async (_urn, message) => void infos.push(message);
    provider.log.warn = async (_urn, message) => void warnings.push(message);
    provider.log.status = async (_urn, message) => void statuses.push(message);
    const steps = createSteps(provider);
    void steps.configure({ config: { get: () => undefined } } as unknown as pulumi.dynamic.ConfigureRequest);
    return steps;
  }

  const rig: Rig = {
    sandbox,
    setClock: (ms) => {
      aheadMs = ms;
    },
    clock,
    warnings,
    statuses,
    infos,
    networkId: network.id,
    folder,
    state: undefined,
    process: newProcess,
    tunnel: (n, changes = {}) => ({
      regionID: network.regions[n % 3],
      remotePublicIP: `203.0.113.${10 + n}`,
      remoteASN: 65_010,
      p81GWInternalIP: `169.254.10.${4 * n + 1}`,
      remoteGWInternalIP: `169.254.10.${4 * n + 2}`,
      passphrase: `Rig.secret_of_${n}`,
      ...changes,
    }),
    args: (changes = {}) => ({
      __provider: "text",
      __urn: URN,
      __secrets: [],
      networkId: network.id,
      tunnelName: "branch",
      tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1) },
      sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64_600 },
      ...changes,
    }),
    up: async (news, steps = newProcess()) => {
      const checked = await steps.check(rig.state?.inputs ?? {}, news);
      if (checked.failures?.length) throw new Error(checked.failures.map(({ reason }) => reason).join("\n"));
      const inputs = plain(checked.inputs) as Plain;
      if (rig.state) {
        const { id, outputs } = rig.state;
        const { changes, replaces = [] } = await steps.diff(id, outputs, inputs);
        if (replaces.length === 0) {
          if (changes) await update(rig, steps, inputs);
          else rig.state = { ...rig.state, inputs };
          return;
        }
        await create(rig, steps, inputs);
        await steps.delete(id, outputs);
        return;
      }
      await create(rig, steps, inputs);
    },
    refresh: async (steps = newProcess()) => {
      if (!rig.state) return;
      const { id, props, inputs } = (await steps.read(rig.state.id, rig.state.outputs)) as Plain;
      rig.state =
        id === undefined
          ? undefined
          : { id: id as string, outputs: plain(props) as Plain, inputs: plain(inputs) as Plain };
    },
    destroy: async (steps = newProcess()) => {
      if (rig.state) await steps.delete(rig.state.id, rig.state.outputs);
      rig.state = undefined;
    },
    notes: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const isOfResources = (path: string) => !path.includes("/requests/");
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return (await Promise.all(files.filter(isOfResources).map((file) => readFile(file, "utf8")))).join("\n");
    },
    close: async () => {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

async function create(rig: Rig, steps: Steps, inputs: Plain): Promise<void> {
  try {
    const { id, outs } = await steps.create(inputs);
    rig.state = { id, inputs, outputs: plain(outs) as Plain };
  } catch (error) {
    const { id, properties } = error as { id?: string; properties?: Plain };
    if (id !== undefined) rig.state = { id, inputs, outputs: plain(properties) as Plain };
    throw error;
  }
}

/** After a failed update the engine keeps the outputs that it was given, and the old inputs. */
async function update(rig: Rig, steps: Steps, inputs: Plain): Promise<void> {
  const state = rig.state as Stored;
  try {
    const { outs } = await steps.update(state.id, state.outputs, inputs);
    rig.state = { ...state, inputs, outputs: plain(outs) as Plain };
  } catch (error) {
    const { properties } = error as { properties?: Plain };
    if (properties) rig.state = { ...state, outputs: plain(properties) as Plain };
    throw error;
  }
}

/** A value as the engine hands it back: marks of secrets taken off. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_name, member: unknown) =>
    typeof member === "object" && member !== null && SECRET in member
      ? (member as unknown as { value: unknown }).value
      : member,
  );
}
