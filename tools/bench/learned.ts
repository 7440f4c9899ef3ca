import { nextLookMs } from "../../provider/service/pace/cadence";
import { createDurations } from "../../provider/service/pace/durations";
import type { Table } from "./table";

const MEDIANS_S = [20, 60, 180];
const SIGMA = 0.4;
const OPERATIONS = 60;
const RUNS = 40;
/** From the fifth on something is known of them. */
const FIRST = 4;
const FIXED_INTERVALS_S = [2, 60, 120];

/** How late operations of unlike durations are noticed, from the fifth on, and by how many looks; in simulation. */
export function learnedTable(): Table {
  const head = ["median", "this package", ...FIXED_INTERVALS_S.map((seconds) => `every ${seconds} s`)];
  const rows = MEDIANS_S.map((medianS) => {
    const streams = Array.from({ length: RUNS }, (_, seed) => durationsOf(medianS * 1000, seed));
    const fixed = FIXED_INTERVALS_S.map((seconds) => judged(streams, () => (ranMs) => ranMs + seconds * 1000));
    return [`${medianS} s`, judged(streams, learning), ...fixed];
  });
  return {
    title: `Until an end is noticed, as a multiple of the mean duration (log-normal, sigma ${SIGMA}), from the fifth on`,
    head,
    rows,
  };
}

type Cadence = ((ranMs: number) => number) & { readonly learn?: (ranMs: number, endedMs: number) => void };

function learning(): Cadence {
  const durations = createDurations();
  const next = (ranMs: number) => nextLookMs(ranMs, durations.of("N", "create"));
  return Object.assign(next, {
    learn: (ranMs: number, endedMs: number) => durations.learn("N", "create", ranMs, endedMs),
  });
}

function judged(streams: readonly (readonly number[])[], create: () => Cadence): string {
  let [noticedMs, tookMs, looks, count] = [0, 0, 0, 0];
  for (const stream of streams) {
    const cadence = create();
    for (const [n, durationMs] of stream.entries()) {
      const seen = watched(durationMs, cadence);
      cadence.learn?.(seen.ranMs, seen.lookMs);
      if (n < FIRST) continue;
      [noticedMs, tookMs, looks, count] = [noticedMs + seen.lookMs, tookMs + durationMs, looks + seen.looks, count + 1];
    }
  }
  return `${(noticedMs / tookMs).toFixed(2)} x (${(looks / count).toFixed(1)} looks)`;
}

function watched(durationMs: number, cadence: Cadence) {
  for (let [looks, ranMs] = [1, 0]; ; looks++) {
    const lookMs = cadence(ranMs);
    if (lookMs >= durationMs) return { looks, ranMs, lookMs };
    ranMs = lookMs;
  }
}

/** The same in every run: a linear congruential generator, and the Box-Muller transform. */
function durationsOf(medianMs: number, seed: number): readonly number[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: OPERATIONS }, () => medianMs * Math.exp(SIGMA * normal()));
}
