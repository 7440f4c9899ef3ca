import { expect } from "chai";
import type { EngineStack } from "../../tools/workshop";
import { passphraseOf, useFixture } from "./fixture";

describe("DynamicTunnelGroup on the real engine", () => {
  describe("when it creates a group", () => {
    const fixture = useFixture();
    let stack: EngineStack;
    before(async () => {
      stack = await fixture.workshop.stack({ program: fixture.program(fixture.args()) });
    });

    it("previews a creation without a request", async () => {
      const { changes } = await stack.preview();
      expect(changes).to.deep.equal({ create: 2 });
      expect(fixture.sandbox.journal()).to.deep.equal([]);
    });

    it("creates the group with one POST and exports its ids", async () => {
      const { outputs } = await stack.up();
      const [group] = fixture.groups();
      expect(outputs.dynamicTunnelId).to.equal(group?.id);
      const [primary, backup] = [fixture.tunnelTo("203.0.113.10").id, fixture.tunnelTo("203.0.113.11").id];
      expect(outputs.tunnelIds).to.deep.equal({ primary, backup });
      expect(fixture.writes().map(({ method, status }) => [method, status])).to.deep.equal([["POST", 202]]);
    });

    it("has every default in state and at the service", async () => {
      const [group] = fixture.groups();
      expect(group?.advancedSettings).to.deep.equal({
        keyExchange: "ikev2",
        ikeLifeTime: "8h",
        lifetime: "1h",
        dpdDelay: "10s",
        dpdTimeout: "30s",
        phase1: { auth: ["sha512"], encryption: ["aes256"], keyExchangeMethod: ["ecp521"] },
        phase2: { auth: ["sha512"], encryption: ["aes256"], keyExchangeMethod: ["ecp521"] },
      });
      expect(group?.sharedSettings.features.DNSServices.redirectToResolver.enabled).to.equal(true);
      const { groups } = await stack.state();
      expect(groups[0]?.inputs.advancedSettings).to.deep.equal(group?.advancedSettings);
      const effective = { remoteID: "203.0.113.10", routingType: "route", authType: "psk" };
      expect((groups[0]?.outputs.tunnels as Record<string, object>).primary).to.include(effective);
    });

    it("changes nothing on a second up", async () => {
      fixture.sandbox.clearJournal();
      const { changes } = await stack.up();
      expect(changes).to.deep.equal({ same: 2 });
      expect(fixture.sandbox.journal()).to.deep.equal([]);
    });

    it("sends nothing when keys and subnets are reordered and a duration is spelled anew", async () => {
      stack.setProgram(
        fixture.program(
          fixture.args({
            tunnels: { backup: fixture.tunnel(1), primary: fixture.tunnel(0) },
            advancedSettings: { ikeLifeTime: "480m" },
          }),
        ),
      );
      const { changes } = await stack.up();
      expect(changes).to.deep.equal({ same: 2 });
    });

    it("adds, re-addresses and rotates in one PUT that carries nothing else", async () => {
      fixture.sandbox.clearJournal();
      const [primary, backup] = [fixture.tunnelTo("203.0.113.10").id, fixture.tunnelTo("203.0.113.11").id];
      stack.setProgram(
        fixture.program(
          fixture.args({
            tunnels: {
              primary: fixture.tunnel(0, { passphrase: passphraseOf(7) }),
              backup: fixture.tunnel(1, { remotePublicIP: "203.0.113.200" }),
              third: fixture.tunnel(2),
            },
          }),
        ),
      );
      const { outputs } = await stack.up();
      expect(fixture.writes().map(({ body }) => body)).to.deep.equal([
        {
          tunnelName: "branch",
          addTunnels: [{ ...fixture.tunnel(2), remoteID: "203.0.113.12", routingType: "route", authType: "psk" }],
          updateTunnels: [
            { id: backup, remotePublicIP: "203.0.113.200", remoteID: "203.0.113.200" },
            { id: primary, authType: "psk", passphrase: passphraseOf(7) },
          ],
        },
      ]);
      expect(Object.keys(outputs.tunnelIds as object)).to.have.members(["primary", "backup", "third"]);
    });

    it("warns in the preview that a tunnel is removed and added again, and does it in one PUT", async () => {
      fixture.sandbox.clearJournal();
      const before = fixture.groups()[0]?.tunnels ?? [];
      stack.setProgram(
        fixture.program(
          fixture.args({
            tunnels: {
              primary: fixture.tunnel(0, { passphrase: passphraseOf(7) }),
              backup: fixture.tunnel(1, { remotePublicIP: "203.0.113.200" }),
              third: fixture.tunnel(2, { p81GWInternalIP: "169.254.10.101" }),
            },
          }),
        ),
      );
      const preview = await stack.preview();
      expect(preview.output).to.match(/warning: tunnels\.third: p81GWInternalIP cannot change in place/);
      expect(fixture.sandbox.journal()).to.deep.equal([]);
      await stack.up();
      const [write, ...more] = fixture.writes();
      expect(more).to.deep.equal([]);
      expect(write?.body).to.have.all.keys("tunnelName", "addTunnels", "removeTunnels");
      const after = fixture.groups()[0]?.tunnels ?? [];
      expect(after.slice(0, 2)).to.deep.equal(before.slice(0, 2));
      expect(after[2]?.id).not.to.equal(before[2]?.id);
    });

    it("sends nothing when a key is renamed, and exports the id under the new one", async () => {
      fixture.sandbox.clearJournal();
      const third = fixture.groups()[0]?.tunnels[2]?.id;
      stack.setProgram(
        fixture.program(
          fixture.args({
            tunnels: {
              primary: fixture.tunnel(0, { passphrase: passphraseOf(7) }),
              backup: fixture.tunnel(1, { remotePublicIP: "203.0.113.200" }),
              satellite: fixture.tunnel(2, { p81GWInternalIP: "169.254.10.101" }),
            },
          }),
        ),
      );
      const { outputs } = await stack.up();
      expect(fixture.writes()).to.deep.equal([]);
      expect((outputs.tunnelIds as Record<string, string>).satellite).to.equal(third);
    });

    it("finds what somebody else changed, shows it field by field, and sets it back", async () => {
      const [group] = fixture.groups();
      const { id: tunnelId } = fixture.tunnelTo("203.0.113.10");
      fixture.sandbox.edit({
        kind: "changeTunnel",
        groupId: group?.id ?? "",
        tunnelId,
        changes: { remotePublicIP: "9.9.9.9", routingType: "policy" },
      });
      const refreshed = await stack.refresh();
      expect(refreshed.changes).to.deep.equal({ same: 1, update: 1 });
      const preview = await stack.preview({ diff: true });
      expect(preview.output).to.match(/~ remotePublicIP\s*: "9\.9\.9\.9" => "203\.0\.113\.10"/);
      expect(preview.output).to.match(/~ routingType\s*: "policy" => "route"/);
      fixture.sandbox.clearJournal();
      await stack.up();
      expect(fixture.writes().map(({ body }) => body)).to.deep.equal([
        {
          tunnelName: "branch",
          updateTunnels: [{ id: tunnelId, remotePublicIP: "203.0.113.10", routingType: "route" }],
        },
      ]);
    });

    it("adds a tunnel again that was removed outside, with a warning, though nobody refreshed", async () => {
      const [group] = fixture.groups();
      fixture.sandbox.edit({
        kind: "removeTunnel",
        groupId: group?.id ?? "",
        tunnelId: fixture.tunnelTo("203.0.113.200").id,
      });
      stack.setProgram(
        fixture.program(
          fixture.args({
            description: "now described",
            tunnels: {
              primary: fixture.tunnel(0, { passphrase: passphraseOf(7) }),
              backup: fixture.tunnel(1, { remotePublicIP: "203.0.113.200" }),
            },
          }),
        ),
      );
      const { output } = await stack.up();
      expect(output).to.match(/warning: tunnels\.backup was removed by somebody else; it is added again/);
      expect(fixture.groups()[0]?.tunnels.map(({ remotePublicIP }) => remotePublicIP)).to.have.members([
        "203.0.113.10",
        "203.0.113.200",
      ]);
    });

    it("creates the group again after it was deleted elsewhere", async () => {
      fixture.sandbox.edit({ kind: "removeGroup", groupId: fixture.groups()[0]?.id ?? "" });
      const { changes } = await stack.up({ refresh: true });
      expect(changes).to.deep.equal({ create: 1, same: 1 });
      expect(fixture.groups()).to.have.length(1);
    });

    it("deletes the group on destroy", async () => {
      await stack.destroy();
      expect(fixture.groups()).to.deep.equal([]);
      expect((await stack.state()).groups).to.deep.equal([]);
    });
  });
});
