/** Counts the requests of each address in a sliding window. */
export interface Budget {
  /** Takes one request out of the budget; false when it is used up. */
  take(address: string): boolean;
}

/** The window of the documented limit: 5 minutes. */
const WINDOW_MS = 300_000;

/** Creates a budget of so many requests per address and 5 minutes. */
export function createBudget(requests: number, now: () => number): Budget {
  const taken = new Map<string, number[]>();
  return {
    take: (address) => {
      const nowMs = now();
      const recent = (taken.get(address) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
      const isLeft = recent.length < requests;
      taken.set(address, isLeft ? [...recent, nowMs] : recent);
      return isLeft;
    },
  };
}
