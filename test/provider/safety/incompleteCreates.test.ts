import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import type { Steps } from "../../../provider/steps";
import { plain, type Rig, type Stored, startRig } from "../rig";
import { cutOff, elsewhere, failureOf, groupsOf, idsOf, rowBeside, writesOf } from "./scene";

const DAY_MS = 24 * 60 * 60_000;
const URN = "urn:pulumi:dev::rig::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::branch";

describe("createSteps, after a creation whose end was not seen", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  /** Uses the group that is there, and declares the same tunnels in it. */
  const using = (changes: Plain = {}) =>
    rig.args({ dynamicTunnelId: idsOf(rig)[0], sharedSettings: undefined, ...changes });
  const state = () => rig.state ?? expect.fail("there is no state");
  const there = () => groupsOf(rig).map(({ id, tunnels }) => [id, tunnels.length]);
  const leftAlone = /which an incomplete creation of this resource may have made, is left as it is/;

  /** A creation that outlasts its time: state has a placeholder, and later the group is there. @returns the placeholder */
  async function outlasted(): Promise<Stored> {
    rig.sandbox.plan({ operation: "createGroup", durationMs: 40 * 60_000 });
    await failureOf(rig.up(rig.args()));
    await rig.clock.sleep(20 * 60_000);
    expect(state().id).to.match(/^pending-/);
    return state();
  }

  /** A creation without an answer, that never was; later somebody makes the same by hand. @returns the placeholder */
  async function madeByHand(): Promise<Stored> {
    rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
    await failureOf(rig.up(rig.args()));
    const placeholder = state();
    rig.state = undefined;
    const byHand = rig.args({ __urn: "urn:pulumi:other::rig::t::hand" });
    await rig.up(byHand, rig.process({ env: elsewhere(rig) }));
    rig.state = placeholder;
    return placeholder;
  }

  /** What check and diff of a program say, in the order of the engine. */
  async function diffed(steps: Steps, row: Stored, program: Plain): Promise<Plain> {
    const inputs = plain((await steps.check(row.inputs, program)).inputs) as Plain;
    await steps.diff(row.id, row.outputs, inputs);
    return inputs;
  }

  for (const [title, begin] of [
    ["outlasted its time", outlasted],
    ["never reached the service, while somebody made the same by hand", madeByHand],
  ] as const) {
    describe(`that ${title}, and the resource uses the group as an existing one`, () => {
      it("leaves the group alone in that up, with one warning", async () => {
        await begin();
        const before = there();
        await rig.up(using());
        expect(state().outputs.__origin).to.equal("adopted");
        expect(there()).to.deep.equal(before);
        expect(rig.warnings.filter((text) => leftAlone.test(text))).to.have.length(1);
        expect(writesOf(rig)).not.to.contain("DELETE");
      });

      it("leaves it alone in a destroy, which sees no other resource", async () => {
        const placeholder = await begin();
        const before = there();
        const steps = rig.process();
        const { id } = await steps.create(await diffed(steps, placeholder, using()));
        expect(id).to.equal(idsOf(rig)[0]);
        await rig.process().delete(placeholder.id, placeholder.outputs);
        expect(there()).to.deep.equal(before);
        expect(rig.warnings.join("\n")).to.match(leftAlone);
      });

      it("leaves it alone where the first step in it fails with something sent", async () => {
        const placeholder = await begin();
        rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, applied: false });
        await failureOf(rig.up(using({ tunnels: { third: rig.tunnel(2) } })));
        expect(state().outputs.__origin).to.equal("adopted");
        await rig.process().delete(placeholder.id, placeholder.outputs);
        expect(idsOf(rig)).to.have.length(1);
      });

      it("leaves it alone where the old one is deleted first", async () => {
        const placeholder = await begin();
        const before = there();
        const steps = rig.process();
        const inputs = await diffed(steps, placeholder, using());
        await steps.delete(placeholder.id, placeholder.outputs);
        await steps.create(inputs);
        expect(there()).to.deep.equal(before);
        expect(rig.warnings.join("\n")).to.match(leftAlone);
      });
    });
  }

  it("leaves a group alone in a delete before its replacement, which only that one's inputs name", async () => {
    const placeholder = await outlasted();
    const { __urn: _, ...outputs } = placeholder.outputs;
    const steps = rig.process();
    const { __urn: __, ...nameless } = using();
    await diffed(steps, { ...placeholder, outputs }, nameless);
    await steps.delete(placeholder.id, outputs);
    expect(writesOf(rig)).not.to.contain("DELETE");
    expect(rig.warnings.join("\n")).to.match(leftAlone);
  });

  it("leaves a group alone that a resource later in the program uses, which was checked alone", async () => {
    const placeholder = await outlasted();
    const steps = rig.process();
    await steps.check(
      {},
      rowBeside(rig, "later").args({ ...using(), tunnels: {}, __urn: rowBeside(rig, "later").args().__urn }),
    );
    await steps.delete(placeholder.id, placeholder.outputs);
    expect(idsOf(rig)).to.have.length(1);
    expect(rig.warnings.join("\n")).to.contain('the resource "later" uses it as an existing group.');
  });

  it("leaves a group alone that another resource has used, and names that one, in a destroy", async () => {
    const placeholder = await outlasted();
    rig.state = undefined;
    const other = rowBeside(rig, "other");
    await other.up({ ...using(), __urn: other.args().__urn });
    await rig.process().delete(placeholder.id, placeholder.outputs);
    expect(idsOf(rig)).to.have.length(1);
    expect(rig.warnings.join("\n")).to.contain(`${other.args().__urn} was the last on this machine to have it.`);
  });

  it("does not resume a creation whose group it uses as an existing one, and names the way on", async () => {
    await cutOff(rig, (steps) => rig.up(rig.args(), steps));
    await rig.clock.sleep(60_000);
    await rig.up(using());
    rig.state = undefined;
    expect(await failureOf(rig.up(rig.args()))).to.contain(`already (${idsOf(rig)[0]})`);
    expect(idsOf(rig)).to.have.length(1);
  });

  it("resumes it where the first step in the existing group came to nothing", async () => {
    await cutOff(rig, (steps) => rig.up(rig.args(), steps));
    await rig.clock.sleep(60_000);
    rig.sandbox.inject({ operation: "updateGroup", action: { kind: "answer", status: 403 } });
    await failureOf(rig.up(using({ tunnels: { third: rig.tunnel(2) } })));
    expect(rig.state).to.equal(undefined);
    await rig.up(rig.args());
    expect(state()).to.deep.include({ id: idsOf(rig)[0] });
    expect(state().outputs.__origin).to.equal("created");
    expect(idsOf(rig)).to.have.length(1);
  });

  it("still deletes a group that no resource uses, and one that it had used and owns now", async () => {
    const placeholder = await outlasted();
    await rig.up(using());
    await rig.up(rig.args(), rig.process({ env: { HARMONY_SASE_IMPORT: `branch=${state().id}` } }));
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([]);
    rig.state = undefined;
    await outlasted();
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([]);
    expect(placeholder.id).to.match(/^pending-/);
  });

  it("lets go of a group that its own replacement uses, where --replace does not ask the diff", async () => {
    await rig.up(rig.args());
    const owned = state();
    const steps = rig.process();
    const inputs = plain((await steps.check({}, using())).inputs) as Plain;
    await steps.create(inputs);
    await steps.delete(owned.id, owned.outputs);
    expect(idsOf(rig)).to.deep.equal([owned.id]);
    expect(rig.warnings.join()).to.contain(
      `Tunnel group ${owned.id} is not deleted: what takes the place of this resource uses it as an existing group.`,
    );
  });

  it("says that it lets go of a group which an import target gives to its replacement, not made yet", async () => {
    await rig.up(rig.args());
    const { id, outputs } = state();
    const steps = rig.process({ env: { HARMONY_SASE_IMPORT: `branch=${id}` } });
    await steps.check({}, rig.args());
    await steps.delete(id, outputs);
    expect(idsOf(rig)).to.deep.equal([id]);
    expect(rig.warnings).to.deep.equal([
      `Tunnel group ${id} is not deleted: what takes the place of this resource has it.`,
    ]);
  });

  describe("more than seven days ago", () => {
    const expired =
      /The creation of tunnel group "branch" in network \w+, which began on 2026-01-01 .* is more than seven days old: it is neither resumed nor undone/;

    it("is neither resumed nor undone by an up, which warns once", async () => {
      await outlasted();
      await rig.clock.sleep(7 * DAY_MS);
      await rig.up(rig.args({ tunnelName: "other" }));
      expect(idsOf(rig)).to.have.length(2);
      expect(rig.warnings.filter((text) => expired.test(text))).to.have.length(1);
      rig.warnings.length = 0;
      await rig.up(rig.args({ tunnelName: "other", description: "new" }));
      expect(rig.warnings).to.deep.equal([]);
    });

    it("is resumed when it is not as old", async () => {
      await outlasted();
      await rig.clock.sleep(6 * DAY_MS);
      await rig.up(rig.args({ tunnelName: "other" }));
      expect(idsOf(rig)).to.deep.equal([state().id]);
    });

    it("is not undone by a destroy", async () => {
      await outlasted();
      await rig.clock.sleep(7 * DAY_MS);
      await rig.destroy();
      expect(idsOf(rig)).to.have.length(1);
      expect(rig.warnings.filter((text) => expired.test(text))).to.have.length(1);
      expect(await rig.notes()).not.to.contain('"kind":"create"');
    });

    it("is dropped by a refresh, with a warning", async () => {
      await outlasted();
      await rig.clock.sleep(7 * DAY_MS);
      await rig.refresh();
      expect(rig.state).to.equal(undefined);
      expect(rig.warnings.join()).to.match(expired);
    });

    it("is dropped where the journal alone knows of it, with a warning", async () => {
      await cutOff(rig, (steps) => rig.up(rig.args(), steps));
      await rig.clock.sleep(7 * DAY_MS + 60_000);
      await rig.up(rig.args({ tunnelName: "other" }));
      expect(idsOf(rig)).to.have.length(2);
      expect(rig.warnings.filter((text) => expired.test(text))).to.have.length(1);
      expect(await rig.notes()).not.to.contain('"kind":"create"');
    });

    it("is still deleted where the group's id is known", async () => {
      rig.sandbox.inject({ operation: "readGroup", times: "always", action: { kind: "answer", status: 403 } });
      await failureOf(rig.up(rig.args()));
      rig.sandbox.clearFaults();
      expect(state().id).to.equal(idsOf(rig)[0]);
      expect(JSON.stringify(state().outputs.__pending)).to.contain('"kind":"create"');
      await rig.clock.sleep(8 * DAY_MS);
      await rig.destroy();
      expect(idsOf(rig)).to.deep.equal([]);
      expect(rig.warnings).to.deep.equal([]);
    });
  });
});

