import { expect } from "chai";
import type { Steps } from "../../../provider/steps";
import { type Rig, startRig } from "../rig";
import { addressesOf, cutOff, elsewhere, failureOf, idsOf, OPERATION_MS, writesOf } from "./scene";

const TWO = ["203.0.113.10", "203.0.113.11"];
const FORBIDDEN = { kind: "answer", status: 403, body: { message: "Forbidden" } } as const;

describe("createSteps, with a creation whose end is a failure, or not seen", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const one = () => rig.args({ tunnels: { primary: rig.tunnel(0) } });
  const like = (n: number) =>
    ({ ...rig.tunnel(n), remoteID: `203.0.113.${10 + n}`, authType: "psk", routingType: "route" }) as const;

  describe("whose operation names the group", () => {
    it("has the group in state though the operation ends with 422, and goes on with it", async () => {
      rig.sandbox.plan({ operation: "createGroup", statusCode: 422, applied: true, resource: "end" });
      expect(await failureOf(rig.up(rig.args()))).to.contain("422");
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
      await rig.up(rig.args());
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
      expect(writesOf(rig)).to.deep.equal(["POST"]);
    });

    it("goes on with the group after an interruption, though another client has altered it meanwhile", async () => {
      await cutOff(rig, (steps) => rig.up(rig.args(), steps));
      await rig.clock.sleep(OPERATION_MS);
      const [id] = idsOf(rig);
      rig.sandbox.edit({ kind: "removeTunnel", groupId: id ?? "", tunnelId: "203.0.113.11" });
      rig.sandbox.edit({ kind: "addTunnel", groupId: id ?? "", tunnel: like(5) });
      await rig.up(rig.args());
      expect(rig.state?.id).to.equal(id);
      expect(addressesOf(rig)).to.deep.equal([[...TWO, "203.0.113.15"]]);
    });
  });

  describe("that may have made the group", () => {
    /** The creation fails, and so does every search for what it has made. */
    async function failedUnseen(): Promise<string> {
      rig.sandbox.plan({ operation: "createGroup", statusCode: 500, applied: true, resource: "never" });
      rig.sandbox.inject({ operation: "listTunnels", skip: 1, times: "always", action: FORBIDDEN });
      const message = await failureOf(rig.up(rig.args()));
      rig.sandbox.clearFaults();
      return message;
    }

    it("keeps the creation in state and in the journal when the search for the group fails", async () => {
      await failedUnseen();
      expect(rig.state?.id).to.match(/^pending-/);
      expect(rig.state?.outputs.__pending).to.have.length(1).and.to.have.nested.property("[0].kind", "create");
      expect(await rig.notes()).to.contain('"create"');
    });

    it("goes on with the group in the next run", async () => {
      await failedUnseen();
      await rig.up(rig.args());
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
      expect(writesOf(rig)).to.deep.equal(["POST"]);
    });

    it("deletes the group in a destroy", async () => {
      await failedUnseen();
      await rig.destroy();
      expect(idsOf(rig)).to.deep.equal([]);
    });
  });

  describe("that another machine has brought to its end", () => {
    it("does not own by its note what another client has added to the group since", async () => {
      rig.sandbox.plan({ operation: "createGroup", statusCode: 500, applied: 1, resource: "end" });
      await failureOf(rig.up(rig.args()));
      const onAnother = () => rig.process({ env: elsewhere(rig) });
      await rig.up(rig.args(), onAnother());
      await rig.up(one(), onAnother());
      expect(addressesOf(rig)).to.deep.equal([TWO.slice(0, 1)]);
      rig.sandbox.edit({ kind: "addTunnel", groupId: rig.state?.id ?? "", tunnel: like(1) });
      await rig.up(one());
      expect(addressesOf(rig)).to.deep.equal([TWO]);
      await rig.up(one());
      expect(addressesOf(rig)).to.deep.equal([TWO]);
    });
  });

  describe("that outlasts its time", () => {
    const impatient = (): Steps => rig.process({ env: { HARMONY_SASE_TIMEOUT: "90s" } });

    it("is kept in state under a placeholder, and the next run goes on with it", async () => {
      rig.sandbox.plan({ operation: "createGroup", durationMs: 10 * OPERATION_MS });
      await failureOf(rig.up(rig.args(), impatient()));
      expect(rig.state?.id).to.match(/^pending-/);
      expect(rig.state?.outputs.__pending).to.have.length(1).and.to.have.nested.property("[0].statusId");
      await rig.up(rig.args());
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
      expect(writesOf(rig)).to.deep.equal(["POST"]);
    });

    it("is not forgotten by a destroy that cannot await its end, and deleted by the next", async () => {
      rig.sandbox.plan({ operation: "createGroup", durationMs: 10 * OPERATION_MS });
      await failureOf(rig.up(rig.args(), impatient()));
      expect(await failureOf(rig.destroy(impatient()))).to.contain("Timed out");
      expect(rig.state?.id).to.match(/^pending-/);
      await rig.destroy();
      expect(rig.sandbox.operations()).to.have.length(2);
      expect(idsOf(rig)).to.deep.equal([]);
    });

    it("is kept in state under the group's id where the operation has named it already", async () => {
      rig.sandbox.plan({ operation: "createGroup", durationMs: 10 * OPERATION_MS, resource: "early" });
      await failureOf(rig.up(rig.args(), impatient()));
      await rig.clock.sleep(10 * OPERATION_MS);
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    });
  });

  describe("that was never answered", () => {
    /** The answer is lost, and the process dies before the group can show. @returns the group's id */
    async function unanswered(): Promise<string> {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset", after: true } });
      await cutOff(rig, (steps) => rig.up(one(), steps));
      await rig.clock.sleep(OPERATION_MS);
      rig.sandbox.clearJournal();
      return idsOf(rig)[0] ?? "";
    }

    it("goes on with the group of that name that holds just what was sent", async () => {
      const id = await unanswered();
      await rig.up(one());
      expect(rig.state?.id).to.equal(id);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("does not take a group for its own that holds twice what was sent once", async () => {
      const id = await unanswered();
      rig.sandbox.edit({ kind: "addTunnel", groupId: id, tunnel: like(0) });
      expect(await failureOf(rig.up(one()))).to.contain(`may have made ${id}, but it is not what was sent`);
      expect(writesOf(rig)).to.deep.equal([]);
      expect(rig.state).to.equal(undefined);
    });

    it("does not take a group for its own that holds something else in place of what was sent", async () => {
      const id = await unanswered();
      rig.sandbox.edit({ kind: "addTunnel", groupId: id, tunnel: like(1) });
      rig.sandbox.edit({ kind: "removeTunnel", groupId: id, tunnelId: "203.0.113.10" });
      expect(await failureOf(rig.up(one()))).to.contain(`may have made ${id}, but it is not what was sent`);
      expect(addressesOf(rig)).to.deep.equal([["203.0.113.11"]]);
      expect(rig.state).to.equal(undefined);
    });

    it("does not take one of two groups that hold just what was sent, and names both", async () => {
      const id = await unanswered();
      const { groupId = "" } = rig.sandbox.edit({ kind: "copyGroup", groupId: id });
      const message = await failureOf(rig.up(one()));
      expect(message).to.match(/may have made \w+, \w+, but which of them cannot be told/);
      expect(message).to.contain(id).and.to.contain(groupId);
      expect(writesOf(rig)).to.deep.equal([]);
      expect(rig.state).to.equal(undefined);
    });

    it("does not take a group for its own that shows no tunnel", async () => {
      const id = await unanswered();
      rig.sandbox.inject({
        operation: "readGroup",
        times: "always",
        action: { kind: "answer", status: 200, body: [] },
      });
      expect(await failureOf(rig.up(one()))).to.contain(`may have made ${id}, but it is not what was sent`);
      expect(writesOf(rig)).to.deep.equal([]);
      expect(rig.state).to.equal(undefined);
    });
  });
});
