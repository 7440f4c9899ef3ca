import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Plain } from "../../provider/process";
import { type Sandbox, type SandboxOptions, type StoredGroup, startSandbox } from "../../sandbox";
import { type Deployment, destroy, type Program, preview, refresh, type Stepping, type UpOptions, up } from "./engine";
import { type Manners, openGate, type SentWrite, type Trouble } from "./gate";
import { type Ledger, openLedger, type Party, settingsOf } from "./ledger";
import { beginPhase, type Kill, type Phase } from "./machine";
import { createSchedule } from "./schedule";

/** How a run is called, and what becomes of it. */
export interface RunOptions extends UpOptions {
  /** How long after the others it begins, in milliseconds. @default 0 */
  readonly afterMs?: number;
  readonly kill?: Kill;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a run has ended. It never throws. */
export interface Outcome {
  /** What it said when it failed. */
  readonly failure: string | undefined;
  readonly isKilled: boolean;
  readonly warnings: readonly string[];
  /** Its steps, one line each. */
  readonly log: readonly string[];
  /** What it wrote, refused or not. */
  readonly writes: readonly SentWrite[];
}

/** A stack: its state, its last program, and the machine that it is run on. */
export interface Stack extends Omit<Party, "rows">, Deployment {
  machine: string;
  program: Program;
  /** Runs a program, the last one unless told otherwise. */
  up(program?: Program, options?: RunOptions): Promise<Outcome>;
  refresh(options?: RunOptions): Promise<Outcome>;
  destroy(options?: RunOptions): Promise<Outcome>;
  /** The id of a resource's group. @throws when it has none */
  idOf(name: string): string;
}

/** How a world is made. */
export interface WorldOptions extends Manners {
  readonly seed?: number;
  /** How far machines' clocks are ahead of the service's, in the order in which runs come to them, and again from the first. @default not at all */
  readonly skewsMs?: readonly number[];
  readonly sandbox?: SandboxOptions;
}

/** One service, machines, stacks and an engine that runs them; time is virtual, and chance is the seed's. */
export interface World {
  readonly sandbox: Sandbox;
  readonly ledger: Ledger;
  readonly networkId: string;
  /** A group that somebody made by hand, in a network of its own. */
  readonly foreign: { readonly groupId: string; readonly networkId: string; readonly tunnelName: string };
  /** A stack of that name; it is made when first asked for. */
  stack(name: string, machine?: string): Stack;
  stacks(): readonly Stack[];
  /** The n-th tunnel, valid and unlike all others. */
  tunnel(n: number, changes?: Plain): Plain;
  /** What creates a group named so, of the tunnels with those numbers. */
  creating(tunnelName: string, numbers: readonly number[], changes?: Plain): Plain;
  /** What adopts a group and declares the tunnels with those numbers in it. */
  adopting(dynamicTunnelId: string, tunnelName: string, numbers: readonly number[], changes?: Plain): Plain;
  /** Runs that go on at the same time. */
  together(...runs: readonly (() => Promise<Outcome>)[]): Promise<readonly Outcome[]>;
  strike(trouble: Trouble): void;
  clearTroubles(): void;
  /** Lets time go by, and what killed runs have left going come to its end. */
  wait(ms: number): Promise<void>;
  /** The groups that were not there in the beginning. */
  made(): ReturnType<Sandbox["groups"]>;
  /** What is not as it was found; empty when all is. */
  leftovers(): readonly string[];
  close(): Promise<void>;
}

/** How long an operation takes: enough for others to come between, and for few looks. */
const OPERATION_MS = 2000;

/** Starts a world. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const parties = new Map<string, Stack>();
  let ledger: Ledger | undefined;
  const schedule = createSchedule(options.seed ?? 1, () => ledger?.observe());
  const limits = { requestBudget: 1_000_000, operationMs: OPERATION_MS };
  const sandbox = await startSandbox({ ...limits, clock: { now: schedule.now }, ...options.sandbox });
  const gate = await openGate(sandbox, schedule, options);
  const folder = await mkdtemp(join(tmpdir(), "law-"));
  const network = sandbox.accounts[0].networks.at(-1) ?? sandbox.accounts[0].networks[0];
  const found = new Map(sandbox.groups().map((group) => [group.id, group]));
  const books = openLedger(sandbox, () => [...parties.values()]);
  ledger = books;
  const machines: string[] = [];
  let [runs, keys, driving] = [0, 0, 0];
  let freePort: number | undefined;

  /** Runs within a run that is driven already go along with it. */
  async function drive<T>(begin: () => Promise<T>): Promise<T> {
    if (driving > 0) return begin();
    driving += 1;
    try {
      return await schedule.drive(begin());
    } finally {
      driving -= 1;
    }
  }

  function skewOf(machine: string): number {
    if (!machines.includes(machine)) machines.push(machine);
    const { skewsMs = [0] } = options;
    return skewsMs[machines.indexOf(machine) % skewsMs.length] ?? 0;
  }

