import type { ApiKey } from "./access";
import { type Latency, NEARBY } from "./latency";
import type { Log } from "./log";
import type { Normalisation } from "./normalise";

/** Time, so that tests can do without. */
export interface SandboxClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds of this time, in which a request waits.
   * @param exchange tells when the connection of that request ends
   * @default real time
   */
  sleep?(ms: number, exchange: Exchange): Promise<void>;
}

/** A request on its way. */
export interface Exchange {
  once(event: "close", end: () => void): unknown;
}

/**
 * What comes of a write on a group that an operation is still changing: it takes its own time, so that a quick one
 * overtakes a slow one (`concurrent`), is never carried out before it (`queued`), or is answered with 409 (`refused`).
 */
export type SecondWrite = "concurrent" | "queued" | "refused";

/**
 * What comes of a write on a network where an operation on another group is under way: it is accepted, up to
 * `activeOperationsPerNetwork`, or answered with 409.
 */
export type SecondGroup = "accepted" | "refused";

/** What comes of a group whose tunnels are all removed: it stays, the PUT answers 409, or the group goes too. */
export type EmptiedGroup = "kept" | "refused" | "deleted";

/**
 * In which form answers show a tunnel: as the live service was seen to, or as the vendor's description has it, with
 * `peakBandwidth` in place of `peakBandwidthMbps`, and without `isHA`.
 */
export type TunnelForm = "live" | "described";

/** How an answer shows a description that is empty: as it is, as null, or not at all. */
export type EmptyDescription = "shown" | "null" | "absent";

/** Whose the routing of a tunnel is: the group's, so that one that is sent for a tunnel turns them all, or its own. */
export type RoutingOf = "group" | "tunnel";

/** What becomes of the switches that the `features` of a PUT do not name. */
export type UnnamedSwitches = "kept" | "off";

