import { mock } from "node:test";
import promises from "node:timers/promises";
import { expect } from "chai";
import { systemClock } from "../../../provider/service/clock";

/** With more, a timer of Node's fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

describe("systemClock", () => {
  afterEach(() => {
    mock.restoreAll();
  });

  it("counts whole milliseconds that never go back, whatever the machine's clock is set to", () => {
    const beganMs = systemClock.elapsed();
    mock.method(Date, "now", () => 0);
    expect(systemClock.now()).to.equal(0);
    expect(systemClock.elapsed()).to.be.within(beganMs, beganMs + 60_000);
    expect(Number.isInteger(beganMs)).to.equal(true);
  });

  it("rings when the time has come, and not once it is cancelled", async () => {
    const rung: string[] = [];
    systemClock.alarm(0, () => rung.push("cancelled"))();
    await new Promise<void>((resolve) => systemClock.alarm(0, resolve));
    expect(rung).to.deep.equal([]);
  });

  for (const ms of [2 ** 32, Number.POSITIVE_INFINITY]) {
    it(`lets no timer overflow that is to wait ${ms} ms`, async () => {
      const set = mock.method(globalThis, "setTimeout", () => undefined);
      const slept = mock.method(promises, "setTimeout", async () => undefined);
      systemClock.alarm(ms, () => undefined);
      await systemClock.sleep(ms);
      expect(set.mock.callCount()).to.equal(0);
      expect(slept.mock.calls.map((call) => call.arguments)).to.deep.equal([[LONGEST_TIMER_MS]]);
    });
  }
});
