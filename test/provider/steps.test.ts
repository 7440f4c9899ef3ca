import { expect } from "chai";
import { type Rig, startRig } from "./rig";

describe("createSteps, against the sandbox", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const groups = () => rig.sandbox.groups().filter(({ networkId }) => networkId === rig.networkId);
  const writes = () =>
    rig.sandbox.journal().filter(({ method, operation }) => method !== "GET" && operation !== "authorize");
  const failureOf = (run: Promise<unknown>) =>
    run.then(
      () => "succeeded",
      (error: Error) => error.message,
    );

  describe("when the answer to a write never comes", () => {
    const cases = [
      ["the connection broke before the service acted", { kind: "reset" }],
      ["the connection broke after the service acted", { kind: "reset", after: true }],
      ["a gateway answered 502 before the service acted", { kind: "answer", status: 502 }],
      ["a gateway answered 502 after the service acted", { kind: "answer", status: 502, after: true }],
      [
        "the answer is half a JSON",
        { kind: "answer", status: 202, body: '{"statusUrl":"http', contentType: "application/json", after: true },
      ],
      ["the answer names no operation", { kind: "answer", status: 202, body: {}, after: true }],
    ] as const;
    for (const [title, action] of cases) {
      it(`creates one group though ${title}`, async () => {
        rig.sandbox.inject({ operation: "createGroup", action });
        await rig.up(rig.args());
        expect(groups()).to.have.length(1);
        expect(rig.state?.id).to.equal(groups()[0]?.id);
      });

      it(`changes a group once though ${title}`, async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "updateGroup", action });
        await rig.up(rig.args({ tunnels: { primary: rig.tunnel(0, { remoteASN: 65_011 }), third: rig.tunnel(2) } }));
        expect(
          groups()[0]?.tunnels.map(({ remotePublicIP, remoteASN }) => [remotePublicIP, remoteASN]),
        ).to.have.deep.members([
          ["203.0.113.10", 65_011],
          ["203.0.113.12", 65_010],
        ]);
      });

      it(`deletes the group though ${title}`, async () => {
        await rig.up(rig.args());
        rig.sandbox.inject({ operation: "deleteGroup", action });
        await rig.destroy();
        expect(groups()).to.deep.equal([]);
      });
    }
  });

  describe("when there is a group of the wanted name", () => {
    /** A group that a run has made of which state knows nothing. */
    async function leaveBehind(): Promise<string> {
      await rig.up(rig.args());
      const id = rig.state?.id ?? "";
      rig.state = undefined;
      return id;
    }

    it("takes it over, with a warning, if it is exactly what is declared", async () => {
      const id = await leaveBehind();
      await rig.up(rig.args());
      expect(rig.state?.id).to.equal(id);
      expect(groups()).to.have.length(1);
      expect(rig.warnings.join()).to.match(/is taken over as what an interrupted run has left/);
    });

    const others: [string, object, RegExp][] = [
      [
        "another passphrase",
        { tunnels: { primary: { passphrase: "Something.else1" } } },
        /tunnels\.primary has another passphrase/,
      ],
      ["another setting", { sharedSettings: { peakBandwidth: 50 } }, /sharedSettings\.peakBandwidth differs/],
      ["one tunnel less", { tunnels: { backup: undefined } }, /tunnel Tn\w+ is in it/],
      ["one tunnel more", { tunnels: { third: 2 } }, /tunnels\.third is not in it/],
    ];
    for (const [title, , message] of others) {
      it(`names it and says how to adopt it if it differs by ${title}`, async () => {
        const id = await leaveBehind();
        const both = { primary: rig.tunnel(0), backup: rig.tunnel(1) };
        const changed: Record<string, object> = {
          "another passphrase": { tunnels: { ...both, primary: rig.tunnel(0, { passphrase: "Something.else1" }) } },
          "another setting": { sharedSettings: { ...(rig.args().sharedSettings as object), peakBandwidth: 50 } },
          "one tunnel less": { tunnels: { primary: rig.tunnel(0) } },
          "one tunnel more": { tunnels: { ...both, third: rig.tunnel(2) } },
        };
        const failure = await failureOf(rig.up(rig.args({ ...changed[title] })));
        expect(failure).to.match(message).and.to.contain(`adopt it with dynamicTunnelId: "${id}"`);
        expect(failure).not.to.contain("Something.else1");
        expect(writes()).to.have.length(1);
      });
    }

    it("refuses it to a second resource of the same process", async () => {
      const steps = rig.process();
      await rig.up(rig.args(), steps);
      rig.state = undefined;
      expect(await failureOf(rig.up(rig.args(), steps))).to.match(/another resource has it/);
    });

    it("names a twin that came to be meanwhile", async () => {
      rig.sandbox.inject({
        operation: "readGroup",
        action: { kind: "edit", edit: { kind: "copyGroup", groupId: "branch" } },
      });
      await rig.up(rig.args());
      const twin = groups().find(({ id }) => id !== rig.state?.id);
      expect(rig.warnings.join()).to.contain(`another tunnel group named branch (${twin?.id})`);
    });
  });

  describe("when a run was interrupted", () => {
    it("waits for the operation of the create that it left behind, and makes no second group", async () => {
      rig.sandbox.plan({ operation: "createGroup", durationMs: 600_000 });
      // The process dies while it waits: what it would have returned is lost.
      rig.sandbox.inject({ operation: "readStatus", skip: 2, action: { kind: "answer", status: 403, body: {} } });
      await failureOf(rig.up(rig.args()));
      rig.state = undefined;
      await rig.up(rig.args());
      expect(groups()).to.have.length(1);
      expect(writes().filter(({ method }) => method === "POST")).to.have.length(1);
    });
  });

  describe("diff, when a run was interrupted", () => {
    /** Breaks off a run in its wait, as a process that dies does: what it would have returned is lost. */
    async function breakOff(run: () => Promise<void>): Promise<void> {
      const before = rig.state;
      rig.sandbox.inject({ operation: "readStatus", action: { kind: "answer", status: 403, body: {} } });
      await failureOf(run());
      rig.state = before;
      rig.sandbox.clearJournal();
    }

    const diff = () => {
      const { id, outputs, inputs } = rig.state as NonNullable<Rig["state"]>;
      return rig.process().diff(id, outputs, inputs);
    };

    it("has an update look at the group, also where program and state agree, and makes no request itself", async () => {
      await rig.up(rig.args());
      await breakOff(() => rig.up(rig.args({ description: "new" })));
      expect(await diff()).to.include({ changes: true, deleteBeforeReplace: false });
      expect(rig.sandbox.journal()).to.deep.equal([]);
      await rig.up(rig.args());
      expect(groups()[0]?.description).to.equal("");
      expect(await diff()).to.include({ changes: false });
    });

    it("has a group made anew that was being deleted, and makes no request itself", async () => {
      await rig.up(rig.args());
      await breakOff(() => rig.destroy());
      expect(await diff()).to.deep.include({ changes: true, replaces: ["networkId"], deleteBeforeReplace: true });
      expect(rig.sandbox.journal()).to.deep.equal([]);
      await rig.up(rig.args());
      expect(groups().map(({ id }) => id)).to.deep.equal([rig.state?.id]);
    });
  });

  describe("when an operation lies", () => {
    it("fails and names what differs when a success was none", async () => {
      await rig.up(rig.args());
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 200, applied: false });
      const next = rig.args({
        tunnels: { primary: rig.tunnel(0, { remotePublicIP: "203.0.113.99" }), backup: rig.tunnel(1) },
      });
      expect(await failureOf(rig.up(next))).to.match(/reading it back shows otherwise: remotePublicIP of tunnel Tn\w+/);
      await rig.up(next);
      expect(groups()[0]?.tunnels.some(({ remotePublicIP }) => remotePublicIP === "203.0.113.99")).to.equal(true);
    });

    it("sends again what nobody confirmed and nothing shows, and says so", async () => {
      await rig.up(rig.args());
      const next = rig.args({ tunnels: { primary: rig.tunnel(0, { remoteASN: 65_099 }), backup: rig.tunnel(1) } });
      rig.sandbox.plan({ operation: "updateGroup", statusCode: null, applied: false });
      await rig.up(next);
      expect(rig.warnings.join()).to.match(/without saying whether it succeeded.*the next pulumi up sends it again/);
      await rig.up(next);
      expect(groups()[0]?.tunnels.find(({ remotePublicIP }) => remotePublicIP === "203.0.113.10")?.remoteASN).to.equal(
        65_099,
      );
    });

    it("finds the new group by its name when a success does not name it", async () => {
      rig.sandbox.plan({ operation: "createGroup", resource: "never" });
      await rig.up(rig.args());
      expect(rig.state?.id).to.equal(groups()[0]?.id);
    });

    it("reports tunnel by tunnel what a failed operation did, and goes on from there", async () => {
      await rig.up(rig.args());
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["out of addresses"], applied: 1 });
      const next = rig.args({
        tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), a: rig.tunnel(2), b: rig.tunnel(3) },
      });
      expect(await failureOf(rig.up(next))).to.match(/failed with 500; the API gave "out of addresses"/);
      expect(Object.keys(rig.state?.outputs.tunnels as object)).to.have.length(3);
      await rig.up(next);
      expect(groups()[0]?.tunnels).to.have.length(4);
    });
  });

  describe("when others are at work", () => {
    it("weathers a conflict with another writer", async () => {
      await rig.up(rig.args());
      rig.sandbox.inject({
        operation: "updateGroup",
        times: 2,
        action: { kind: "answer", status: 409, body: { message: "network is being changed" } },
      });
      await rig.up(rig.args({ description: "new" }));
      expect(groups()[0]?.description).to.equal("new");
    });

    it("refuses to create again a group that was deleted meanwhile, and does so after a refresh", async () => {
      await rig.up(rig.args());
      rig.sandbox.edit({ kind: "removeGroup", groupId: "branch" });
      const next = rig.args({ description: "new" });
      expect(await failureOf(rig.up(next))).to.match(
        /There is no tunnel group Tg\w+ in network .* run pulumi up --refresh/,
      );
      await rig.refresh();
      await rig.up(next);
      expect(groups()).to.have.length(1);
    });

    it("leaves alone what another stack adds to the group between the read and the write", async () => {
      await rig.up(rig.args());
      const stranger = { ...rig.tunnel(5), authType: "psk" };
      rig.sandbox.inject({
        operation: "updateGroup",
        action: { kind: "edit", edit: { kind: "addTunnel", groupId: "branch", tunnel: stranger } },
      });
      await rig.up(rig.args({ tunnels: { primary: rig.tunnel(0) } }));
      expect(groups()[0]?.tunnels.map(({ remotePublicIP }) => remotePublicIP)).to.have.members([
        "203.0.113.10",
        "203.0.113.15",
      ]);
    });
  });

  describe("when the key is revoked during the wait", () => {
    it("keeps the operation in state, says where the key came from, and goes on with a new one", async () => {
      await rig.up(rig.args());
      rig.sandbox.inject({ operation: "readStatus", times: 2, action: { kind: "answer", status: 401, body: {} } });
      const next = rig.args({ description: "new" });
      expect(await failureOf(rig.up(next))).to.match(/API key was refused.*HARMONY_SASE_API_KEY/);
      expect(rig.state?.outputs.__operation).to.include({ kind: "update" });
      await rig.up(next);
      expect(writes().filter(({ method }) => method === "PUT")).to.have.length(1);
      expect(rig.state?.outputs).not.to.have.property("__operation");
    });
  });

  it("heals the id of a tunnel that was made anew outside under the same identity", async () => {
    await rig.up(rig.args());
    const before = (rig.state?.outputs.tunnelIds as Record<string, string>).primary ?? "";
    rig.sandbox.edit({ kind: "removeTunnel", groupId: "branch", tunnelId: before });
    rig.sandbox.edit({
      kind: "addTunnel",
      groupId: "branch",
      tunnel: { ...rig.tunnel(0), remoteID: "203.0.113.10", authType: "psk" },
    });
    await rig.refresh();
    const after = (rig.state?.outputs.tunnelIds as Record<string, string>).primary;
    expect(after).to.be.a("string").and.not.to.equal(before);
    await rig.up(rig.args());
    expect(groups()[0]?.tunnels).to.have.length(2);
  });
});
