import { expect } from "chai";
import { type Rig, type Stored, startRig } from "./rig";
import { madeByOthers, OPERATION_MS } from "./safety/scene";

/** The looks at an operation notice its end this much later at most. */
const NOTICED_MS = 7000;

describe("createSteps, with a service that is as it should be", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const one = (changes = {}) => rig.args({ tunnels: { primary: rig.tunnel(0, changes) } });
  async function msOf(run: () => Promise<unknown>): Promise<number> {
    const beganMs = rig.clock.now();
    await run();
    return rig.clock.now() - beganMs;
  }
  /** Waits for one operation, and for nothing else. */
  const expectOneOperation = async (run: () => Promise<unknown>) =>
    expect(await msOf(run)).to.be.within(OPERATION_MS, OPERATION_MS + NOTICED_MS);
  const state = () => rig.state as Stored;

  it("waits for nothing but its operations in the life of a group of one tunnel", async () => {
    await expectOneOperation(() => rig.up(one()));
    await expectOneOperation(() => rig.up(one({ remotePublicIP: "203.0.113.99" })));
    await expectOneOperation(() => rig.up(one({ remotePublicIP: "203.0.113.99", regionID: rig.tunnel(1).regionID })));
    await expectOneOperation(() => rig.up(rig.args()));
    await expectOneOperation(() => rig.up(one()));
    await expectOneOperation(() => rig.destroy());
  });

  it("waits for nothing in previews, refreshes, and changes that send nothing", async () => {
    await rig.up(one());
    const preview = async () => {
      const steps = rig.process();
      const { inputs } = await steps.check(state().inputs, one({ remoteASN: 65_099 }));
      await steps.diff(state().id, state().outputs, inputs as Stored["inputs"]);
    };
    expect(await msOf(preview)).to.equal(0);
    expect(await msOf(() => rig.refresh())).to.equal(0);
    const { primary } = one().tunnels as Record<string, object>;
    expect(await msOf(() => rig.up(rig.args({ tunnels: { renamed: primary } })))).to.equal(0);
  });

  it("waits for nothing where what is to be used, or imported, is as declared", async () => {
    const dynamicTunnelId = await madeByOthers(rig);
    // The service never shows an ASN: one that is declared would be sent.
    const tunnels = { primary: rig.tunnel(0, { remoteASN: undefined }) };
    expect(await msOf(() => rig.up(rig.args({ dynamicTunnelId, sharedSettings: undefined, tunnels })))).to.equal(0);
    rig.state = undefined;
    const importing = rig.process({ env: { HARMONY_SASE_IMPORT: `branch=${dynamicTunnelId}` } });
    expect(await msOf(() => rig.up(rig.args(), importing))).to.equal(0);
  });

  it("waits for nothing else where a group that is used goes with its last tunnel", async () => {
    await rig.close();
    rig = await startRig({ emptiedGroup: "deleted" });
    const dynamicTunnelId = await madeByOthers(rig);
    await rig.up(rig.args({ dynamicTunnelId, sharedSettings: undefined }));
    await expectOneOperation(() => rig.destroy());
  });

  it("waits for nothing but its operations where a group is used that has no tunnel", async () => {
    const dynamicTunnelId = await madeByOthers(rig);
    for (const tunnelId of ["203.0.113.10", "203.0.113.11"])
      rig.sandbox.edit({ kind: "removeTunnel", groupId: dynamicTunnelId, tunnelId });
    const none = rig.args({ dynamicTunnelId, sharedSettings: undefined, tunnels: {} });
    const some = rig.args({ dynamicTunnelId, sharedSettings: undefined, tunnels: { primary: rig.tunnel(0) } });
    expect(await msOf(() => rig.up(none))).to.be.at.most(1000);
    expect(await msOf(() => rig.refresh())).to.be.at.most(1000);
    expect(await msOf(() => rig.up(some))).to.be.at.most(OPERATION_MS + NOTICED_MS + 1000);
    expect(await msOf(() => rig.up(none))).to.be.at.most(OPERATION_MS + NOTICED_MS + 1000);
    expect(await msOf(() => rig.destroy())).to.be.at.most(2000);
  });
});
