import type { Clock } from "./clock";

/** How long to wait for something. */
export interface Patience {
  readonly clock: Clock;
  /** Milliseconds since the epoch; may be infinite. */
  readonly deadlineMs: number;
  /** What is thrown at the deadline. */
  late(): Error;
}

/** The longest that Node's timers can wait; they fire at once when asked for more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs a task with a signal that aborts at the deadline with what `late` makes. Real timers, as those of the queues
 * that the task waits for.
 */
export async function until<T>(patience: Patience, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, deadlineMs, late } = patience;
  const restMs = deadlineMs - clock.now();
  if (restMs <= 0) throw late();
  const end = new AbortController();
  const timer = restMs <= LONGEST_TIMER_MS ? setTimeout(() => end.abort(late()), restMs) : undefined;
  try {
    return await task(end.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for something that others wait for too, and that goes on when the signal ends this wait. */
export function unlessAborted<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
