import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import { plain, type Rig, startRig } from "../rig";
import { addressesOf, failureOf, idsOf, inOtherNetwork, writesOf } from "./scene";

const NOT_FOUND = { kind: "answer", status: 404, body: { message: "Tunnel with Id not found." } } as const;
const NO_TUNNELS = { kind: "answer", status: 200, body: [] } as const;

describe("createSteps, with a group that does not show for a while", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    await rig.up(rig.args());
  });
  afterEach(() => rig.close());

  const changed = () => rig.args({ description: "changed" });

  /** An update finds nothing where the group was, and says so in state. */
  async function lost(): Promise<string> {
    const id = rig.state?.id as string;
    rig.sandbox.inject({ operation: "readGroup", times: "always", action: NOT_FOUND });
    expect(await failureOf(rig.up(changed()))).to.match(/There is no tunnel group .* Run pulumi up again/);
    rig.sandbox.clearFaults();
    rig.sandbox.clearJournal();
    return id;
  }

  it("says that it is gone only after half a minute", async () => {
    const beganAtMs = rig.clock.now();
    await lost();
    expect(rig.clock.now() - beganAtMs).to.be.within(30_000, 60_000);
  });

  it("goes on with it when it is there again, and sends the change alone", async () => {
    const id = await lost();
    await rig.up(changed());
    expect(rig.state?.id).to.equal(id);
    expect(idsOf(rig)).to.deep.equal([id]);
    expect(writesOf(rig)).to.deep.equal(["PUT"]);
    rig.sandbox.clearJournal();
    await rig.up(changed());
    expect(writesOf(rig)).to.deep.equal([]);
  });

  it("does not delete it first, where a replacement deletes before it creates", async () => {
    const id = await lost();
    const steps = rig.process();
    const { inputs, outputs } = rig.state ?? expect.fail();
    const news = plain((await steps.check(inputs, changed())).inputs) as Plain;
    expect((await steps.diff(id, outputs, news)).replaces).to.deep.equal(["networkId"]);
    await steps.delete(id, outputs);
    expect((await steps.create(news)).id).to.equal(id);
    expect(writesOf(rig)).to.deep.equal(["PUT"]);
  });

  it("keeps its id when what follows fails before anything is sent", async () => {
    const id = await lost();
    rig.sandbox.inject({
      operation: "updateGroup",
      times: "always",
      action: { kind: "answer", status: 403, body: { message: "Forbidden" } },
    });
    await failureOf(rig.up(changed()));
    expect(rig.state?.id).to.equal(id);
    rig.sandbox.clearFaults();
    await rig.up(changed());
    expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
  });

  it("deletes it when it shows only once another has been made", async () => {
    await lost();
    rig.sandbox.inject({ operation: "readGroup", action: NOT_FOUND });
    await rig.up(rig.args({ tunnelName: "edge" }));
    expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
  });

  it("destroys it when it is there again", async () => {
    await lost();
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([]);
  });

  it("makes it anew in another network, and deletes it where it was", async () => {
    await lost();
    const moved = inOtherNetwork(rig, changed());
    await rig.up(moved);
    const groups = rig.sandbox.groups().filter(({ tunnelName }) => tunnelName === "branch");
    expect(groups.map(({ id, networkId }) => [id, networkId])).to.deep.equal([[rig.state?.id, moved.networkId]]);
  });

  for (const [title, times] of [
    ["two", 2],
    ["four", 4],
  ] as const) {
    it(`keeps the tunnels of a refresh that sees none, ${title} times in a row`, async () => {
      const { tunnelIds } = rig.state?.outputs ?? {};
      rig.sandbox.inject({ operation: "readGroup", times, action: NO_TUNNELS });
      await rig.refresh();
      expect(rig.state?.outputs.tunnelIds).to.deep.equal(tunnelIds);
    });

    it(`adds no tunnel twice in an update that sees none, ${title} times in a row`, async () => {
      rig.sandbox.inject({ operation: "readGroup", times, action: NO_TUNNELS });
      await rig.up(changed());
      expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11"]]);
    });
  }
});
