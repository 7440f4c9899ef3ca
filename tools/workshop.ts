import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import { ensurePulumiCli } from "./cli";
import { leanStack, type StoredState, stateIn } from "./state";

/** A place of its own for stacks: file backend, engine home and state folder, away from a person's Pulumi. */
export interface Workshop {
  readonly folder: string;
  readonly environment: Record<string, string>;
  /** Makes a stack that runs `program`; `configuration` keys are as `pulumi config set` takes them. */
  stack(options: StackOptions): Promise<EngineStack>;
  /** Every byte under the folder: states, their backups and history, logs. */
  files(): Promise<ReadonlyMap<string, Buffer>>;
  close(): Promise<void>;
}

/** What a stack runs, and with which settings. */
export interface StackOptions {
  readonly name?: string;
  readonly project?: string;
  readonly program: automation.PulumiFn;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** The project's folder, where there is one. @default a new one */
  readonly workDir?: string;
}

/** What the engine said and did in one run. */
export interface EngineRun {
  readonly output: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly changes: Readonly<Record<string, number>>;
  readonly events: readonly automation.EngineEvent[];
}

/** A stack on the real engine. Every run keeps all that was printed in `transcript`. */
export interface EngineStack {
  readonly name: string;
  readonly project: string;
  readonly transcript: readonly string[];
  readonly automation: automation.Stack;
  setProgram(program: automation.PulumiFn): void;
  up(options?: Partial<automation.UpOptions>): Promise<EngineRun>;
  /** Like {@link EngineStack.up}, for runs that have to fail. */
  failingUp(options?: Partial<automation.UpOptions>): Promise<EngineRun>;
  preview(options?: Partial<automation.PreviewOptions>): Promise<EngineRun>;
  failingPreview(options?: Partial<automation.PreviewOptions>): Promise<EngineRun>;
  refresh(options?: Partial<automation.RefreshOptions>): Promise<EngineRun>;
  failingRefresh(options?: Partial<automation.RefreshOptions>): Promise<EngineRun>;
  failingDestroy(options?: Partial<automation.DestroyOptions>): Promise<EngineRun>;
  destroy(options?: Partial<automation.DestroyOptions>): Promise<EngineRun>;
  /** The state as it is stored, secrets encrypted. */
  state(): Promise<StoredState>;
}

/** Opens a workshop in a temporary folder. */
export async function openWorkshop(environment: Readonly<Record<string, string>>): Promise<Workshop> {
  const cli = await ensurePulumiCli({ report: () => undefined });
  const folder = await mkdtemp(join(tmpdir(), "harmony-sase-e2e-"));
  const places = { backend: join(folder, "backend"), home: join(folder, "home"), state: join(folder, "state") };
  await Promise.all(Object.values(places).map((place) => mkdir(place, { recursive: true })));
  const env = {
    PULUMI_HOME: places.home,
    PULUMI_BACKEND_URL: `file://${places.backend}`,
    PULUMI_CONFIG_PASSPHRASE: "e2e",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    XDG_STATE_HOME: places.state,
    HARMONY_SASE_API_KEY: "",
    HARMONY_SASE_BASE_URL: "",
    HARMONY_SASE_REGION: "",
    HARMONY_SASE_TIMEOUT: "",
    ...environment,
  };
  const pulumiCommand = await automation.PulumiCommand.get({
    ...(cli.root === undefined ? {} : { root: cli.root }),
    skipVersionCheck: true,
  });
  let count = 0;
  return {
    folder,
    environment: env,
    stack: (options) => {
      count += 1;
      return openStack(pulumiCommand, env, { folder, backend: places.backend }, { name: `s${count}`, ...options });
    },
    files: () => bytesUnder(folder),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function openStack(
  pulumiCommand: automation.PulumiCommand,
  env: Record<string, string>,
  { folder, backend }: { readonly folder: string; readonly backend: string },
  options: StackOptions & { readonly name: string },
): Promise<EngineStack> {
  const { name, project = "e2e", program, configuration = {}, secrets = {}, environment = {} } = options;
  const workDir = options.workDir ?? (await mkdtemp(join(folder, "work-")));
  const stack = await automation.LocalWorkspace.createStack(
    { stackName: name, projectName: project, program },
    { workDir, pulumiCommand, envVars: { ...env, ...environment } },
  );
  const state = () => stateIn(backend, project, name);
  leanStack(stack, state);
  const config = {
    ...Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, { value }])),
    ...Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, { value, secret: true }])),
  };
  if (Object.keys(config).length > 0) await stack.setAllConfig(config);
  const transcript: string[] = [];

  async function run<T extends object>(
    start: (options: {
      onOutput: (text: string) => void;
      onError: (text: string) => void;
      onEvent: (event: automation.EngineEvent) => void;
      color: "never";
    }) => Promise<T>,
    mayFail: boolean,
    listener?: (text: string) => void,
  ): Promise<EngineRun> {
    const printed: string[] = [];
    const events: automation.EngineEvent[] = [];
    const print = (text: string) => {
      printed.push(text);
      listener?.(text);
    };
    let result: Partial<automation.UpResult> = {};
    let failure: unknown;
    try {
      result = (await start({
        onOutput: print,
        onError: print,
        onEvent: (event) => events.push(event),
        color: "never",
      })) as Partial<automation.UpResult>;
    } catch (error) {
      failure = error;
      printed.push(String(error));
    }
    const output = printed.join("");
    transcript.push(output, JSON.stringify(events.filter(isShown)));
    if (mayFail !== (failure !== undefined)) {
      throw new Error(`${mayFail ? "This run had to fail" : "This run failed"}:\n${output}`);
    }
    const summary = events.findLast((event) => event.summaryEvent)?.summaryEvent;
    return {
      output,
      events,
      outputs: Object.fromEntries(Object.entries(result.outputs ?? {}).map(([key, { value }]) => [key, value])),
      changes: (summary?.resourceChanges ?? {}) as Record<string, number>,
    };
  }

  return {
    name,
    project,
    transcript,
    automation: stack,
    setProgram: (next) => {
      stack.workspace.program = next;
    },
    up: ({ onOutput, ...given } = {}) => run((base) => stack.up({ ...given, ...base }), false, onOutput),
    failingUp: ({ onOutput, ...given } = {}) => run((base) => stack.up({ ...given, ...base }), true, onOutput),
    preview: ({ onOutput, ...given } = {}) => run((base) => stack.preview({ ...given, ...base }), false, onOutput),
    failingPreview: ({ onOutput, ...given } = {}) =>
      run((base) => stack.preview({ ...given, ...base }), true, onOutput),
    refresh: ({ onOutput, ...given } = {}) => run((base) => stack.refresh({ ...given, ...base }), false, onOutput),
    failingRefresh: ({ onOutput, ...given } = {}) =>
      run((base) => stack.refresh({ ...given, ...base }), true, onOutput),
    failingDestroy: ({ onOutput, ...given } = {}) =>
      run((base) => stack.destroy({ ...given, ...base }), true, onOutput),
    destroy: ({ onOutput, ...given } = {}) => run((base) => stack.destroy({ ...given, ...base }), false, onOutput),
    state,
  };
}

/** The SDK tells the engine, for debugging, every registration of any resource in clear; that is never displayed. */
function isShown({ diagnosticEvent }: automation.EngineEvent): boolean {
  return String(diagnosticEvent?.severity) !== "debug";
}

async function bytesUnder(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file)] as const)));
}
