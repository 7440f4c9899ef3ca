import type { ApiKey } from "./access";

/** Time, so that tests can do without. */
export interface SandboxClock {
  /** Milliseconds since the epoch. */
  now(): number;
}

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
  /** Requests per address in any five minutes. @default 500 */
  readonly requestBudget?: number;
  /** @default 5 */
  readonly activeOperationsPerNetwork?: number;
  /** Whether GET shows passphrases, as the live service was seen to. @default true */
  readonly isPassphraseShown?: boolean;
  /** Whether a successful result carries a status code. @default true */
  readonly isSuccessCoded?: boolean;
  /** Whether the 15 characters of a name are counted with its decoration, so that 13 can be sent. @default false */
  readonly isStoredNameCapped?: boolean;
  /** @default 120 */
  readonly samplingTimeSeconds?: number;
  /** When a tunnel's health is known. @default 1 minute after it was added */
  readonly probeAfterMs?: number;
  /** Keys besides those of the two accounts, which are called `first` and `second`. */
  readonly apiKeys?: readonly ApiKey[];
  /** Where `statusUrl` points to: another host than this one. @default one that can't exist */
  readonly statusOrigin?: string;
  readonly clock?: SandboxClock;
}

/** Options with their defaults filled in. */
export type Settings = Required<SandboxOptions>;

/** Fills in the defaults. */
export function settingsOf(options: SandboxOptions): Settings {
  return {
    port: 0,
    seed: 1,
    operationMs: 20,
    tokenLifetimeMs: 60 * 60_000,
    requestBudget: 500,
    activeOperationsPerNetwork: 5,
    isPassphraseShown: true,
    isSuccessCoded: true,
    isStoredNameCapped: false,
    samplingTimeSeconds: 120,
    probeAfterMs: 60_000,
    apiKeys: [],
    statusOrigin: "https://status.sandbox.invalid",
    clock: { now: () => Date.now() },
    ...options,
  };
}
