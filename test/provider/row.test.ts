import { expect } from "chai";
import { type Rig, startRig } from "./rig";
import { failureOf } from "./safety/scene";

const MINUTE_MS = 60_000;

describe("createSteps, on the resource's row", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  /** What a run shows, ids left out. */
  async function shown(run: () => Promise<void>): Promise<readonly string[]> {
    rig.statuses.length = 0;
    await run();
    return rig.statuses.map((text) => text.replace(/operation \w+/, "operation …"));
  }

  it("says once that it waits, then now and then, and ends with what happened", async () => {
    const lines = await shown(() => rig.up(rig.args()));
    expect(lines.map((text) => text.replace(/\d+(\.\d)? s/, "N s"))).to.deep.equal([
      "create: waits for operation …",
      "create: operation … runs for N s",
      "create: operation … runs for N s",
      "created in N s",
    ]);
    expect(Number(/([\d.]+) s/.exec(lines[1] ?? "")?.[1])).to.be.within(10, 12);
    expect(Number(/([\d.]+) s/.exec(lines[2] ?? "")?.[1])).to.be.within(30, 35);
    expect(lines.at(-1)).to.match(/in 6\d s$/);
  });

  it("stays short however long it takes, and never falls silent for long", async () => {
    rig.sandbox.plan({ operation: "createGroup", durationMs: 28 * MINUTE_MS });
    const lines = await shown(() => rig.up(rig.args()));
    expect(lines).to.have.length.within(9, 12);
  });

  it("says how long such operations took so far", async () => {
    const steps = rig.process();
    const first = await shown(() => rig.up(rig.args(), steps));
    expect(first.join()).not.to.match(/such took/);
    await rig.up(rig.args({ description: "one" }), steps);
    rig.sandbox.plan({ operation: "updateGroup", durationMs: 90_000 });
    const second = await shown(() => rig.up(rig.args({ description: "two" }), steps));
    expect(second[0]).to.match(/^update: waits for operation …; such took 6\d s so far$/);
    const third = await shown(() => rig.up(rig.args({ description: "three" }), steps));
    expect(third[0]).to.match(/; such took 6\d to 9\d s so far$/);
  });

  it("ends an update with what it sent", async () => {
    await rig.up(rig.args());
    const next = rig.args({ tunnels: { primary: rig.tunnel(0, { remoteASN: 65_099 }), third: rig.tunnel(2) } });
    const lines = await shown(() => rig.up(next));
    expect(lines.at(-1)).to.match(/^one PUT: 1 added, 1 updated, 1 removed in 6\d s$/);
  });

  it("ends an adoption of what is as declared with that nothing was sent", async () => {
    await rig.up(rig.args());
    const dynamicTunnelId = rig.state?.id;
    rig.state = undefined;
    const { sharedSettings: _, ...adopting } = rig.args({ dynamicTunnelId, __urn: "urn:pulumi:other::rig::t::branch" });
    const lines = await shown(() =>
      rig.up({ ...adopting, tunnels: { primary: { regionID: rig.tunnel(0).regionID } } }),
    );
    expect(lines).to.deep.equal(["nothing had to be sent; read in 0.0 s"]);
  });

  it("ends a destroy with that the group is deleted", async () => {
    await rig.up(rig.args());
    expect((await shown(() => rig.destroy())).at(-1)).to.match(/^deleted in 6\d s$/);
  });

  it("says nothing of a refresh that has nothing to wait for", async () => {
    await rig.up(rig.args());
    expect(await shown(() => rig.refresh())).to.deep.equal([]);
  });

  it("ends a refresh that had to wait with that it has read", async () => {
    await rig.up(rig.args());
    rig.sandbox.plan({ operation: "updateGroup", durationMs: 45 * MINUTE_MS });
    await failureOf(rig.up(rig.args({ description: "new" })));
    expect((await shown(() => rig.refresh())).at(-1)).to.match(/^read in \d+ s$/);
  });
});
