import type { Clock } from "../clock";
import type { Budget, Counted } from "./budget";
import { NO_OTHER_REQUESTS, type OtherRequests } from "./otherRequests";

/** That the service refused a request for what its address has used up. */
export interface Refusal {
  /** How long it asks to wait. */
  readonly pauseMs: number;
}

/** How a request waits for its turn. */
export interface Turn<T> {
  /** Ends the wait, with its reason; not the request. */
  readonly signal: AbortSignal;
  /** Whether others go first: looks at operations leave the budget to what changes something, and to its proof. */
  readonly isLook?: boolean | undefined;
  /** Hears, where it has to wait, how many are before it. */
  readonly onWait?: ((before: number, waitMs: number) => void) | undefined;
  /** Tells from what a request came back with that it was refused. */
  readonly refusal?: (result: T) => Refusal | undefined;
}

/** Requests in the order in which they may be made. */
export interface RequestQueue {
  /** Makes a request as soon as the budget allows it. */
  make<T>(task: () => Promise<T>, turn: Turn<T>): Promise<T>;
}

interface Waiting {
  readonly isLook: boolean;
  begin(): void;
}

/** Creates the queue of a budget. */
export function createRequestQueue(
  budget: Budget,
  clock: Clock,
  others: OtherRequests = NO_OTHER_REQUESTS,
): RequestQueue {
  const queue: Waiting[] = [];
  let wakesAtMs = Number.POSITIVE_INFINITY;

  function advance(): void {
    for (;;) {
      const [next] = queue;
      if (next === undefined) return;
      const nextMs = budget.nextMs(clock.elapsed());
      if (nextMs > clock.elapsed()) {
        wakeAt(nextMs);
        return;
      }
      queue.shift();
      next.begin();
    }
  }

  function wakeAt(atMs: number): void {
    if (atMs >= wakesAtMs) return;
    wakesAtMs = atMs;
    void clock.sleep(atMs - clock.elapsed()).then(() => {
      if (wakesAtMs === atMs) wakesAtMs = Number.POSITIVE_INFINITY;
      advance();
    });
  }

  /** Resolves when the turn has come; the request is counted by then, since others ask in the same moment. */
  function turnOf({ signal, isLook = false, onWait }: Turn<never>): Promise<Counted> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const giveUp = () => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        isLook,
        begin: () => {
          signal.removeEventListener("abort", giveUp);
          resolve(budget.begin(clock.elapsed()));
        },
      };
      signal.addEventListener("abort", giveUp, { once: true });
      const firstLook = isLook ? -1 : queue.findIndex((each) => each.isLook);
      const before = firstLook < 0 ? queue.length : firstLook;
      queue.splice(before, 0, waiting);
      const nextMs = budget.nextMs(clock.elapsed());
      advance();
      if (queue.includes(waiting)) onWait?.(before, nextMs - clock.elapsed());
    });
  }

  async function make<T>(task: () => Promise<T>, turn: Turn<T>): Promise<T> {
    await others.refresh();
    const counted = await turnOf(turn as Turn<never>);
    try {
      const result = await task();
      const refusal = turn.refusal?.(result);
      if (refusal) budget.refused(counted, clock.elapsed(), refusal.pauseMs);
      else budget.served(counted, clock.elapsed());
      return result;
    } catch (error) {
      budget.served(counted, clock.elapsed());
      throw error;
    } finally {
      others.made(clock.elapsed());
      advance();
    }
  }

  return { make };
}
