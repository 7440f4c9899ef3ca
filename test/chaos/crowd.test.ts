import { expect } from "chai";
import { CROWD_CASES, judgeCrowd, nameOfCrowd } from "./crowd";

/** `CHAOS=all` runs every case; otherwise a few, which are of every run. */
const SAMPLE = 41;
const isChosen = (index: number) => process.env.CHAOS === "all" || index % SAMPLE === 0;

describe("Ten groups of one network, every request under every fault", () => {
  for (const each of CROWD_CASES.filter((_, index) => isChosen(index))) {
    it(nameOfCrowd(each), async () => {
      const { complaints, duplicates, orphans, leaks } = await judgeCrowd(each);
      expect({ complaints, duplicates, orphans, leaks }).to.deep.equal({
        complaints: [],
        duplicates: 0,
        orphans: 0,
        leaks: 0,
      });
    }).timeout(60_000);
  }
});
