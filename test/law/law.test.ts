import { expect } from "chai";
import fc from "fast-check";
import { play } from "./play";
import { inLines, type Plot, plots } from "./plot";

const RUNS = Number(process.env.LAW_RUNS ?? 40);
const SEED = Number(process.env.LAW_SEED ?? 20261124);
/** A program is shrunk for so long. */
const PATIENCE_MS = 120_000;

/** Programs that have once failed, shrunk. */
const ONCE_FAILED: readonly Plot[] = [];

describe("Random programs of several resources, stacks and machines", () => {
  for (const plot of ONCE_FAILED) {
    it(`destroy nothing that another declares, as once they did: ${inLines(plot)}`, async () => {
      expect(await play(plot)).to.deep.equal([]);
    });
  }

  it(`destroy nothing that another declares, and settle (seed ${SEED}, ${RUNS} programs; LAW_SEED, LAW_RUNS)`, async () => {
    let violations: readonly string[] = [];
    const property = fc.asyncProperty(plots, async (plot) => {
      const found = await play(plot);
      if (found.length > 0) violations = found;
      return found.length === 0;
    });
    const { failed, counterexample, counterexamplePath } = await fc.check(property, {
      numRuns: RUNS,
      seed: SEED,
      interruptAfterTimeLimit: PATIENCE_MS,
    });
    if (!failed) return;
    const [plot] = counterexample ?? [];
    throw new Error(
      [
        `LAW_SEED=${SEED}, path ${counterexamplePath}:`,
        plot ? inLines(plot) : "no program",
        ...violations.map((text) => `violated: ${text}`),
        JSON.stringify(plot),
      ].join("\n"),
    );
  }).timeout(600_000);
});
