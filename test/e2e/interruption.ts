import { execFile, fork } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { DynamicTunnelGroupArgs } from "pulumi-harmony-sase";
import type { Sandbox } from "../../sandbox";
import type { EngineStack } from "../../tools/workshop";
import type { RunApart } from "./apart";

/** How a run is interrupted. */
export const BLOWS = ["SIGKILL of the CLI", "SIGKILL of the provider process", "^C", "^C twice"] as const;
export type Blow = (typeof BLOWS)[number];

/** What a run does when it is interrupted. */
export const STEPS = ["create", "update", "delete"] as const;
export type Step = (typeof STEPS)[number];

/** Where in its step a run is interrupted. */
export const PHASES = ["before the request", "before the answer", "during the wait", "before state is saved"] as const;
export type Phase = (typeof PHASES)[number];

type Operation = NonNullable<Parameters<Sandbox["inject"]>[0]["operation"]>;
/** The request during which it happens, and how many of its kind come before. */
type Moment = readonly [operation: Operation, skip: number];

/** How long the service is held in a phase. */
export const HOLD_MS = 1500;
/** A busy machine takes its time; what has not come by then never will. */
const PATIENCE_MS = 5 * 60_000;
const SECOND_INTERRUPT_MS = 300;

/** A step's requests in order: look, write, ask for the status, look again. */
const MOMENTS: Readonly<Record<Step, Readonly<Record<Phase, Moment>>>> = {
  create: momentsOf("createGroup", ["listTunnels", 0], ["readGroup", 0]),
  update: momentsOf("updateGroup", ["readGroup", 0], ["readGroup", 1]),
  delete: momentsOf("deleteGroup", ["readGroup", 0], ["readGroup", 1]),
};

function momentsOf(write: Operation, before: Moment, after: Moment): Readonly<Record<Phase, Moment>> {
  return {
    "before the request": before,
    "before the answer": [write, 0],
    "during the wait": ["readStatus", 0],
    "before state is saved": after,
  };
}

/** A run, and how it is interrupted. */
export interface Interruption {
  readonly sandbox: Sandbox;
  readonly stack: EngineStack;
  /** What its program declares. */
  readonly args: DynamicTunnelGroupArgs;
  readonly step: Step;
  readonly phase: Phase;
  readonly blow: Blow;
}

/**
 * Runs a step, interrupts it in a phase, and waits until its run is over. While the service is held there, nothing else
 * happens; what it was asked for it does afterwards, though nobody may be there to hear of it.
 * @returns the provider processes of the run, which live on when the CLI was killed
 */
export async function interrupt({ sandbox, stack, args, step, phase, blow }: Interruption): Promise<readonly number[]> {
  const [operation, skip] = MOMENTS[step][phase];
  sandbox.clearJournal();
  if (phase === "during the wait") sandbox.plan({ operation: `${step}Group`, durationMs: HOLD_MS });
  else sandbox.inject({ operation, skip, action: { kind: "delay", ms: HOLD_MS } });
  let end: string | undefined;
  const run = runApart(stack, args, step).then((message) => {
    end = message;
  });
  const seen = () => sandbox.journal().map((entry) => entry.operation);
  const isThere = () => seen().filter((each) => each === operation).length > skip;
  await until(
    () => isThere() || end !== undefined,
    `request ${skip + 1} of ${operation} in the ${step}`,
    () => `requests ${seen().join(", ")}`,
  );
  if (!isThere()) throw new Error(`The ${step} was over before it was interrupted: ${end}`);
  const { cli, providers } = await processesOf(stack.name);
  await strike(blow, cli, providers);
  await run;
  sandbox.clearFaults();
  return providers;
}

/**
 * Runs `up`, kills the CLI so long after its provider process has begun, and waits until the run is over.
 * @returns the provider processes of the run, which live on
 */
export async function killAfter(
  stack: EngineStack,
  args: DynamicTunnelGroupArgs,
  delayMs: number,
): Promise<readonly number[]> {
  let isOver = false;
  const run = runApart(stack, args, "update").then(() => {
    isOver = true;
  });
  let found: Awaited<ReturnType<typeof processesOf>> | undefined;
  while (!isOver && (found?.providers.length ?? 0) === 0) {
    found = await processesOf(stack.name).catch(() => undefined);
    await sleep(20);
  }
  await Promise.race([sleep(delayMs), run]);
  const { cli, providers } = (await processesOf(stack.name).catch(() => found)) ?? { cli: undefined, providers: [] };
  if (!isOver && cli !== undefined) end([cli]);
  await run;
  return providers;
}

/** Runs a step in a process of its own, and returns how it ended. */
async function runApart({ name, project, automation }: EngineStack, args: DynamicTunnelGroupArgs, step: Step) {
  const { workDir, envVars, pulumiCommand } = automation.workspace;
  const child = fork(join(__dirname, "apart.ts"), { execArgv: ["--import", "tsx"] });
  const run: RunApart = {
    stackName: name,
    projectName: project,
    workDir,
    envVars,
    command: pulumiCommand.command,
    args,
    isDestroy: step === "delete",
  };
  try {
    child.send(run);
    return await new Promise<string>((resolve) => {
      child.once("message", (message) => resolve(String(message)));
      child.once("exit", (code, signal) => resolve(`its process ended with ${signal ?? code}`));
    });
  } finally {
    child.kill("SIGKILL");
  }
}

async function strike(blow: Blow, cli: number, providers: readonly number[]): Promise<void> {
  if (blow === "SIGKILL of the CLI") process.kill(cli, "SIGKILL");
  else if (blow === "SIGKILL of the provider process") for (const pid of providers) process.kill(pid, "SIGKILL");
  else {
    process.kill(cli, "SIGINT");
    if (blow === "^C") return;
    await sleep(SECOND_INTERRUPT_MS);
    process.kill(cli, "SIGINT");
  }
}

/** The CLI that runs a stack, and the processes for dynamic providers below it. */
export async function processesOf(stackName: string): Promise<{ readonly cli: number; readonly providers: number[] }> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,args="]);
  const all = stdout.split("\n").flatMap((line) => {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return args === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), args }];
  });
  const below = (pid: number): typeof all =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  const cli = below(process.pid).find(
    ({ args }) => args.includes(`--stack ${stackName} `) || args.endsWith(`--stack ${stackName}`),
  );
  if (cli === undefined) throw new Error(`No CLI runs stack ${stackName}.`);
  const providers = below(cli.pid).filter(({ args }) => /^\S*node\S* .*cmd[\\/]dynamic-provider/.test(args));
  return { cli: cli.pid, providers: providers.map(({ pid }) => pid) };
}

/** Whether a process runs. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Ends processes that may have ended. */
export function end(pids: Iterable<number>): void {
  for (const pid of pids) if (isRunning(pid)) process.kill(pid, "SIGKILL");
}

/** Waits for something to become so, however busy the machine is, and tells what it saw when it never did. */
export async function until(isSo: () => boolean, what: string, seen: () => string = () => "nothing"): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > endMs) throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain for ${what}; saw ${seen()}.`);
    await sleep(20);
  }
}
