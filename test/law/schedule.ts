import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";

/** Virtual time, and the order in which everything that waits goes on: one thing after another, as the seed has it. */
export interface Schedule {
  now(): number;
  /** Resolves when virtual time has come so far; never, once `isDead` says so. */
  sleep(ms: number, signal: AbortSignal | undefined, isDead: () => boolean): Promise<void>;
  /** Calls `ring` once virtual time has come so far, unless what it returns is called before, or `isDead` says so. */
  alarm(ms: number, ring: () => void, isDead: () => boolean): () => void;
  /** Lets a request wait for so long, while all else goes on. */
  delay(ms: number, end: Ending): Promise<void>;
  /** Holds a request until its turn comes; `end` tells when its connection ends. */
  hold(go: () => void, end: Ending): void;
  /** Keeps a request that nobody will answer any more. */
  bury(end: Ending): void;
  /** Lets time go by until the work is done. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** A number in [0, 1), by the seed. */
  random(): number;
}

const START_MS = Date.UTC(2026, 0, 1);
/** What one request takes. */
const LATENCY_MS = 15;
/** So many empty turns of the event loop mean that nothing is under way but what waits here. */
const QUIET_TURNS = 4;
const STUCK_MS = 20_000;

/** Something with a connection, such as the response to a request. */
interface Ending {
  once(event: "close", end: () => void): unknown;
}

/** All HTTP requests of this process that have begun and not ended, those of them that wait for a schedule, and connections that do not stand yet. */
let open = 0;
let parked = 0;
const connecting = new Set<Socket>();
subscribe("http.client.request.start", (message) => {
  open += 1;
  (message as { request: ClientRequest }).request.once("close", () => {
    open -= 1;
  });
});
subscribe("net.client.socket", (message) => {
  const { socket } = message as { socket: Socket };
  connecting.add(socket);
  for (const event of ["connect", "error", "close"]) socket.once(event, () => connecting.delete(socket));
});

/**
 * Creates a schedule. `onTurn` is called after each thing that has gone on, when nothing moves.
 */
export function createSchedule(seed: number, onTurn: () => void): Schedule {
  let nowMs = START_MS;
  let sleepers: { readonly atMs: number; readonly wake: () => void; readonly isDead: () => boolean }[] = [];
  let held: (() => void)[] = [];
  const random = chanceOf(seed);

  const isBusy = () =>
    open > parked ||
    connecting.size > 0 ||
    process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq") || name === "CloseReq");

  function pick<T>(entries: readonly T[]): T | undefined {
    return entries[Math.floor(random() * entries.length)];
  }

  /** Lets one thing go on: a request, or whoever sleeps until now; else time goes to the next who wakes. */
  function proceed(): boolean {
    sleepers = sleepers.filter(({ isDead }) => !isDead());
    if (held.length === 0) {
      if (sleepers.length === 0) return false;
      nowMs = Math.max(nowMs, Math.min(...sleepers.map(({ atMs }) => atMs)));
    }
    const due = sleepers.filter(({ atMs }) => atMs <= nowMs);
    const chosen = pick([...held.map((go) => ({ go })), ...due.map((sleeper) => ({ sleeper }))]);
    if (chosen === undefined) return false;
    if ("go" in chosen) {
      held = held.filter((go) => go !== chosen.go);
      nowMs += LATENCY_MS;
      chosen.go();
    } else {
      sleepers = sleepers.filter((sleeper) => sleeper !== chosen.sleeper);
      chosen.sleeper.wake();
    }
    return true;
  }

  const sleep: Schedule["sleep"] = (ms, signal, isDead) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { atMs: nowMs + Math.max(0, ms), wake: resolve, isDead };
      sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        sleepers = sleepers.filter((each) => each !== sleeper);
        reject(signal.reason);
      });
    });

  const alarm: Schedule["alarm"] = (ms, ring, isDead) => {
    if (!Number.isFinite(ms)) return () => undefined;
    const sleeper = { atMs: nowMs + Math.max(0, ms), wake: ring, isDead };
    sleepers.push(sleeper);
    return () => {
      sleepers = sleepers.filter((each) => each !== sleeper);
    };
  };

  return {
    now: () => nowMs,
    random,
    sleep,
    alarm,
    delay: async (ms, end) => {
      const free = park(end);
      await sleep(ms, undefined, () => false);
      free();
    },
    hold: (go, end) => {
      const free = park(end);
      held.push(() => {
        free();
        go();
      });
    },
    bury: (end) => void park(end),
    drive: async (work) => {
      let isDone = false;
      const end = () => {
        isDone = true;
      };
      work.then(end, end);
      for (let quiet = 0, movedAtMs = Date.now(); !isDone; ) {
        await turn();
        quiet = isBusy() ? 0 : quiet + 1;
        if (Date.now() - movedAtMs > STUCK_MS) throw new Error("Nothing moves: somebody waits for what never comes.");
        if (quiet < QUIET_TURNS || isDone) continue;
        quiet = 0;
        onTurn();
        if (proceed()) movedAtMs = Date.now();
        else await new Promise((resolve) => setTimeout(resolve, 1));
      }
      onTurn();
      return work;
    },
  };
}

/** Counts a request as waiting, until it is freed or its connection ends. */
function park(end: Ending): () => void {
  let isParked = true;
  parked += 1;
  const free = () => {
    if (isParked) parked -= 1;
    isParked = false;
  };
  end.once("close", free);
  return free;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Chance by a seed (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
