import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import type { Steps } from "../../../provider/steps";
import { plain, type Rig, startRig } from "../rig";
import { addressesOf, cutOff, failureOf, idsOf, madeByOthers, type Row, rowBeside, writesOf } from "./scene";

/** On a person's word a row that has adopted its group owns it, and one that owns it adopts it. */
describe("createSteps, with a row that comes to the other way of having its group", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const vouched = (name = "branch", id = rig.state?.id ?? "") =>
    rig.process({ env: { HARMONY_SASE_IMPORT: `${name}=${id}` } });
  const owning = (changes: Plain = {}) => rig.args(changes);
  const adopting = (changes: Plain = {}) => {
    const { leftASN: _, ...sharedSettings } = rig.args().sharedSettings as Plain;
    return rig.args({ dynamicTunnelId: idsOf(rig)[0], sharedSettings, ...changes });
  };
  const origin = () => rig.state?.outputs.__origin;
  const forget = () => {
    rig.sandbox.clearJournal();
    rig.infos.length = 0;
    rig.warnings.length = 0;
  };
  async function adopted(): Promise<void> {
    await madeByOthers(rig);
    await rig.up(adopting());
    forget();
  }
  async function owned(): Promise<void> {
    await rig.up(owning());
    forget();
  }
  /** The program and the service are of one mind with state, and nothing has been sent to get there. */
  async function expectSettled(program: Plain): Promise<void> {
    await rig.up(program);
    rig.sandbox.clearJournal();
    await rig.up(program);
    expect(rig.sandbox.journal()).to.deep.equal([]);
    await rig.refresh();
    await rig.up(program);
    expect(writesOf(rig)).to.deep.equal([]);
  }

  it("owns the group that it has adopted, sends nothing, and deletes it from then on", async () => {
    await adopted();
    const before = rig.sandbox.groups();
    await rig.up(owning(), vouched());
    expect(rig.infos).to.deep.equal([
      `HARMONY_SASE_IMPORT: owns tunnel group ${rig.state?.id}, which it adopted, if it is what is declared; nothing is sent, and from now on the group is deleted with this resource.`,
    ]);
    expect(origin()).to.equal("created");
    expect(writesOf(rig)).to.deep.equal([]);
    await expectSettled(owning());
    expect(rig.sandbox.groups()).to.deep.equal(before);
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([]);
  });

  it("adopts the group that it owned without a request, and leaves it from then on", async () => {
    await owned();
    const before = rig.sandbox.groups();
    await rig.up(adopting(), vouched());
    expect(rig.infos).to.deep.equal([
      `HARMONY_SASE_IMPORT: adopts tunnel group ${rig.state?.id}, which it owned; nothing is sent, and from now on the group stays when this resource is deleted, its declared tunnels apart.`,
    ]);
    expect(origin()).to.equal("adopted");
    expect(rig.sandbox.journal()).to.deep.equal([]);
    await expectSettled(adopting());
    expect(rig.sandbox.groups()).to.deep.equal(before);
    await rig.destroy();
    expect(addressesOf(rig)).to.deep.equal([[]]);
  });

  it("goes there and back, with the same ids and gateways", async () => {
    await owned();
    const { tunnelIds, gateways } = rig.state?.outputs ?? {};
    await rig.up(adopting(), vouched());
    await rig.up(owning(), vouched());
    expect(rig.state?.outputs).to.deep.include({ tunnelIds, gateways, __origin: "created" });
    expect(writesOf(rig)).to.deep.equal([]);
    await expectSettled(owning());
  });

  it("leaves the settings as they are that it does not declare any more", async () => {
    const sharedSettings = { ...(owning().sharedSettings as Plain), peakBandwidth: 500 };
    await rig.up(owning({ description: "mine", sharedSettings }));
    const before = rig.sandbox.groups();
    await rig.up(adopting({ sharedSettings: undefined }), vouched());
    await expectSettled(adopting({ sharedSettings: undefined }));
    expect(rig.sandbox.groups()).to.deep.equal(before);
  });

  it("keeps leftASN that the program leaves beside dynamicTunnelId out of every request", async () => {
    await owned();
    const args = (changes: Plain = {}) => owning({ dynamicTunnelId: rig.state?.id, ...changes });
    await rig.up(args(), vouched());
    await expectSettled(args());
    const sharedSettings = { ...(args().sharedSettings as Plain), peakBandwidth: 500 };
    await rig.up(args({ sharedSettings }));
    expect(JSON.stringify(rig.sandbox.journal().map(({ body }) => body))).not.to.contain("leftASN");
    expect(writesOf(rig)).to.deep.equal(["PUT"]);
  });

  it("stays as it is where the variable names what the program says anyway", async () => {
    await adopted();
    await rig.up(adopting(), vouched());
    expect([origin(), rig.infos]).to.deep.equal(["adopted", []]);
    await rig.up(owning(), vouched());
    forget();
    await rig.up(owning(), vouched());
    expect([origin(), rig.infos]).to.deep.equal(["created", []]);
  });

  it("does not own it without that word, and names the command", async () => {
    await adopted();
    const id = rig.state?.id;
    for (const steps of [rig.process(), vouched("other"), vouched("branch", "TgAAAAAAA1")]) {
      const failure = await failureOf(rig.up(owning(), steps));
      expect(failure).to.match(/^dynamicTunnelId: cannot be taken out: this resource adopted the group/);
      expect(failure).to.contain(`run HARMONY_SASE_IMPORT="branch=${id}" pulumi up`);
    }
    expect(origin()).to.equal("adopted");
    expect(rig.sandbox.journal()).to.deep.equal([]);
  });

  it("names what is yet to be declared of a group that it is to own", async () => {
    await adopted();
    const { remoteASN: _, ...primary } = rig.tunnel(0);
    const program = owning({ tunnels: { primary, backup: rig.tunnel(1) }, sharedSettings: undefined });
    expect(await failureOf(rig.up(program, vouched()))).to.contain(
      "declare it as it is, tunnels.primary.remoteASN, sharedSettings.p81GatewaySubnets, sharedSettings.remoteGatewaySubnets, sharedSettings.leftASN included, and run HARMONY_SASE_IMPORT=",
    );
  });

  it("does not adopt what it owns without that word", async () => {
    await owned();
    for (const steps of [rig.process(), vouched("other"), vouched("branch", "TgAAAAAAA1")])
      await rig.up(adopting(), steps);
    expect(origin()).to.equal("created");
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([]);
  });

  it("does not own what is not as declared, and names the differences", async () => {
    await adopted();
    const tunnels = { primary: rig.tunnel(0, { remotePublicIP: "203.0.113.99" }), backup: rig.tunnel(1) };
    const failure = await failureOf(rig.up(owning({ tunnels, description: "mine" }), vouched()));
    expect(failure).to.match(/since it is not what is declared: tunnels\.primary is not in it; description/);
    expect(origin()).to.equal("adopted");
    expect(writesOf(rig)).to.deep.equal([]);
  });

  it("does not own what state knows to be otherwise, where the service does not show it", async () => {
    await adopted();
    const changes = { remoteASN: 65_099, p81GWInternalIP: "169.254.77.1" };
    const tunnels = { primary: rig.tunnel(0, changes), backup: rig.tunnel(1) };
    expect(await failureOf(rig.up(owning({ tunnels }), vouched()))).to.contain(
      "not what is declared: tunnels.primary.remoteASN differs; tunnels.primary.p81GWInternalIP differs. Nothing was sent",
    );
    expect(origin()).to.equal("adopted");
    expect(writesOf(rig)).to.deep.equal([]);
  });

  describe("where there is more to do", () => {
    /** Whoever previews and whoever updates, each refuses by himself. */
    async function expectRefused(program: Plain, why: RegExp): Promise<void> {
      const { id = "", outputs = {}, inputs = {} } = rig.state ?? {};
      const news = plain((await rig.process().check(inputs, program)).inputs) as Plain;
      rig.sandbox.clearJournal();
      expect(await failureOf(vouched().diff(id, outputs, news))).to.match(why);
      const { reasons, message } = await vouched()
        .update(id, outputs, news)
        .catch((error) => error);
      expect(reasons?.join() ?? message).to.match(why);
      expect(rig.sandbox.journal()).to.deep.equal([]);
    }

    it("does not adopt the group and change it in one run", async () => {
      await owned();
      const tunnels = { primary: rig.tunnel(0, { remoteASN: 65_099 }), backup: rig.tunnel(1) };
      await expectRefused(
        adopting({ tunnels }),
        /cannot be adopted with HARMONY_SASE_IMPORT yet: the program changes it as well \(tunnels\.primary: .*remoteASN.*\)\. Nothing was sent/,
      );
    });

    for (const [way, from, to] of [
      ["adopt", owned, adopting],
      ["own", adopted, owning],
    ] as const) {
      it(`does not ${way} it before it has finished what an interrupted run has left`, async () => {
        await from();
        const program = way === "adopt" ? owning : adopting;
        await cutOff(rig, (steps) => rig.up(program({ description: "new" }), steps));
        await expectRefused(to(), /an interrupted run of this resource has left a write behind/);
      });
    }
  });

  it("names the resource of another stack that has had the group on this machine, and warns of nothing else", async () => {
    await adopted();
    await rig.up(owning(), vouched());
    expect(rig.warnings).to.deep.equal([
      `Tunnel group ${rig.state?.id} was last owned or adopted on this machine by urn:pulumi:other::rig::t::branch. Where that still owns it, two resources do, and destroying either deletes the group: first let go of it there, with pulumi state delete.`,
    ]);
    forget();
    await rig.up(adopting(), vouched());
    await rig.up(owning(), vouched());
    expect(rig.warnings).to.deep.equal([]);
  });

  it("names that resource where it is to own the group from the start, too", async () => {
    const id = await madeByOthers(rig);
    await rig.up(owning(), vouched("branch", id));
    expect(rig.warnings.join()).to.contain(
      `Tunnel group ${id} was last owned or adopted on this machine by urn:pulumi:other`,
    );
    expect(origin()).to.equal("created");
  });

  it("refuses in the preview that two new resources own one group, and warns of a tunnel of what another uses", async () => {
    const id = await madeByOthers(rig);
    const env = { HARMONY_SASE_IMPORT: `branch=${id},twin=${id}` };
    const preview = async (steps: Steps, ...programs: readonly Plain[]) => {
      forget();
      const failures = [];
      for (const program of programs) failures.push(...((await steps.check({}, program)).failures ?? []));
      return [...failures.map(({ reason }) => reason), ...rig.warnings].join(" ");
    };
    expect(await preview(rig.process({ env }), owning(), rowBeside(rig, "twin").args())).to.contain(
      `Tunnel group ${id} cannot be imported: "twin" and "branch" would both own it, and destroying either deletes it. Name it in HARMONY_SASE_IMPORT for one of them.`,
    );
    const adopter = { ...adopting(), __urn: rowBeside(rig, "spoke").args().__urn };
    expect(await preview(rig.process({ env }), adopter, owning())).to.contain(
      'tunnels.primary is tunnels.primary of the resource "spoke" as well',
    );
  });

  describe("while another resource of the program owns the group", () => {
    const third = () => ({ tunnels: { third: rig.tunnel(2) } });
    let hub: Row;
    beforeEach(async () => {
      hub = rowBeside(rig, "hub");
      await hub.up();
      await rig.up(adopting(third()));
      forget();
    });
    const refusal = (first: string, second: string) =>
      `Tunnel group ${rig.state?.id} cannot be imported: "${first}" and "${second}" would both own it, and destroying either deletes it. Leave it out of HARMONY_SASE_IMPORT; or, for the other resource to own it, take "hub" out of the program, and out of state with pulumi state delete 'urn:pulumi:dev::rig::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::hub'.`;

    it("refuses in the preview where that one is diffed first", async () => {
      const steps = vouched();
      await hub.up({}, steps);
      expect(await failureOf(rig.up(owning(third()), steps))).to.equal(refusal("branch", "hub"));
      expect(origin()).to.equal("adopted");
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });

    it("refuses in the preview where that one is diffed later", async () => {
      const { id = "", outputs = {}, inputs = {} } = rig.state ?? {};
      const steps = vouched();
      const news = plain((await steps.check(inputs, owning(third()))).inputs) as Plain;
      await steps.diff(id, outputs, news);
      expect(await failureOf(hub.up({}, steps))).to.equal(refusal("hub", "branch"));
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });

    it("fails without a preview at the second diff, and only warns once state has both", async () => {
      const steps = vouched();
      await rig.up(owning(third()), steps);
      expect(await failureOf(hub.up({}, steps))).to.contain("pulumi state delete 'urn:pulumi:dev::rig::");
      for (const run of [rig.process(), vouched()]) {
        await rig.up(owning(third()), run);
        forget();
        await hub.up({}, run);
        expect(rig.warnings).to.deep.equal([
          `Tunnel group ${rig.state?.id} is owned by the resource "branch" as well, and each of the two deletes it. Let one of them adopt it, or take one out with pulumi state delete.`,
        ]);
      }
    });

    for (const [order, isFirst] of [
      ["first", true],
      ["later", false],
    ] as const) {
      it(`takes a handover of both in one run, where the one that lets go is diffed ${order}`, async () => {
        const id = rig.state?.id;
        const steps = rig.process({ env: { HARMONY_SASE_IMPORT: `branch=${id},hub=${id}` } });
        const letGo = () => hub.up({ ...adopting(), __urn: hub.args().__urn }, steps);
        if (isFirst) await letGo();
        await rig.up(owning(third()), steps);
        if (!isFirst) await letGo();
        expect([origin(), hub.state?.outputs.__origin]).to.deep.equal(["created", "adopted"]);
        expect(await rig.notes()).to.contain('::branch","origin":"created"');
        expect(writesOf(rig)).to.deep.equal([]);
      });
    }
  });

  describe("with a new resource that is to own what another of the program owns", () => {
    const target = () => rig.process({ env: { HARMONY_SASE_IMPORT: `second=${rig.state?.id}` } });
    const second = () => rowBeside(rig, "second");
    beforeEach(owned);

    it("refuses in the preview where the owner is diffed first", async () => {
      const steps = target();
      await rig.up(owning(), steps);
      const { failures = [] } = await steps.check({}, second().args());
      expect(failures.map(({ reason }) => reason).join()).to.contain(
        `cannot be imported: "second" and "branch" would both own it`,
      );
      expect(rig.warnings).to.deep.equal([]);
    });

    it("refuses in the preview where the owner is diffed later, in another process too", async () => {
      const id = rig.state?.id;
      const env = { HARMONY_SASE_IMPORT: `second=${id}` };
      for (const run of [undefined, "a run"]) {
        const steps = rig.process({ env, ...(run === undefined ? {} : { run }) });
        await steps.check({}, second().args());
        const later = run === undefined ? steps : rig.process({ env, run });
        expect(await failureOf(rig.up(owning(), later))).to.contain(`"branch" and "second" would both own it`);
      }
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });

    it("fails without a preview at the diff of the owner", async () => {
      const [steps, row] = [target(), second()];
      await row.up({}, steps);
      expect(await failureOf(rig.up(owning(), steps))).to.contain("pulumi state delete 'urn:pulumi:dev::rig::");
      expect(row.state?.id).to.equal(rig.state?.id);
    });

    it("lets the owner go with a warning where the program has it no more", async () => {
      const [steps, row] = [target(), second()];
      await row.up({}, steps);
      await rig.destroy(steps);
      expect(rig.warnings.join()).to.match(/is not deleted: the resource "second" of this run has it/);
      expect(idsOf(rig)).to.deep.equal([row.state?.id]);
    });
  });
});
