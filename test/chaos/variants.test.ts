import { expect } from "chai";
import { SCENARIOS } from "../fixtures/scenarios";
import { complaintsAbout, VARIANTS } from "./variants";

/** `CHAOS=all` runs every scenario on every variant; otherwise each seventh, other ones on each. */
const isChosen = (sum: number) => process.env.CHAOS === "all" || sum % 7 === 0;

describe("Every run on a service that differs where nobody has measured it", () => {
  for (const [at, variant] of VARIANTS.entries()) {
    for (const scenario of SCENARIOS.filter((_, index) => isChosen(at + index))) {
      it(`where ${variant.name}: ${scenario.name}`, async () => {
        expect(await complaintsAbout(variant, scenario)).to.deep.equal([]);
      });
    }
  }
});
