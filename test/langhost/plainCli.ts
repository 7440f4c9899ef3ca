import { spawn } from "node:child_process";
import { mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensurePulumiCli } from "../../tools/cli";
import type { Fixture } from "../e2e/fixture";
import { projectOf, type Recipe, write } from "../package/project";

const HOST_NAME = "pulumi-language-nodejs";
const COMMAND_MS = 3 * 60_000;

/** A program as its user has it, and the way it is run. */
export interface PlainProgram {
  /** The project whose packages the program has. */
  readonly recipe: Recipe;
  readonly files: Recipe["files"];
  /** Path of the Node that runs program and provider. @default this one */
  readonly node?: string;
  /** Keys as `pulumi config set` takes them. */
  readonly configuration?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Overrides that of the workshop. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A folder with a program and a stack. */
export interface PlainStack {
  readonly folder: string;
  /** Runs a command of the CLI there, and throws an error if it takes too long. */
  pulumi(...args: readonly string[]): Promise<CliRun>;
  /** Starts a command, for tests that end it. */
  start(...args: readonly string[]): RunningCli;
}

/** The end of a command of the CLI. */
export interface CliRun {
  /** Null after a signal. */
  readonly code: number | null;
  /** Both streams as they came. */
  readonly output: string;
}

/** A command of the CLI that runs. */
export interface RunningCli {
  readonly end: Promise<CliRun>;
  output(): string;
  kill(): void;
}

/** Sets up a program and a stack of it in a folder of their own, for the plain CLI with the tests' language host. */
export async function plainStack(fixture: Fixture, program: PlainProgram): Promise<PlainStack> {
  const { recipe, files, node = process.execPath, configuration = {}, secrets = {}, environment = {} } = program;
  const folder = await mkdtemp(join(fixture.workshop.folder, "program-"));
  await write(folder, { "Pulumi.yaml": "name: plain\nruntime: nodejs\n", ...files });
  await symlink(join(await projectOf(recipe), "node_modules"), join(folder, "node_modules"), "junction");
  const { command, root } = await ensurePulumiCli({ report: () => undefined });
  const places = [await hostFolder(fixture.workshop.folder), dirname(node), ...(root ? [join(root, "bin")] : [])];
  const env = {
    ...process.env,
    ...fixture.workshop.environment,
    ...environment,
    NODE_OPTIONS: "",
    PATH: [...places, process.env.PATH].join(delimiter),
  };
  const start = (...args: readonly string[]) => startCli(command, args, folder, env);
  const stack: PlainStack = { folder, start, pulumi: (...args) => start(...args).end };
  await expectSuccess(stack, "stack", "init", basename(folder));
  const settings = [...assigned("--plaintext", configuration), ...assigned("--secret", secrets)];
  if (settings.length > 0) await expectSuccess(stack, "config", "set-all", ...settings);
  return stack;
}

function assigned(option: string, values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([key, value]) => [option, `${key}=${value}`]);
}

/** Runs a command that has to end well. */
export async function expectSuccess(stack: PlainStack, ...args: readonly string[]): Promise<string> {
  const { code, output } = await stack.pulumi(...args);
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")} failed with ${code}:\n${output}`);
  return output;
}

function startCli(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): RunningCli {
  const child = spawn(command, [...args, "--non-interactive", "--color", "never"], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: Buffer[] = [];
  const output = () => Buffer.concat(printed).toString();
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => printed.push(text));
  const kill = () => void child.kill("SIGKILL");
  const end = new Promise<CliRun>((resolve, reject) => {
    const timer = setTimeout(() => {
      kill();
      reject(new Error(`pulumi ${args.join(" ")} has not ended after ${COMMAND_MS / 1000} s:\n${output()}`));
    }, COMMAND_MS);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output: output() });
    });
  });
  return { end, output, kill };
}

/** A folder whose executable is the language host: the engine looks for it on PATH. */
async function hostFolder(parent: string): Promise<string> {
  const folder = join(parent, "langhost");
  const command = [
    process.execPath,
    "--import",
    pathToFileURL(require.resolve("tsx")).href,
    join(__dirname, "host.ts"),
  ];
  const quoted = command.map((word) => `"${word}"`).join(" ");
  await mkdir(folder, { recursive: true });
  const [name, text] =
    process.platform === "win32"
      ? [`${HOST_NAME}.cmd`, `@${quoted} %*\r\n`]
      : [HOST_NAME, `#!/bin/sh\nexec ${quoted} "$@"\n`];
  await writeFile(join(folder, name), text, { mode: 0o755 });
  return folder;
}
