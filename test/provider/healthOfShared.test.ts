import { expect } from "chai";
import type { Plain } from "../../provider/process";
import type { Steps } from "../../provider/steps";
import { plain, type Rig, type Stored, startRig } from "./rig";

/** Resources of one stack that have adopted tunnels of one group, which somebody else has made. */
describe("health and rollout, where several resources share a group", () => {
  let rig: Rig;
  let steps: Steps;
  let rows: Record<string, Stored>;
  const OWN: Readonly<Record<string, readonly number[]>> = { north: [0, 1], south: [2, 3] };
  const NEXT = { passphrase: "Rig.next_key" };

  beforeEach(async () => {
    rig = await startRig({ operationMs: 1000 });
    const all = Object.fromEntries([0, 1, 2, 3].map((n) => [`t${n}`, rig.tunnel(n)]));
    for (const n of [0, 1, 2, 3]) rig.sandbox.setPeer(`router ${n}`, rig.tunnel(n) as never);
    await rig.up(rig.args({ tunnels: all }));
    rig.sandbox.advance(60_000);
    steps = rig.process();
    rows = {};
    for (const name of Object.keys(OWN)) {
      const inputs = await checked(name);
      const { id, outs } = await steps.create(inputs);
      rows[name] = { id, inputs, outputs: plain(outs) as Plain };
    }
    rig.sandbox.clearJournal();
  });
  afterEach(() => rig.close());

  async function checked(name: string, changes: Plain = {}, more: Plain = {}): Promise<Plain> {
    const { sharedSettings: _, ...args } = rig.args({
      __urn: `urn:pulumi:dev::rig::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::${name}`,
      dynamicTunnelId: rig.state?.id,
      tunnels: Object.fromEntries((OWN[name] ?? []).map((n) => [`t${n}`, rig.tunnel(n, changes)])),
      ...more,
    });
    const { inputs, failures } = await steps.check(rows[name]?.inputs ?? {}, args);
    expect(failures).to.deep.equal([]);
    return plain(inputs) as Plain;
  }
  async function update(name: string, more: Plain): Promise<unknown> {
    const { id, outputs } = rows[name] as Stored;
    const inputs = await checked(name, NEXT, more);
    return steps.update(id, outputs, inputs).catch((error: Error) => error.message);
  }
  const puts = () =>
    rig.sandbox.journal().flatMap(({ operation, body, atMs }) => {
      const { updateTunnels = [] } = (body ?? {}) as { updateTunnels?: { id: string }[] };
      return operation === "updateGroup" ? [{ atMs, ids: updateTunnels.map(({ id }) => id) }] : [];
    });
  const ownerOf = (id: string | undefined) =>
    Object.keys(rows).find((name) => Object.values(rows[name]?.outputs.tunnelIds as Plain).includes(id));

  it("a wait keeps no other resource of the group from writing", async () => {
    const beganMs = rig.clock.now();
    const health = { health: { wait: "require", timeout: "10m" } };
    const ends = await Promise.all([update("north", health), update("south", health)]);
    for (const end of ends) expect(end).to.match(/are not passing 6\d\d s after the change/);
    expect(puts().map(({ ids }) => ids.length)).to.deep.equal([2, 2]);
    expect(Math.max(...puts().map(({ atMs }) => atMs)) - beganMs).to.be.lessThan(300_000);
  });

  it("a roll-out is over before that of another resource of the group begins", async () => {
    for (const n of [0, 1, 2, 3]) rig.sandbox.setPeer(`router ${n}`, rig.tunnel(n, NEXT) as never);
    const rollout = { rollout: { maxUnavailable: 1 } };
    await Promise.all([update("north", rollout), update("south", rollout)]);
    const owners = puts().map(({ ids: [id] }) => ownerOf(id));
    expect([owners.slice(0, 2), owners.slice(2)]).to.have.deep.members([
      ["north", "north"],
      ["south", "south"],
    ]);
    const { outages } = rig.sandbox.downtime(rig.state?.id ?? "", puts()[0]?.atMs);
    const spans = outages.map(({ fromMs, untilMs = Number.NaN }) => [fromMs, untilMs] as const);
    for (const [at, [fromMs]] of spans.entries()) if (at > 0) expect(fromMs).to.be.at.least(spans[at - 1]?.[1] ?? 0);
    expect(spans).to.have.length(4);
  });
});
