import { expect } from "chai";
import { createPace } from "../../../provider/engine/pace";

const SECOND = 1000;
const HOUR = 3_600_000;

/** The seconds at which messages are shown, of those that come at every interval. */
function shownAt(intervalMs: number, untilMs: number, aboutAt: (ms: number) => string): readonly number[] {
  let nowMs = 0;
  const isDue = createPace(() => nowMs);
  const shown: number[] = [];
  for (; nowMs <= untilMs; nowMs += intervalMs) if (isDue(aboutAt(nowMs))) shown.push(nowMs / SECOND);
  return shown;
}

describe("createPace", () => {
  it("shows the first message, then one after 10 s and at intervals that double", () => {
    expect(shownAt(250, 160 * SECOND, () => "a wait")).to.deep.equal([0, 10, 30, 70, 150]);
  });

  it("is never silent for longer than five minutes", () => {
    expect(shownAt(SECOND, HOUR, () => "a wait")).to.deep.equal([
      0, 10, 30, 70, 150, 310, 610, 910, 1210, 1510, 1810, 2110, 2410, 2710, 3010, 3310,
    ]);
  });

  it("shows at once that something else has begun, and begins to count anew", () => {
    const about = (ms: number) => (ms < 15 * SECOND ? "one wait" : "another");
    expect(shownAt(SECOND, 50 * SECOND, about)).to.deep.equal([0, 10, 15, 25, 45]);
  });

  it("shows what alternates no more often than what stays", () => {
    const about = (ms: number) => (ms % (2 * SECOND) === 0 ? "running" : "trouble");
    expect(shownAt(SECOND, 160 * SECOND, about)).to.deep.equal([0, 1, 11, 31, 71, 151]);
  });
});
