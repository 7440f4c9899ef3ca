import { expect } from "chai";
import { startSandbox } from "../../sandbox";
import { createChance } from "../../sandbox/ids";
import { createDistance, type Latency, REMOTE } from "../../sandbox/latency";
import { startRig } from "../provider/rig";
import { startStack } from "../provider/stack";

function trips(latency: Latency, seed: number, count: number): readonly number[] {
  const distance = createDistance(latency, createChance(seed), () => 0);
  return Array.from({ length: count }, () => {
    const { thereMs, backMs } = distance.tripOn({});
    return thereMs + backMs;
  });
}

describe("createDistance", () => {
  it("is no way at all on the same machine", () => {
    expect(trips({ medianMs: 0, sigma: 0.5, setupRoundTrips: 2 }, 1, 10)).to.deep.equal(Array(10).fill(0));
  });

  it("takes the same trips with the same seed, half of them shorter than the median", () => {
    const some = trips(REMOTE, 1, 2000).toSorted((a, b) => a - b);
    expect(trips(REMOTE, 1, 2000).toSorted((a, b) => a - b)).to.deep.equal(some);
    expect(trips(REMOTE, 2, 2000)).not.to.deep.equal(trips(REMOTE, 1, 2000));
    expect(some[1000]).to.be.within(115, 125);
    // The median times e^0.5: so much are five in six below.
    expect(some[1683]).to.be.within(185, 210);
  });

  it("sets a connection up while nothing is sent on it", () => {
    let nowMs = 1000;
    const distance = createDistance({ medianMs: 100, setupRoundTrips: 2 }, createChance(1), () => nowMs);
    const connection = {};
    distance.connected(connection);
    expect(distance.tripOn(connection)).to.deep.equal({ thereMs: 250, backMs: 50 });
    nowMs += 150;
    expect(distance.tripOn(connection)).to.deep.equal({ thereMs: 100, backMs: 50 });
    nowMs += 5000;
    expect(distance.tripOn(connection)).to.deep.equal({ thereMs: 50, backMs: 50 });
  });
});

describe("SandboxOptions.latency", () => {
  it("passes on the sandbox's clock, the set-up of a new connection included", async () => {
    const waitedMs: number[] = [];
    const sleep = async (ms: number) => void waitedMs.push(ms);
    const sandbox = await startSandbox({
      latency: { medianMs: 100, setupRoundTrips: 2 },
      clock: { now: () => 0, sleep },
    });
    await (await fetch(`${sandbox.baseUrl}/v2.3/networks/enhanced`)).text();
    await sandbox.close();
    expect(waitedMs).to.deep.equal([250, 50]);
  });

  it("takes virtual time in a rig", async () => {
    const took = async (medianMs: number) => {
      const rig = await startRig({ latency: { medianMs } });
      await rig.up(rig.args());
      const beganMs = rig.clock.now();
      await rig.refresh();
      await rig.close();
      return rig.clock.now() - beganMs;
    };
    // Token, group and regions.
    expect((await took(300)) - (await took(0))).to.equal(900);
  });

  it("takes virtual time in a stack, of all requests side by side", async () => {
    const took = async (medianMs: number) => {
      const stack = await startStack({ operationMs: 6000, latency: { medianMs } });
      const names = ["g0", "g1", "g2", "g3"];
      await stack.create(names, 4);
      const beganMs = stack.now();
      await stack.refresh(names, 4);
      await stack.close();
      return stack.now() - beganMs;
    };
    // Token, list, the group that shows whether lists show all, and regions.
    expect((await took(300)) - (await took(0))).to.equal(1200);
  });
});
