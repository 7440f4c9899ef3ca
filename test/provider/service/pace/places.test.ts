import { expect } from "chai";
import { createNetworkPlaces } from "../../../../provider/service/pace/places";
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
