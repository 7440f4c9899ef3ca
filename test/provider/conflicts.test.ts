import { expect } from "chai";
import type { Fault } from "../../sandbox";
import { type Stack, startStack } from "./stack";

const OPERATION_MS = 6000;
const named = (count: number) => Array.from({ length: count }, (_, n) => `g${n}`);

describe("20 groups of a network that takes one write at a time, and answers 409 to the others", () => {
  const COUNT = 20;
  const GROUPS = named(COUNT);
  let stack: Stack;
  beforeEach(async () => {
    stack = await startStack({ operationMs: OPERATION_MS, secondGroup: "refused" });
  });
  afterEach(() => stack.close());

  const writes = () =>
    stack.sandbox.journal().filter(({ operation = "" }) => /^(create|update|delete)/.test(operation));
  const refused = () => writes().filter(({ status }) => status === 409);
  /** Four of the first five, and one each minute, when the network is given one place more. */
  const most = (tookMs: number) => 4 + Math.ceil(tookMs / 60_000);

  it("all succeed in each kind of step, with few writes refused and none carried out twice", async () => {
    const steps = [
      () => stack.create(GROUPS, COUNT),
      () => stack.update(GROUPS, COUNT, { description: "new" }),
      () => stack.delete(GROUPS, COUNT),
    ];
    for (const step of steps) {
      const beganMs = stack.now();
      await step();
      const tookMs = stack.now() - beganMs;
      expect(refused().length).to.be.within(1, most(tookMs));
      expect(writes().length - refused().length).to.equal(COUNT);
      expect(tookMs / (COUNT * OPERATION_MS)).to.be.below(1.5);
    }
    expect(stack.sandbox.groups().filter(({ networkId }) => networkId === stack.networkId)).to.deep.equal([]);
  });

  it("succeed though the time of each step is shorter than their queue", async () => {
    await stack.create(GROUPS, COUNT);
    const beganMs = stack.now();
    await stack.update(GROUPS, COUNT, { description: "new", __timeouts: { update: "20s" } });
    expect(stack.now() - beganMs).to.be.above(60_000);
    await stack.update(GROUPS, COUNT, { description: "newer", __timeouts: { update: "20s" } });
  });
});

describe("Groups of a network that another writer keeps busy", () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await startStack({ operationMs: OPERATION_MS });
  });
  afterEach(() => stack.close());

  const message = "Another operation is in progress on this network";
  const busy: Fault["action"] = { kind: "answer", status: 409, body: { message } };

  it("are made once that has ended after 90 s", async () => {
    const groups = named(20);
    stack.sandbox.inject({ operation: "createGroup", action: busy, forMs: 90_000 });
    const beganMs = stack.now();
    await stack.create(groups, 20);
    // Four waves of six seconds; whoever is taken first wakes the others.
    expect(stack.now() - beganMs).to.be.within(90_000, 140_000);
    expect(stack.requests().createGroup).to.be.at.most(20 * 8);
    expect(stack.rows.size).to.equal(20);
  });
});

describe("A group that the service refuses for good, among others of its network", () => {
  const COUNT = 40;
  let stack: Stack;
  before(async () => {
    stack = await startStack({ operationMs: OPERATION_MS });
    await stack.create(named(COUNT), COUNT);
  });
  after(() => stack.close());

  const message = "p81GatewaySubnets must be the network's own";

  it("is tried alone within a minute, fails after two, and holds up the others for less than half a minute", async () => {
    const GROUPS = named(COUNT);
    const alone = await timed(() => stack.update(GROUPS.slice(1), COUNT, { description: "b" }));
    const bad = stack.rows.get("g0")?.id ?? "";
    const action: Fault["action"] = { kind: "answer", status: 409, body: { message } };
    stack.sandbox.inject({ method: "PUT", path: bad, times: "always", action });
    let failure = "";
    const beganMs = stack.now();
    await stack.update(GROUPS, COUNT, { description: "c" }).catch((error: Error) => {
      failure = error.message;
    });
    expect(failure).to.match(/409 "p81GatewaySubnets must be the network's own"/);
    const lastedS = Number(/did so for (\d+) s/.exec(failure)?.[1]);
    expect(lastedS).to.be.within(120, 135);
    const ms = stack.now() - beganMs;
    expect(ms).to.be.within(120_000, 180_000);
    expect(ms - lastedS * 1000, "the first try alone").to.be.below(60_000);
    const tries = stack.sandbox.journal().filter(({ method, path }) => method === "PUT" && path.includes(bad));
    expect(tries.length).to.be.at.most(24);
    const others = stack.sandbox.journal().filter(({ method, path }) => method === "PUT" && !path.includes(bad));
    expect(others).to.have.length(COUNT - 1);
    expect(Math.max(...others.map(({ atMs }) => atMs)) - beganMs).to.be.below(alone + 30_000);
  });

  async function timed(step: () => Promise<void>): Promise<number> {
    const beganMs = stack.now();
    await step();
    return stack.now() - beganMs;
  }
});
