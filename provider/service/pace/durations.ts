/** How long operations of a kind take: the logarithm of their duration is spread around a middle one. */
export interface Spread {
  /** Half of them end sooner, in milliseconds. */
  readonly medianMs: number;
  /** The standard deviation of the logarithm, what is not known of the median included. */
  readonly sigma: number;
  /** By how many it is known. */
  readonly count: number;
}

/** The durations that a process has seen. */
export interface Durations {
  /** An operation ended after `ranMs`, and before `endedMs`. */
  learn(networkId: string, kind: string, ranMs: number, endedMs: number): void;
  /** What is known of a kind, in its network, or where that has seen few in all of them; undefined before the first. */
  of(networkId: string, kind: string): Spread | undefined;
}

/** Between which logarithms one lies. */
interface Seen {
  readonly from: number;
  readonly to: number;
}

/** The spreads that are tried, and what speaks for each before anything was seen: as much as one observation does. */
const SIGMAS = Array.from({ length: 9 }, (_, n) => 0.04 * 1.45 ** n);
const LIKELY_SIGMA = 0.4;
/** How many medians are tried. */
const STEPS = 24;
/** A service that has become slower or faster is followed after so many. */
const MOST_KEPT = 20;
/** A network has a pace of its own once it has shown so many. */
const ENOUGH = 5;
/** Of one that the first look found at its end it is not tried whether it took less than this part of that time. */
const LEAST_PART = 1 / 4;
const WIDE = Math.log(1.5);

/** The scale of the logistic distribution that has this standard deviation. */
export function scaleOf({ sigma }: Pick<Spread, "sigma">): number {
  return (sigma * Math.sqrt(3)) / Math.PI;
}

/** Creates an empty memory. */
export function createDurations(): Durations {
  const seen = new Map<string, readonly Seen[]>();
  const known = new Map<string, Spread>();

  function keep(key: string, duration: Seen): void {
    seen.set(key, [...(seen.get(key) ?? []), duration].slice(-MOST_KEPT));
    known.delete(key);
  }

  function spreadOf(key: string): Spread | undefined {
    const durations = seen.get(key) ?? [];
    const spread = known.get(key) ?? likeliest(durations);
    if (spread) known.set(key, spread);
    return spread;
  }

  return {
    learn: (networkId, kind, ranMs, endedMs) => {
      const duration = { from: Math.log(ranMs), to: Math.log(Math.max(endedMs, ranMs + 1)) };
      if (saysNothing(duration, spreadOf(kind))) return;
      keep(JSON.stringify([networkId, kind]), duration);
      keep(kind, duration);
    },
    of: (networkId, kind) => {
      const own = JSON.stringify([networkId, kind]);
      return spreadOf((seen.get(own)?.length ?? 0) >= ENOUGH ? own : kind);
    },
  };
}

/** Two looks far apart, with what is known between them: kept, they would only push out what says more. */
function saysNothing({ from, to }: Seen, spread: Spread | undefined): boolean {
  const middle = Math.log(spread?.medianMs ?? 0);
  return to - from > WIDE && from < middle && middle < to;
}

/**
 * The spread that makes what was seen likeliest. What lies between two looks far apart is seen as no more than that: it
 * says little, and nothing wrong.
 */
function likeliest(durations: readonly Seen[]): Spread | undefined {
  if (durations.length === 0) return undefined;
  const lowest = Math.min(...durations.map(({ from, to }) => Math.max(from, to + Math.log(LEAST_PART))));
  const step = (Math.max(...durations.map(({ to }) => to)) - lowest) / STEPS;
  let best = { median: lowest, sigma: LIKELY_SIGMA, logLikelihood: Number.NEGATIVE_INFINITY };
  for (const sigma of SIGMAS) {
    for (let n = 0; n <= STEPS; n++) {
      const median = lowest + n * step;
      const logLikelihood = logLikelihoodOf(durations, median, sigma);
      if (logLikelihood > best.logLikelihood) best = { median, sigma, logLikelihood };
    }
  }
  return {
    medianMs: Math.exp(best.median),
    sigma: best.sigma * Math.sqrt(1 + 1 / durations.length),
    count: durations.length,
  };
}

function logLikelihoodOf(durations: readonly Seen[], median: number, sigma: number): number {
  const scale = scaleOf({ sigma });
  const below = (logarithm: number) => 1 / (1 + Math.exp((median - logarithm) / scale));
  const prior = -((Math.log(sigma / LIKELY_SIGMA) / 2) ** 2) / 2;
  return durations.reduce((sum, { from, to }) => sum + Math.log(below(to) - below(from) + 1e-12), prior);
}
