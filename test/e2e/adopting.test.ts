import { expect } from "chai";
import { DynamicTunnelGroup, type DynamicTunnelGroupArgs } from "pulumi-harmony-sase";
import type { EngineStack } from "../../tools/workshop";
import { itBesides, useFixture } from "./fixture";

describe("DynamicTunnelGroup that adopts", () => {
  const fixture = useFixture();
  let stack: EngineStack;

  const foreign = () => fixture.sandbox.group(fixture.sandbox.foreignGroup.id);
  const inner = (n: number) => ({ p81GWInternalIP: `169.254.99.${n}`, remoteGWInternalIP: `169.254.99.${n + 1}` });
  const args = (changes: Partial<DynamicTunnelGroupArgs> = {}): DynamicTunnelGroupArgs => {
    const [east] = fixture.sandbox.foreignGroup.tunnels;
    return {
      networkId: fixture.sandbox.foreignGroup.networkId,
      dynamicTunnelId: fixture.sandbox.foreignGroup.id,
      tunnelName: fixture.sandbox.foreignGroup.tunnelName,
      tunnels: { east: { regionID: east?.regionID ?? "", remotePublicIP: east?.remotePublicIP ?? "" } },
      ...changes,
    };
  };

  before(async () => {
    stack = await fixture.workshop.stack({ program: fixture.program(args()) });
  });

  it("takes over a tunnel that is as declared without a write, and knows its id", async () => {
    const before = foreign();
    const { outputs } = await stack.up();
    expect(outputs).to.deep.equal({
      dynamicTunnelId: fixture.sandbox.foreignGroup.id,
      tunnelIds: { east: fixture.sandbox.foreignGroup.tunnels[0]?.id },
    });
    expect(fixture.writes()).to.deep.equal([]);
    expect(foreign()).to.deep.equal(before);
  });

  it("changes only the settings that are declared, and completes what the service wants with them as it was read", async () => {
    const before = foreign();
    stack.setProgram(
      fixture.program(args({ sharedSettings: { peakBandwidth: 4000 }, advancedSettings: { ikeLifeTime: "4h" } })),
    );
    await stack.up();
    expect(fixture.writes().map(({ body }) => body)).to.deep.equal([
      {
        tunnelName: fixture.sandbox.foreignGroup.tunnelName,
        sharedSettings: {
          p81GatewaySubnets: before?.sharedSettings.p81GatewaySubnets,
          remoteGatewaySubnets: before?.sharedSettings.remoteGatewaySubnets,
          peakBandwidth: 4000,
        },
        advancedSettings: { ikeLifeTime: "4h" },
      },
    ]);
    expect(foreign()?.tunnels).to.deep.equal(before?.tunnels);
  });

  it("sends nothing when a setting is taken out: it is managed no longer", async () => {
    fixture.sandbox.clearJournal();
    stack.setProgram(fixture.program(args({ sharedSettings: { peakBandwidth: 4000 } })));
    const { changes } = await stack.up();
    expect(changes).to.deep.equal({ same: 1, update: 1 });
    expect(fixture.writes()).to.deep.equal([]);
    expect(foreign()?.advancedSettings.ikeLifeTime).to.equal("4h");
  });

  it("lists undeclared tunnels after a refresh and removes exactly those, when told to", async () => {
    const remove = args({ unmanagedTunnels: "remove" });
    stack.setProgram(fixture.program(remove));
    await stack.up();
    expect(fixture.writes()).to.deep.equal([]);
    const others = foreign()?.tunnels.slice(1) ?? [];
    expect(others).not.to.deep.equal([]);
    await stack.refresh();
    const preview = await stack.preview({ diff: true });
    for (const { id } of others) expect(preview.output).to.match(new RegExp(`- ${id}\\s*:`));
    await stack.up();
    expect(fixture.writes().map(({ body }) => body)).to.deep.equal([
      { tunnelName: fixture.sandbox.foreignGroup.tunnelName, removeTunnels: others.map(({ id }) => ({ id })) },
    ]);
    expect(foreign()?.tunnels.map(({ id }) => id)).to.deep.equal([fixture.sandbox.foreignGroup.tunnels[0]?.id]);
  });

  it("fails before any write when a tunnel without a credential does not exist", async () => {
    fixture.sandbox.clearJournal();
    const missing = {
      regionID: fixture.sandbox.accounts[0].networks[0].regions[2],
      remotePublicIP: "198.51.100.77",
      ...inner(81),
    };
    stack.setProgram(fixture.program(args({ tunnels: { ...(args().tunnels as object), missing } })));
    const { output } = await stack.failingUp();
    expect(output).to.match(/tunnels\.missing is not in the group yet: give it passphrase or customerRootCA/);
    expect(fixture.writes()).to.deep.equal([]);
    stack.setProgram(fixture.program(args()));
    await stack.up();
  });

  it("refuses at preview to lose dynamicTunnelId, and names the way out", async () => {
    const { dynamicTunnelId: _, ...without } = args();
    stack.setProgram(fixture.program(without));
    const { output } = await stack.failingPreview();
    expect(output).to.match(/dynamicTunnelId: cannot be taken out: this resource adopted the group/);
    stack.setProgram(fixture.program(args()));
  });

  it("keeps its tunnels through a rename without an alias, also when another resource fails in the same up", async () => {
    const before = foreign()?.tunnels;
    const renamed = () => new DynamicTunnelGroup("renamed", args());
    stack.setProgram(async () => {
      renamed();
      new DynamicTunnelGroup("broken", args({ networkId: "NwNotThere" }));
    });
    await stack.failingUp();
    stack.setProgram(async () => void renamed());
    await stack.up();
    expect(foreign()?.tunnels).to.deep.equal(before);
    expect((await stack.up()).changes).to.deep.equal({ same: 2 });
  });

  it("removes the declared tunnels on destroy and leaves the group with its settings", async () => {
    const { id } = fixture.sandbox.foreignGroup;
    fixture.sandbox.edit({
      kind: "addTunnel",
      groupId: id,
      tunnel: { ...fixture.tunnel(5), regionID: fixture.sandbox.accounts[0].networks[0].regions[1], ...inner(61) },
    });
    await stack.destroy();
    expect(foreign()?.tunnels.map(({ remotePublicIP }) => remotePublicIP)).to.deep.equal(["203.0.113.15"]);
    expect(foreign()?.sharedSettings.peakBandwidth).to.equal(4000);
  });

  it("says that there is no such group, and keeps nothing in state", async () => {
    const wrong = await fixture.workshop.stack({ program: fixture.program(args({ dynamicTunnelId: "TgNowhere0" })) });
    const { output } = await wrong.failingUp();
    expect(output).to.match(/There is no tunnel group TgNowhere0 in network/);
    expect((await wrong.state()).groups).to.deep.equal([]);
  });

  it("leaves a group of the same program for another in one up, and goes with --refresh, as both groups do", async () => {
    const made = (tunnelName: string) => new DynamicTunnelGroup(tunnelName, fixture.args({ tunnelName }));
    const adopts = ({ networkId, dynamicTunnelId, tunnelName }: DynamicTunnelGroup) =>
      new DynamicTunnelGroup("branch", {
        networkId,
        dynamicTunnelId,
        tunnelName,
        tunnels: { spoke: fixture.tunnel(2) },
      });
    const moving = await fixture.workshop.stack({ program: async () => void adopts(made("north")) });
    await moving.up();
    const [north] = fixture.groups();
    expect(north?.tunnels).to.have.length(3);
    moving.setProgram(async () => {
      made("north");
      adopts(made("south"));
    });
    expect((await moving.up()).changes).to.deep.equal({ same: 2, create: 1, replace: 1 });
    expect(fixture.sandbox.group(north?.id ?? "")?.tunnels).to.deep.equal(north?.tunnels.slice(0, 2));
    await moving.destroy({ refresh: true });
    expect(fixture.groups()).to.deep.equal([]);
  });

  describe("when the group is one of the same program", () => {
    let stack: EngineStack;
    const program =
      (changes: Partial<DynamicTunnelGroupArgs> = {}, isDeletedWithHub = false) =>
      async () => {
        const hub = new DynamicTunnelGroup("hub", fixture.args({ tunnelName: "hub", ...changes }));
        const branch = new DynamicTunnelGroup(
          "branch",
          {
            networkId: hub.networkId,
            dynamicTunnelId: hub.dynamicTunnelId,
            tunnelName: "hub",
            tunnels: { spoke: fixture.tunnel(2) },
          },
          isDeletedWithHub ? { deletedWith: hub } : {},
        );
        return { hub: hub.tunnelIds, branch: branch.tunnelIds };
      };
    const spoke = () => fixture.tunnelTo("203.0.113.12").id;

    it("adopts it though its id is not known at preview", async () => {
      stack = await fixture.workshop.stack({ program: program() });
      expect((await stack.preview()).changes).to.deep.equal({ create: 3 });
      await stack.up();
      expect(fixture.groups()[0]?.tunnels).to.have.length(3);
      expect((await stack.up()).changes).to.deep.equal({ same: 3 });
    });

    itBesides("warns of the branch's tunnel by its id where the hub removes what it has not declared", async () => {
      stack.setProgram(program({ unmanagedTunnels: "remove" }));
      const { output } = await stack.preview({ refresh: true });
      expect(output).not.to.contain("Removes a tunnel");
      await stack.up();
      await stack.refresh();
      expect((await stack.preview()).output).to.contain(
        `warning: Removes a tunnel that this resource does not declare: ${spoke()} (`,
      );
    });

    it("says once, on the hub's row, why a destroy fails, and points to it on the stack's", async () => {
      stack.setProgram(program({}, true));
      await stack.up();
      const { events } = await stack.failingDestroy();
      const said = events.flatMap(({ diagnosticEvent: event }) =>
        event !== undefined && String(event.severity) !== "debug" ? [[event.urn ?? "", event.message] as const] : [],
      );
      const told = said.filter(([, text]) => text.includes("holds tunnels"));
      expect(told).to.have.length(1);
      expect(told[0]?.[0]).to.match(/::hub$/);
      expect(told[0]?.[1]).to.match(
        new RegExp(`Cannot delete tunnel group "hub": [^]*${spoke()} .*set forceDestroy: true`),
      );
      const pointers = said.filter(([, text]) => text.includes("Failed: the resource's own row says why"));
      expect(pointers).to.have.length(1);
    });

    it("takes deletedWith branches along with the hub under forceDestroy, in one request", async () => {
      stack.setProgram(program({ forceDestroy: true }, true));
      await stack.up();
      fixture.sandbox.clearJournal();
      await stack.destroy();
      expect(fixture.writes().map(({ method }) => method)).to.deep.equal(["DELETE"]);
      expect(fixture.groups()).to.deep.equal([]);
    });
  });
});
