import { createBudget } from "../../sandbox/budget";

/** Writes that are all begun at once, and what the service allows. */
export interface Load {
  readonly groups: number;
  readonly networks: number;
  readonly operationMs: number;
}

/** What came of it; infinite where it does not end. */
export interface Polled {
  readonly tookMs: number;
  readonly requests: number;
  readonly refused: number;
}

export const BUDGET = 500;
export const WRITES_AT_ONCE = 5;
const ARRIVAL_MS = 15;
/** Whoever is not done then counts as never done. */
const PATIENCE_MS = 4 * 60 * 60_000;

interface Write {
  readonly network: number;
  nextMs: number;
  endsMs: number | undefined;
}

/**
 * What becomes of a load where each write looks after itself: a request is repeated after a fixed interval, be it a look
 * or one that the service has refused. Reckoned by the service's limits; nothing is sent.
 */
export function polled({ groups, networks, operationMs }: Load, intervalMs: number): Polled {
  let nowMs = 0;
  const budget = createBudget(BUDGET, () => nowMs);
  const writes: Write[] = Array.from({ length: groups }, (_, n) => ({
    network: n % networks,
    nextMs: n * ARRIVAL_MS,
    endsMs: undefined,
  }));
  const isRoomIn = (network: number) =>
    writes.filter((each) => each.network === network && (each.endsMs ?? 0) > nowMs).length < WRITES_AT_ONCE;
  let [requests, refused, left] = [0, 0, groups];
  while (left > 0) {
    const write = writes.reduce((first, each) => (each.nextMs < first.nextMs ? each : first));
    nowMs = write.nextMs;
    if (nowMs > PATIENCE_MS) return { tookMs: Number.POSITIVE_INFINITY, requests, refused };
    write.nextMs += intervalMs;
    requests += 1;
    if (!budget.take("here")) refused += 1;
    else if (write.endsMs === undefined && isRoomIn(write.network)) write.endsMs = nowMs + operationMs;
    else if (write.endsMs === undefined) refused += 1;
    else if (write.endsMs <= nowMs) {
      write.nextMs = Number.POSITIVE_INFINITY;
      left -= 1;
    }
  }
  return { tookMs: nowMs, requests, refused };
}
