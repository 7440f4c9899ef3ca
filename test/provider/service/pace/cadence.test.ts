import { expect } from "chai";
import { nextLookMs } from "../../../../provider/service/pace/cadence";
import { createDurations } from "../../../../provider/service/pace/durations";

/** A stream of numbers in [0, 1) that is the same in every run. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Durations whose logarithm is normal. */
function logNormal(medianMs: number, sigma: number, random: () => number): () => number {
  return () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return medianMs * Math.exp(sigma * normal);
  };
}

/** Watches operations one after the other; from the fifth on: how late on the mean, and by how many looks. */
function watched(next: () => number, { count = 40, looksEach = 8 } = {}) {
  const durations = createDurations();
  let [ranOverMs, tookMs, looks] = [0, 0, 0];
  for (let n = 0; n < count; n++) {
    const durationMs = next();
    let [ranMs, lookMs] = [0, 0];
    for (;;) {
      lookMs = nextLookMs(ranMs, durations.of("N", "create"), looksEach);
      looks += n >= 4 ? 1 : 0;
      if (lookMs >= durationMs) break;
      ranMs = lookMs;
    }
    durations.learn("N", "create", ranMs, lookMs);
    if (n >= 4) [ranOverMs, tookMs] = [ranOverMs + lookMs - durationMs, tookMs + durationMs];
  }
  return { late: ranOverMs / tookMs, looks: looks / (count - 4) };
}

const RUNS = 40;

/** The mean of many such streams. */
function mean(medianMs: number, sigma: number, options: Parameters<typeof watched>[1] = {}) {
  const runs = Array.from({ length: RUNS }, (_, seed) => watched(logNormal(medianMs, sigma, chances(seed)), options));
  const of = (pick: (run: (typeof runs)[number]) => number) => runs.reduce((sum, run) => sum + pick(run), 0) / RUNS;
  return { late: of(({ late }) => late), looks: of(({ looks }) => looks) };
}

describe("nextLookMs", () => {
  for (const medianMs of [20_000, 60_000, 180_000]) {
    it(`notices operations of about ${medianMs / 1000} s within 5 % by 8 looks, from the fifth on`, () => {
      const { late, looks } = mean(medianMs, 0.4);
      expect(late).to.be.below(0.05);
      expect(looks).to.be.below(8);
    });
  }

  it("takes fewer looks, and is sooner, where operations are alike", () => {
    const { late, looks } = mean(60_000, 0.02);
    expect(late).to.be.below(0.025);
    expect(looks).to.be.below(5);
  });

  it("takes about as many looks as there are for each operation", () => {
    for (const looksEach of [1, 2, 4]) {
      const { looks } = mean(60_000, 0.4, { looksEach });
      expect(looks, `${looksEach}`).to.be.within(looksEach * 0.8, looksEach + 1);
    }
  });

  it("follows a service that has become slower, and one that has become quicker", () => {
    for (const laterMs of [10_000, 300_000]) {
      const durations = createDurations();
      for (let n = 0; n < 30; n++) durations.learn("N", "create", 58_000, 60_000);
      let looks = 0;
      for (let n = 0; n < 30; n++) {
        let [ranMs, lookMs] = [0, 0];
        for (looks = 1; ; looks++) {
          lookMs = nextLookMs(ranMs, durations.of("N", "create"));
          if (lookMs >= laterMs) break;
          ranMs = lookMs;
        }
        durations.learn("N", "create", ranMs, lookMs);
      }
      const spread = durations.of("N", "create");
      expect(spread?.medianMs).to.be.within(laterMs * 0.6, laterMs * 1.5);
      expect(looks).to.be.below(10);
    }
  });

  it("grows by at least a quarter of a second, and is a number, however long an operation runs", () => {
    const durations = createDurations();
    for (let n = 0; n < 30; n++) durations.learn("N", "create", 20, 20);
    for (const spread of [undefined, durations.of("N", "create")]) {
      for (let ranMs = 0; ranMs < 1e9; ranMs = ranMs * 2 + 1) {
        expect(nextLookMs(ranMs, spread)).to.be.within(ranMs + 250, ranMs * 2 + 1000);
      }
    }
  });
});

describe("createDurations", () => {
  it("knows nothing before the first, then takes networks together until one has shown enough of its own", () => {
    const durations = createDurations();
    expect(durations.of("N", "create")).to.equal(undefined);
    for (let n = 0; n < 4; n++) durations.learn("slow", "create", 98_000, 100_000);
    durations.learn("quick", "create", 9_900, 10_000);
    expect(durations.of("N", "create")?.medianMs).to.be.within(70_000, 100_000);
    expect(durations.of("slow", "create")).to.deep.equal(durations.of("N", "create"));
    durations.learn("slow", "create", 98_000, 100_000);
    expect(durations.of("slow", "create")?.medianMs).to.be.within(98_000, 100_000);
    expect(durations.of("slow", "delete")).to.equal(undefined);
  });
});
