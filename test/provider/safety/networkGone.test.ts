import { expect } from "chai";
import type { Fault } from "../../../sandbox/faults";
import { type Rig, type Stored, startRig } from "../rig";
import { failureOf, inOtherNetwork, rowBeside } from "./scene";

const answer = (body: unknown, status = 200): Fault["action"] => ({ kind: "answer", status, body });
const WAY_OUT = /network Nw\w+ is not visible to this key at .* pulumi state delete, or set retainOnDelete: true/;

describe("createSteps, when the network was deleted in the portal", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    await rig.up(rig.args());
  });
  afterEach(() => rig.close());

  const deleteNetwork = () => rig.sandbox.edit({ kind: "removeNetwork", networkId: rig.networkId });
  const state = () => rig.state as Stored;
  const elsewhere = () => inOtherNetwork(rig, rig.args());
  const lettingGo = () => rig.warnings.filter((text) => text.includes("not deleted"));

  for (const [title, run] of [
    ["a refresh", () => rig.refresh()],
    ["an update", () => rig.up(rig.args({ description: "new" }))],
    ["a destroy", () => rig.destroy()],
  ] as const) {
    it(`keeps the row in ${title}, and names the way out`, async () => {
      deleteNetwork();
      const { id } = state();
      expect(await failureOf(run())).to.match(WAY_OUT);
      expect(rig.state?.id).to.equal(id);
    });
  }

  it("lets go of the group of a row that was replaced, after a minute, with a warning", async () => {
    const { id } = state();
    deleteNetwork();
    await rig.up(elsewhere(), rig.process());
    expect(rig.state?.id).not.to.equal(id);
    expect(lettingGo()).to.have.length(1);
    expect(lettingGo()[0]).to.match(
      new RegExp(`^not deleted: group ${id} in network ${rig.networkId}.*; if you changed accounts, delete it there.$`),
    );
    expect(await rig.notes()).not.to.contain(`"delete"`);
  });

  /** Replaces the row in the order of the engine with `deleteBeforeReplace`. */
  async function deletedFirst(): Promise<void> {
    const steps = rig.process();
    const { inputs } = await steps.check(state().inputs, elsewhere());
    await steps.diff(state().id, state().outputs, inputs as Stored["inputs"]);
    await steps.delete(state().id, state().outputs);
  }

  it("lets go of it with deleteBeforeReplace too, and looks for a whole minute first", async () => {
    deleteNetwork();
    const beganMs = rig.clock.now();
    await deletedFirst();
    expect(rig.clock.now() - beganMs).to.be.within(60_000, 70_000);
    expect(lettingGo()).to.have.length(1);
  });

  it("lets go, in a later run, of a replaced row that an earlier one could not delete", async () => {
    const old = state();
    deleteNetwork();
    rig.sandbox.inject({ operation: "listNetworks", times: "always", action: answer([]) });
    expect(await failureOf(rig.up(elsewhere()))).to.match(WAY_OUT);
    rig.sandbox.clearFaults();
    const steps = rig.process();
    await rig.up(elsewhere(), steps);
    await steps.delete(old.id, old.outputs);
    expect(lettingGo()).to.have.length(1);
  });

  it("lets go of a replaced row whose creation nobody can tell the end of", async () => {
    await rig.destroy();
    rig.sandbox.plan({ operation: "createGroup", durationMs: 60 * 60_000 });
    await failureOf(rig.up(rig.args()));
    deleteNetwork();
    expect(rig.state?.id).to.match(/^pending-/);
    const path = String((rig.state?.outputs.__pending as { statusId: string }[])[0]?.statusId);
    rig.sandbox.inject({ operation: "readStatus", path, times: "always", action: answer({ message: "no" }, 404) });
    await rig.up(elsewhere(), rig.process());
    expect(lettingGo()).to.have.length(1);
  });

  it("keeps the row that owns the group where only one that uses the group is replaced", async () => {
    const part = rowBeside(rig, "part");
    await part.up({ dynamicTunnelId: state().id, tunnels: { third: rig.tunnel(2) }, sharedSettings: undefined });
    deleteNetwork();
    const steps = rig.process();
    const { id, inputs, outputs } = part.state ?? expect.fail();
    const { replaces } = await steps.diff(id, outputs, { ...inputs, networkId: elsewhere().networkId });
    expect(replaces).to.deep.equal(["networkId"]);
    expect(await failureOf(rig.destroy(steps))).to.match(WAY_OUT);
    expect(lettingGo()).to.deep.equal([]);
  });

  const visible: readonly (readonly [string, Omit<Fault, "times">])[] = [
    ["no network is listed", { operation: "listNetworks", action: answer([]) }],
    ["the network is listed", { operation: "listNetworks", action: answer([{ id: "Nw1" }]) }],
    ["the network answers with a text", { operation: "readNetwork", action: answer("Cannot GET", 404) }],
    ["the group shows again after half a minute", { operation: "readGroup", action: answer([]) }],
  ];
  for (const [title, fault] of visible) {
    it(`deletes nothing from state where ${title}`, async () => {
      deleteNetwork();
      const isListed = title === "the network is listed";
      const action = isListed ? answer([{ id: rig.networkId }]) : fault.action;
      const contentType = fault.operation === "readNetwork" ? { contentType: "text/plain" } : {};
      const skip = fault.operation === "readGroup" ? 6 : 0;
      rig.sandbox.inject({ ...fault, skip, times: "always", action: { ...action, ...contentType } as Fault["action"] });
      await failureOf(deletedFirst());
      expect(lettingGo()).to.deep.equal([]);
    });
  }
});
