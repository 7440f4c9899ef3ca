import { setMaxListeners } from "node:events";
import { expect } from "chai";
import { waitForOperation } from "../../../../provider/service/operation";
import { createLimits } from "../../../../provider/service/pace/limits";
import { createVirtualClock } from "../virtualClock";

const WINDOW_MS = 300_000;
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

interface Work {
  readonly groups: number;
  readonly networks: number;
  /** Steps that the engine runs at once. */
  readonly parallel: number;
  readonly durationMs: (n: number) => number;
  /** Requests that other processes make all the time, in any five minutes. */
  readonly others?: number;
}

/**
 * Writes groups with the limits of a process, against a service that counts: 500 requests in five minutes, five operations
 * on a network. Each group takes a write and looks, and every two of them a proof.
 */
async function work({ groups, networks, parallel, durationMs, others = 0 }: Work) {
  const clock = createVirtualClock();
  const limits = createLimits({ clock });
  const beganMs = clock.elapsed();
  const arrivals: number[] = [];
  const active = new Map<string, number>();
  const seen = { refused: 0, looks: 0, mostActive: 0, lateMs: 0, longestGapMs: 0 };
  let lastMs = beganMs;

  async function request<T>(isLook: boolean, act: () => T): Promise<T> {
    for (;;) {
      const answer = await limits.request(
        async () => {
          await clock.sleep(20);
          const nowMs = clock.elapsed();
          const inWindow = arrivals.filter((ms) => ms > nowMs - WINDOW_MS).length;
          if (inWindow + others >= 500) {
            seen.refused += 1;
            return undefined;
          }
          arrivals.push(nowMs);
          seen.longestGapMs = Math.max(seen.longestGapMs, nowMs - lastMs);
          lastMs = nowMs;
          return { value: act() };
        },
        { signal: NEVER, isLook, refusal: (result) => (result ? undefined : { pauseMs: 0 }) },
      );
      if (answer) return answer.value;
      await clock.sleep(500);
    }
  }

  async function group(n: number): Promise<void> {
    const networkId = `N${n % networks}`;
    await limits.write(networkId, `group ${n}`, async (place) => {
      const startedAtMs = await request(false, () => clock.elapsed());
      const endsAtMs = startedAtMs + durationMs(n);
      active.set(networkId, (active.get(networkId) ?? 0) + 1);
      seen.mostActive = Math.max(seen.mostActive, active.get(networkId) ?? 0);
      const readStatus = () =>
        request(true, () => {
          seen.looks += 1;
          const completed = clock.elapsed() >= endsAtMs;
          return { completed, reasons: [], ...(completed ? { statusCode: 200 } : {}) };
        });
      await waitForOperation({
        client: { readStatus },
        clock,
        statusId: `St${n}`,
        beginning: { kind: "accepted", acceptedAtMs: startedAtMs },
        deadlineMs: startedAtMs + 24 * 60 * 60_000,
        watch: limits.watch(networkId, "create"),
      });
      active.set(networkId, (active.get(networkId) ?? 0) - 1);
      seen.lateMs += clock.elapsed() - endsAtMs;
      place.leave();
      if (n % 2 === 0) await request(false, () => undefined);
    });
  }

  let next = 0;
  const runner = async () => {
    while (next < groups) await group(next++);
  };
  await clock.drive(Promise.all(Array.from({ length: parallel }, runner)));
  return { ...seen, tookMs: clock.elapsed() - beganMs, looksEach: seen.looks / groups, requests: arrivals.length };
}

describe("createLimits and waitForOperation, for many groups", () => {
  it("make no request that is refused with 100 operations waiting, and let none stand still", async () => {
    const durationMs = (n: number) => 60_000 * Math.exp(0.4 * Math.sin(n * 7));
    const { refused, mostActive, requests, tookMs } = await work({
      groups: 200,
      networks: 20,
      parallel: 200,
      durationMs,
    });
    expect(refused).to.equal(0);
    expect(mostActive).to.equal(5);
    // By the budget alone: 480 at once, the rest as they leave the window.
    expect(tookMs).to.be.below((Math.ceil(requests / 480) - 1) * WINDOW_MS + 150_000);
  });

  it("bring 100 groups in 5 networks about in 1.12 times what the operations take", async () => {
    const { tookMs, refused, requests } = await work({
      groups: 100,
      networks: 5,
      parallel: 100,
      durationMs: () => 10_000,
    });
    expect(tookMs / 40_000).to.be.below(1.12);
    expect(refused).to.equal(0);
    expect(requests).to.be.below(480);
  });

  it("do so too where the engine runs 8 steps at once, by twice the looks", async () => {
    const { tookMs, refused } = await work({ groups: 80, networks: 5, parallel: 8, durationMs: () => 20_000 });
    expect(tookMs / 200_000).to.be.below(1.12);
    expect(refused).to.equal(0);
  });

  it("take 1.25 times what the budget allows at 3 requests a group for 300 groups in 12 networks", async () => {
    const { tookMs, refused, looksEach } = await work({
      groups: 300,
      networks: 12,
      parallel: 300,
      durationMs: () => 20_000,
    });
    expect(tookMs).to.be.below(1.25 * WINDOW_MS);
    expect(refused).to.equal(0);
    expect(looksEach).to.be.below(1.5);
  });

  it("weather others at the same address, who leave a fifth of the budget", async () => {
    const { tookMs, refused } = await work({
      groups: 60,
      networks: 4,
      parallel: 60,
      durationMs: () => 10_000,
      others: 400,
    });
    expect(refused).to.be.below(60);
    expect(tookMs).to.be.below(3 * WINDOW_MS);
  });
});
