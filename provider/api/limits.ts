import PQueue from "p-queue";

/** How much of the service a process may take. */
export interface LimitSettings {
  /** Requests in any five minutes; the service allows an address 500 of them, and others may share the address. */
  readonly requestsPerWindow: number;
  /** Writes that are under way on one network at once; the service refuses more than 5. */
  readonly writesPerNetwork: number;
}

/** The queues that requests and writes go through. */
export interface Limits {
  /** Makes a request as soon as the budget allows it. */
  request<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Runs a write with all that belongs to it, waits included. Two writes to one thing never overlap. */
  write<T>(networkId: string, subject: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

const WINDOW_MS = 5 * 60_000;

/** Creates the limits of a process. */
export function createLimits({ requestsPerWindow, writesPerNetwork }: LimitSettings): Limits {
  const requests = new PQueue({ intervalCap: requestsPerWindow, interval: WINDOW_MS, strict: true });
  const queues = new Map<string, PQueue>();

  function queueOf(name: string, concurrency: number): PQueue {
    const existing = queues.get(name);
    if (existing) return existing;
    const queue = new PQueue({ concurrency });
    queue.once("idle", () => queues.delete(name));
    queues.set(name, queue);
    return queue;
  }

  function inQueue<T>(name: string, concurrency: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return queueOf(name, concurrency).add(task, signal ? { signal } : {});
  }

  return {
    request: (task, signal) => requests.add(task, signal ? { signal } : {}),
    write: (networkId, subject, task, signal) =>
      inQueue(
        JSON.stringify([networkId, subject]),
        1,
        () => inQueue(JSON.stringify([networkId]), writesPerNetwork, task, signal),
        signal,
      ),
  };
}