describe("createSteps, of a run that shares the engine's address with an earlier one", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const engineAddress = "127.0.0.1:40123";

  it("deletes what the earlier one has claimed", async () => {
    await rig.up(rig.args());
    await rig.up(rig.args({ description: "new" }), rig.process({ engineAddress, run: "first" }));
    await rig.destroy(rig.process({ engineAddress, run: "second" }));
    expect(idsOf(rig)).to.deep.equal([]);
    expect(rig.warnings).to.deep.equal([]);
  });

  it("warns where a claim under its own name, of another process, keeps it from deleting the group", async () => {
    await rig.up(rig.args());
    const { id } = rig.state ?? expect.fail();
    await rig.up(rig.args({ description: "new" }), rig.process({ engineAddress, run: "one" }));
    await rig.destroy(rig.process({ engineAddress, run: "one" }));
    expect(idsOf(rig)).to.deep.equal([id]);
    expect(rig.warnings).to.deep.equal([
      `Tunnel group ${id} is not deleted: what takes the place of this resource has it.`,
    ]);
  });

  it("says once that nothing can be kept, and goes on", async () => {
    const env = { XDG_STATE_HOME: "/dev/null/state" };
    const steps = rig.process({ env, engineAddress, run: "first" });
    await rig.up(rig.args(), steps);
    await rig.up(rig.args({ description: "new" }), steps);
    expect(rig.warnings).to.have.length(1);
    expect(rig.warnings[0]).to.match(/^\/dev\/null\/state\/pulumi-harmony-sase cannot be written to: /);
    expect(groupsOf(rig)[0]?.description).to.equal("new");
    expect(rig.state?.outputs.__urn).to.equal(URN);
  });
});
