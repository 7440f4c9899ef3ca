/** Counts the requests of each address in a sliding window. */
export interface Budget {
  /** Takes one request out of the budget; false when it is used up. */
  take(address: string): boolean;
}

/** When requests came; those before the `oldest` no longer count. */
interface Window {
  timesMs: number[];
  oldest: number;
}

/** The window of the documented limit: 5 minutes. */
const WINDOW_MS = 300_000;

/** Creates a budget of so many requests per address and 5 minutes. */
export function createBudget(requests: number, now: () => number): Budget {
  const taken = new Map<string, Window>();
  return {
    take: (address) => {
      const nowMs = now();
      const window = taken.get(address) ?? { timesMs: [], oldest: 0 };
      taken.set(address, window);
      forget(window, nowMs - WINDOW_MS);
      if (window.timesMs.length - window.oldest >= requests) return false;
      window.timesMs.push(nowMs);
      return true;
    },
  };
}

function forget(window: Window, untilMs: number): void {
  const { timesMs } = window;
  while (window.oldest < timesMs.length && (timesMs[window.oldest] ?? 0) <= untilMs) window.oldest += 1;
  if (window.oldest * 2 <= timesMs.length) return;
  // Now and then only, so that a request costs the same however many came before it.
  window.timesMs = timesMs.slice(window.oldest);
  window.oldest = 0;
}
