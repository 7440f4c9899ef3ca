import { expect } from "chai";
import { keepAnswers } from "../../../provider/service/kept";
import { createVirtualClock } from "./virtualClock";

describe("keepAnswers", () => {
  it("asks once in a while for each name", async () => {
    const clock = createVirtualClock();
    const keep = keepAnswers<number>(clock);
    let asked = 0;
    const ask = (name: string, maxAgeMs = 1000) => keep(name, maxAgeMs, async () => ++asked);
    expect(await Promise.all([ask("a"), ask("a"), ask("b")])).to.deep.equal([1, 1, 2]);
    await clock.advance(999);
    expect(await ask("a")).to.equal(1);
    expect(await ask("a", 500)).to.equal(3);
    await clock.advance(1000);
    expect(await ask("a")).to.equal(4);
  });

  it("asks again after a failure", async () => {
    const keep = keepAnswers<number>(createVirtualClock());
    const failing = keep("a", 1000, async () => {
      throw new Error("no");
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal("no");
    expect(await keep("a", 1000, async () => 7)).to.equal(7);
  });
});
