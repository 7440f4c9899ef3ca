import { expect } from "chai";
import { requestsOf } from "../fixtures/requests";
import recorded from "../fixtures/requests.json";
import { SCENARIOS } from "../fixtures/scenarios";

/** Another seed than the recording's: what is sent must not hang on the ids, nor on the order of what is read. */
const SEED = 7;

describe("The requests of a run, byte for byte", () => {
  const known: Readonly<Record<string, readonly string[]>> = recorded;

  it("are recorded of each scenario", () => {
    expect(Object.keys(known)).to.deep.equal(SCENARIOS.map(({ name }) => name));
  });

  for (const scenario of SCENARIOS) {
    it(`are those that were recorded: ${scenario.name}`, async () => {
      expect(await requestsOf(scenario, SEED)).to.deep.equal(known[scenario.name]);
    });
  }
});
