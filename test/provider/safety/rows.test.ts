import { expect } from "chai";
import type { Steps } from "../../../provider/steps";
import { type Rig, type Stored, startRig } from "../rig";
import { addressesOf, failureOf, idsOf, type Row, rowBeside, writesOf } from "./scene";

/** Rows of one program; runs that share a process are one run. */
describe("createSteps, with rows that stand for the same", () => {
  let rig: Rig;
  let part: Row;
  beforeEach(async () => {
    rig = await startRig();
    part = rowBeside(rig, "part");
    await rig.up(rig.args());
  });
  afterEach(() => rig.close());

  const own = () => rig.state as Stored;
  const id = () => own().id;
  const adopting = (...numbers: readonly number[]) => ({
    dynamicTunnelId: id(),
    tunnels: Object.fromEntries(numbers.map((n) => [`t${n}`, rig.tunnel(n)])),
    sharedSettings: undefined,
  });
  /** A row whose state has the first tunnel of the rig's own row in place of its own. */
  function alsoFirst({ state }: Row): Stored {
    const { primary: t0 } = own().outputs.tunnelIds as Record<string, string>;
    const tunnels = { t0: rig.tunnel(0) };
    return {
      id: id(),
      inputs: { ...state?.inputs, tunnels },
      outputs: { ...state?.outputs, tunnels, tunnelIds: { t0 } },
    };
  }
  /** The diff of a row that stays as it is. */
  const stays = (row: Stored | undefined, steps: Steps) =>
    row ? steps.diff(row.id, row.outputs, row.inputs) : expect.fail("there is no such row");

  it("does not delete a group to which another has just added a tunnel, though that step failed", async () => {
    await rig.up(rig.args({ unmanagedTunnels: "remove" }));
    const steps = rig.process();
    rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["out of addresses"], applied: true });
    expect(await failureOf(part.up(adopting(2), steps))).to.contain("out of addresses");
    expect(part.state?.outputs.tunnelIds).to.have.keys("t2");
    expect(await failureOf(rig.destroy(steps))).to.match(/holds tunnels of "part": Tn\w+ \(\w+ 203\.0\.113\.12\)\./);
    expect(idsOf(rig)).to.deep.equal([id()]);
  });

  describe("one has created the group, and others have adopted tunnels in it", () => {
    beforeEach(async () => {
      await part.up(adopting(2));
      rig.sandbox.clearJournal();
      rig.warnings.length = 0;
    });

    it("does not delete the group while another stays, and names that one and its tunnels", async () => {
      const steps = rig.process();
      await stays(part.state, steps);
      const failure = await failureOf(rig.destroy(steps));
      expect(failure).to.match(/holds tunnels of "part": Tn\w+ \(\w+ 203\.0\.113\.12\)\./);
      expect(failure).to.match(/Remove those resources first, or set forceDestroy: true/);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("does not delete it with unmanagedTunnels: remove either", async () => {
      await rig.up(rig.args({ unmanagedTunnels: "remove" }));
      rig.sandbox.clearJournal();
      const steps = rig.process();
      await stays(part.state, steps);
      expect(await failureOf(rig.destroy(steps))).to.match(/holds tunnels of "part": Tn\w+ \(\w+ 203\.0\.113\.12\)\./);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("does not delete it where the other stands for a tunnel of its own, too", async () => {
      const steps = rig.process();
      await stays(alsoFirst(part), steps);
      await rig.up(rig.args({ unmanagedTunnels: "remove" }));
      rig.sandbox.clearJournal();
      expect(await failureOf(rig.destroy(steps))).to.match(/holds tunnels of "part"/);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("deletes it all the same with forceDestroy", async () => {
      await rig.up(rig.args({ forceDestroy: true }));
      const steps = rig.process();
      await stays(part.state, steps);
      await rig.destroy(steps);
      expect(idsOf(rig)).to.deep.equal([]);
    });

    it("removes no tunnel that another stands for, though a refresh has listed it and it is to be removed", async () => {
      const removing = { unmanagedTunnels: "remove" } as const;
      await rig.up(rig.args(removing));
      rig.sandbox.edit({ kind: "addTunnel", groupId: id(), tunnel: { remotePublicIP: "198.51.100.7" } });
      await rig.refresh();
      expect(Object.keys(own().inputs.unmanaged as object)).to.have.length(2);
      const steps = rig.process();
      await stays(part.state, steps);
      rig.warnings.length = 0;
      await rig.up(rig.args(removing), steps);
      expect(rig.warnings.join()).to.match(/Tunnels Tn\w+ of group Tg\w+ are not removed: another resource/);
      expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.12"]]);
    });

    it("removes no tunnel of its own that another stands for, too", async () => {
      const steps = rig.process();
      await stays(alsoFirst(part), steps);
      await rig.up(rig.args({ tunnels: { backup: rig.tunnel(1) } }), steps);
      expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.12"]]);
    });

    it("keeps the adopted tunnels of a row that is replaced, since its successor stands for them, also when asked twice", async () => {
      const steps = rig.process();
      const { state } = part;
      await steps.create((state as Stored).inputs);
      for (let times = 0; times < 2; times++) await steps.delete(id(), (state as Stored).outputs);
      expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.12"]]);
    });

    it("removes adopted tunnels, and keeps those that another row stands for, with a warning", async () => {
      const twin = rowBeside(rig, "twin");
      const shared = part.state as Stored;
      twin.state = { ...shared, outputs: { ...shared.outputs, __urn: twin.args().__urn } };
      await part.up(adopting(2, 3));
      rig.warnings.length = 0;
      const steps = rig.process();
      await steps.diff(id(), twin.state.outputs, { ...twin.state.inputs, __urn: twin.args().__urn });
      await part.destroy(steps);
      expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.12"]]);
      expect(rig.warnings.join()).to.match(/Tunnels Tn\w+ of group Tg\w+ are not removed: another resource/);
    });
  });

  describe("two have the group as created, as an earlier version could leave them", () => {
    let twin: Row;
    beforeEach(() => {
      twin = rowBeside(rig, "twin");
      const { __urn } = twin.args();
      twin.state = { ...own(), inputs: { ...own().inputs, __urn }, outputs: { ...own().outputs, __urn } };
      rig.sandbox.clearJournal();
    });

    it("lets go of the group with a warning when one of them stays", async () => {
      const steps = rig.process();
      await stays(own(), steps);
      await twin.destroy(steps);
      expect(rig.warnings.join()).to.match(
        /Tunnel group Tg\w+ is not deleted: the resource "branch" of this run has it/,
      );
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("lets go of it also with forceDestroy", async () => {
      const steps = rig.process();
      const { state } = twin;
      twin.state = { ...(state as Stored), outputs: { ...state?.outputs, forceDestroy: true } };
      await stays(own(), steps);
      await twin.destroy(steps);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("deletes it where no other row has been diffed, as in a destroy", async () => {
      await twin.destroy();
      expect(idsOf(rig)).to.deep.equal([]);
    });
  });

  describe("two declare one tunnel", () => {
    it("does not adopt it when another row has it, and says which", async () => {
      const steps = rig.process();
      await stays(own(), steps);
      rig.sandbox.clearJournal();
      expect(await failureOf(part.up(adopting(0), steps))).to.match(
        /tunnels\.t0 is tunnel Tn\w+, which the resource "branch" has: declare it in one of the two/,
      );
      expect(writesOf(rig)).to.deep.equal([]);
      expect(part.state).to.equal(undefined);
    });

    it("does not adopt what another row has adopted in the same run", async () => {
      const steps = rig.process();
      await part.up(adopting(2), steps);
      const twin = rowBeside(rig, "twin");
      expect(await failureOf(twin.up(adopting(2), steps))).to.match(/which the resource "part" has/);
    });

    it("does not adopt what a step of another row has added that then failed", async () => {
      const steps = rig.process();
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["no room"], applied: 1 });
      await failureOf(part.up(adopting(2, 3), steps));
      const twin = rowBeside(rig, "twin");
      expect(await failureOf(twin.up(adopting(2), steps))).to.match(/which the resource "part" has/);
    });

    it("warns in the preview and changes nothing, though state has it in both", async () => {
      await part.up(adopting(2));
      part.state = alsoFirst(part);
      rig.sandbox.clearJournal();
      rig.warnings.length = 0;
      const steps = rig.process();
      await stays(own(), steps);
      const changed = { t0: rig.tunnel(0, { remoteASN: 65_099 }) };
      expect(await failureOf(part.up({ ...adopting(), tunnels: changed }, steps))).to.match(
        /tunnels\.t0 is tunnel Tn\w+, which the resource "branch" has/,
      );
      expect(rig.warnings.join()).to.match(/tunnels\.t0 is tunnel Tn\w+, which the resource "branch" has/);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("does not import a group in which another row has adopted one of the declared tunnels", async () => {
      await part.up(adopting(2));
      const groupId = id();
      rig.state = undefined;
      const steps = rig.process({ env: { HARMONY_SASE_IMPORT: `branch=${groupId}` } });
      await stays(part.state, steps);
      const all = { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) };
      expect(await failureOf(rig.up(rig.args({ tunnels: all }), steps))).to.match(
        /cannot be imported: tunnels\.third is tunnel Tn\w+, which the resource "part" has/,
      );
      await rig.up(rig.args(), steps);
      expect(rig.state).to.include({ id: groupId });
    });

    it("takes none for what an unanswered write of its own has added that another row has", async () => {
      rig.sandbox.inject({ operation: "updateGroup", action: { kind: "reset" } });
      rig.sandbox.inject({ operation: "readGroup", skip: 3, times: "always", action: { kind: "answer", status: 403 } });
      const three = rig.args({ tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) } });
      await failureOf(rig.up(three));
      rig.sandbox.clearFaults();
      const steps = rig.process();
      await part.up(adopting(2), steps);
      rig.sandbox.clearJournal();
      await rig.up(rig.args(), steps);
      expect(writesOf(rig)).to.deep.equal([]);
      expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.12"]]);
    });
  });
});
