/** A request that was counted. */
export type Counted = { readonly beganMs: number };

/**
 * The requests of any window, as the service counts them for an address. Other processes may share it: where the service
 * refuses, this one takes less for a while. Pure: time is passed in, as of the clock's elapsed().
 */
export interface Budget {
  /** How many requests may begin now, were they not held back. */
  freeAt(nowMs: number): number;
  /** When the next may begin: now, later, or infinite as long as no request that is out is answered. */
  nextMs(nowMs: number): number;
  /** Counts a request that begins. */
  begin(nowMs: number): Counted;
  /** It was answered, or failed; the service may have counted it until now. */
  served(request: Counted, nowMs: number): void;
  /** It was refused since the address has used up its budget: all wait, and then one tries. */
  refused(request: Counted, nowMs: number, askedPauseMs?: number): void;
}

/** Never longer than who was refused pauses himself. */
const FIRST_HOLD_MS = 250;
const LONGEST_HOLD_MS = 15_000;
/** However much others take, so many go out in a window. */
const LEAST_SHARE = 20;
/** Who is refused has others beside him: he takes this part of what he had taken. */
const LOWERED_TO = 0.9;

/**
 * Creates a budget of so many requests in any window.
 * @param othersMs when other processes have made their requests in the window, oldest first, as far as is known
 */
export function createBudget(
  most: number,
  windowMs: number,
  othersMs: (nowMs: number) => readonly number[] = () => [],
): Budget {
  let share = most;
  let open = 0;
  /** When the answered ones leave the window, oldest first. */
  let leaving: number[] = [];
  let holdMs = 0;
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  let refusedMs = Number.NEGATIVE_INFINITY;

  function used(nowMs: number): number {
    const oldest = leaving.findIndex((ms) => ms > nowMs);
    leaving = oldest < 0 ? [] : leaving.slice(oldest);
    return open + leaving.length + othersMs(nowMs).length;
  }

  /** When so many more than the first have left the window; infinite where fewer are known to leave it. */
  function leftAfterMs(surplus: number, nowMs: number): number {
    const others = othersMs(nowMs).map((ms) => ms + windowMs);
    return [...leaving, ...others].toSorted((a, b) => a - b)[surplus] ?? Number.POSITIVE_INFINITY;
  }

  return {
    freeAt: (nowMs) => Math.max(0, share - used(nowMs)),
    nextMs: (nowMs) => {
      const surplus = used(nowMs) - share;
      if (holdMs > 0 && open > 0) return Number.POSITIVE_INFINITY;
      return Math.max(surplus < 0 ? nowMs : leftAfterMs(surplus, nowMs), heldUntilMs, nowMs);
    },
    begin: (nowMs) => {
      open += 1;
      return { beganMs: nowMs };
    },
    served: ({ beganMs }, nowMs) => {
      open -= 1;
      leaving.push(nowMs + windowMs);
      if (beganMs < refusedMs) return;
      holdMs = 0;
      share = Math.min(most, share + 1);
    },
    refused: ({ beganMs }, nowMs, askedPauseMs = 0) => {
      open -= 1;
      heldUntilMs = Math.max(heldUntilMs, nowMs + askedPauseMs);
      // Those that were out together are one refusal.
      if (beganMs < refusedMs) return;
      refusedMs = nowMs;
      share = Math.min(share, Math.max(LEAST_SHARE, Math.floor(used(nowMs) * LOWERED_TO)));
      holdMs = Math.min(LONGEST_HOLD_MS, Math.max(FIRST_HOLD_MS, holdMs * 2));
      heldUntilMs = Math.max(heldUntilMs, nowMs + holdMs);
    },
  };
}
