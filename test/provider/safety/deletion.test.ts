import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import { type Rig, startRig } from "../rig";
import {
  addressesOf,
  cutOff,
  failureOf,
  idsOf,
  madeByOthers,
  minutesOf,
  OPERATION_MS,
  type Row,
  rowBeside,
  writesOf,
} from "./scene";

describe("createSteps, deleting a group to which another resource on this machine is adding", () => {
  let rig: Rig;
  let other: Row;
  beforeEach(async () => {
    rig = await startRig();
    await rig.up(rig.args());
    other = rowBeside(rig, "other");
  });
  afterEach(() => rig.close());

  /** The other resource's run adds its tunnel to the rig's group, and is interrupted before the tunnel shows. */
  async function adding(changes: Plain = {}): Promise<void> {
    const own = rig.state;
    const tunnels = { third: rig.tunnel(2) };
    const news = other.args({ dynamicTunnelId: own?.id, tunnels, sharedSettings: undefined, ...changes });
    await cutOff(rig, async (steps) => {
      rig.state = undefined;
      await rig.up(news, steps);
    });
    rig.state = own;
    rig.sandbox.clearJournal();
  }

  it("waits for the addition, then names the tunnel and deletes nothing", async () => {
    await adding();
    const beganAtMs = rig.clock.now();
    expect(await failureOf(rig.destroy())).to.match(/has not declared: Tn\w+ \(\w+ 203\.0\.113\.12\)/);
    expect(rig.clock.now() - beganAtMs).to.be.within(OPERATION_MS / 2, 2 * OPERATION_MS);
    expect(writesOf(rig)).to.deep.equal([]);
    expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.12"]]);
  });

  it("waits until an addition that was never answered shows", async () => {
    rig.sandbox.inject({ operation: "updateGroup", action: { kind: "reset", after: true } });
    await adding();
    expect(await failureOf(rig.destroy())).to.contain("203.0.113.12");
    expect(writesOf(rig)).to.deep.equal([]);
  });

  it("deletes the group once the addition has come to nothing", async () => {
    rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["no room"], applied: false });
    await adding();
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([]);
  });

  it("does not wait for an addition to another group", async () => {
    const own = rig.state;
    rig.state = undefined;
    const tunnels = { hub: rig.tunnel(5) };
    await rig.up(rig.args({ tunnelName: "hub", tunnels, __urn: "urn:pulumi:dev::rig::t::hub" }));
    await adding({ tunnelName: "hub" });
    rig.state = own;
    expect(await minutesOf(rig, () => rig.destroy())).to.be.below(1.5);
    expect(writesOf(rig)).to.deep.equal(["DELETE"]);
  });
});

describe("createSteps, letting go of a group that it uses", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    const dynamicTunnelId = await madeByOthers(rig);
    await rig.up(rig.args({ dynamicTunnelId, tunnels: { third: rig.tunnel(2) }, sharedSettings: undefined }));
  });
  afterEach(() => rig.close());

  const ALL = ["203.0.113.10", "203.0.113.11", "203.0.113.12"];

  it("fails when the service refuses to remove its tunnels, and removes them with the next run", async () => {
    const refusal = { kind: "answer", status: 403, body: { message: "Forbidden" } } as const;
    rig.sandbox.inject({ operation: "updateGroup", action: refusal });
    expect(await failureOf(rig.destroy())).to.contain("Forbidden");
    expect(addressesOf(rig)).to.deep.equal([ALL]);
    await rig.destroy();
    expect(addressesOf(rig)).to.deep.equal([ALL.slice(0, 2)]);
  });

  it("fails when the operation that removes its tunnels fails", async () => {
    rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["no room"], applied: false });
    expect(await failureOf(rig.destroy())).to.contain("no room");
    expect(addressesOf(rig)).to.deep.equal([ALL]);
  });

  it("is done where the group is gone", async () => {
    rig.sandbox.edit({ kind: "removeGroup", groupId: "branch" });
    rig.sandbox.clearJournal();
    await rig.destroy();
    expect(writesOf(rig)).to.deep.equal([]);
  });
});

describe("createSteps, deleting a group", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    await rig.up(rig.args());
  });
  afterEach(() => rig.close());

  it("fails at once with what the service says when the operation fails", async () => {
    rig.sandbox.plan({ operation: "deleteGroup", statusCode: 409, reasons: ["a gateway needs it"], applied: false });
    let message = "";
    const minutes = await minutesOf(rig, async () => {
      message = await failureOf(rig.destroy());
    });
    expect(message).to.contain("a gateway needs it");
    expect(minutes).to.be.below(2);
    expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
  });

  it("fails when a deletion that the service calls a success leaves the group there", async () => {
    rig.sandbox.plan({ operation: "deleteGroup", statusCode: 200, applied: false });
    expect(await failureOf(rig.destroy())).to.contain("still there");
    expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([]);
  });
});
