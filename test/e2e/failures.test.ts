import { expect } from "chai";
import { itBesides, useFixture } from "./fixture";

describe("DynamicTunnelGroup on the real engine", () => {
  describe("when an operation fails", () => {
    const fixture = useFixture();
    it("shows the service's reasons, keeps what was applied, and goes on from there", async () => {
      const stack = await fixture.workshop.stack({ program: fixture.program(fixture.args()) });
      await stack.up();
      fixture.sandbox.plan({ operation: "updateGroup", statusCode: 422, reasons: ["gateway is busy"], applied: 1 });
      const next = fixture.args({
        tunnels: {
          primary: fixture.tunnel(0),
          backup: fixture.tunnel(1),
          third: fixture.tunnel(2),
          fourth: fixture.tunnel(3),
        },
      });
      stack.setProgram(fixture.program(next));
      const failed = await stack.failingUp();
      expect(failed.output).to.match(
        /The operation to change tunnel group \w+ failed with 422; the API gave "gateway is busy"/,
      );
      const kept = (await stack.state()).groups[0]?.outputs.tunnelIds;
      expect(Object.keys(kept as object)).to.have.members(["primary", "backup", "fourth"]);
      fixture.sandbox.clearJournal();
      await stack.up();
      expect(fixture.groups()[0]?.tunnels).to.have.length(4);
      expect(fixture.writes().map(({ body }) => (body as { addTunnels: unknown[] }).addTunnels.length)).to.deep.equal([
        1,
      ]);
      await stack.destroy();
    });

    itBesides("keeps nothing of a creation that failed for good, and creates once the reason is gone", async () => {
      const stack = await fixture.workshop.stack({ program: fixture.program(fixture.args()) });
      fixture.sandbox.plan({ operation: "createGroup", statusCode: 500, reasons: ["no capacity"] });
      const failed = await stack.failingUp();
      expect(failed.output).to.match(/no capacity/);
      await stack.up();
      expect(fixture.groups()).to.have.length(1);
      await stack.destroy();
    });

    it("keeps the operation of a creation that outlasts its time, and finishes it with the next up", async () => {
      const stack = await fixture.workshop.stack({
        program: fixture.program(fixture.args(), { customTimeouts: { create: "4s" } }),
      });
      fixture.sandbox.plan({ operation: "createGroup", durationMs: 8000, resource: "early" });
      const failed = await stack.failingUp();
      expect(failed.output).to.match(/Timed out after \d+ s waiting for operation St\w+; last status: running/);
      expect((await stack.state()).groups[0]?.outputs.__pending).to.have.length(1);
      await stack.up();
      expect(fixture.groups()).to.have.length(1);
      expect((await stack.state()).groups[0]?.id).to.equal(fixture.groups()[0]?.id);
      await stack.destroy();
    });

    for (const isApplied of [false, true]) {
      (isApplied ? it : itBesides)(
        `makes one group where a creation was completed without a code and its group ${isApplied ? "turns up late" : "never shows"}`,
        async () => {
          const stack = await fixture.workshop.stack({ program: fixture.program(fixture.args()) });
          fixture.sandbox.clearJournal();
          fixture.sandbox.plan({
            operation: "createGroup",
            statusCode: null,
            applied: isApplied,
            ...(isApplied ? { resource: "never" } : {}),
          });
          const nothing = { data: [], page: 1, totalPage: 1, itemsTotal: 0 };
          fixture.sandbox.inject({
            operation: "listTunnels",
            times: "always",
            action: { kind: "answer", status: 200, body: nothing },
          });
          expect((await stack.failingUp()).output).to.match(/cannot be found.*run pulumi up again/);
          expect((await stack.state()).groups[0]?.id).to.match(/^pending-/);
          fixture.sandbox.clearFaults();
          await stack.up();
          expect((await stack.state()).groups.map(({ id }) => id)).to.deep.equal(fixture.groups().map(({ id }) => id));
          expect(fixture.groups()).to.have.length(1);
          expect(fixture.writes().map(({ method }) => method)).to.deep.equal(isApplied ? ["POST"] : ["POST", "POST"]);
          await stack.destroy();
          expect(fixture.groups()).to.deep.equal([]);
        },
      );
    }

    itBesides("puts back with a plain up what a destroy that broke off has removed", async () => {
      const stack = await fixture.workshop.stack({ program: fixture.program(fixture.args()) });
      await stack.up();
      fixture.sandbox.plan({ operation: "deleteGroup", statusCode: 500, reasons: ["broke"], applied: 1 });
      await stack.failingDestroy();
      expect(fixture.groups()[0]?.tunnels).to.have.length(1);
      await stack.up();
      expect(fixture.groups()[0]?.tunnels).to.have.length(2);
      await stack.destroy();
      expect(fixture.groups()).to.deep.equal([]);
    });

    itBesides("finds the group of a creation that outlasts its time without naming it, also on destroy", async () => {
      const stack = await fixture.workshop.stack({
        program: fixture.program(fixture.args(), { customTimeouts: { create: "4s" } }),
      });
      fixture.sandbox.plan({ operation: "createGroup", durationMs: 8000 });
      await stack.failingUp();
      expect((await stack.state()).groups[0]?.id).to.match(/^pending-St/);
      await stack.destroy();
      expect(fixture.groups()).to.deep.equal([]);
    });
  });

  describe("when inputs are wrong", () => {
    const fixture = useFixture();
    it("names every property as typed at preview, quotes no secret and sends nothing", async () => {
      const stack = await fixture.workshop.stack({
        program: fixture.program(
          fixture.args({
            tunnelName: "much-too-long-a-name",
            tunnels: { primary: fixture.tunnel(0, { remotePublicIP: "300.1.1.1", passphrase: "sh0rt!!" }) },
          }),
        ),
      });
      const { output } = await stack.failingPreview();
      expect(output)
        .to.match(/tunnelName: must be 3\.\.15 letters and digits$/m)
        .and.not.to.contain("much-too-long-a-name");
      expect(output).to.contain('tunnels.primary.remotePublicIP: must be an IPv4 address; got "300.1.1.1"');
      expect(output).to.contain("tunnels.primary.passphrase: must be 8..64 letters, digits, dots or underscores");
      expect(stack.transcript.join("")).not.to.contain("sh0rt!!");
      expect(fixture.sandbox.journal()).to.deep.equal([]);
    });
  });
});
