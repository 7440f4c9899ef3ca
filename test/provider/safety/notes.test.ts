import { readdir } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import sinon from "sinon";
import type { Plain } from "../../../provider/process";
import { type Rig, type Stored, startRig } from "../rig";
import {
  addressesOf,
  cutOff,
  elsewhere,
  failureOf,
  groupsOf,
  idsOf,
  inOtherNetwork,
  OPERATION_MS,
  rowBeside,
  writesOf,
} from "./scene";

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
const TWO = ["203.0.113.10", "203.0.113.11"];
const THREE = [...TWO, "203.0.113.12"];

describe("createSteps, with notes of what runs have left", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const three = (changes: Plain = {}) =>
    rig.args({ tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) }, ...changes });

  describe("about several things", () => {
    it("keeps the note of another group, removes what was added there, and leaves its like alone", async () => {
      const [hub, other] = [rowBeside(rig, "hub"), rowBeside(rig, "other")];
      await hub.up({ tunnels: { hub: rig.tunnel(7) } });
      await other.up({ tunnelName: "other", tunnels: { other: rig.tunnel(8) } });
      const adopting = (dynamicTunnelId: string | undefined, ...numbers: readonly number[]) =>
        rig.args({
          dynamicTunnelId,
          tunnelName: dynamicTunnelId === hub.state?.id ? "branch" : "other",
          tunnels: Object.fromEntries(numbers.map((n) => [`t${n}`, rig.tunnel(n)])),
          sharedSettings: undefined,
        });
      await rig.up(adopting(hub.state?.id, 0));
      await cutOff(rig, (steps) => rig.up(adopting(hub.state?.id, 0, 1), steps));
      // In the group that it moves to somebody has what it was adding to the former.
      const like = { ...rig.tunnel(1), remoteID: "203.0.113.11", authType: "psk", routingType: "route" };
      rig.sandbox.edit({ kind: "addTunnel", groupId: "other", tunnel: like });
      await rig.up(adopting(other.state?.id, 0));
      expect(addressesOf(rig)).to.have.deep.members([
        ["203.0.113.17"],
        ["203.0.113.10", "203.0.113.11", "203.0.113.18"],
      ]);
    });

    it("goes on with the group that it has begun under another name, and renames it", async () => {
      await cutOff(rig, (steps) => rig.up(rig.args(), steps));
      await rig.up(rig.args({ tunnelName: "office" }));
      const [made] = groupsOf(rig);
      expect(rig.state?.id).to.equal(made?.id);
      expect([made?.tunnelName, groupsOf(rig).length]).to.deep.equal(["office", 1]);
    });

    it("does not take the group of another resource for one that it has created, for a note of what it did there", async () => {
      const hub = rowBeside(rig, "hub");
      await hub.up({ tunnels: { hub: rig.tunnel(7) } });
      const adopted = { dynamicTunnelId: hub.state?.id, tunnels: { t0: rig.tunnel(0) }, sharedSettings: undefined };
      await cutOff(rig, (steps) => rig.up(rig.args(adopted), steps));
      await rig.up(rig.args({ tunnelName: "office" }));
      expect(rig.state?.id).not.to.equal(hub.state?.id);
      expect(addressesOf(rig)).to.have.deep.members([["203.0.113.10", "203.0.113.17"], TWO]);
    });
  });

  describe("of a resource that has another URN now", () => {
    const URN = "urn:pulumi:dev::rig::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::renamed";

    it("goes on with what it has added under the old one, and clears both", async () => {
      await rig.up(rig.args());
      await cutOff(rig, (steps) => rig.up(three(), steps));
      await rig.up(three({ __urn: URN }));
      expect(addressesOf(rig)).to.deep.equal([THREE]);
      expect(writesOf(rig)).to.deep.equal(["POST", "PUT"]);
      expect(await rig.notes()).not.to.match(/"update"/);
    });

    it("removes what it has added under the old one when the program no longer declares it", async () => {
      await rig.up(rig.args());
      await cutOff(rig, (steps) => rig.up(three(), steps));
      await rig.up(rig.args({ __urn: URN }));
      expect(addressesOf(rig)).to.deep.equal([TWO]);
    });

    it("removes what it has added under the new one before state had it", async () => {
      await rig.up(rig.args());
      await cutOff(rig, (steps) => rig.up(three({ __urn: URN }), steps));
      await rig.up(rig.args({ __urn: URN }));
      expect(addressesOf(rig)).to.deep.equal([TWO]);
    });
  });

  describe("of a creation", () => {
    const URN = "urn:pulumi:dev::rig::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::renamed";

    it("goes on with a replacement that was begun under the former URN", async () => {
      await rig.up(inOtherNetwork(rig, rig.args()));
      await cutOff(rig, (steps) => rig.up(rig.args(), steps));
      await rig.up(rig.args({ __urn: URN }));
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
      expect(writesOf(rig)).to.deep.equal(["POST", "POST", "DELETE"]);
    });

    it("goes on with what an operation has made, though another creation of it was never answered", async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
      await failureOf(rig.up(rig.args()));
      await cutOff(rig, (steps) => rig.up(three(), steps), 9);
      expect(await rig.notes()).to.contain("statusId");
      await rig.clock.sleep(OPERATION_MS);
      await rig.up(three());
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
      expect(addressesOf(rig)).to.deep.equal([THREE]);
      expect(rig.warnings.join()).not.to.contain("may have made");
    });

    it("does not take what another resource has been given since", async () => {
      await cutOff(rig, (steps) => rig.up(rig.args(), steps));
      await rig.clock.sleep(OPERATION_MS);
      const [id] = idsOf(rig);
      await rowBeside(rig, "other").up({}, rig.process({ env: { HARMONY_SASE_IMPORT: `other=${id}` } }));
      expect(await failureOf(rig.up(rig.args()))).to.include(`has a tunnel group named "branch" already (${id})`);
      expect(writesOf(rig)).to.deep.equal(["POST"]);
    });
  });

  describe("without a URN", () => {
    /** The resource as a state has it that says nothing of its URN. */
    function anonymous(): void {
      const { __urn: _, ...outputs } = (rig.state as Stored).outputs;
      const { __urn: __, ...inputs } = (rig.state as Stored).inputs;
      rig.state = { id: (rig.state as Stored).id, inputs, outputs };
    }

    it("inherits no note, leaves none, and clears none", async () => {
      await rig.up(rig.args());
      await cutOff(rig, (steps) => rig.up(three(), steps));
      const notes = await rig.notes();
      await rig.clock.sleep(HOUR_MS);
      anonymous();
      await rig.refresh();
      expect(rig.state?.outputs.tunnelIds).to.have.all.keys("primary", "backup");
      await cutOff(rig, (steps) => rig.up(rig.args({ __urn: undefined, description: "new" }), steps));
      expect(await rig.notes()).to.equal(notes);
    });
  });

  it("reads in a refresh what it has waited for, though others have read the network shortly before", async () => {
    await rig.up(rig.args());
    const others = [rowBeside(rig, "one"), rowBeside(rig, "two")];
    for (const [n, row] of others.entries()) {
      await row.up({ tunnelName: `other${n}`, tunnels: { t: rig.tunnel(4 + n) } });
    }
    await cutOff(rig, (steps) => rig.up(three(), steps));
    await rig.clock.sleep(OPERATION_MS / 2);
    const steps = rig.process();
    await Promise.all(others.map(({ state }) => steps.read(state?.id ?? "", state?.outputs ?? {})));
    await rig.refresh(steps);
    expect(rig.state?.outputs.tunnelIds).to.have.all.keys("primary", "backup", "third");
  });

  it("does not go by a note that is more than a week old", async () => {
    await rig.up(rig.args());
    await cutOff(rig, (steps) => rig.up(three(), steps));
    await rig.clock.sleep(7 * DAY_MS + 1);
    await rig.up(rig.args());
    expect(addressesOf(rig)).to.deep.equal([THREE]);
    expect(writesOf(rig)).to.deep.equal(["POST", "PUT"]);
  });

  describe("about which resource has a group", () => {
    /** The groups of which a note is left, by what it says. */
    const owned = () => readdir(join(rig.folder, "pulumi-harmony-sase", "owned"));
    /** Another group that comes and goes, whose end has the machine look at its notes. */
    async function another(): Promise<void> {
      const other = rowBeside(rig, "other");
      await other.up({ tunnelName: "other", tunnels: { t: rig.tunnel(4) } }, rig.process());
      await other.destroy();
    }

    for (const [title, end] of [
      ["deleted", () => rig.destroy()],
      [
        "seen gone by a refresh",
        async () => {
          for (const id of idsOf(rig)) rig.sandbox.edit({ kind: "removeGroup", groupId: id });
          await rig.refresh();
        },
      ],
    ] as const) {
      it(`keeps it for seven days after the group was ${title}, then removes it`, async () => {
        await rig.up(rig.args());
        await end();
        expect(rig.state).to.equal(undefined);
        await rig.clock.sleep(7 * DAY_MS - HOUR_MS);
        await another();
        expect(await owned()).to.have.length(2);
        await rig.clock.sleep(2 * HOUR_MS);
        await another();
        expect(await owned()).to.have.length(2);
      });
    }

    it("keeps it as long as the group is there", async () => {
      await rig.up(rig.args());
      await rig.clock.sleep(30 * DAY_MS);
      await another();
      expect(await owned()).to.have.length(2);
    });
  });

  describe("where there is no home", () => {
    beforeEach(() => {
      sinon.stub(os, "homedir").throws(Object.assign(new Error("ENOENT"), { code: "ERR_SYSTEM_ERROR" }));
    });
    afterEach(() => sinon.restore());

    it("creates, changes, refreshes and destroys all the same", async () => {
      const homeless = () => rig.process({ env: { XDG_STATE_HOME: undefined, HOME: undefined } });
      await rig.up(rig.args(), homeless());
      await rig.up(three(), homeless());
      await rig.refresh(homeless());
      expect(addressesOf(rig)).to.deep.equal([THREE]);
      await rig.destroy(homeless());
      expect(idsOf(rig)).to.deep.equal([]);
      expect(await rig.notes()).to.equal("");
    });
  });

  describe("in state, of an addition that nobody has answered", () => {
    /** The rig's addition is lost; later another machine adds the very same. */
    async function lostThenAddedElsewhere(afterMs: number): Promise<void> {
      await rig.up(rig.args());
      rig.sandbox.inject({ operation: "updateGroup", action: { kind: "reset" } });
      rig.sandbox.inject({ operation: "readGroup", skip: 1, times: "always", action: { kind: "answer", status: 403 } });
      await failureOf(rig.up(three()));
      rig.sandbox.clearFaults();
      expect(rig.state?.outputs.__pending).to.have.length(1);
      await rig.clock.sleep(afterMs);
      const tunnel = { ...rig.tunnel(2), remoteID: "203.0.113.12", authType: "psk", routingType: "route" };
      rig.sandbox.edit({ kind: "addTunnel", groupId: "branch", tunnel });
      rig.sandbox.clearJournal();
    }
    const onAnother = () => rig.process({ env: elsewhere(rig) });

    it("owns within two hours what has appeared exactly so, and removes it when it is not declared", async () => {
      await lostThenAddedElsewhere(2 * HOUR_MS);
      await rig.up(rig.args(), onAnother());
      expect(addressesOf(rig)).to.deep.equal([TWO]);
    });

    it("leaves alone after more than two hours what has appeared exactly so", async () => {
      await lostThenAddedElsewhere(2 * HOUR_MS + 1);
      await rig.up(rig.args(), onAnother());
      expect(addressesOf(rig)).to.deep.equal([THREE]);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("does not own it after more than two hours in a destroy either, which names it", async () => {
      await lostThenAddedElsewhere(2 * HOUR_MS + 1);
      expect(await failureOf(rig.destroy(onAnother()))).to.match(/has not declared: Tn\w+ \(\w+ 203\.0\.113\.12\)/);
      expect(writesOf(rig)).to.deep.equal([]);
    });
  });

  it("keeps the last twelve writes that nothing has proven, and no more", async () => {
    await rig.up(rig.args());
    for (let n = 1; n <= 15; n++) {
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["no room"], applied: false });
      await failureOf(rig.up(rig.args({ description: `text ${n}` })));
    }
    const statusIds = rig.sandbox.operations().map(({ id }) => id);
    const pending = rig.state?.outputs.__pending as readonly { statusId: string }[];
    expect(pending.map(({ statusId }) => statusId)).to.deep.equal(statusIds.slice(-12));
    await rig.up(rig.args({ description: "text 16" }));
    expect(groupsOf(rig)[0]?.description).to.equal("text 16");
    expect(rig.state?.outputs).not.to.have.property("__pending");
  });
});
