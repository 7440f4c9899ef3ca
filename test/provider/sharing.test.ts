import { expect } from "chai";
import { NEARBY, REMOTE } from "../../sandbox";
import { type Stack, startStack } from "./stack";

const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0);
const named = (count: number) => Array.from({ length: count }, (_, n) => `g${n}`);

describe("Many groups of one network", () => {
  let stack: Stack;
  afterEach(() => stack.close());

  for (const [where, latency, most] of [
    ["on the same machine", NEARBY, 300],
    ["far away", REMOTE, 320],
  ] as const) {
    it(`are created, changed and deleted by ${most / 100} requests each at most, looks and all, ${where}`, async () => {
      stack = await startStack({ latency });
      const names = named(100);
      await stack.create(names, 100);
      expect(total(stack.requests()), JSON.stringify(stack.requests())).to.be.at.most(most);
      await stack.update(names, 100, { description: "new" });
      expect(total(stack.requests()), JSON.stringify(stack.requests())).to.be.at.most(most);
      expect(stack.sandbox.groups().filter(({ description }) => description === "new")).to.have.length(100);
      await stack.delete(names, 100);
      expect(total(stack.requests()), JSON.stringify(stack.requests())).to.be.at.most(most);
      expect(stack.sandbox.groups().filter(({ networkId }) => networkId === stack.networkId)).to.deep.equal([]);
    });
  }

  it("are read by one list, and one of them by itself to see that the list shows all", async () => {
    stack = await startStack({ mostPerPage: 20 });
    const names = named(60);
    await stack.create(names, 60);
    const before = new Map(stack.rows);
    await stack.refresh(names, 8);
    expect(stack.requests()).to.deep.equal({ authorize: 1, listTunnels: 4, readGroup: 1, listRegions: 1 });
    expect(Object.fromEntries(stack.rows)).to.deep.equal(Object.fromEntries(before));
    const { id } = stack.rows.get("g7") ?? { id: "" };
    stack.sandbox.edit({
      kind: "changeTunnel",
      groupId: id,
      tunnelId: "198.51.0.8",
      changes: { remotePublicIP: "192.0.2.77" },
    });
    stack.sandbox.edit({ kind: "removeGroup", groupId: stack.rows.get("g8")?.id ?? "" });
    await stack.refresh(names, 8);
    expect(stack.rows.has("g8")).to.equal(false);
    expect(JSON.stringify(stack.rows.get("g7")?.inputs)).to.contain("192.0.2.77");
  });

  it("are taken over by one list, one read of the network and its regions each, and one of a group to see that the list shows all", async () => {
    stack = await startStack({ mostPerPage: 20 });
    const names = named(100);
    await stack.create(names, 100);
    await stack.takeOver(names, 8);
    // Five pages, twice since entries may move between them, and one that was tried to be larger.
    const once = { authorize: 1, readGroup: 1, readNetwork: 1, listRegions: 1 };
    expect(stack.requests()).to.deep.equal({ ...once, listTunnels: 11 });
    expect(stack.rows.size).to.equal(100);
  });

  it("are read by themselves after their deletion where lists show fewer tunnels than they count", async () => {
    stack = await startStack({ mostPerPage: 2, areLongPagesCut: true });
    await stack.create(named(10), 10);
    for (let n = 0; n < 10; n++)
      stack.sandbox.plan({ operation: "deleteGroup", statusCode: 200, applied: n % 2 === 0 });
    const failure = await stack.delete(named(10), 10).catch((error: AggregateError) => error.message);
    expect(failure?.match(/it is still there/g)).to.have.length(5);
    expect([...stack.rows.values()].map(({ id }) => id)).to.have.members(
      stack.sandbox
        .groups()
        .filter(({ networkId }) => networkId === stack.networkId)
        .map(({ id }) => id),
    );
  });

  it("are read one by one where that takes fewer requests", async () => {
    stack = await startStack({ mostPerPage: 5 });
    await stack.create(named(30), 30);
    await stack.refresh(["g1", "g2"], 2);
    expect(stack.requests()).to.deep.equal({ authorize: 1, listTunnels: 2, readGroup: 2, listRegions: 1 });
  });
});