  function stackOf(stack: string, machine: string): Stack {
    let stepping: Stepping | undefined;
    const party: Stack = {
      stack,
      machine,
      rows: [],
      log: [],
      program: [],
      onStep: (step) => {
        stepping = step;
      },
      onReplacement: books.judgeReplacement,
      up: (program = party.program, how = {}) => {
        party.program = program;
        return run(how, async (phase, isPreview) => {
          if (isPreview) await preview(party, phase, program, how);
          else await up(party, phase, program, how);
        });
      },
      refresh: (how = {}) => run(how, async (phase, isPreview) => isPreview || refresh(party, phase)),
      destroy: (how = {}) => {
        party.program = [];
        return run(how, async (phase, isPreview) => isPreview || destroy(party, phase, how));
      },
      idOf: (name) => {
        const row = party.rows.find((each) => each.name === name && !each.isPendingDelete);
        if (row === undefined) throw new Error(`Stack ${stack} has no ${name}.`);
        return row.id;
      },
    };

    async function run(
      how: RunOptions,
      work: (phase: Phase, isPreview: boolean) => Promise<unknown>,
    ): Promise<Outcome> {
      runs += 1;
      const own = runs;
      const [warnings, writes]: [string[], SentWrite[]] = [[], []];
      const logged = party.log.length;
      let isKilled = false;
      async function phase(isPreview: boolean): Promise<void> {
        const begun = await beginPhase({
          stack,
          home: join(folder, party.machine),
          skewMs: skewOf(party.machine),
          schedule,
          gate,
          env: how.env ?? {},
          kill: isPreview ? undefined : how.kill,
          run: own,
          port: freePort,
          newKey: () => {
            keys += 1;
            sandbox.addApiKey({ key: `law-key-${keys}`, account: "first" });
            return `law-key-${keys}`;
          },
          onWrite: (write) => {
            writes.push(write);
            if (stepping) books.sent(write, stepping, own);
          },
        });
        try {
          await work(begun, isPreview);
        } finally {
          isKilled = begun.isKilled();
          warnings.push(...begun.warnings);
          begun.end();
          // Processes that have lost their engine must not take the engine of another run for it.
          if (!(isKilled && how.kill?.who === "engine")) freePort = begun.port;
          else if (freePort === begun.port) freePort = undefined;
        }
      }
      const failure = await drive(() =>
        begun(how.afterMs ?? 0, phase).then(
          () => undefined,
          (error: Error) => {
            if (error.name === "StepFailure") return error.message;
            if (isKilled) return "The run was killed.";
            throw error;
          },
        ),
      );
      books.judgeRows();
      return { failure, isKilled, warnings, writes, log: party.log.slice(logged) };
    }

    async function begun(afterMs: number, phase: (isPreview: boolean) => Promise<void>): Promise<void> {
      if (afterMs > 0) await schedule.sleep(afterMs, undefined, () => false);
      await phase(true);
      await phase(false);
    }

    return party;
  }

  const tunnel = (n: number, changes: Plain = {}): Plain => ({
    regionID: network.regions[n % 3],
    remotePublicIP: `203.0.113.${10 + n}`,
    remoteASN: 65_010,
    p81GWInternalIP: `169.254.10.${4 * n + 1}`,
    remoteGWInternalIP: `169.254.10.${4 * n + 2}`,
    passphrase: `Law.secret_of_${n}`,
    ...changes,
  });
  const tunnels = (numbers: readonly number[]) => Object.fromEntries(numbers.map((n) => [`t${n}`, tunnel(n)]));

  return {
    sandbox,
    ledger: books,
    networkId: network.id,
    foreign: {
      groupId: sandbox.foreignGroup.id,
      networkId: sandbox.foreignGroup.networkId,
      tunnelName: sandbox.foreignGroup.tunnelName,
    },
    stack: (name, machine = "laptop") => {
      const known = parties.get(name) ?? stackOf(name, machine);
      parties.set(name, known);
      return known;
    },
    stacks: () => [...parties.values()],
    tunnel,
    creating: (tunnelName, numbers, changes = {}) => ({
      networkId: network.id,
      tunnelName,
      tunnels: tunnels(numbers),
      sharedSettings: { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.20.0.0/16"], leftASN: 64_600 },
      ...changes,
    }),
    adopting: (dynamicTunnelId, tunnelName, numbers, changes = {}) => ({
      networkId: network.id,
      dynamicTunnelId,
      tunnelName,
      tunnels: tunnels(numbers),
      ...changes,
    }),
    together: (...started) => drive(() => Promise.all(started.map((start) => start()))),
    strike: gate.strike,
    clearTroubles: () => {
      gate.clear();
      sandbox.clearFaults();
    },
    wait: async (ms) => {
      await drive(() => schedule.sleep(ms, undefined, () => false));
    },
    made: () => sandbox.groups().filter(({ id }) => !found.has(id)),
    leftovers: () => {
      const now = new Map(sandbox.groups().map((group) => [group.id, group]));
      const more = [...now.keys()]
        .filter((id) => !found.has(id))
        .map((id) => `group ${id} is left, made by ${books.makerOf(id)}`);
      const less = [...found]
        .filter(([id, group]) => !isAsFound(group, now.get(id)))
        .map(([id]) => `group ${id} is not as it was found`);
      return [...more, ...less];
    },
    close: async () => {
      await gate.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isAsFound(was: StoredGroup, is: StoredGroup | undefined): boolean {
  return is !== undefined && isDeepStrictEqual([settingsOf(was), was.tunnels], [settingsOf(is), is.tunnels]);
}
