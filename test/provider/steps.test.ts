import { expect } from "chai";
import type { Steps } from "../../provider/steps";
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
      it(`creates one group, at the latest in the next run, though ${title}`, async () => {
        rig.sandbox.inject({ operation: "createGroup", action });
        await rig.up(rig.args()).catch(() => rig.up(rig.args()));
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
    /** A group that somebody's run has made of which this state knows nothing. */
    async function leaveBehind(): Promise<string> {
      await rig.up(rig.args());
      const id = rig.state?.id ?? "";
      rig.state = undefined;
      return id;
    }

    it("refuses it before anything is sent, though it is exactly what is declared, and names the ways on", async () => {
      const id = await leaveBehind();
      rig.sandbox.clearJournal();
      const failure = await failureOf(rig.up(rig.args()));
      expect(failure)
        .to.contain(`already (${id})`)
        .and.to.match(/alias.*deleteBeforeReplace: true.*another tunnelName/)
        .and.to.contain(`dynamicTunnelId: "${id}"`)
        .and.to.contain(`HARMONY_SASE_IMPORT="branch=${id}" pulumi up`);
      expect(writes()).to.deep.equal([]);
      expect(rig.state).to.equal(undefined);
    });

    it("names the resource that has it where that is one of the same run", async () => {
      const steps = rig.process();
      await rig.up(rig.args(), steps);
      rig.state = undefined;
      const other = { ...rig.args(), __urn: "urn:pulumi:dev::rig::t::copy" };
      expect(await failureOf(rig.up(other, steps))).to.match(/which the resource "branch" has/);
    });

    it("creates beside a static tunnel of that name, which is no group", async () => {
      rig.sandbox.inject({
        operation: "listTunnels",
        action: {
          kind: "answer",
          status: 200,
          body: {
            data: [{ id: "TnStatic01", haTunnelID: "TnStatic01", tunnelName: "branch" }],
            page: 1,
            totalPage: 1,
            itemsTotal: 1,
          },
        },
      });
      await rig.up(rig.args());
      expect(rig.state?.id).to.equal(groups()[0]?.id);
    });
  });

  describe("with HARMONY_SASE_IMPORT", () => {
    const importing = (mandate: string) => rig.process({ env: { HARMONY_SASE_IMPORT: mandate } });
    async function madeByHand(): Promise<string> {
      await rig.up(rig.args());
      const id = rig.state?.id ?? "";
      rig.state = undefined;
      rig.sandbox.clearJournal();
      return id;
    }

    it("owns the group that it names, sends nothing, and changes nothing afterwards", async () => {
      const id = await madeByHand();
      await rig.up(rig.args(), importing(`other=Tg000, branch=${id}`));
      expect(rig.state?.id).to.equal(id);
      expect(rig.state?.outputs).to.include({ __origin: "created" });
      expect(writes()).to.deep.equal([]);
      await rig.refresh();
      await rig.up(rig.args());
      expect(writes()).to.deep.equal([]);
      await rig.destroy();
      expect(groups()).to.deep.equal([]);
    });

    it("says as a failure of check, and once for each resource, that it cannot be read, and where it was looked for", async () => {
      const { failures } = await importing("nowhere.json").check({}, rig.args());
      expect(failures).to.deep.equal([
        {
          property: "",
          reason: `HARMONY_SASE_IMPORT names nowhere.json, which cannot be read in ${process.cwd()} as a JSON file of resource names and group ids; give that, or <resource name>=<group id>.`,
        },
      ]);
    });

    it("fails with every difference, and sends nothing", async () => {
      const id = await madeByHand();
      const other = rig.args({
        tunnelName: "office",
        tunnels: { primary: rig.tunnel(0, { passphrase: "Something.else1" }), third: rig.tunnel(2) },
        sharedSettings: { ...(rig.args().sharedSettings as object), peakBandwidth: 50, leftASN: 64_700 },
      });
      const failure = await failureOf(rig.up(other, importing(`branch=${id}`)));
      for (const difference of [
        "tunnelName is branch",
        "tunnels.primary.passphrase differs",
        "tunnels.third is not in it",
        "sharedSettings.peakBandwidth",
        "sharedSettings.leftASN",
      ]) {
        expect(failure).to.contain(difference);
      }
      expect(failure).not.to.contain("Something.else1");
      expect(writes()).to.deep.equal([]);
    });

    it("tells of tunnels that are not declared, and leaves them alone", async () => {
      const id = await madeByHand();
      await rig.up(rig.args({ tunnels: { primary: rig.tunnel(0) } }), importing(`branch=${id}`));
      expect(rig.warnings.join()).to.match(/holds tunnels that are not declared: Tn\w+/);
      expect(groups()[0]?.tunnels).to.have.length(2);
    });
  });

  describe("when a run was interrupted", () => {
    it("waits for the operation of the create that it left behind, and makes no second group", async () => {
      rig.sandbox.plan({ operation: "createGroup", durationMs: 600_000 });
      await failureOf(rig.up(rig.args(), rig.process({ diesAtSleep: 3 })));
      rig.state = undefined;
      await rig.up(rig.args());
      expect(groups()).to.have.length(1);
      expect(writes().filter(({ method }) => method === "POST")).to.have.length(1);
    });

    it("leaves it to the resource that was interrupted", async () => {
      await failureOf(rig.up(rig.args(), rig.process({ diesAtSleep: 1 })));
      rig.state = undefined;
      rig.sandbox.advance(60_000);
      const other = { ...rig.args(), __urn: "urn:pulumi:pr123::rig::t::branch" };
      expect(await failureOf(rig.up(other))).to.match(/has a tunnel group named "branch" already/);
    });
  });

  describe("when the answer to a POST never comes", () => {
    const resets = { operation: "createGroup", times: 9, action: { kind: "reset" } } as const;

    it("sends it once in a run, and again only in a later one in which nothing has shown", async () => {
      rig.sandbox.inject(resets);
      expect(await failureOf(rig.up(rig.args()))).to.match(/is not known.*It was not sent again: run pulumi up again/);
      expect(writes()).to.have.length(1);
      expect(rig.state?.id).to.match(/^pending-/);
      rig.sandbox.clearFaults();
      await rig.up(rig.args());
      expect(groups().map(({ id }) => id)).to.deep.equal([rig.state?.id]);
      expect(writes()).to.have.length(2);
    });

    it("makes one group of many accepted POSTs that were answered 502, and state has it", async () => {
      rig.sandbox.inject({ ...resets, action: { kind: "answer", status: 502, after: true } });
      await rig.up(rig.args());
      expect(groups().map(({ id }) => id)).to.deep.equal([rig.state?.id]);
    });

    it("completes on another machine what state holds, when the group shows late", async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset", after: true } });
      rig.sandbox.plan({ operation: "createGroup", durationMs: 20 * 60_000 });
      await failureOf(rig.up(rig.args()));
      rig.sandbox.advance(20 * 60_000);
      await rig.up(rig.args(), rig.process({ env: { XDG_STATE_HOME: `${rig.folder}/elsewhere` } }));
      expect(groups().map(({ id }) => id)).to.deep.equal([rig.state?.id]);
      expect(writes().map(({ method }) => method)).to.deep.equal(["POST"]);
    });

    it("goes on with the half of the group that it has made", async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset", after: true } });
      rig.sandbox.plan({ operation: "createGroup", statusCode: 500, applied: 1 });
      await failureOf(rig.up(rig.args()));
      await rig.up(rig.args());
      expect(groups().map(({ tunnels }) => tunnels.length)).to.deep.equal([2]);
      expect(rig.state?.id).to.equal(groups()[0]?.id);
    });

    it("destroys what came of it after all", async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset", after: true } });
      rig.sandbox.plan({ operation: "createGroup", durationMs: 20 * 60_000 });
      await failureOf(rig.up(rig.args()));
      rig.sandbox.advance(20 * 60_000);
      await rig.destroy();
      expect(groups()).to.deep.equal([]);
    });
  });

  describe("diff, when a run was interrupted", () => {
    /** Breaks off a run in its wait, as a process that dies does: what it would have returned is lost. */
    async function breakOff(run: (steps: Steps) => Promise<void>): Promise<void> {
      const before = rig.state;
      await failureOf(run(rig.process({ diesAtSleep: 1 })));
      rig.state = before;
      rig.sandbox.clearJournal();
    }

    const diff = () => {
      const { id, outputs, inputs } = rig.state as NonNullable<Rig["state"]>;
      return rig.process().diff(id, outputs, inputs);
    };

    it("has an update look at the group, also where program and state agree, and makes no request itself", async () => {
      await rig.up(rig.args());
      await breakOff((steps) => rig.up(rig.args({ description: "new" }), steps));
      expect(await diff()).to.deep.equal({ changes: true, replaces: [] });
      expect(rig.sandbox.journal()).to.deep.equal([]);
      await rig.up(rig.args());
      expect(groups()[0]?.description).to.equal("");
      expect(await diff()).to.include({ changes: false });
    });

    it("replaces no group for a note alone: an update finds it gone, and the next run makes it anew", async () => {
      await rig.up(rig.args());
      await breakOff((steps) => rig.destroy(steps));
      expect(await diff()).to.deep.equal({ changes: true, replaces: [] });
      expect(rig.sandbox.journal()).to.deep.equal([]);
      expect(await failureOf(rig.up(rig.args()))).to.match(/There is no tunnel group .* Run pulumi up again/);
      expect(await diff()).to.deep.equal({ changes: true, replaces: ["networkId"] });
      await rig.up(rig.args());
      expect(groups().map(({ id }) => id)).to.deep.equal([rig.state?.id]);
    });

    it("says nothing of what another resource has left", async () => {
      await rig.up(rig.args());
      await breakOff((steps) => rig.up(rig.args({ description: "new" }), steps));
      const { id, outputs, inputs } = rig.state as NonNullable<Rig["state"]>;
      const urn = { __urn: "urn:pulumi:other::rig::t::branch" };
      expect(await rig.process().diff(id, { ...outputs, ...urn }, { ...inputs, ...urn })).to.include({
        changes: false,
      });
    });
  });

  it("deletes the group after a refresh in the same run, whose diff stands for nothing", async () => {
    await rig.up(rig.args());
    const { id, outputs, inputs } = rig.state as NonNullable<Rig["state"]>;
    const steps = rig.process();
    await steps.read(id, outputs);
    await steps.diff(id, outputs, inputs);
    await steps.delete(id, outputs);
    expect(groups()).to.deep.equal([]);
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

    it("sends at once again what nobody confirmed and nothing shows", async () => {
      await rig.up(rig.args());
      const next = rig.args({ tunnels: { primary: rig.tunnel(0, { remoteASN: 65_099 }), backup: rig.tunnel(1) } });
      rig.sandbox.plan({ operation: "updateGroup", statusCode: null, applied: false });
      await rig.up(next);
      expect(groups()[0]?.tunnels.find(({ remotePublicIP }) => remotePublicIP === "203.0.113.10")?.remoteASN).to.equal(
        65_099,
      );
      expect(writes().map(({ method }) => method)).to.deep.equal(["POST", "PUT", "PUT"]);
      expect(rig.warnings).to.deep.equal([]);
    });

    it("takes for done, and says so, what was completed twice and nothing confirms or shows", async () => {
      await rig.up(rig.args());
      const next = rig.args({ tunnels: { primary: rig.tunnel(0, { remoteASN: 65_099 }), backup: rig.tunnel(1) } });
      for (const _ of [1, 2]) rig.sandbox.plan({ operation: "updateGroup", statusCode: null });
      await rig.up(next);
      expect(rig.warnings.join()).to.match(/twice without saying whether it succeeded.*it counts as done/);
      await rig.up(next);
      expect(writes().map(({ method }) => method)).to.deep.equal(["POST", "PUT", "PUT"]);
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

    it("fails where a group was deleted meanwhile, and makes it anew with the next run", async () => {
      await rig.up(rig.args());
      rig.sandbox.edit({ kind: "removeGroup", groupId: "branch" });
      const next = rig.args({ description: "new" });
      expect(await failureOf(rig.up(next))).to.match(
        /There is no tunnel group Tg\w+ in network .* Run pulumi up again, and it is made anew/,
      );
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
      expect(rig.state?.outputs.__pending).to.have.length(1);
      await rig.up(next);
      expect(writes().filter(({ method }) => method === "PUT")).to.have.length(1);
      expect(rig.state?.outputs).not.to.have.property("__pending");
    });
  });

  it("goes on with a tunnel that was made anew outside under the same identity, once the program says so", async () => {
    await rig.up(rig.args());
    const before = (rig.state?.outputs.tunnelIds as Record<string, string>).primary ?? "";
    rig.sandbox.edit({ kind: "removeTunnel", groupId: "branch", tunnelId: before });
    rig.sandbox.edit({
      kind: "addTunnel",
      groupId: "branch",
      tunnel: { ...rig.tunnel(0), remoteID: "203.0.113.10", authType: "psk" },
    });
    await rig.refresh();
    expect(rig.state?.outputs.tunnelIds).not.to.have.property("primary");
    await rig.up(rig.args());
    const after = (rig.state?.outputs.tunnelIds as Record<string, string>).primary;
    expect(after).to.be.a("string").and.not.to.equal(before);
    expect(groups()[0]?.tunnels).to.have.length(2);
  });
});
