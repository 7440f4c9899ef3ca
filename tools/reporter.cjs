const { writeFileSync } = require("node:fs");
const { Runner, reporters } = require("mocha");

/** What mocha's spec reporter shows; besides, the counts go to the file that TEST_COUNTS names. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      if (process.env.TEST_COUNTS) writeFileSync(process.env.TEST_COUNTS, `${passes} ${failures} ${pending}`);
    });
  }
};
