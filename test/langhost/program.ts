import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { watchMemory } from "./memory";

/** A program that runs under the SDK's own runner. */
export interface RunningProgram {
  readonly end: Promise<ProgramEnd>;
  interrupt(): void;
  kill(): void;
}

/** The way a program ended. */
export interface ProgramEnd {
  /** Null after a signal. */
  readonly code: number | null;
  /** The reason for which it could not be run, or was killed. */
  readonly problem?: string;
}

/** Starts a program as the official language host does: by the Node on PATH, and the SDK that the program has installed. */
export function startProgram(request: RunRequest, engine: string): RunningProgram {
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const runner = createRequire(join(folder, "program.js")).resolve("@pulumi/pulumi/cmd/run");
  const child = spawn("node", [runner, ...argumentsOf(request, folder, engine)], {
    cwd: folder,
    env: { ...process.env, ...environmentOf(request) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const end = new Promise<ProgramEnd>((resolve) => {
    const problem = watchMemory(child);
    child.once("error", ({ message }) => resolve({ code: null, problem: `The program could not be run: ${message}` }));
    child.once("close", (code) => resolve({ code, ...problem() }));
  });
  return { end, interrupt: () => void child.kill("SIGINT"), kill: () => void child.kill("SIGKILL") };
}

function argumentsOf(request: RunRequest, folder: string, engine: string): readonly string[] {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory() ?? folder,
    stack: request.getStack(),
    pwd: folder,
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

function environmentOf(request: RunRequest): Readonly<Record<string, string>> {
  const entries = request.getConfigMap().toArray();
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(entries.map(([key, value]) => [programKey(key), value]))),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: "true",
  };
}

/** The SDK takes the keys of old: `namespace:config:key`. */
function programKey(key: string): string {
  return key.replace(":", ":config:");
}
