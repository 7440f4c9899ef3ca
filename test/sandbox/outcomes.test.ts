import { expect } from "chai";
import type { OfferedNetwork, Outcome } from "../../sandbox";
import { newGroup, newTunnel, subnets } from "./bodies";
import { foreignPath, groupsPath, OPERATION_MS, type Result, statusPath, type Visitor, visitSandbox } from "./visitor";

interface Status {
  readonly completed: boolean;
  readonly result?: Result;
}

describe("the sandbox's planned outcomes", () => {
  let visitor: Visitor;
  let network: OfferedNetwork;
  beforeEach(async () => {
    visitor = await visitSandbox();
    const [, empty] = visitor.sandbox.accounts[0].networks;
    if (!empty) throw new Error("no second network");
    network = empty;
  });
  afterEach(() => visitor.sandbox.close());

  const body = () => newGroup(network, { tunnels: [1, 2, 3].map((n) => newTunnel(network, n)) });
  const create = (outcome: Partial<Outcome>) => {
    visitor.sandbox.plan({ operation: "createGroup", ...outcome });
    return visitor.carryOut("POST", groupsPath(network.id), body());
  };
  const change = (outcome: Partial<Outcome>) => {
    visitor.sandbox.plan({ operation: "updateGroup", ...outcome });
    const [first, second] = visitor.sandbox.foreignGroup.tunnels;
    return visitor.carryOut("PUT", foreignPath(visitor.sandbox), {
      tunnelName: "changed",
      removeTunnels: [{ id: first?.id }],
      updateTunnels: [{ id: second?.id, remoteASN: 65011 }],
      addTunnels: [newTunnel(visitor.sandbox.accounts[0].networks[0], 9)],
      sharedSettings: { ...subnets, peakBandwidth: 10 },
    });
  };
  const made = () => visitor.sandbox.groups().filter(({ networkId }) => networkId === network.id);
  const foreign = () => visitor.sandbox.group(visitor.sandbox.foreignGroup.id);

  it("fails with code and reasons, and applies nothing", async () => {
    const { completed, result } = await create({ statusCode: 500, reasons: ["no capacity"] });
    expect({ completed, result }).to.deep.equal({
      completed: true,
      result: { resource: "", statusCode: 500, reason: ["no capacity"] },
    });
    expect(made()).to.deep.equal([]);
  });

  it("fails a create that has made the first tunnels, and names the group", async () => {
    const { result } = await create({ statusCode: 409, applied: 2, resource: "end" });
    const [group] = made();
    expect(group?.tunnels.map(({ remotePublicIP }) => remotePublicIP)).to.deep.equal(["203.0.113.1", "203.0.113.2"]);
    expect(result?.resource?.endsWith(`/${group?.id}`)).to.equal(true);
  });

  for (const [applied, removed, changed, added] of [
    [0, false, false, false],
    [1, true, false, false],
    [2, true, true, false],
    [3, true, true, true],
  ] as const) {
    it(`carries out the first ${applied} changes of tunnels, and no settings`, async () => {
      await change({ statusCode: 500, applied });
      const group = foreign();
      const [first] = visitor.sandbox.foreignGroup.tunnels;
      expect({
        removed: !group?.tunnels.some(({ id }) => id === first?.id),
        changed: group?.tunnels.some(({ remoteASN }) => remoteASN === 65011),
        added: group?.tunnels.some(({ remotePublicIP }) => remotePublicIP === "203.0.113.9"),
        name: group?.tunnelName,
        bandwidth: group?.sharedSettings.peakBandwidth,
      }).to.deep.equal({ removed, changed, added, name: "datacenter", bandwidth: 2000 });
    });
  }

  it("fails a delete that has removed the first tunnel, and keeps the group", async () => {
    visitor.sandbox.plan({ operation: "deleteGroup", statusCode: 500, applied: 1 });
    await visitor.carryOut("DELETE", foreignPath(visitor.sandbox));
    expect(foreign()?.tunnels).to.have.length(1);
  });

  it("fails although everything is applied", async () => {
    const { result } = await change({ statusCode: 500, applied: true });
    expect(result?.statusCode).to.equal(500);
    expect(foreign()?.tunnelName).to.equal("changed");
  });

  it("completes without a code, applied or not", async () => {
    expect((await change({ statusCode: null, applied: false })).result).not.to.have.property("statusCode");
    expect(foreign()?.tunnelName).to.equal("datacenter");
    expect((await change({ statusCode: null })).result).not.to.have.property("statusCode");
    expect(foreign()?.tunnelName).to.equal("changed");
  });

  it("claims a success of which nothing is applied", async () => {
    expect((await change({ applied: false })).result?.statusCode).to.equal(200);
    expect(foreign()?.tunnelName).to.equal("datacenter");
  });

  it("names the object early, or never", async () => {
    expect((await create({ resource: "never" })).result?.resource).to.equal("");
    visitor.sandbox.plan({ operation: "createGroup", resource: "early" });
    const accepted = await visitor.call("POST", groupsPath(network.id), body());
    const { completed, result } = (await visitor.call("GET", statusPath(accepted))).json as Status;
    expect(completed).to.equal(false);
    visitor.sandbox.advance(OPERATION_MS);
    expect(result?.resource?.split("/").at(-1)).to.equal(made().at(-1)?.id);
  });

  it("never completes, though it is carried out", async () => {
    expect(await change({ isNeverCompleted: true })).to.deep.equal({ completed: false });
    expect(foreign()?.tunnelName).to.equal("changed");
    visitor.sandbox.advance(24 * 3_600_000);
    expect(visitor.sandbox.operations().map(({ completed }) => completed)).to.deep.equal([false]);
  });

  it("takes as long as planned", async () => {
    visitor.sandbox.plan({ operation: "deleteGroup", durationMs: 60_000 });
    const accepted = await visitor.call("DELETE", foreignPath(visitor.sandbox));
    const isCompleted = async () => ((await visitor.call("GET", statusPath(accepted))).json as Status).completed;
    visitor.sandbox.advance(59_999);
    expect(await isCompleted()).to.equal(false);
    visitor.sandbox.advance(1);
    expect(await isCompleted()).to.equal(true);
  });

  it("carries operations out in the order of their ends, not of their requests", async () => {
    const rename = (tunnelName: string, durationMs: number) => {
      visitor.sandbox.plan({ operation: "updateGroup", durationMs });
      return visitor.call("PUT", foreignPath(visitor.sandbox), { tunnelName });
    };
    await rename("slow", 2000);
    await rename("quick", 1000);
    visitor.sandbox.advance(3000);
    expect(foreign()?.tunnelName).to.equal("slow");
  });

  it("waits for an accepted write of its kind, and strikes once", async () => {
    visitor.sandbox.plan({ operation: "updateGroup", statusCode: 500 });
    expect((await visitor.call("PUT", foreignPath(visitor.sandbox), {})).status).to.equal(400);
    expect((await visitor.carryOut("POST", groupsPath(network.id), body())).result?.statusCode).to.equal(201);
    const rename = () => visitor.carryOut("PUT", foreignPath(visitor.sandbox), { tunnelName: "renamed" });
    expect((await rename()).result?.statusCode).to.equal(500);
    expect((await rename()).result?.statusCode).to.equal(200);
  });

  it("leaves the code of a success out when the sandbox is set up so", async () => {
    await visitor.sandbox.close();
    visitor = await visitSandbox({ isSuccessCoded: false });
    const { result } = await visitor.carryOut("DELETE", foreignPath(visitor.sandbox));
    expect(result).not.to.have.property("statusCode");
  });

  it("stands still while paused, and goes on", async () => {
    visitor.sandbox.pause();
    expect((await visitor.carryOut("DELETE", foreignPath(visitor.sandbox))).completed).to.equal(false);
    visitor.sandbox.resume();
    expect(foreign()).to.equal(undefined);
  });

  it("fails what is abandoned, and carries nothing of it out", async () => {
    const accepted = await visitor.call("DELETE", foreignPath(visitor.sandbox));
    visitor.sandbox.abandonOperations();
    visitor.sandbox.advance(OPERATION_MS);
    expect(((await visitor.call("GET", statusPath(accepted))).json as Status).result?.statusCode).to.equal(500);
    expect(foreign()).not.to.equal(undefined);
  });
});
