import { expect } from "chai";
import { createElapsedAt } from "../../../provider/service/storedTime";
import { createFakeClock } from "./fakeClock";

const HOUR_MS = 3_600_000;

describe("createElapsedAt", () => {
  it("tells when a thing was by how long ago it was", () => {
    const clock = createFakeClock();
    clock.advance(5000);
    const elapsedAt = createElapsedAt(clock);
    expect(elapsedAt(clock.now() - 3000)).to.equal(2000);
    expect(elapsedAt(clock.now() - HOUR_MS), "before the process").to.equal(5000 - HOUR_MS);
  });

  it("takes the future for the moment in which it is first seen, and stays with that", () => {
    const clock = createFakeClock();
    const elapsedAt = createElapsedAt(clock);
    clock.advance(5000);
    const storedMs = clock.now() + 24 * HOUR_MS;
    expect(elapsedAt(storedMs)).to.equal(5000);
    clock.advance(7000);
    expect(elapsedAt(storedMs)).to.equal(5000);
  });

  for (const byMs of [-HOUR_MS, HOUR_MS]) {
    it(`stays with what it has told when the clock is set by ${byMs / HOUR_MS} h`, () => {
      const clock = createFakeClock();
      const elapsedAt = createElapsedAt(clock);
      const storedMs = clock.now();
      expect(elapsedAt(storedMs)).to.equal(0);
      clock.set(byMs);
      clock.advance(1000);
      expect(elapsedAt(storedMs)).to.equal(0);
    });
  }
});
