import { expect } from "chai";
import { pauseOrRethrow } from "../../../provider/converge/conflict";
import type { Session } from "../../../provider/converge/session";
import { ConflictError, RefusedError } from "../../../provider/service/errors";
import { createNetworkPlaces, type Place } from "../../../provider/service/pace/places";
import { createFakeClock } from "../service/fakeClock";

const TIMEOUT_MS = 30 * 60_000;
const STATUSES: string[] = [];

/** A step that has a place of its network, with chance as given. */
async function begun(random = 0.5, timeoutMs = TIMEOUT_MS) {
  const clock = createFakeClock({ random });
  const places = createNetworkPlaces(5, clock);
  const place = await places.placeFor();
  STATUSES.length = 0;
  const status = (message: string) => void STATUSES.push(message);
  const session = { clock, place, status, timeoutMs, deadlineMs: clock.elapsed() + timeoutMs } as unknown as Session;
  return { clock, places, place, session };
}

const conflict = (retryAfterMs?: number) =>
  new ConflictError("The API answered 409.", { status: 409, reasons: ["busy"], retryAfterMs });

function refuse(place: Place): void {
  place.sending();
  place.refused();
}

/** Tries until it fails. @returns the pauses in seconds, and the failure */
async function tried(random: number, timeoutMs = TIMEOUT_MS) {
  const { clock, place, session } = await begun(random, timeoutMs);
  for (;;) {
    refuse(place);
    const failure = await pauseOrRethrow(session, conflict()).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (failure !== undefined) return { pauses: clock.sleeps.map((ms) => ms / 1000), failure };
  }
}

describe("pauseOrRethrow", () => {
  const tables = [
    { random: 0.9, title: "from 2 to almost 30 s", pauses: [2, 3.8, 7.6, 15.2, 28.5, 28.5, 28.5, 5.9] },
    { random: 0.5, title: "with chance in the middle", pauses: [2, 3, 6, 12, 22.5, 22.5, 22.5, 22.5, 7] },
    { random: 0, title: "from 2 to 15 s, the most tries", pauses: [2, 2, 4, 8, 15, 15, 15, 15, 15, 15, 14] },
  ];
  for (const { random, title, pauses } of tables) {
    it(`pauses ${title}, and fails after two minutes of refusals with no other write in flight`, async () => {
      const seen = await tried(random);
      expect(seen.pauses.map((s) => Math.round(s * 10) / 10)).to.deep.equal(pauses);
      expect(seen.failure).to.equal(
        "The API answered 409. It did so for 120 s, with no other write of this run in flight on the network.",
      );
    });
  }

  it("fails sooner where the next try would come in the last twentieth of the time", async () => {
    const { pauses } = await tried(0.5, 25_000);
    expect(pauses).to.deep.equal([2, 3, 6, 12]);
  });

  it("throws at once what is no conflict, and a conflict that no place knows of", async () => {
    const { session, clock } = await begun();
    for (const error of [new RefusedError("no"), conflict()]) {
      expect(await pauseOrRethrow(session, error).catch((thrown: unknown) => thrown)).to.equal(error);
    }
    expect(clock.sleeps).to.deep.equal([]);
  });

  it("never pauses for less than the service asks for", async () => {
    const { session, place, clock } = await begun();
    refuse(place);
    await pauseOrRethrow(session, conflict(17_000));
    expect(clock.sleeps).to.deep.equal([17_000]);
  });

  it("waits for the other writes in flight, says so, and counts that wait as none of the step's time", async () => {
    const { session, places, place, clock } = await begun();
    const other = await places.placeFor();
    other.sending();
    refuse(place);
    const again = pauseOrRethrow(session, conflict());
    expect(STATUSES).to.deep.equal([
      'refused 409 "busy": waits for this run\'s own writes in the network, then is tried again alone',
    ]);
    clock.advance(45_000);
    other.leave();
    await again;
    expect(clock.sleeps).to.deep.equal([]);
    expect(place.queuedMs()).to.equal(45_000);
  });

  it("says how long the network has been busy, and when the next try is", async () => {
    const { session, place } = await begun();
    for (let n = 0; n < 3; n++) {
      refuse(place);
      await pauseOrRethrow(session, conflict());
    }
    expect(STATUSES).to.deep.equal([
      'the network is busy with a change that is not of this run (409 "busy"); next try in 2 s',
      'the network is busy for 2 s with a change that is not of this run (409 "busy"); next try in 3 s',
      'the network is busy for 5 s with a change that is not of this run (409 "busy"); next try in 6 s',
    ]);
  });
});
