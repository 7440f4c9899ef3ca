import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { DynamicTunnelGroup, type SharedSettingsArgs } from "pulumi-harmony-sase";
import type { EngineStack } from "../../tools/workshop";
import { itBesides, passphraseOf, useFixture } from "./fixture";

describe("Resource options on the real engine", () => {
  const fixture = useFixture();
  const stacks: EngineStack[] = [];

  async function deployed(options?: Parameters<typeof fixture.program>[1]): Promise<EngineStack> {
    const stack = await fixture.workshop.stack({ program: fixture.program(fixture.args(), options) });
    stacks.push(stack);
    await stack.up();
    fixture.sandbox.clearJournal();
    return stack;
  }

  afterEach(async () => {
    for (const { id } of fixture.groups()) fixture.sandbox.edit({ kind: "removeGroup", groupId: id });
    stacks.length = 0;
  });

  const changed = () =>
    fixture.args({
      tunnels: { primary: fixture.tunnel(0, { remotePublicIP: "203.0.113.77" }), backup: fixture.tunnel(1) },
    });

  itBesides("protect: refuses to destroy", async () => {
    const stack = await deployed({ protect: true });
    const { output } = await stack.failingDestroy();
    expect(output).to.match(/protect/);
    expect(fixture.groups()).to.have.length(1);
  });

  it("retainOnDelete: leaves the group when the resource goes", async () => {
    const stack = await deployed({ retainOnDelete: true });
    await stack.destroy();
    expect(fixture.groups()).to.have.length(1);
    expect(fixture.writes()).to.deep.equal([]);
  });

  it("ignoreChanges: leaves a tunnel as it is, also after an outside edit and a refresh", async () => {
    const stack = await deployed();
    const { id } = fixture.tunnelTo("203.0.113.10");
    fixture.sandbox.edit({
      kind: "changeTunnel",
      groupId: fixture.groups()[0]?.id ?? "",
      tunnelId: id,
      changes: { remotePublicIP: "203.0.113.66" },
    });
    stack.setProgram(fixture.program(changed(), { ignoreChanges: ["tunnels.primary.remotePublicIP"] }));
    const { changes } = await stack.up({ refresh: true });
    expect(changes).to.deep.equal({ same: 2 });
    expect(fixture.writes()).to.deep.equal([]);
    expect(fixture.tunnelTo("203.0.113.66").id).to.equal(id);
  });

  itBesides(
    "replaceOnChanges: has no effect on what changes in place, since the provider says what changes",
    async () => {
      const stack = await deployed();
      const [before] = fixture.groups();
      stack.setProgram(fixture.program(changed(), { replaceOnChanges: ["tunnels"] }));
      const { changes } = await stack.up();
      expect(changes).to.deep.equal({ same: 1, update: 1 });
      expect(fixture.groups()[0]?.id).to.equal(before?.id);
    },
  );

  it("aliases: renames without a request, and state has the new name from then on", async () => {
    const stack = await deployed();
    stack.setProgram(async () => {
      new DynamicTunnelGroup("office", fixture.args(), { aliases: [{ name: "branch" }] });
    });
    const { changes } = await stack.up();
    expect(changes).to.deep.equal({ same: 1, update: 1 });
    expect(fixture.sandbox.journal()).to.deep.equal([]);
    expect((await stack.state()).groups[0]?.outputs.__urn).to.match(/::office$/);
    expect((await stack.up()).changes).to.deep.equal({ same: 2 });
    expect((await stack.destroy()).output).not.to.match(/::branch/);
  });

  itBesides(
    "customTimeouts: bound an operation, that of a delete too, and a change of them sends nothing",
    async () => {
      const stack = await deployed();
      stack.setProgram(fixture.program(fixture.args(), { customTimeouts: { update: "4s" } }));
      expect((await stack.up()).changes).to.deep.equal({ same: 1, update: 1 });
      expect(fixture.sandbox.journal()).to.deep.equal([]);
      fixture.sandbox.plan({ operation: "updateGroup", durationMs: 8000 });
      stack.setProgram(fixture.program(changed(), { customTimeouts: { update: "4s" } }));
      expect((await stack.failingUp()).output).to.match(/Timed out after \d+ s waiting for operation/);
      stack.setProgram(fixture.program(changed()));
      await stack.up();
      expect(fixture.writes()).to.have.length(1);
      expect(fixture.tunnelTo("203.0.113.77").remoteASN).to.equal(65_010);
      stack.setProgram(fixture.program(changed(), { customTimeouts: { delete: "5s" } }));
      await stack.up();
      fixture.sandbox.plan({ operation: "deleteGroup", durationMs: 7000 });
      expect((await stack.failingDestroy()).output).to.match(/Timed out after \d+ s waiting for operation/);
      await stack.destroy();
      expect(fixture.groups()).to.deep.equal([]);
    },
  );

  itBesides("import and id: are refused with a pointer to dynamicTunnelId and to HARMONY_SASE_IMPORT", async () => {
    for (const option of [{ import: "Tg00000000" }, { id: "Tg00000000" }]) {
      const stack = await fixture.workshop.stack({ program: fixture.program(fixture.args(), option) });
      expect((await stack.failingPreview()).output).to.match(
        /argument dynamicTunnelId to adopt the group, or own it with HARMONY_SASE_IMPORT="branch=<group id>" pulumi up/,
      );
    }
  });

  itBesides("--target: works on this group alone", async () => {
    const stack = await deployed();
    stack.setProgram(async () => {
      new DynamicTunnelGroup("branch", changed());
      new DynamicTunnelGroup("other", fixture.args({ tunnelName: "other" }));
    });
    const target = (await stack.state()).groups.map(({ urn }) => urn);
    await stack.up({ target });
    expect(fixture.groups()).to.have.length(1);
    expect(fixture.tunnelTo("203.0.113.77").routingType).to.equal("route");
  });

  /** A program whose group has another name; its outputs hold it up until the engine has answered. */
  const office = (options?: pulumi.CustomResourceOptions) => async () => {
    const { dynamicTunnelId } = new DynamicTunnelGroup("office", fixture.args(), options);
    return { dynamicTunnelId };
  };

  /** Something else in the program that fails. */
  const broken = () =>
    new DynamicTunnelGroup("broken", fixture.args({ tunnelName: "broken", networkId: "NwNotThere" }));

  it("a new name without an alias: fails before anything is sent, and loses nothing in the run that follows", async () => {
    const stack = await deployed();
    const [before] = fixture.groups();
    stack.setProgram(async () => {
      new DynamicTunnelGroup("office", fixture.args());
      broken();
    });
    const { output } = await stack.failingUp();
    expect(output)
      .to.match(/give the resource an alias/)
      .and.to.contain(`already (${before?.id})`);
    stack.setProgram(office());
    await stack.failingUp();
    expect(fixture.writes()).to.deep.equal([]);
    stack.setProgram(office({ aliases: [{ name: "branch" }] }));
    expect((await stack.up()).changes).to.deep.equal({ same: 1, update: 1 });
    expect(fixture.groups().map(({ id }) => id)).to.deep.equal([before?.id]);
  });

  it("--replace: fails before anything is sent and names the way, and loses nothing in the run that follows", async () => {
    const stack = await deployed();
    const [before] = fixture.groups();
    stack.setProgram(async () => {
      new DynamicTunnelGroup("branch", fixture.args());
      broken();
    });
    const replace = (await stack.state()).groups.map(({ urn }) => urn);
    const { output } = await stack.failingUp({ replace });
    expect(output)
      .to.match(/deleteBeforeReplace: true/)
      .and.to.contain(`already (${before?.id})`);
    expect(fixture.writes()).to.deep.equal([]);
    stack.setProgram(fixture.program(fixture.args()));
    expect((await stack.up()).changes).to.deep.equal({ same: 2 });
    expect(fixture.groups().map(({ id }) => id)).to.deep.equal([before?.id]);
  });

  itBesides("--replace with deleteBeforeReplace: ends with one group, a new one, which state knows", async () => {
    const stack = await deployed({ deleteBeforeReplace: true });
    const [before] = fixture.groups();
    const replace = (await stack.state()).groups.map(({ urn }) => urn);
    await stack.up({ replace });
    const [after, ...more] = fixture.groups();
    expect(more).to.deep.equal([]);
    expect(after?.id).not.to.equal(before?.id);
    expect((await stack.state()).groups.map(({ id }) => id)).to.deep.equal([after?.id]);
    expect((await stack.up()).changes).to.deep.equal({ same: 2 });
  });

  it("a networkId that does not exist: fails in the replacement's create, and the group stays", async () => {
    const stack = await deployed();
    const [before] = fixture.groups();
    stack.setProgram(fixture.program(fixture.args({ networkId: "NwNotThere" })));
    expect((await stack.failingUp()).output).to.match(/network NwNotThere/i);
    expect(fixture.groups().map(({ id }) => id)).to.deep.equal([before?.id]);
  });

  it("HARMONY_SASE_IMPORT: owns what is there, says so in the preview, and sends nothing", async () => {
    const maker = await deployed();
    const [group] = fixture.groups();
    const stack = await fixture.workshop.stack({
      program: fixture.program(fixture.args()),
      environment: { HARMONY_SASE_IMPORT: `branch=${group?.id}` },
    });
    fixture.sandbox.clearJournal();
    expect((await stack.preview()).output).to.contain(`owns tunnel group ${group?.id} if it is what is declared`);
    await stack.up();
    expect(fixture.writes()).to.deep.equal([]);
    await maker.automation.workspace.removeStack(maker.name, { force: true });
    expect((await stack.preview()).changes).to.deep.equal({ same: 2 });
    expect((await stack.refresh()).changes).to.deep.equal({ same: 2 });

    // The same word takes it to the other way and back, by what the program says.
    const { leftASN: _, ...sharedSettings } = fixture.args().sharedSettings as SharedSettingsArgs;
    const adopting = fixture.args({ dynamicTunnelId: group?.id ?? "", sharedSettings });
    stack.setProgram(fixture.program(adopting));
    expect((await stack.up()).output).to.contain(
      `HARMONY_SASE_IMPORT: adopts tunnel group ${group?.id}, which it owned`,
    );
    expect((await stack.preview()).changes).to.deep.equal({ same: 2 });
    stack.setProgram(fixture.program(fixture.args()));
    expect((await stack.up()).output).to.contain(
      `HARMONY_SASE_IMPORT: owns tunnel group ${group?.id}, which it adopted`,
    );
    expect((await stack.preview()).changes).to.deep.equal({ same: 2 });
    expect(fixture.writes()).to.deep.equal([]);
    expect(fixture.groups()).to.deep.equal([group]);
    await stack.destroy();
    expect(fixture.groups()).to.deep.equal([]);
  });

  it("parent: brings up two children of one component, and finds the row of each for its messages", async () => {
    const stack = await fixture.workshop.stack({
      program: async () => {
        const parent = new pulumi.ComponentResource("acme:network:Office", "office");
        for (const tunnelName of ["branch", "depot"]) {
          new DynamicTunnelGroup(tunnelName, fixture.args({ tunnelName }), { parent });
        }
      },
    });
    const { output } = await stack.up();
    expect(output).to.match(/DynamicTunnelGroup branch creating .*operation St/);
    expect(output).to.match(/DynamicTunnelGroup depot creating .*operation St/);
    expect((await stack.destroy()).output).not.to.contain(passphraseOf(0));
  });
});