/** The object that the result of an operation names: its group, or the network. */
export type NamedByResult = "group" | "network";

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
  /** What comes of two writes at once on one group. @default "concurrent" */
  readonly secondWrite?: SecondWrite;
  /** What comes of writes at once on two groups of one network. @default "accepted" */
  readonly secondGroup?: SecondGroup;
  /** For how long after an operation has ended GET still shows the old values. @default 0 */
  readonly lagMs?: number;
  /** Whether GET shows passphrases, as the live service was seen to. @default true */
  readonly isPassphraseShown?: boolean;
  /** What GET shows in place of a passphrase, e.g. `xxxxxxxxxxxx`. @default the passphrase itself */
  readonly maskedPassphrase?: string | undefined;
  /** Whether GET shows the tunnels of a group in the same order each time. @default false */
  readonly isOrderStable?: boolean;
  /** How many entries a page of a list holds at most, whatever `limit` asks for. @default 100 */
  readonly mostPerPage?: number;
  /**
   * True if pages are counted by the `limit` that was asked for, though none holds more than `mostPerPage`: no page shows the
   * entries in between, and `itemsTotal` counts them.
   * @default false
   */
  readonly areLongPagesCut?: boolean;
  /** How many entries of each list, and of each group that is read, are `null`. @default 0 */
  readonly nullEntries?: number;
  /** The object that the path in the result of an operation leads to. @default "group" */
  readonly namedByResult?: NamedByResult;
  /** How many networks the first account has; all but the first are empty. @default 2 */
  readonly networks?: number;
  /** The name of the static tunnel in the first network. @default "legacy" */
  readonly staticTunnelName?: string;
  /**
   * Whether the numbers of decorated names count on, past 9 too (`branch010`), and none is used again.
   * @default false: a tunnel that is added gets the lowest number that is free
   */
  readonly areNumbersCountedOn?: boolean;
  /** Whether the tunnels that are left are numbered anew after a removal. @default false */
  readonly areNumbersClosedUp?: boolean;
  /** What a PUT that removes every tunnel does to the group. @default "kept" */
  readonly emptiedGroup?: EmptiedGroup;
  /** In which form a tunnel is shown. @default "live" */
  readonly tunnelForm?: TunnelForm;
  /** What the service does on a dead peer, as tunnels show it. @default "restart" */
  readonly dpdAction?: string;
  /** What a tunnel without an address shows as its `remotePublicIP`. @default "0.0.0.0" */
  readonly placeholderAddress?: string;
  /** @default "shown" */
  readonly emptyDescription?: EmptyDescription;
  /** What answers make of the values that are stored. @default nothing */
  readonly normalise?: readonly Normalisation[];
  /** @default "group" */
  readonly routingOf?: RoutingOf;
  /** @default "kept" */
  readonly unnamedSwitches?: UnnamedSwitches;
  /**
   * Whether a write that contradicts what is there is accepted all the same, and only its operation fails.
   * @default false: it is refused at once
   */
  readonly isJudgedLate?: boolean;
  /** Whether a second group of the same name in one network answers 409. @default false */
  readonly isNameUnique?: boolean;
  /** Whether two tunnels of a group with the same ends or a common inner address answer 409. @default true */
  readonly areClashesRefused?: boolean;
  /** How many tunnels a group holds; one more answers 409. @default 8 */
  readonly mostTunnels?: number;
  /** What a region answers that the network does not have. @default 404 */
  readonly unknownRegionStatus?: number;
  /** How far away the service is. @default on this machine */
  readonly latency?: Latency;
  /** Takes a line for each request and each operation that ends. @default nobody */
  readonly log?: Log | undefined;
  /** Whether every answer is held against the contract; one that breaks it is a 500, and `close` fails. @default true */
  readonly isContractChecked?: boolean;
  /** Whether `accessTokenExpire` is a text of digits. @default false: a number */
  readonly isExpiryText?: boolean;
  /** Whether a successful result carries a status code. @default true */
  readonly isSuccessCoded?: boolean;
  /** Whether the 15 characters of a name are counted with its decoration, so that 13 can be sent. @default false */
  readonly isStoredNameCapped?: boolean;
  /** @default 120 */
  readonly samplingTimeSeconds?: number;
  /** How often a tunnel is probed; before its first probe its health is unknown. 0 shows what is. @default 5 seconds */
  readonly probeEveryMs?: number;
  /** How long two ends that agree take to bring a tunnel up. @default 3 seconds */
  readonly negotiationMs?: number;
  /**
   * Whether at the far end of each tunnel stands a peer that always has what the tunnel has.
   * @default false: there are those that were registered
   */
  readonly arePeersFollowing?: boolean;
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
    secondWrite: "concurrent",
    secondGroup: "accepted",
    lagMs: 0,
    isPassphraseShown: true,
    maskedPassphrase: undefined,
    isOrderStable: false,
    mostPerPage: 100,
    areLongPagesCut: false,
    nullEntries: 0,
    namedByResult: "group",
    networks: 2,
    staticTunnelName: "legacy",
    areNumbersCountedOn: false,
    areNumbersClosedUp: false,
    emptiedGroup: "kept",
    isExpiryText: false,
    tunnelForm: "live",
    dpdAction: "restart",
    placeholderAddress: "0.0.0.0",
    emptyDescription: "shown",
    normalise: [],
    routingOf: "group",
    unnamedSwitches: "kept",
    isJudgedLate: false,
    isNameUnique: false,
    areClashesRefused: true,
    mostTunnels: 8,
    unknownRegionStatus: 404,
    latency: NEARBY,
    log: undefined,
    isContractChecked: true,
    isSuccessCoded: true,
    isStoredNameCapped: false,
    samplingTimeSeconds: 120,
    probeEveryMs: 5000,
    negotiationMs: 3000,
    arePeersFollowing: false,
    apiKeys: [],
    statusOrigin: "https://status.sandbox.invalid",
    clock: { now: () => Date.now() },
    ...options,
  };
}
