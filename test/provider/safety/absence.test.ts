import { expect } from "chai";
import type { Fault } from "../../../sandbox/faults";
import { type Rig, startRig } from "../rig";
import { addressesOf, cutOff, failureOf, idsOf, madeByOthers, minutesOf, OPERATION_MS, writesOf } from "./scene";

const NOT_FOUND = { kind: "answer", status: 404, body: { message: "Tunnel with Id not found." } } as const;
const EMPTY_LIST = { kind: "answer", status: 200, body: { data: [], page: 1, totalPage: 1, itemsTotal: 0 } } as const;

for (const medianMs of [0, 120, 600])
  describe(`createSteps, when one answer says that a thing is not there, ${medianMs} ms away`, () => {
    let rig: Rig;
    beforeEach(async () => {
      rig = await startRig({ latency: { medianMs, sigma: 0.5, setupRoundTrips: 2 } });
    });
    afterEach(() => rig.close());

    const three = () => rig.args({ tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) } });
    const single: readonly (readonly [string, Fault["action"]])[] = [
      ["a JSON 404", NOT_FOUND],
      ["an empty array", { kind: "answer", status: 200, body: [] }],
    ];

    for (const [title, action] of single) {
      const once = { operation: "readGroup", action } as const;

      it(`deletes the group all the same, after ${title}`, async () => {
        await rig.up(rig.args());
        rig.sandbox.inject(once);
        await rig.destroy();
        expect(idsOf(rig)).to.deep.equal([]);
      });

      it(`removes the tunnels that it adopted all the same, after ${title}`, async () => {
        const dynamicTunnelId = await madeByOthers(rig);
        await rig.up(rig.args({ dynamicTunnelId, tunnels: { third: rig.tunnel(2) }, sharedSettings: undefined }));
        rig.sandbox.inject(once);
        await rig.destroy();
        expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11"]]);
      });

      it(`keeps the row and its tunnels in a refresh, after ${title}`, async () => {
        await rig.up(rig.args());
        const ids = rig.state?.outputs.tunnelIds;
        rig.sandbox.inject(once);
        await rig.refresh();
        expect(rig.state?.outputs.tunnelIds).to.deep.equal(ids);
      });

      it(`adds no tunnel twice, after ${title}`, async () => {
        await rig.up(rig.args());
        rig.sandbox.inject(once);
        await rig.up(three());
        expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.12"]]);
      });

      it(`does not believe that an unanswered DELETE was carried out, after ${title}`, async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "deleteGroup", action: { kind: "reset" } });
        rig.sandbox.inject({ ...once, skip: 1 });
        await rig.destroy();
        expect(idsOf(rig)).to.deep.equal([]);
      });
    }

    it("destroys what an unanswered creation has made, after one empty list", async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset", after: true } });
      rig.sandbox.plan({ operation: "createGroup", durationMs: 20 * OPERATION_MS });
      await failureOf(rig.up(rig.args()));
      await rig.clock.sleep(20 * OPERATION_MS);
      rig.sandbox.inject({ operation: "listTunnels", action: EMPTY_LIST });
      await rig.destroy();
      expect(idsOf(rig)).to.deep.equal([]);
    });

    it("goes on with what a failed creation has made in part, after one empty list", async () => {
      rig.sandbox.plan({ operation: "createGroup", statusCode: 500, reasons: ["out of addresses"], applied: 1 });
      rig.sandbox.inject({ operation: "listTunnels", skip: 1, action: EMPTY_LIST });
      await failureOf(rig.up(rig.args()));
      expect(rig.state?.id).to.equal(idsOf(rig)[0]);
    });

    it("refuses a state that does not say where the group is, and keeps the row", async () => {
      await rig.up(rig.args());
      const { networkId: _, ...outputs } = rig.state?.outputs ?? {};
      rig.state = { id: rig.state?.id ?? "", inputs: rig.state?.inputs ?? {}, outputs };
      const kept = rig.state;
      expect(await failureOf(rig.refresh())).to.match(/State names no networkId/);
      expect(await failureOf(rig.destroy())).to.match(/State names no networkId/);
      expect(rig.state).to.equal(kept);
      expect(idsOf(rig)).to.have.length(1);
    });

    describe("for less than half a minute", () => {
      const OUTAGE = { operation: "readGroup", action: NOT_FOUND } as const;

      it("goes on with an update once the group shows again", async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ ...OUTAGE, times: 8 });
        expect(await minutesOf(rig, () => rig.up(three()))).to.be.below(3);
        expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.12"]]);
        expect(rig.state?.outputs).not.to.have.property("__gone");
      });

      it("says in state that it is gone when it has not shown for half a minute", async () => {
        await rig.up(rig.args());
        const id = rig.state?.id;
        rig.sandbox.inject({ ...OUTAGE, times: "always" });
        const beganAtMs = rig.clock.now();
        expect(await failureOf(rig.up(three()))).to.match(/There is no tunnel group/);
        expect(rig.clock.now() - beganAtMs).to.be.within(30_000, 40_000);
        expect(rig.state).to.have.nested.property("outputs.__gone", true);
        expect(rig.state?.id).to.equal(id);
      });

      it("does not say so of a group that it has adopted: that one is not made anew", async () => {
        const dynamicTunnelId = await madeByOthers(rig);
        await rig.up(rig.args({ dynamicTunnelId, sharedSettings: undefined }));
        rig.sandbox.edit({ kind: "removeGroup", groupId: "branch" });
        rig.sandbox.clearJournal();
        const changed = rig.args({ dynamicTunnelId, sharedSettings: undefined, description: "new" });
        expect(await failureOf(rig.up(changed))).to.match(/There is no tunnel group .* Give the dynamicTunnelId/);
        expect(rig.state?.outputs).not.to.have.property("__gone");
        expect(writesOf(rig)).to.deep.equal([]);
      });

      it("waits longer for a group that it has just made", async () => {
        rig.sandbox.inject({ ...OUTAGE, times: 20 });
        await rig.up(rig.args());
        expect(rig.state?.id).to.equal(idsOf(rig)[0]);
        expect(rig.state?.outputs).not.to.have.property("__gone");
      });
    });

    describe("because the list moved between two pages", () => {
      beforeEach(async () => {
        await rig.close();
        rig = await startRig({ mostPerPage: 2 });
      });

      it("finds the group that moved to a page already read, and makes no second one", async () => {
        const others = { primary: rig.tunnel(3), backup: rig.tunnel(4) };
        await rig.up(rig.args({ __urn: "urn:pulumi:dev::rig::t::other", tunnelName: "other", tunnels: others }));
        rig.state = undefined;
        const id = await madeByOthers(rig);
        // The two entries of the other group are the first page, and leave it when that has been read.
        rig.sandbox.inject({
          operation: "listTunnels",
          skip: 1,
          action: { kind: "edit", edit: { kind: "removeGroup", groupId: "other" } },
        });
        expect(await failureOf(rig.up(rig.args()))).to.contain(`already (${id})`);
        expect(writesOf(rig)).to.deep.equal([]);
      });
    });

    describe("because somebody was faster", () => {
      it("ends well when the group goes just before its DELETE", async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({
          operation: "deleteGroup",
          action: { kind: "edit", edit: { kind: "removeGroup", groupId: "branch" } },
        });
        await rig.destroy();
        expect(idsOf(rig)).to.deep.equal([]);
        expect(writesOf(rig)).to.deep.equal(["POST", "DELETE"]);
      });

      it("ends well when the group goes just before the PUT that was to remove adopted tunnels", async () => {
        const dynamicTunnelId = await madeByOthers(rig);
        await rig.up(rig.args({ dynamicTunnelId, sharedSettings: undefined }));
        rig.sandbox.inject({
          operation: "updateGroup",
          action: { kind: "edit", edit: { kind: "removeGroup", groupId: "branch" } },
        });
        await rig.destroy();
        expect(rig.state).to.equal(undefined);
      });

      it("fails when a DELETE is answered with 404 and the group is there", async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "deleteGroup", times: "always", action: NOT_FOUND });
        expect(await failureOf(rig.destroy())).to.match(/answered 404/);
        expect(rig.state).not.to.equal(undefined);
      });
    });

    describe("later, since a process died before it heard what its DELETE had started", () => {
      it("waits in a refresh until the group is gone, and makes it anew with the next up", async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "deleteGroup", action: { kind: "reset", after: true } });
        await cutOff(rig, (steps) => rig.destroy(steps));
        expect(idsOf(rig)).to.have.length(1);
        await rig.refresh();
        expect(rig.state).to.equal(undefined);
        await rig.up(rig.args());
        expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
      });

      it("makes it anew without a refresh, with an up that has noticed and the next", async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "deleteGroup", action: { kind: "reset", after: true } });
        await cutOff(rig, (steps) => rig.destroy(steps));
        await failureOf(rig.up(rig.args()));
        await rig.up(rig.args());
        expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
      });
    });
  });
