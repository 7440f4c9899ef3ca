import { createServer } from "node:net";
import type * as pulumi from "@pulumi/pulumi";
import { createProcess, type Plain } from "../../provider/process";
import { createSteps, type Steps } from "../../provider/steps";
import type { OperationName } from "../../sandbox";
import { type Caller, type Gate, listening, type SentWrite } from "./gate";
import type { Schedule } from "./schedule";

/** Where a run is to die. */
export interface Kill {
  /** At its n-th request from 1 on, or at the n-th of an operation. */
  readonly request: number;
  readonly operation?: OperationName;
  /** Whether the service still gets that request. @default false */
  readonly isSent?: boolean;
  /** Who dies: all of it, or the CLI alone, whose processes finish their step. @default "all" */
  readonly who?: "all" | "engine";
}

/** What the processes of one phase of a run share: an engine that listens, and dies with it. */
export interface Phase {
  /** Where its engine listens. */
  readonly port: number;
  readonly warnings: string[];
  readonly isKilled: () => boolean;
  /** Rejects when the run dies. */
  readonly death: Promise<never>;
  /** The process of a provider; one for each, made when it is first asked for. */
  process(provider: string): Steps;
  end(): void;
}

/** What a phase is made with. */
export interface PhaseSettings {
  readonly stack: string;
  readonly home: string;
  /** How far its machine's clock is ahead of the service's. */
  readonly skewMs: number;
  readonly schedule: Schedule;
  readonly gate: Gate;
  readonly env: Readonly<Record<string, string>>;
  readonly kill: Kill | undefined;
  /** The run that it belongs to. */
  readonly run: number;
  /** The port of an earlier run's engine, which this one is to have if it is free. */
  readonly port: number | undefined;
  /** A key that the service takes. */
  newKey(): string;
  onWrite(write: SentWrite): void;
}

type Outside = Parameters<typeof createProcess>[0];

let lastProcessId = 100_000;
const alive = new Set<number>();
const runs = new Map<number, number>();

/** Begins a phase: its engine listens at an address of its own, or at the one that an earlier run's has left. */
export async function beginPhase(settings: PhaseSettings): Promise<Phase> {
  const { kill, schedule, gate } = settings;
  const engine = createServer((socket) => void socket.destroy());
  const port = await listening(engine as never, settings.port).catch(() => listening(engine as never));
  const engineAddress = `127.0.0.1:${port}`;
  const processes = new Map<string, { readonly steps: Steps; readonly id: number; readonly caller: Caller }>();
  const warnings: string[] = [];
  let [requests, killed, isOver] = [0, false, false];
  let die: (error: Error) => void = () => undefined;
  const death = new Promise<never>((_, reject) => {
    die = reject;
  });
  death.catch(() => undefined);

  function endEngine(): void {
    if (!isOver) engine.close();
    isOver = true;
  }

  function onRequest(operation: OperationName | undefined): "before" | "after" | undefined {
    if (kill === undefined || killed || (kill.operation !== undefined && kill.operation !== operation))
      return undefined;
    requests += 1;
    if (requests < kill.request) return undefined;
    killed = true;
    endEngine();
    die(new Error("The run was killed."));
    if (kill.who === "engine") return undefined;
    for (const { id, caller } of processes.values()) {
      alive.delete(id);
      caller.isDead = true;
    }
    return kill.isSent ? "after" : "before";
  }

  function start(provider: string): Steps {
    const apiKey = settings.newKey();
    const caller: Caller = { apiKey, stack: settings.stack, isDead: false, onRequest, onWrite: settings.onWrite };
    gate.admit(caller);
    lastProcessId += 1;
    const id = lastProcessId;
    alive.add(id);
    runs.set(id, settings.run);
    const startedMs = schedule.now();
    const isDead = () => caller.isDead;
    const outside: Outside = {
      env: {
        HARMONY_SASE_API_KEY: apiKey,
        HARMONY_SASE_BASE_URL: gate.baseUrl,
        HARMONY_SASE_REQUESTS_PER_WINDOW: "500",
        XDG_STATE_HOME: settings.home,
        ...settings.env,
      },
      clock: {
        now: () => schedule.now() + settings.skewMs,
        elapsed: () => schedule.now() - startedMs,
        sleep: (ms) => schedule.sleep(ms, undefined, isDead),
        alarm: (ms, ring) => schedule.alarm(ms, ring, isDead),
        random: () => 0.5,
      },
      engineAddress,
      findEngine: async () => ({ processId: 1, startedAt: `run ${settings.run}` }),
      processId: id,
      // The system has given the numbers of earlier runs' processes to others.
      isProcessAlive: (other: number) => alive.has(other) || runs.get(other) !== settings.run,
    };
    const made = createProcess(outside);
    made.log.warn = async (_urn, message) => void warnings.push(message);
    made.log.info = async () => undefined;
    made.log.status = async () => undefined;
    const steps = createSteps(made);
    const own: Readonly<Record<string, string>> =
      provider === ""
        ? {}
        : { "harmony-sase:explicit": "true", "harmony-sase:apiKey": apiKey, "harmony-sase:baseUrl": gate.baseUrl };
    const config = { get: (key: string) => own[key] };
    void steps.configure({ config } as unknown as pulumi.dynamic.ConfigureRequest);
    processes.set(provider, { steps, id, caller });
    return steps;
  }

  return {
    port,
    warnings,
    death,
    isKilled: () => killed,
    process: (provider) => processes.get(provider)?.steps ?? start(provider),
    end: () => {
      endEngine();
      if (kill?.who !== "engine") for (const { id } of processes.values()) alive.delete(id);
    },
  };
}

/** A value as the engine hands it back: marks of secrets taken off, nothing but JSON. */
export function plain(value: unknown): Plain {
  return JSON.parse(JSON.stringify(value ?? {}), (_name, member: unknown) =>
    typeof member === "object" && member !== null && "4dabf18193072939515e22adb298388d" in member
      ? (member as unknown as { value: unknown }).value
      : member,
  ) as Plain;
}
