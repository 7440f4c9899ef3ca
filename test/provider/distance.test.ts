import { expect } from "chai";
import { READ_AHEAD_MS } from "../../provider/converge/observe";
import type { Latency } from "../../sandbox";
import { idealOf, type Reached, reached, tellingOf } from "../../tools/bench/distance";
import { type Stack, startStack } from "./stack";

const OPERATION_MS = 6000;
const LOAD = { groups: 20, networks: 1, operationMs: OPERATION_MS };
const named = (count: number) => Array.from({ length: count }, (_, n) => `g${n}`);

/** A distance whose trips all take the same, so that what is left is the pace. */
function even(medianMs: number): Latency {
  return { medianMs, setupRoundTrips: 2 };
}

const DISTANCES: readonly (readonly [string, Latency])[] = [
  ["on the same machine", { medianMs: 0 }],
  ["150 ms away", { medianMs: 150, sigma: 0.5, setupRoundTrips: 2 }],
  ["600 ms away", even(600)],
];

describe("20 groups of one network", () => {
  for (const [where, latency] of DISTANCES) {
    describe(where, () => {
      let steps: readonly Reached[];
      before(async () => {
        steps = await reached(LOAD, latency);
      });

      it("take 1.15 times what their operations and the way take, and eight ways", () => {
        const mostMs = 1.15 * idealOf(LOAD, latency.medianMs) + 8 * latency.medianMs;
        for (const { step, tookMs } of steps) expect(tookMs, step).to.be.at.most(mostMs);
      });

      it("are noticed within a tenth when the first ends, within a twentieth and one way from the fifth on", () => {
        for (const { step, firstNoticeMs, noticeMs } of steps) {
          expect(firstNoticeMs, step).to.be.at.most(0.1 * OPERATION_MS + 400 + 2 * latency.medianMs);
          expect(noticeMs, step).to.be.at.most(0.05 * OPERATION_MS + latency.medianMs);
        }
      });

      it("take no more looks for being far away", () => {
        for (const { step, requests } of steps) expect(requests, step).to.be.below(80);
      });
    });
  }
});

describe("A write that waits for its place", () => {
  let stack: Stack;
  afterEach(() => stack.close());

  for (const [how, mostPerPage] of [
    ["lists serve many", 100],
    ["each is read by itself", 1],
  ] as const) {
    it(`arrives half a round trip after the end of another was heard, where ${how}`, async () => {
      const medianMs = 600;
      stack = await startStack({ operationMs: OPERATION_MS, latency: even(medianMs), mostPerPage });
      await stack.create(named(15), 15);
      await stack.update(named(15), 15, { description: "changed" });
      const journal = stack.sandbox.journal();
      const writes = journal.filter(({ statusId }) => statusId !== undefined);
      const heardMs = writes.map((write) => {
        const told = tellingOf(journal, write, OPERATION_MS);
        return (told?.atMs ?? Number.POSITIVE_INFINITY) + medianMs / 2;
      });
      expect(writes).to.have.length(15);
      for (const { atMs } of writes.slice(5)) {
        const waitedMs = Math.min(...heardMs.map((ms) => atMs - ms).filter((ms) => ms > 0));
        expect(waitedMs).to.be.within(medianMs / 2, medianMs / 2 + 10);
      }
    });
  }

  it("is planned from what was read at most half a minute before, be it a later batch of a roll-out", async () => {
    stack = await startStack({ operationMs: 40_000, arePeersFollowing: true });
    const [a, b] = stack.sandbox.accounts[0].networks[1]?.regions ?? [];
    const turned = (version: number) => {
      const tunnel = (n: number, regionID: string | undefined) => ({
        regionID,
        remotePublicIP: `203.0.113.${n}`,
        remoteASN: 65_010,
        p81GWInternalIP: `169.254.10.${4 * n + 1}`,
        remoteGWInternalIP: `169.254.10.${4 * n + 2}`,
        passphrase: `Turned_${version}.of_${n}`,
      });
      return { tunnels: { a: tunnel(1, a), b: tunnel(2, b) }, rollout: { maxUnavailable: 1 } };
    };
    await stack.up(named(12), 12, turned(1));
    await stack.up(named(12), 12, turned(2));
    const journal = stack.sandbox.journal();
    const reads = journal.filter(({ operation }) => operation === "listTunnels" || operation === "readGroup");
    const writes = journal.filter(({ statusId }) => statusId !== undefined);
    expect(writes).to.have.length(24);
    for (const write of writes) {
      const [groupId = ""] = write.path.split("/").slice(-1);
      const ages = reads
        .filter(({ operation, path }) => operation === "listTunnels" || path.endsWith(groupId))
        .map(({ atMs }) => write.atMs - atMs)
        .filter((ageMs) => ageMs > 0);
      expect(Math.min(...ages)).to.be.below(READ_AHEAD_MS + 3000);
    }
  });
});
