const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const { Runner, reporters } = require("mocha");

const { EVENT_RUN_END, EVENT_TEST_END } = Runner.constants;

/**
 * What mocha's spec reporter shows. Besides, the counts go to the file that TEST_COUNTS names, and to the file that
 * TEST_DURATIONS names how long the tests of each file took, hooks left out, the longest first.
 */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const secondsOf = new Map();
    runner.on(EVENT_TEST_END, ({ file = "", duration = 0 }) => {
      secondsOf.set(file, (secondsOf.get(file) ?? 0) + duration / 1000);
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const { TEST_COUNTS, TEST_DURATIONS } = process.env;
      if (TEST_COUNTS) writeFileSync(TEST_COUNTS, `${passes} ${failures} ${pending}`);
      if (TEST_DURATIONS) {
        const lines = [...secondsOf]
          .toSorted(([, a], [, b]) => b - a)
          .map(([file, seconds]) => `${seconds.toFixed(1).padStart(7)} s  ${relative(process.cwd(), file)}`);
        writeFileSync(TEST_DURATIONS, `${lines.join("\n")}\n`);
      }
    });
  }
};
