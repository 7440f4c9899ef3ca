import { nextLookMs } from "../../provider/service/pace/cadence";
import { createDurations } from "../../provider/service/pace/durations";
import type { Row } from "./measure";

const MEDIANS_S = [20, 60, 180];
const SIGMA = 0.4;
const OPERATIONS = 60;
const RUNS = 40;
/** From the fifth on something is known of them. */
const FIRST = 4;

/** How late operations of unlike durations are noticed, from the fifth on, and by how many looks; in simulation. */
export function learnedRows(): readonly Row[] {
  return MEDIANS_S.map((medianS) => {
    const ours = learned(medianS);
    return {
      what: `notice from the fifth on, median ${medianS} s`,
      base: "their duration",
      ours: ours.ratio,
      every60s: fixed(medianS, 60).ratio,
      every2s: fixed(medianS, 2).ratio,
      target: 1.05,
      beside: `${ours.looks.toFixed(1)} looks (log-normal, sigma ${SIGMA})`,
    };
  });
}

/** What was seen of many operations: how late they were noticed, as a ratio of means, and the mean of looks. */
interface Seen {
  readonly ratio: number;
  readonly looks: number;
}

/** Notice by the cadence that learns, from the fifth operation on. */
export function learned(medianS: number): Seen {
  return judged(streamsOf(medianS), learning);
}

function fixed(medianS: number, intervalS: number): Seen {
  return judged(streamsOf(medianS), () => (ranMs) => ranMs + intervalS * 1000);
}

function streamsOf(medianS: number): readonly (readonly number[])[] {
  return Array.from({ length: RUNS }, (_, seed) => durationsOf(medianS * 1000, seed));
}

type Cadence = ((ranMs: number) => number) & { readonly learn?: (ranMs: number, endedMs: number) => void };

function learning(): Cadence {
  const durations = createDurations();
  const next = (ranMs: number) => nextLookMs(ranMs, durations.of("N", "create"));
  return Object.assign(next, {
    learn: (ranMs: number, endedMs: number) => durations.learn("N", "create", ranMs, endedMs),
  });
}

function judged(streams: readonly (readonly number[])[], create: () => Cadence): Seen {
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
  return { ratio: noticedMs / tookMs, looks: looks / count };
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
