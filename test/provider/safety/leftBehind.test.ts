import { expect } from "chai";
import type { Steps } from "../../../provider/steps";
import { type Rig, startRig } from "../rig";
import {
  cutOff,
  elsewhere,
  failureOf,
  idsOf,
  inOtherNetwork,
  madeByOthers,
  minutesOf,
  OPERATION_MS,
  rowBeside,
} from "./scene";

const HOUR_MS = 60 * 60_000;

describe("createSteps, after a creation that was cut off and that the program has gone away from", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const all = () =>
    rig.sandbox.groups().flatMap(({ id, tunnelName, networkId }) => (tunnelName === "branch" ? [[id, networkId]] : []));
  const moved = () => inOtherNetwork(rig, rig.args());

  /** A group of that name which another machine's stack makes, with another tunnel. @returns its id */
  async function madeElsewhere(tunnelName: string): Promise<string> {
    const own = rig.state;
    rig.state = undefined;
    const __urn = "urn:pulumi:other::rig::t::branch";
    const args = rig.args({ __urn, tunnelName, tunnels: { other: rig.tunnel(2) } });
    await rig.up(args, rig.process({ env: elsewhere(rig) }));
    rig.state = own;
    return idsOf(rig)[0] ?? "";
  }

  it("deletes what it has made in the other network, once the new group is there", async () => {
    await cutOff(rig, (steps) => rig.up(moved(), steps));
    await rig.up(rig.args());
    expect(all()).to.deep.equal([[rig.state?.id, rig.networkId]]);
    expect(rig.warnings.join("\n")).to.match(/Deletes tunnel group \w+ \("branch"\): an interrupted run/);
    expect(await rig.notes()).not.to.contain('"kind":"create"');
  });

  it("deletes it when the program has gone back to the group in state", async () => {
    await rig.up(rig.args());
    const { id } = rig.state ?? expect.fail();
    await cutOff(rig, (steps) => rig.up(moved(), steps));
    await rig.up(rig.args());
    expect(all()).to.deep.equal([[id, rig.networkId]]);
  });

  it("deletes it with the group in state", async () => {
    await rig.up(rig.args());
    await cutOff(rig, (steps) => rig.up(moved(), steps));
    await rig.destroy();
    expect(all()).to.deep.equal([]);
  });

  it("leaves alone what another row has been given since", async () => {
    await cutOff(rig, (steps) => rig.up(rig.args(), steps));
    await rig.clock.sleep(OPERATION_MS);
    const [id] = idsOf(rig);
    await rowBeside(rig, "other").up({}, rig.process({ env: { HARMONY_SASE_IMPORT: `other=${id}` } }));
    await rig.up(moved());
    expect(idsOf(rig)).to.deep.equal([id]);
  });

  it("leaves alone what another row has adopted since", async () => {
    await cutOff(rig, (steps) => rig.up(rig.args(), steps));
    await rig.clock.sleep(OPERATION_MS);
    const [id] = idsOf(rig);
    await rowBeside(rig, "other").up({ dynamicTunnelId: id, sharedSettings: undefined });
    await rig.up(moved());
    expect(idsOf(rig)).to.deep.equal([id]);
  });

  it("keeps the note of what it has made itself as long as it is about it: the engine may die meanwhile", async () => {
    await cutOff(rig, (steps) => rig.up(moved(), steps));
    await rig.up(rig.args(), rig.process({ engineDiesAfter: 2 }));
    const [id] = idsOf(rig);
    rig.state = undefined;
    await rig.up(rig.args());
    expect(rig.state).to.include({ id });
    expect(all()).to.deep.equal([[id, rig.networkId]]);
  });

  it("says nothing of the group that state has, though it is not what was sent any more and no status is left", async () => {
    await cutOff(rig, (steps) => rig.up(rig.args(), steps));
    await rig.clock.sleep(OPERATION_MS);
    const [id] = idsOf(rig);
    await rig.up(rig.args(), rig.process({ env: { ...elsewhere(rig), HARMONY_SASE_IMPORT: `branch=${id}` } }));
    await rig.up(
      rig.args({ tunnels: { primary: rig.tunnel(0), third: rig.tunnel(2) } }),
      rig.process({ env: elsewhere(rig) }),
    );
    rig.warnings.length = 0;
    rig.sandbox.inject({ operation: "readStatus", times: "always", action: { kind: "answer", status: 404, body: {} } });
    await rig.up(rig.args({ tunnels: { primary: rig.tunnel(0), third: rig.tunnel(2) } }));
    expect(rig.warnings).to.deep.equal([]);
    expect(await rig.notes()).not.to.contain('"kind":"create"');
  });

  it("waits no longer than a minute for one that has had its time, and says that it is still there", async () => {
    rig.sandbox.plan({ operation: "createGroup", isNeverCompleted: true, applied: false });
    await cutOff(rig, (steps) => rig.up(moved(), steps));
    await rig.clock.sleep(HOUR_MS);
    expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.within(1, 3);
    expect(rig.warnings.join()).to.match(/begun to create tunnel group "branch" .* Timed out .* looks for it again\./);
  });

  it("ends the row with what was deleted, and why", async () => {
    await cutOff(rig, (steps) => rig.up(moved(), steps));
    await rig.up(rig.args());
    expect(rig.statuses.at(-1)).to.match(/^what an interrupted run had made: deleted in 6\d s$/);
  });

  for (const [where, begin] of [
    ["the journal", (run: (steps?: Steps) => Promise<void>) => cutOff(rig, run)],
    ["state", (run: (steps?: Steps) => Promise<void>) => failureOf(run())],
  ] as const) {
    it(`names what it cannot tell from what somebody else has made, and makes the group of the other name: of ${where}`, async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
      await begin((steps) => rig.up(rig.args({ tunnelName: "former" }), steps));
      const theirs = await madeElsewhere("former");
      expect(await failureOf(rig.up(rig.args({ tunnelName: "former" })))).to.contain(`may have made ${theirs}, but`);
      await rig.up(rig.args({ tunnelName: "mine" }));
      expect(rig.warnings.join()).to.contain(`may have made ${theirs}, but it is not what was sent.`);
      expect(idsOf(rig)).to.have.members([theirs, rig.state?.id]).and.have.length(2);
    });
  }

  it("leaves alone what somebody else has made, and fails nothing", async () => {
    rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
    await cutOff(rig, (steps) => rig.up(rig.args({ tunnelName: "former" }), steps));
    const theirs = await madeByOthers(rig);
    await rig.clock.sleep(OPERATION_MS);
    await rig.up(rig.args({ tunnelName: "mine" }));
    expect(idsOf(rig)).to.have.members([theirs, rig.state?.id]);
  });
});
