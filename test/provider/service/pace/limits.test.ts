import { expect } from "chai";
import { createLimits } from "../../../../provider/service/pace/limits";
import { createFakeClock } from "../fakeClock";
import { createVirtualClock } from "../virtualClock";

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
    it("starts no more requests than the budget in any window, and the rest later", async () => {
      const clock = createVirtualClock();
      const { request } = createLimits({ clock, requestsPerWindow: 3, windowMs: 1000 });
      const atMs: number[] = [];
      const all = Array.from({ length: 7 }, () => request(async () => atMs.push(clock.elapsed()), { signal: NEVER }));
      await clock.drive(Promise.all(all));
      expect(atMs.map((ms) => ms - (atMs[0] ?? 0))).to.deep.equal([0, 0, 0, 1000, 1000, 1000, 2000]);
    });

    it("takes by default a little less than the service allows an address in five minutes", async () => {
      const clock = createVirtualClock();
      const { request } = createLimits({ clock });
      let made = 0;
      const all = Array.from({ length: 481 }, () => request(async () => made++, { signal: NEVER }));
      await clock.advance(299_999);
      expect(made).to.equal(480);
      await clock.drive(Promise.all(all));
      expect(made).to.equal(481);
    });

    it("lets looks wait until all others have been made, and tells them how many are before", async () => {
      const clock = createVirtualClock();
      const { request } = createLimits({ clock, requestsPerWindow: 1, windowMs: 1000 });
      const made: string[] = [];
      const told: string[] = [];
      const ask = (name: string, isLook: boolean) =>
        request(async () => made.push(name), {
          signal: NEVER,
          isLook,
          onWait: (before, waitMs) => told.push(`${name} ${before} ${waitMs}`),
        });
      const all = [ask("first", false)];
      await clock.advance(0);
      all.push(ask("look", true), ask("other look", true), ask("write", false), ask("proof", false));
      await clock.drive(Promise.all(all));
      expect(made).to.deep.equal(["first", "write", "proof", "look", "other look"]);
      expect(told).to.deep.equal(["look 0 1000", "other look 1 1000", "write 0 1000", "proof 1 1000"]);
    });

    it("leaves the queue with the reason of the signal, and makes no request", async () => {
      const clock = createVirtualClock();
      const { request } = createLimits({ clock, requestsPerWindow: 1, windowMs: 1000 });
      const abort = new AbortController();
      const made: string[] = [];
      await request(async () => made.push("first"), { signal: NEVER });
      const ask = () => request(async () => made.push("second"), { signal: abort.signal });
      const second = ask().catch((error: unknown) => error);
      abort.abort(new Error("enough"));
      expect(await second).to.have.property("message", "enough");
      expect(await ask().catch((error: unknown) => error)).to.have.property("message", "enough");
      await clock.advance(5000);
      expect(made).to.deep.equal(["first"]);
    });

    for (const [how, byMs] of [
      ["set back an hour", -3_600_000],
      ["set a day on", 86_400_000],
    ] as const) {
      it(`counts and holds by the time that passes, though the clock is ${how}`, async () => {
        const clock = createVirtualClock();
        const { request } = createLimits({ clock, requestsPerWindow: 2, windowMs: 1000 });
        const atMs: number[] = [];
        const refusal = (n: number) => (n === 3 ? { pauseMs: 5000 } : undefined);
        const all = Array.from({ length: 5 }, () =>
          request(async () => atMs.push(clock.elapsed()), { signal: NEVER, refusal }),
        );
        await clock.advance(500);
        clock.set(byMs);
        await clock.drive(Promise.all(all));
        expect(atMs.slice(0, 3)).to.deep.equal([0, 0, 1000]);
        expect(atMs[4]).to.be.within(6000, 8000);
      });
    }

    it("holds the others back while one is refused", async () => {
      const clock = createVirtualClock();
      const { request } = createLimits({ clock });
      let made = 0;
      const ask = () =>
        request(async () => made++, { signal: NEVER, refusal: (n) => (n === 0 ? { pauseMs: 9000 } : undefined) });
      await ask();
      const others = [ask(), ask(), ask()];
      await clock.advance(8999);
      expect(made).to.equal(1);
      await clock.drive(Promise.all(others));
      expect(made).to.equal(4);
    });

    it("counts one that failed, and goes on", async () => {
      const clock = createVirtualClock();
      const { request } = createLimits({ clock, requestsPerWindow: 1, windowMs: 1000 });
      const failing = request(() => Promise.reject(new Error("no")), { signal: NEVER });
      const next = request(async () => clock.elapsed(), { signal: NEVER });
      const startedAtMs = clock.elapsed();
      expect(await failing.catch((error: Error) => error.message)).to.equal("no");
      expect(await clock.drive(next)).to.equal(startedAtMs + 1000);
    });
  });

  describe("write", () => {
    it("lets so many writes of a network be under way, and those of another beside them", async () => {
      const limits = createLimits({ clock: createFakeClock(), writesPerNetwork: 2 });
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
      const limits = createLimits({ clock: createFakeClock(), writesPerNetwork: 2 });
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

    it("gives a place on as soon as it is left, and still lets no other write to the subject begin", async () => {
      const limits = createLimits({ clock: createFakeClock(), writesPerNetwork: 1 });
      const log: string[] = [];
      const proving = gate(log, "proving");
      const writes = [
        limits.write("net", "same", async (place) => {
          place.leave();
          return proving.task();
        }),
        limits.write("net", "same", async () => log.push("same again")),
        limits.write("net", "other", async () => log.push("other")),
      ];
      await settled();
      expect(log).to.deep.equal(["proving", "other"]);
      proving.end();
      await Promise.all(writes);
      expect(log).to.deep.equal(["proving", "other", "same again"]);
    });

    it("frees the place of a write that fails", async () => {
      const limits = createLimits({ clock: createFakeClock(), writesPerNetwork: 1 });
      const failing = limits.write("net", "same", async () => {
        throw new Error("no");
      });
      const next = limits.write("net", "same", async () => "done");
      expect(await failing.catch((error: Error) => error.message)).to.equal("no");
      expect(await next).to.equal("done");
    });
  });

  describe("watch", () => {
    it("sends looks so much earlier as they have been under way", () => {
      const limits = createLimits({ clock: createFakeClock() });
      for (let n = 0; n < 5; n++) limits.watch("net", "update").ended(19_000, 20_000);
      const near = limits.watch("net", "update").nextLookMs(0);
      limits.looked(600);
      const far = limits.watch("net", "update");
      expect(near - far.nextLookMs(0)).to.equal(600);
      expect(far.roundTripMs()).to.equal(600);
      // What has just been heard is that old already.
      expect(far.nextLookMs(20_000)).to.be.at.least(20_000);
    });

    it("knows who follows: one of those that began together, once there is a duration to go by", () => {
      const limits = createLimits({ clock: createFakeClock() });
      const [first, second] = [limits.watch("net", "update"), limits.watch("net", "update")];
      expect([first.isFollowing(), second.isFollowing()]).to.deep.equal([false, false]);
      first.ended(19_500, 20_000);
      expect([first.isFollowing(), second.isFollowing()]).to.deep.equal([false, true]);
      expect(limits.watch("other", "update").isFollowing()).to.equal(false);
    });

    it("has nobody follow where operations are not alike", () => {
      const limits = createLimits({ clock: createFakeClock() });
      for (const tookMs of [5000, 10_000, 20_000, 40_000, 80_000]) {
        const one = limits.watch("net", "update");
        one.ended(tookMs * 0.98, tookMs);
        one.leave();
      }
      limits.watch("net", "update");
      expect(limits.watch("net", "update").isFollowing()).to.equal(false);
    });

    it("learns nothing of one that a list has shown, and has none take its place, unless others followed it", () => {
      const limits = createLimits({ clock: createFakeClock() });
      const [first, second, third] = Array.from({ length: 3 }, () => limits.watch("net", "update"));
      first?.ended(19_500, 20_000);
      const dueMs = third?.nextLookMs(0);
      second?.shown();
      second?.leave();
      expect([third?.nextLookMs(0), third?.isFollowing()]).to.deep.equal([dueMs, true]);
      first?.leave();
      const leader = limits.watch("net", "update");
      leader.shown();
      leader.leave();
      expect(third?.isFollowing()).to.equal(true);
    });

    it("lets those who follow look without waiting to hear, where there are looks enough", () => {
      const due = (requestsPerWindow: number) => {
        const limits = createLimits({ clock: createFakeClock(), requestsPerWindow });
        for (let n = 0; n < 5; n++) {
          const one = limits.watch("net", "update");
          one.ended(19_500, 20_000);
          one.leave();
        }
        limits.watch("net", "update");
        return limits.watch("net", "update").nextLookMs(0);
      };
      expect(due(480)).to.be.within(20_000, 21_500);
      expect(due(4)).to.be.above(22_000);
    });
  });
});
