import type { Clock } from "./clock";

/** How long to wait for something. */
export interface Patience {
  readonly clock: Clock;
  /** On the clock's elapsed(); may be infinite. */
  readonly deadlineMs: number;
  /** What is thrown at the deadline. */
  late(): Error;
}

/** Runs a task with a signal that aborts at the deadline with what `late` makes. */
export async function until<T>(patience: Patience, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, deadlineMs, late } = patience;
  const restMs = deadlineMs - clock.elapsed();
  if (restMs <= 0) throw late();
  const end = new AbortController();
  const cancel = clock.alarm(restMs, () => end.abort(late()));
  try {
    return await task(end.signal);
  } finally {
    cancel();
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
