import { expect } from "chai";
import sinon from "sinon";
import { createLimits } from "../../../provider/service/limits";

/** A task that runs until it is told to end, and says when it starts. */
function gate(log: string[], name: string) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    end,
    task: async () => {
      log.push(name);
      await ended;
      return name;
    },
  };
}

const NEVER = new AbortController().signal;
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("createLimits", () => {
  describe("request", () => {
    let clock: sinon.SinonFakeTimers;
    beforeEach(() => {
      clock = sinon.useFakeTimers();
    });
    afterEach(() => clock.restore());

    it("starts no more requests than the budget in any window, and the rest later", async () => {
      const limits = createLimits({ requestsPerWindow: 3, windowMs: 1000 });
      const atMs: number[] = [];
      const all = Promise.all(Array.from({ length: 7 }, () => limits.request(async () => atMs.push(clock.now), NEVER)));
      await clock.runAllAsync();
      await all;
      expect(atMs).to.have.length(7);
      for (const startMs of atMs) {
        expect(atMs.filter((ms) => ms >= startMs && ms < startMs + 1000).length).to.be.at.most(3);
      }
      expect(atMs.at(-1)).to.be.below(3000);
    });

    it("sets no pace while half of the budget is left, and then one that lasts for all who wait", async () => {
      const limits = createLimits({ requestsPerWindow: 4, windowMs: 1000 });
      const [first, second] = [gate([], "first"), gate([], "second")];
      const writes = [limits.write("N", "a", first.task), limits.write("N", "b", second.task)];
      await limits.request(async () => undefined, NEVER);
      expect(limits.pace()).to.equal(0);
      await limits.request(async () => undefined, NEVER);
      expect(limits.pace()).to.equal(500);
      first.end();
      await writes[0];
      expect(limits.pace()).to.equal(250);
      await clock.tickAsync(1000);
      expect(limits.pace()).to.equal(0);
      second.end();
      await Promise.all(writes);
    });

    it("leaves the queue with the reason of the signal, and makes no request", async () => {
      const limits = createLimits({ requestsPerWindow: 1, windowMs: 1000 });
      const abort = new AbortController();
      const made: string[] = [];
      await limits.request(async () => made.push("first"), NEVER);
      const second = limits.request(async () => made.push("second"), abort.signal).catch((error: unknown) => error);
      abort.abort(new Error("enough"));
      expect(await second).to.have.property("message", "enough");
      await clock.runAllAsync();
      expect(made).to.deep.equal(["first"]);
    });

    it("takes by default half of what the service allows an address in five minutes", async () => {
      const limits = createLimits();
      let made = 0;
      const all = Promise.all(Array.from({ length: 251 }, () => limits.request(async () => made++, NEVER)));
      await clock.tickAsync(299_999);
      expect(made).to.equal(250);
      await clock.tickAsync(1000);
      expect(made).to.equal(251);
      await all;
    });
  });

  describe("write", () => {
    it("lets so many writes of a network be under way, and those of another beside them", async () => {
      const limits = createLimits({ writesPerNetwork: 2 });
      const log: string[] = [];
      const gates = ["a", "b", "c"].map((name) => gate(log, name));
      const writes = gates.map(({ task }, i) => limits.write("net", `group${i}`, task));
      const other = gate(log, "other");
      writes.push(limits.write("net2", "group", other.task));
      await settled();
      expect(log).to.deep.equal(["a", "b", "other"]);
      gates[0]?.end();
      await settled();
      expect(log).to.deep.equal(["a", "b", "other", "c"]);
      for (const { end } of [...gates, other]) end();
      expect(await Promise.all(writes)).to.deep.equal(["a", "b", "c", "other"]);
    });

    it("never runs two writes to one subject at once, and a waiting one takes no place of the network", async () => {
      const limits = createLimits({ writesPerNetwork: 2 });
      const log: string[] = [];
      const [first, second, third] = ["first", "second", "third"].map((name) => gate(log, name));
      if (!first || !second || !third) throw new Error("three gates");
      const writes = [
        limits.write("net", "same", first.task),
        limits.write("net", "same", second.task),
        limits.write("net", "other", third.task),
      ];
      await settled();
      expect(log).to.deep.equal(["first", "third"]);
      for (const { end } of [first, second, third]) end();
      await Promise.all(writes);
      expect(log).to.deep.equal(["first", "third", "second"]);
    });

    it("frees the place of a write that fails", async () => {
      const limits = createLimits({ writesPerNetwork: 1 });
      const failing = limits.write("net", "same", async () => {
        throw new Error("no");
      });
      const next = limits.write("net", "same", async () => "done");
      expect(await failing.catch((error: Error) => error.message)).to.equal("no");
      expect(await next).to.equal("done");
    });
  });
});
