import { expect } from "chai";
import { parseDuration } from "../../../provider/model/duration";

describe("parseDuration", () => {
  for (const [text, ms] of [
    ["30m", 1_800_000],
    ["1h30m", 5_400_000],
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    ["1m0.5s", 60_500],
  ] as const) {
    it(`reads ${text}`, () => expect(parseDuration(text)).to.equal(ms));
  }
  for (const text of ["", "30", "m", "30 m", "-1m", "1d", "1h 30m", "1e3s", "30mx"]) {
    it(`refuses "${text}"`, () => expect(parseDuration(text)).to.equal(undefined));
  }
});
