import { expect } from "chai";
import type { Plain } from "../../provider/process";
import { type Rig, startRig } from "./rig";
import { failureOf, madeByOthers, writesOf } from "./safety/scene";

describe("createSteps, in a preview", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  describe("check, when the configuration is wrong", () => {
    it("fails for the first resource in full and for the others in short, all without a request", async () => {
      const steps = rig.process({ env: { HARMONY_SASE_TIMEOUT: "5x" } });
      const reasons = async () => (await steps.check({}, rig.args())).failures?.map(({ reason }) => reason);
      expect(await reasons()).to.deep.equal(['HARMONY_SASE_TIMEOUT must be a duration such as 30m; got "5x".']);
      expect(await reasons()).to.deep.equal(["The configuration is wrong, as said of another resource."]);
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });

    it("says so beside what is wrong with the resource", async () => {
      const steps = rig.process({ env: { HARMONY_SASE_API_KEY: "" } });
      const { failures = [] } = await steps.check({}, rig.args({ tunnelName: "?" }));
      expect(failures.map(({ reason }) => reason).join("\n")).to.match(/There is no API key[\s\S]*tunnelName: must be/);
    });
  });

  it("reads and deletes under a timeout that is wrong: no check has come before", async () => {
    await rig.up(rig.args());
    const steps = rig.process({ env: { HARMONY_SASE_TIMEOUT: "5x" } });
    await rig.refresh(steps);
    await rig.destroy(steps);
    expect(rig.state).to.equal(undefined);
  });

  describe("diff", () => {
    const CHANGES = /changes in place/;
    const moveAddress = () => {
      const { primary = "" } = rig.state?.outputs.tunnelIds as Record<string, string>;
      const changes = { remotePublicIP: "203.0.113.66" };
      rig.sandbox.edit({ kind: "changeTunnel", groupId: rig.state?.id ?? "", tunnelId: primary, changes });
    };

    it("tells of drift during a refresh that no update could set back, and refuses only the update", async () => {
      const dynamicTunnelId = await madeByOthers(rig);
      const { passphrase: _, ...primary } = rig.tunnel(0);
      const news = rig.args({ dynamicTunnelId, tunnels: { primary }, sharedSettings: undefined });
      await rig.up(news);
      const changes = { regionID: rig.tunnel(1).regionID };
      rig.sandbox.edit({ kind: "changeTunnel", groupId: dynamicTunnelId, tunnelId: "203.0.113.10", changes });
      const [steps, before] = [rig.process(), rig.state?.inputs ?? {}];
      await rig.refresh(steps);
      expect(await steps.diff(dynamicTunnelId, rig.state?.outputs ?? {}, before)).to.include({ changes: true });
      expect(rig.infos.join()).to.contain("tunnels.primary.regionID is ");
      expect(await failureOf(rig.up(news, steps))).to.contain("regionID cannot change in place");
    });

    it("tells of drift during a refresh, and of the change in the preview that follows in the same process", async () => {
      const news = rig.args({ __secrets: [] });
      await rig.up(news);
      moveAddress();
      const steps = rig.process();
      const before = rig.state?.inputs ?? {};
      await rig.refresh(steps);
      const { id = "", outputs = {} } = rig.state ?? {};
      expect(await steps.diff(id, outputs, before)).to.include({ changes: true });
      expect(rig.infos.splice(0)).to.deep.equal([
        'tunnels.primary.remotePublicIP is "203.0.113.66", was "203.0.113.10".',
      ]);
      await rig.up(news, steps);
      expect(rig.infos.join())
        .to.match(CHANGES)
        .and.not.match(/203\.0\.113\.66/);
    });

    it("says of a secret setting that it changes, and not what to", async () => {
      await rig.up(rig.args());
      await rig.up(rig.args({ description: "hunter2", __secrets: ["description"] }));
      expect(rig.infos.join()).to.equal("description changes in place.");
    });
  });

  describe("diff, of what goes", () => {
    it("warns of a replacement, a rebuild and a removal, and tells what changes in place", async () => {
      await rig.up(rig.args());
      const { id = "", inputs = {}, outputs = {} } = rig.state ?? {};
      const diffOf = async (changes: object) => {
        rig.warnings.length = 0;
        rig.infos.length = 0;
        await rig.process().diff(id, outputs, { ...inputs, ...changes });
        return [rig.infos.join(), rig.warnings.join()] as const;
      };
      const { primary, backup } = inputs.tunnels as Record<string, object>;
      const [, replaced] = await diffOf({ networkId: "NwNotThere" });
      expect(replaced).to.match(/^Replaces tunnel group Tg\w+ with its 2 tunnels/);
      expect(await diffOf({ tunnels: { primary: { ...primary, remoteASN: 65_099 } } })).to.deep.equal([
        "tunnels.primary: remoteASN changes in place.",
        "tunnels.backup is removed.",
      ]);
      const moved = { ...backup, p81GWInternalIP: "169.254.77.1" };
      const [told, rebuilt] = await diffOf({ description: "office", tunnels: { primary, backup: moved } });
      expect(told).to.equal("description changes in place.");
      expect(rebuilt).to.match(/^tunnels\.backup: p81GWInternalIP cannot change in place/);
    });
  });

  describe("diff, of tunnels of an existing group that declare no credential", () => {
    const silent = (n: number, changes: Plain = {}) => {
      const { passphrase: _, remoteASN: __, ...rest } = rig.tunnel(n, changes);
      return rest;
    };
    const using = (dynamicTunnelId: string, tunnels: object) => {
      const { sharedSettings: _, ...rest } = rig.args({ dynamicTunnelId, tunnels });
      return rest;
    };

    it("refuses to rebuild one, before anything is sent", async () => {
      const id = await madeByOthers(rig);
      await rig.up(using(id, { primary: silent(0) }));
      const moved = using(id, { primary: silent(0, { p81GWInternalIP: "169.254.99.1" }) });
      const { inputs = {}, outputs = {} } = rig.state ?? {};
      expect(await failureOf(rig.process().diff(id, outputs, { ...inputs, ...moved }))).to.match(
        /^tunnels\.primary: p81GWInternalIP cannot change in place, .* give it passphrase or customerRootCA/,
      );
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("takes on one that is there, and warns that it has to be", async () => {
      const id = await madeByOthers(rig);
      await rig.up(using(id, { primary: silent(0) }));
      await rig.up(using(id, { primary: silent(0), backup: silent(1) }));
      expect(rig.warnings.join()).to.match(/tunnels\.backup has neither passphrase nor customerRootCA/);
      expect(rig.infos.join()).not.to.contain("is added");
      expect(Object.keys(rig.state?.outputs.tunnelIds as object)).to.deep.equal(["primary", "backup"]);
      expect(await failureOf(rig.up(using(id, { primary: silent(0), third: silent(2) })))).to.match(
        /tunnels\.third is not in the group yet: give it passphrase or customerRootCA/,
      );
      expect(writesOf(rig)).to.deep.equal([]);
    });
  });

  describe("diff, of an update that sends nothing", () => {
    const renamed = () => rig.args({ __urn: "urn:pulumi:dev::rig::t::renamed" });

    it("says why it runs", async () => {
      await rig.up(rig.args());
      rig.sandbox.clearJournal();
      await rig.up(renamed());
      expect(rig.infos).to.deep.equal(["Only the resource's name in state changed; nothing is sent."]);
      expect(rig.sandbox.journal().filter(({ method }) => method !== "GET")).to.deep.equal([]);
    });

    it("does not say so where it looks first for what an interrupted run has left", async () => {
      await rig.up(rig.args());
      const before = rig.state;
      await rig.up(rig.args({ description: "office" }), rig.process({ diesAtSleep: 1 })).catch(() => undefined);
      rig.state = before;
      rig.infos.length = 0;
      const { id = "", inputs = {}, outputs = {} } = rig.state ?? {};
      await rig.process().diff(id, outputs, { ...inputs, forceDestroy: true });
      expect(rig.infos).to.deep.equal(["A run of this resource was interrupted: what it has left is looked at."]);
    });
  });

  describe("of a row that another row of the program stands in the way of", () => {
    const OTHER = "urn:pulumi:dev::rig::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::other";

    it("warns that a group of its name is declared, before anything is made", async () => {
      const steps = rig.process();
      await steps.check({}, rig.args());
      await steps.check({}, rig.args({ __urn: OTHER }));
      expect(rig.warnings.join()).to.match(/^tunnelName: the resource "branch" declares a group named "branch"/);
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });

    it("warns that a tunnel is declared by a group that is there, in whatever order they come", async () => {
      await rig.up(rig.args());
      const { id: dynamicTunnelId = "", inputs = {}, outputs = {} } = rig.state ?? {};
      const tunnels = { spoke: rig.tunnel(1) };
      const { sharedSettings: _, ...adopting } = rig.args({ __urn: OTHER, dynamicTunnelId, tunnels });
      for (const isAdoptedFirst of [false, true]) {
        rig.warnings.length = 0;
        const steps = rig.process();
        if (isAdoptedFirst) await steps.check({}, adopting);
        await steps.diff(dynamicTunnelId, outputs, inputs);
        if (!isAdoptedFirst) await steps.check({}, adopting);
        expect(rig.warnings).to.deep.equal([
          isAdoptedFirst
            ? 'tunnels.backup is tunnels.spoke of the resource "other" as well: declare it in one of the two.'
            : 'tunnels.spoke is tunnels.backup of the resource "branch" as well: declare it in one of the two.',
        ]);
      }
    });
  });

  it("tells a diff that fails by its message, and the stack's row no more than where to look", async () => {
    await rig.up(rig.args());
    const { id = "", outputs = {}, inputs = {} } = rig.state ?? {};
    const adopted = { ...outputs, __origin: "adopted" };
    const failure = await rig
      .process()
      .diff(id, adopted, inputs)
      .then(
        () => undefined,
        (error: Error) => error,
      );
    expect(failure?.message).to.match(/^dynamicTunnelId: cannot be taken out/);
    // As the SDK prints it.
    expect(`${failure}: ${failure?.stack}`).to.equal("Failed: the resource's own row says why");
  });
});
