import { expect } from "chai";
import { type Rig, startRig } from "../rig";
import { groupsOf, writesOf } from "./scene";

describe("createSteps, when a group has no description", () => {
  let rig: Rig;
  afterEach(() => rig.close());

  for (const emptyDescription of ["shown", "null", "absent"] as const) {
    describe(`and the service shows it as ${emptyDescription}`, () => {
      beforeEach(async () => {
        rig = await startRig({ emptyDescription });
        await rig.up(rig.args());
      });

      it("creates it with one write, and finds nothing to change afterwards", async () => {
        await rig.refresh();
        await rig.up(rig.args());
        expect(writesOf(rig)).to.deep.equal(["POST"]);
        expect(rig.infos.join()).not.to.contain("description");
      });

      it("sets one, and takes it out again", async () => {
        await rig.up(rig.args({ description: "office" }));
        expect(groupsOf(rig)[0]?.description).to.equal("office");
        await rig.up(rig.args());
        expect(groupsOf(rig)[0]?.description).to.equal("");
        await rig.refresh();
        await rig.up(rig.args());
        expect(writesOf(rig)).to.deep.equal(["POST", "PUT", "PUT"]);
      });
    });
  }

  it("sees that somebody has emptied it where the service shows null", async () => {
    rig = await startRig({ emptyDescription: "null" });
    await rig.up(rig.args({ description: "office" }));
    rig.sandbox.edit({ kind: "changeGroup", groupId: "branch", changes: { description: "" } });
    await rig.refresh();
    await rig.up(rig.args({ description: "office" }));
    expect(groupsOf(rig)[0]?.description).to.equal("office");
  });
});
