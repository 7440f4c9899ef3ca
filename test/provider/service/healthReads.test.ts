import { expect } from "chai";
import { UnavailableError } from "../../../provider/service/errors";
import { type HealthReads, shareHealth } from "../../../provider/service/healthReads";
import type { RequestOptions } from "../../../provider/service/requests";
import { errorOf } from "./errorOf";
import { createVirtualClock, type VirtualClock } from "./virtualClock";

const OPTIONS: RequestOptions = { deadlineMs: Number.POSITIVE_INFINITY };
const NEVER = Number.POSITIVE_INFINITY;

describe("shareHealth", () => {
  let clock: VirtualClock;
  let asked: { readonly networkId: string; readonly options: RequestOptions; readonly atMs: number }[];
  let answer: () => never[];
  let reads: HealthReads;
  beforeEach(() => {
    clock = createVirtualClock();
    asked = [];
    answer = () => [];
    const readHealth = async (networkId: string, options: RequestOptions) => {
      asked.push({ networkId, options, atMs: clock.elapsed() });
      await clock.sleep(100);
      return answer();
    };
    reads = shareHealth({ readHealth }, clock);
  });

  /** Waits in a network for so long, look after look. */
  async function wait(networkId: string, ms: number): Promise<void> {
    const endMs = clock.elapsed() + ms;
    const watch = reads.watch(networkId);
    while (clock.elapsed() < endMs) await watch.next(OPTIONS, endMs);
    watch.leave();
  }

  it("serves all who wait in a network by one look, which goes behind all other requests", async () => {
    const watches = [1, 2, 3].map(() => reads.watch("N"));
    const seen = await clock.drive(Promise.all(watches.map((watch) => watch.next(OPTIONS, NEVER))));
    expect(asked.map(({ networkId, options }) => [networkId, options.isLook, options.patienceMs])).to.deep.equal([
      ["N", true, 0],
    ]);
    expect(new Set(seen).size).to.equal(1);
  });

  it("shows nobody a look that was begun before he asked", async () => {
    const [first, second] = [reads.watch("N"), reads.watch("N")];
    const early = first.next(OPTIONS, NEVER);
    await clock.advance(50);
    const askedMs = clock.elapsed();
    const late = await clock.drive(second.next(OPTIONS, NEVER));
    expect((await early).beganMs).to.be.lessThan(askedMs);
    expect(late.beganMs).to.be.at.least(askedMs);
  });

  it("looks the more rarely the longer it takes", async () => {
    await clock.drive(wait("N", 3_600_000));
    const intervals = asked.slice(1).map(({ atMs }, at) => atMs - (asked[at]?.atMs ?? 0));
    expect(intervals[0]).to.be.within(1000, 1200);
    expect(Math.max(...intervals)).to.be.within(15_000, 15_200);
    expect(asked.filter(({ atMs }) => atMs - (asked[0]?.atMs ?? 0) < 300_000)).to.have.length.within(40, 50);
  });

  it("takes no more than a part of the budget, however many networks wait", async () => {
    const networks = Array.from({ length: 12 }, (_, n) => `N${n}`);
    await clock.drive(Promise.all(networks.map((each) => wait(each, 600_000))));
    const from = (asked[0]?.atMs ?? 0) + 100_000;
    expect(asked.filter(({ atMs }) => atMs >= from && atMs < from + 300_000)).to.have.length.within(50, 75);
  });

  it("looks at the latest when the time is over", async () => {
    const watch = reads.watch("N");
    await clock.drive(watch.next(OPTIONS, NEVER));
    const latestMs = clock.elapsed() + 200;
    expect((await clock.drive(watch.next(OPTIONS, latestMs))).beganMs).to.equal(latestMs);
  });

  it("lets nobody wait much beyond his time for a look that others wait for", async () => {
    for (let n = 0; n < 20; n++) reads.watch(`N${n}`);
    const [patient, hasty] = [reads.watch("N0"), reads.watch("N0")];
    await clock.drive(patient.next(OPTIONS, NEVER));
    const beganMs = clock.elapsed();
    const late = patient.next(OPTIONS, NEVER);
    const soon = await clock.drive(hasty.next(OPTIONS, beganMs + 20_000));
    expect(soon.beganMs - beganMs).to.equal(20_000);
    expect((await clock.drive(late)).beganMs - beganMs).to.be.greaterThan(80_000);
  });

  it("gives up a look that takes long, with its turn, long before the step's own time is over", async () => {
    const deadlineMs = clock.elapsed() + 1_800_000;
    await clock.drive(reads.watch("N").next({ deadlineMs }, NEVER));
    expect((asked[0]?.options.deadlineMs ?? 0) - (asked[0]?.atMs ?? 0)).to.equal(30_000);
  });

  it("takes what is young enough for who waits for nothing, and what is under way", async () => {
    await clock.drive(Promise.all([reads.read("N", OPTIONS, 60_000), reads.read("N", OPTIONS, 60_000)]));
    await clock.advance(59_000);
    await clock.drive(reads.read("N", OPTIONS, 60_000));
    expect(asked).to.have.length(1);
    await clock.advance(1000);
    await clock.drive(reads.read("N", OPTIONS, 60_000));
    await clock.drive(reads.read("M", OPTIONS, 60_000));
    expect(asked.map(({ networkId }) => networkId)).to.deep.equal(["N", "N", "M"]);
  });

  it("keeps no failure", async () => {
    answer = () => {
      throw new UnavailableError("down");
    };
    await clock.drive(errorOf(reads.read("N", OPTIONS, 60_000), UnavailableError));
    answer = () => [];
    expect((await clock.drive(reads.read("N", OPTIONS, 60_000))).tunnels).to.deep.equal([]);
  });
});
