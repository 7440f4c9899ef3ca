import PQueue from "p-queue";

/** How much of the service a process may take. */
export interface LimitSettings {
  /**
   * Requests in any window; the service allows an address 500 of them, and others may share the address.
   * @default 250
   */
  readonly requestsPerWindow?: number;
  /** The window that the service counts in, in milliseconds. @default five minutes */
  readonly windowMs?: number;
  /** Writes that are under way on one network at once; the service refuses more than 5. @default 5 */
  readonly writesPerNetwork?: number;
}

/** The queues that requests and writes go through. */
export interface Limits {
  /** Makes a request as soon as the budget allows it; the signal ends the wait for that, with its reason. */
  request<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Runs a write with all that belongs to it, waits included. Two writes to one subject never overlap. */
  write<T>(networkId: string, subject: string, task: () => Promise<T>): Promise<T>;
  /**
   * The shortest interval, in milliseconds, at which everyone who waits for a write may ask and the budget lasts: 0 while
   * half of it is left.
   */
  pace(): number;
}

const WINDOW_MS = 5 * 60_000;

/** Creates the limits of a process. */
export function createLimits(settings: LimitSettings = {}): Limits {
  const { requestsPerWindow = 250, windowMs = WINDOW_MS, writesPerNetwork = 5 } = settings;
  const requests = new PQueue({ intervalCap: requestsPerWindow, interval: windowMs, strict: true });
  const queues = new Map<string, PQueue>();
  let inWindow = 0;
  let writing = 0;

  function counted(): void {
    inWindow += 1;
    setTimeout(() => {
      inWindow -= 1;
    }, windowMs).unref();
  }

  function queueOf(name: string, concurrency: number): PQueue {
    const existing = queues.get(name);
    if (existing) return existing;
    const queue = new PQueue({ concurrency });
    queue.once("idle", () => queues.delete(name));
    queues.set(name, queue);
    return queue;
  }

  return {
    request: (task, signal) => {
      const begin = () => {
        counted();
        return task();
      };
      return inTurn(requests, begin, signal);
    },
    write: (networkId, subject, task) => {
      const ofSubject = queueOf(JSON.stringify([networkId, subject]), 1);
      const ofNetwork = () => queueOf(JSON.stringify([networkId]), writesPerNetwork);
      const begin = async () => {
        writing += 1;
        try {
          return await task();
        } finally {
          writing -= 1;
        }
      };
      // The subject first: who waits for another write to the same thing takes no place of the network meanwhile.
      return ofSubject.add(() => ofNetwork().add(begin));
    },
    pace: () => (inWindow < requestsPerWindow / 2 ? 0 : (writing * windowMs) / requestsPerWindow),
  };
}

/**
 * Runs a task when its turn comes. The signal ends the wait for it only: given to the queue for longer, it would free
 * the place of a task that still runs.
 */
async function inTurn<T>(queue: PQueue, task: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const waiting = new AbortController();
  const giveUp = () => waiting.abort(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp, { once: true });
  const begin = () => {
    signal.removeEventListener("abort", giveUp);
    return task();
  };
  try {
    return await queue.add(begin, { signal: waiting.signal });
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
