import { expect } from "chai";
import { CASES, judge, nameOf } from "./matrix";

/** `CHAOS=all` runs every case; otherwise each third, which are other ones for each run and request. */
const isChosen = (index: number) => process.env.CHAOS === "all" || index % 3 === 0;

describe("Every request under every fault", () => {
  for (const each of CASES.filter((_, index) => isChosen(index))) {
    it(nameOf(each), async () => {
      const { complaints, duplicates, orphans, leaks } = await judge(each);
      expect({ complaints, duplicates, orphans, leaks }).to.deep.equal({
        complaints: [],
        duplicates: 0,
        orphans: 0,
        leaks: 0,
      });
    });
  }
});
