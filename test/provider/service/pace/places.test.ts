import { expect } from "chai";
import { createNetworkPlaces, type Place } from "../../../../provider/service/pace/places";
import { createFakeClock } from "../fakeClock";

/** How many of many get a place. */
async function capacityOf(places: ReturnType<typeof createNetworkPlaces>): Promise<number> {
  const given: { leave(): void }[] = [];
  const all = Array.from({ length: 9 }, () => places.placeFor().then((place) => given.push(place)));
  await new Promise<void>((resolve) => setImmediate(resolve));
  const count = given.length;
  for (let n = 0; n < all.length; n++) {
    given[n]?.leave();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await Promise.all(all);
  return count;
}

describe("createNetworkPlaces", () => {
  it("has one place less than were taken when the service refused, and one more each minute", async () => {
    const clock = createFakeClock();
    const places = createNetworkPlaces(5, clock);
    const four = await Promise.all([1, 2, 3, 4].map(() => places.placeFor()));
    places.crowded();
    for (const each of four) each.leave();
    clock.set(3_600_000);
    expect(await capacityOf(places)).to.equal(3);
    clock.set(-7_200_000);
    clock.advance(60_000);
    expect(await capacityOf(places)).to.equal(4);
    expect(await capacityOf(places)).to.equal(4);
    clock.advance(60_000);
    expect(await capacityOf(places)).to.equal(5);
    clock.advance(600_000);
    expect(await capacityOf(places)).to.equal(5);
  });

  it("keeps a place for one, however often it is refused", async () => {
    const clock = createFakeClock();
    const places = createNetworkPlaces(5, clock);
    const place = await places.placeFor();
    for (let n = 0; n < 3; n++) places.crowded();
    place.leave();
    expect(await capacityOf(places)).to.equal(1);
  });

  describe("when the service refuses a write for a conflict", () => {
    const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
    let clock: ReturnType<typeof createFakeClock>;
    let places: ReturnType<typeof createNetworkPlaces>;
    let order: string[];
    beforeEach(() => {
      clock = createFakeClock();
      places = createNetworkPlaces(5, clock);
      order = [];
    });

    async function sent(count: number): Promise<readonly Place[]> {
      const given = await Promise.all(Array.from({ length: count }, () => places.placeFor()));
      for (const place of given) place.sending();
      return given;
    }
    function wait(name: string, place: Promise<unknown>): void {
      void place.then(() => order.push(name));
    }

    it("has one place less where others were in flight, and leaves it", async () => {
      const [refused, ...others] = await sent(4);
      refused?.refused();
      expect(refused?.refusal()).to.deep.include({ others: 3, timesAlone: 0 });
      for (const place of others) place.leave();
      expect(await capacityOf(places)).to.equal(3);
    });

    it("has as many places where none was, and tells how often and since when", async () => {
      const [refused] = await sent(1);
      await places.placeFor();
      const beganMs = clock.elapsed();
      refused?.refused();
      clock.advance(5000);
      await refused?.enter();
      refused?.sending();
      refused?.refused();
      expect(refused?.refusal()).to.deep.equal({ others: 0, timesAlone: 2, aloneSinceMs: beganMs, inARow: 2 });
      places.placeFor().then((place) => place.leave());
      expect(await capacityOf(places)).to.equal(4);
    });

    it("sends the refused one before those that have not begun, and alone until it is answered", async () => {
      places = createNetworkPlaces(2, clock);
      const [refused, other] = await sent(2);
      wait("unbegun", places.placeFor());
      refused?.refused();
      wait("refused", refused?.enter() ?? Promise.reject());
      await settled();
      expect(order, "another is in flight").to.deep.equal([]);
      clock.advance(60_000);
      other?.leave();
      await settled();
      expect(order).to.deep.equal(["refused"]);
    });

    it("lets others begin once the refused one is taken", async () => {
      const [refused, other] = await sent(2);
      refused?.refused();
      wait("refused", refused?.enter() ?? Promise.reject());
      wait("unbegun", places.placeFor());
      other?.leave();
      await settled();
      expect(order).to.deep.equal(["refused"]);
      refused?.sending();
      clock.advance(60_000);
      refused?.sent();
      await settled();
      expect(order).to.deep.equal(["refused", "unbegun"]);
      expect(refused?.refusal()).to.equal(undefined);
    });

    it("counts what is refused alone in a row, whichever write it is, until one is taken, which wakes the others once", async () => {
      const [first, second, third] = await sent(3);
      third?.ended();
      first?.ended();
      second?.refused();
      first?.refused();
      expect(first?.refusal()).to.deep.include({ timesAlone: 1, inARow: 2 });
      wait("first", first?.othersTaken() ?? Promise.reject());
      third?.sent();
      await settled();
      expect(order).to.deep.equal(["first"]);
      wait("first again", first?.othersTaken() ?? Promise.reject());
      third?.sent();
      await first?.enter();
      first?.refused();
      await settled();
      expect(order, "it is never taken").to.deep.equal(["first"]);
      expect(first?.refusal()).to.deep.include({ timesAlone: 2, inARow: 1 });
    });

    it("gives the places back where the write is refused alone too: it was not refused for the others", async () => {
      const [refused, other] = await sent(2);
      refused?.refused();
      other?.leave();
      await refused?.enter();
      refused?.sending();
      refused?.refused();
      expect(await capacityOf(places)).to.equal(5);
    });

    it("counts how long it has waited for its place again", async () => {
      const [refused, other] = await sent(2);
      refused?.refused();
      const back = refused?.enter();
      clock.advance(7000);
      other?.leave();
      await back;
      expect(refused?.queuedMs()).to.equal(7000);
    });
  });

  it("gives a place that was left to the next, and another when it is wanted again", async () => {
    const places = createNetworkPlaces(1, createFakeClock());
    const first = await places.placeFor();
    first.leave();
    const second = await places.placeFor();
    let isBack = false;
    const back = first.enter().then(() => {
      isBack = true;
    });
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(isBack).to.equal(false);
    second.leave();
    await back;
    await first.enter();
  });
});
