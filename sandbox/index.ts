import { createFaultList, type Edit, type Fault, type Outcome } from "./faults";
import type { JournalEntry } from "./journal";
import type { StoredGroup, World } from "./model";
import { createOperations, realClock, type SandboxClock } from "./operations";
import { createChance } from "./random";
import { createServer } from "./server";
import { createService } from "./service";
import { populate } from "./world";

export type { Edit, Fault, FaultAction, OperationName, Outcome } from "./faults";
export type { JournalEntry } from "./journal";
export type { StoredGroup, StoredTunnel } from "./model";
export type { SandboxClock } from "./operations";

/** How a sandbox behaves. */
export interface SandboxOptions {
  /** @default a free one */
  readonly port?: number;
  /** The same seed makes the same ids. @default 1 */
  readonly seed?: number;
  /** How long an operation takes. @default 20 */
  readonly operationMs?: number;
  /** @default 60 minutes */
  readonly tokenLifetimeMs?: number;
  /** Requests in any five minutes. @default 500 */
  readonly requestBudget?: number;
  /** @default 5 */
  readonly activeOperationsPerNetwork?: number;
  /** Whether GET shows passphrases, as the live service was seen to. @default true */
  readonly isPassphraseShown?: boolean;
  /** Whether a successful result carries a status code. @default true */
  readonly isSuccessCoded?: boolean;
  /** @default 120 */
  readonly samplingTimeSeconds?: number;
  readonly clock?: SandboxClock;
}

/** An account and the networks in it. */
export interface SandboxAccount {
  readonly apiKey: string;
  readonly networks: readonly { readonly id: string; readonly name: string; readonly regions: readonly string[] }[];
}

/** A running sandbox. */
export interface Sandbox {
  /** Ends in `/api/rest`. */
  readonly baseUrl: string;
  readonly controlUrl: string;
  /** The first account has a network with a group that somebody else made, and an empty one; the second has one network. */
  readonly accounts: readonly [SandboxAccount, SandboxAccount];
  readonly foreignGroup: { readonly id: string; readonly networkId: string };
  inject(fault: Fault): void;
  plan(outcome: Outcome): void;
  /** Forgets faults and outcomes that have not struck. */
  clearFaults(): void;
  edit(edit: Edit): void;
  /** The groups as they really are, fields that no answer shows included. */
  groups(): readonly StoredGroup[];
  group(id: string): StoredGroup | undefined;
  journal(): readonly JournalEntry[];
  clearJournal(): void;
  close(): Promise<void>;
}

/** Starts a simulated Harmony SASE on loopback. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { clock = realClock, operationMs = 20, isSuccessCoded = true } = options;
  const chance = createChance(options.seed ?? 1);
  const world: World = { networks: new Map(), groups: new Map(), keys: new Map() };
  const { accounts, foreignGroup } = populate(world, chance);
  const faults = createFaultList();
  const operations = createOperations(chance, clock, operationMs, isSuccessCoded);
  const service = createService({
    world,
    operations,
    faults,
    chance,
    clock,
    settings: {
      tokenLifetimeMs: options.tokenLifetimeMs ?? 60 * 60_000,
      activeOperationsPerNetwork: options.activeOperationsPerNetwork ?? 5,
      isPassphraseShown: options.isPassphraseShown ?? true,
      samplingTimeSeconds: options.samplingTimeSeconds ?? 120,
      // The service names another host than the one that was asked. Whoever contacts this one gives a token away.
      statusHost: "https://status.sandbox.invalid",
    },
  });
  const journal: JournalEntry[] = [];
  const server = createServer({ service, faults, world, journal, clock, requestBudget: options.requestBudget ?? 500 });
  const origin = await server.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  return {
    baseUrl: `${origin}/api/rest`,
    controlUrl: `${origin}/control`,
    accounts,
    foreignGroup,
    inject: faults.inject,
    plan: faults.plan,
    clearFaults: faults.clear,
    edit: service.edit,
    groups: () => structuredClone([...world.groups.values()]),
    group: (id) => structuredClone(world.groups.get(id)),
    journal: () => structuredClone(journal),
    clearJournal: () => {
      journal.length = 0;
    },
    close: async () => {
      operations.close();
      await server.close();
    },
  };
}
