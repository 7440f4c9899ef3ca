import { expect } from "chai";
import fc from "fast-check";
import { createBudget } from "../../../../provider/service/pace/budget";

const WINDOW_MS = 1000;

describe("createBudget", () => {
  it("has no more than so many in any window, as the service may count them, whatever comes when", () => {
    const request = fc.record({ pauseMs: fc.nat(300), latencyMs: fc.nat(200) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(request, { maxLength: 40 }), (most, requests) => {
        const budget = createBudget(most, WINDOW_MS);
        let nowMs = 0;
        const counted: { readonly from: number; readonly to: number }[] = [];
        for (const { pauseMs, latencyMs } of requests) {
          nowMs = Math.max(nowMs + pauseMs, budget.nextMs(nowMs + pauseMs));
          const begun = budget.begin(nowMs);
          const from = nowMs;
          nowMs += latencyMs;
          budget.served(begun, nowMs);
          counted.push({ from, to: nowMs });
        }
        // The service counts each somewhere between its sending and its answer.
        for (const { to } of counted) {
          expect(counted.filter((other) => other.to >= to && other.from < to + WINDOW_MS).length).to.be.at.most(most);
        }
      }),
    );
  });

  it("lets the next go as soon as one has left the window", () => {
    const budget = createBudget(2, WINDOW_MS);
    for (const ms of [0, 400]) budget.served(budget.begin(ms), ms + 50);
    expect(budget.freeAt(450)).to.equal(0);
    expect(budget.nextMs(450)).to.equal(1050);
    expect(budget.nextMs(1050)).to.equal(1050);
  });

  it("waits for answers where all of the budget is out", () => {
    const budget = createBudget(1, WINDOW_MS);
    const begun = budget.begin(0);
    expect(budget.nextMs(10)).to.equal(Number.POSITIVE_INFINITY);
    budget.served(begun, 20);
    expect(budget.nextMs(20)).to.equal(1020);
  });

  describe("when the service refuses", () => {
    it("holds all back for pauses that grow, and then lets one try", () => {
      const budget = createBudget(100, WINDOW_MS);
      const pauses: number[] = [];
      for (let n = 0, nowMs = 0; n < 9; n++) {
        const begun = budget.begin(nowMs);
        if (n > 0) expect(budget.nextMs(nowMs)).to.equal(Number.POSITIVE_INFINITY);
        budget.refused(begun, nowMs);
        pauses.push(budget.nextMs(nowMs) - nowMs);
        nowMs = budget.nextMs(nowMs);
      }
      expect(pauses).to.deep.equal([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    });

    it("waits as long as it asks", () => {
      const budget = createBudget(100, WINDOW_MS);
      budget.refused(budget.begin(0), 0, 7000);
      expect(budget.nextMs(0)).to.equal(7000);
    });

    it("takes those that were out together for one refusal", () => {
      const budget = createBudget(100, WINDOW_MS);
      const together = [budget.begin(0), budget.begin(0), budget.begin(0)];
      for (const each of together) budget.refused(each, 10);
      expect(budget.nextMs(10)).to.equal(260);
    });

    it("takes less than it had taken for a while, and more with each that is served", () => {
      const budget = createBudget(100, WINDOW_MS);
      for (let n = 0; n < 50; n++) budget.served(budget.begin(0), 0);
      budget.refused(budget.begin(1), 2);
      // 45 of 100, of which 50 are used.
      expect(budget.freeAt(2)).to.equal(0);
      expect(budget.freeAt(1000)).to.equal(45);
      for (let n = 0; n < 30; n++) budget.served(budget.begin(1000), 1000);
      expect(budget.freeAt(2000)).to.equal(75);
    });

    it("never takes less than 20, so that it goes on", () => {
      const budget = createBudget(100, WINDOW_MS);
      budget.refused(budget.begin(0), 0);
      expect(budget.freeAt(0)).to.equal(20);
    });
  });

  describe("when it knows of other processes' requests", () => {
    it("counts them as its own, and lets the next go as the oldest of all leaves the window", () => {
      const others = [100, 300, 600];
      const budget = createBudget(4, WINDOW_MS, (nowMs) => others.filter((ms) => ms > nowMs - WINDOW_MS));
      expect(budget.freeAt(600)).to.equal(1);
      budget.served(budget.begin(600), 650);
      expect(budget.freeAt(650)).to.equal(0);
      expect(budget.nextMs(650)).to.equal(1100);
      expect(budget.nextMs(1100)).to.equal(1100);
      budget.served(budget.begin(1100), 1150);
      expect(budget.nextMs(1150)).to.equal(1300);
    });
  });
});
