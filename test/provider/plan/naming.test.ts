import { expect } from "chai";
import type { Origin } from "../../../provider/model/schema";
import { isNameGiven, withKeptName } from "../../../provider/plan/naming";
import { inputs } from "../builders";

const CASES: readonly (readonly [Origin, string | undefined, string | undefined, boolean])[] = [
  ["created", "branch", "branch", true],
  ["created", "branch", "office", true],
  ["adopted", "branch", "branch", false],
  ["adopted", "branch", "office", true],
  ["adopted", undefined, "office", true],
  ["adopted", "branch", undefined, false],
  ["adopted", undefined, undefined, false],
];

describe("isNameGiven and withKeptName", () => {
  for (const [origin, before, now, isGiven] of CASES) {
    it(`${isGiven ? "give" : "keep"} the name of a group that was ${origin}, from ${before} to ${now}`, () => {
      const { tunnelName: _, ...rest } = inputs();
      const declared = now === undefined ? rest : { ...rest, tunnelName: now };
      const state = { origin, inputs: before === undefined ? {} : { tunnelName: before } };
      expect(isNameGiven(declared, state)).to.equal(isGiven);
      expect(withKeptName(declared, state).tunnelName).to.equal(isGiven ? now : undefined);
    });
  }
});
