import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import { type Rig, startRig } from "../rig";
import { cutOff, failureOf, groupsOf, idsOf, minutesOf, OPERATION_MS, writesOf } from "./scene";

describe("createSteps, with names and ids that say less than they seem to", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  describe("when a success names no id", () => {
    for (const resource of ["/v2.3/networks/enhanced/Nw1/tunnels/ipsec/dynamic", "dynamic/", "", "/a/b c"]) {
      it(`finds the group by its name: "${resource}"`, async () => {
        const body = { completed: true, result: { resource, statusCode: 201 } };
        rig.sandbox.inject({ operation: "readStatus", action: { kind: "answer", status: 200, body } });
        await rig.up(rig.args());
        expect(rig.state?.id).to.equal(idsOf(rig)[0]);
        expect(writesOf(rig)).to.deep.equal(["POST"]);
      });
    }
  });

  describe("when a static tunnel has the group's name", () => {
    beforeEach(async () => {
      await rig.close();
      rig = await startRig({ staticTunnelName: "branch" });
    });

    /** The resource in the network that has the static tunnel. */
    const beside = (changes: Plain = {}) => {
      const [{ id, regions, asn }] = rig.sandbox.accounts[0].networks;
      const { sharedSettings } = rig.args() as { sharedSettings: object };
      const tunnels = {
        primary: rig.tunnel(0, { regionID: regions[0] }),
        backup: rig.tunnel(1, { regionID: regions[1] }),
      };
      return rig.args({
        networkId: id,
        tunnels,
        sharedSettings: { ...sharedSettings, leftASN: asn ?? 64_600 },
        ...changes,
      });
    };
    const branches = () =>
      rig.sandbox
        .groups()
        .filter(({ tunnelName }) => tunnelName === "branch")
        .map(({ id }) => id);

    it("creates, refreshes and destroys the group without a warning", async () => {
      await rig.up(beside());
      expect(branches()).to.deep.equal([rig.state?.id]);
      await rig.refresh();
      await rig.destroy();
      expect(branches()).to.deep.equal([]);
      expect(rig.warnings).to.deep.equal([]);
    });

    it("does not take it for what an unanswered creation has made", async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
      expect(await failureOf(rig.up(beside()))).to.match(/was not sent again/);
      await rig.up(beside());
      expect(branches()).to.deep.equal([rig.state?.id]);
    });

    it("tells it from what an unanswered creation has made", async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset", after: true } });
      await rig.up(beside());
      expect(branches()).to.deep.equal([rig.state?.id]);
    });
  });

  describe("when dynamicTunnelId is given to a resource that created its group", () => {
    it("changes nothing, and can be taken out again", async () => {
      await rig.up(rig.args());
      const id = rig.state?.id;
      rig.sandbox.clearJournal();
      await rig.up(rig.args({ dynamicTunnelId: id }));
      await rig.refresh();
      await rig.up(rig.args({ dynamicTunnelId: id }));
      await rig.up(rig.args());
      expect(writesOf(rig)).to.deep.equal([]);
      expect(rig.state?.outputs).to.include({ __origin: "created", dynamicTunnelId: id });
      await rig.destroy();
      expect(idsOf(rig)).to.deep.equal([]);
    });
  });

  describe("when the service counts the numbers of its tunnels on, past nine", () => {
    beforeEach(async () => {
      await rig.close();
      rig = await startRig({ areNumbersCountedOn: true });
    });

    it("keeps the declared name through refreshes, and sends no other", async () => {
      const some = (...numbers: readonly number[]) =>
        rig.args({ tunnels: Object.fromEntries(numbers.map((n) => [`t${n}`, rig.tunnel(n)])) });
      await rig.up(some(0, 1, 2, 3, 4, 5, 6, 7));
      await rig.up(some(0));
      await rig.up(some(8, 9, 10));
      await rig.up(some(9, 10));
      expect(groupsOf(rig)[0]?.tunnels.every(({ index }) => index > 9)).to.equal(true);
      await rig.refresh();
      expect(rig.state?.inputs.tunnelName).to.equal("branch");
      rig.sandbox.clearJournal();
      await rig.up(some(9, 10));
      expect(writesOf(rig)).to.deep.equal([]);
      await rig.destroy();
      expect(idsOf(rig)).to.deep.equal([]);
    });
  });

  describe("when a creation came to nothing", () => {
    it("leaves no note behind once its placeholder is destroyed, and creates at once", async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
      await failureOf(rig.up(rig.args()));
      expect(await rig.notes()).to.match(/branch/);
      await rig.destroy();
      expect(await rig.notes()).not.to.match(/branch/);
      expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.below(2);
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    });
  });
});

describe("createSteps, when nobody answers", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    await rig.up(rig.args());
    rig.sandbox.clearJournal();
  });
  afterEach(() => rig.close());

  const silence = (operation: "updateGroup" | "deleteGroup") =>
    rig.sandbox.inject({ operation, times: "always", action: { kind: "reset" } });

  it("says of a change that nobody answered it, not that the API said anything", async () => {
    silence("updateGroup");
    const failure = await failureOf(rig.up(rig.args({ description: "new" })));
    expect(failure)
      .to.match(/no answer came \(ECONNRESET\)/)
      .and.not.to.match(/API said|nothing was sent/);
    expect(writesOf(rig)).to.have.length.within(2, 8);
    rig.sandbox.clearFaults();
    await rig.up(rig.args({ description: "new" }));
    expect(groupsOf(rig)[0]?.description).to.equal("new");
  });

  it("says of a deletion that nobody answered it, not that the API said anything", async () => {
    silence("deleteGroup");
    const failure = await failureOf(rig.destroy());
    expect(failure)
      .to.match(/no answer came \(ECONNRESET\)/)
      .and.not.to.match(/API said|nothing was sent|not sent/);
    expect(writesOf(rig)).to.have.length.within(2, 8);
    expect(rig.state).not.to.equal(undefined);
    expect(await rig.notes()).to.match(/"delete"/);
  });

  it("does not forget a DELETE that may still act when the time is over", async () => {
    rig.sandbox.inject({ operation: "deleteGroup", times: "always", action: { kind: "reset", after: true } });
    rig.sandbox.plan({ operation: "deleteGroup", durationMs: 6 * OPERATION_MS });
    const env = { HARMONY_SASE_TIMEOUT: "90s" };
    await failureOf(rig.destroy(rig.process({ env })));
    expect(await rig.notes()).to.match(/"delete"/);
  });

  it("goes on after a run that was cut off in the silence", async () => {
    rig.sandbox.inject({ operation: "updateGroup", action: { kind: "reset", after: true } });
    await cutOff(rig, (steps) => rig.up(rig.args({ description: "new" }), steps));
    await rig.up(rig.args({ description: "new" }));
    expect(writesOf(rig)).to.deep.equal(["PUT"]);
  });
});
