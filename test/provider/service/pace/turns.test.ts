import { expect } from "chai";
import { createTurns, type Leave } from "../../../../provider/service/pace/turns";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("createTurns", () => {
  it("gives places in the order in which they were asked for", async () => {
    const turns = createTurns(() => 1);
    const order: number[] = [];
    const leave = await turns.enter();
    const all = [0, 1, 2].map(async (n) => {
      const next = await turns.enter();
      order.push(n);
      next();
    });
    expect(turns.waiting()).to.equal(3);
    leave();
    await Promise.all(all);
    expect(order).to.deep.equal([0, 1, 2]);
  });

  it("gives places first to those that enter so, in their order", async () => {
    const turns = createTurns(() => 1);
    const order: string[] = [];
    const leave = await turns.enter();
    const enter = async (name: string, isFirst: boolean) => {
      const next = await turns.enter({}, { isFirst });
      order.push(name);
      next();
    };
    const all = [enter("a", false), enter("b", true), enter("c", false), enter("d", true)];
    leave();
    await Promise.all(all);
    expect(order).to.deep.equal(["b", "d", "a", "c"]);
  });

  for (const [how, end] of [
    ["shares", "share"],
    ["leaves", "leave"],
  ] as const) {
    it(`lets one be alone until it ${how}`, async () => {
      const turns = createTurns(() => 3);
      const order: string[] = [];
      const leaves = [await turns.enter(), await turns.enter()];
      const alone = turns.enter({}, { isFirst: true, isAlone: true });
      void alone.then(() => order.push("alone"));
      void turns.enter().then(() => order.push("other"));
      leaves[0]?.();
      await settled();
      expect(order, "one is still there").to.deep.equal([]);
      leaves[1]?.();
      await settled();
      expect(order).to.deep.equal(["alone"]);
      if (end === "share") turns.share();
      else (await alone)();
      await settled();
      expect(order).to.deep.equal(["alone", "other"]);
    });
  }

  it("frees a place once, however often it is left", async () => {
    const turns = createTurns(() => 2);
    const first = await turns.enter();
    await turns.enter();
    first();
    first();
    expect(turns.taken()).to.equal(1);
  });

  it("tells how many are before one, at first and whenever they have become half as many", async () => {
    const turns = createTurns(() => 1);
    const leaves: Leave[] = [await turns.enter()];
    for (let n = 0; n < 8; n++) void turns.enter().then((leave) => leaves.push(leave));
    const told: number[] = [];
    void turns.enter({ onWait: (before) => told.push(before) });
    for (let n = 0; n < 9; n++) {
      leaves.pop()?.();
      await settled();
    }
    expect(told).to.deep.equal([8, 4, 2, 1, 0]);
  });

  it("gives more places, and fewer, as there come to be more or fewer", async () => {
    let most = 1;
    const turns = createTurns(() => most);
    const leave = await turns.enter();
    for (let n = 0; n < 3; n++) void turns.enter();
    most = 3;
    leave();
    expect([turns.taken(), turns.waiting()]).to.deep.equal([3, 0]);
  });

  it("tells one that waits when no more are before it than there are places", async () => {
    const turns = createTurns(() => 2);
    const near: number[] = [];
    const leaves: Leave[] = [];
    for (let n = 0; n < 6; n++) {
      void turns.enter({ onNear: () => near.push(n) }).then((leave) => leaves.push(leave));
    }
    await settled();
    expect(near).to.deep.equal([2, 3]);
    leaves[0]?.();
    expect(near).to.deep.equal([2, 3, 4]);
  });
});
