import { expect } from "chai";
import type { Steps } from "../../provider/steps";
import { type Rig, startRig } from "./rig";

const OPERATION_MS = 60_000;

/** What goes wrong between two runs; the runs themselves are in process, each as a process of its own. */
for (const medianMs of [0, 120, 600])
  describe(`createSteps, after a run that was cut off, ${medianMs} ms away`, () => {
    let rig: Rig;
    beforeEach(async () => {
      rig = await startRig({
        latency: { medianMs, sigma: 0.5, setupRoundTrips: 2 },
        isPassphraseShown: false,
        operationMs: OPERATION_MS,
      });
    });
    afterEach(() => rig.close());

    const groups = () => rig.sandbox.groups().filter(({ networkId }) => networkId === rig.networkId);
    const addresses = () => groups().map(({ tunnels }) => tunnels.map(({ remotePublicIP }) => remotePublicIP).sort());
    const failing = (run: Promise<unknown>) =>
      run.then(
        () => expect.fail("it succeeded"),
        () => undefined,
      );
    const three = () => rig.args({ tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) } });

    /** As a process that dies where it waits for its operation: what it would have returned is lost. */
    async function cutOff(run: (steps: Steps) => Promise<void>, diesAtSleep = 1): Promise<void> {
      const before = rig.state;
      await failing(run(rig.process({ diesAtSleep })));
      rig.state = before;
    }

    it("removes the tunnel that it had added when the program no longer declares it", async () => {
      await rig.up(rig.args());
      await cutOff((steps) => rig.up(three(), steps));
      await rig.up(rig.args());
      expect(addresses()).to.deep.equal([["203.0.113.10", "203.0.113.11"]]);
    });

    it("removes it also when the run that was to remove it was cut off and came to nothing", async () => {
      await rig.up(rig.args());
      await cutOff((steps) => rig.up(three(), steps));
      await rig.clock.sleep(OPERATION_MS);
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 500 });
      await cutOff((steps) => rig.up(rig.args({ description: "meanwhile" }), steps));
      await rig.up(rig.args());
      expect(addresses()).to.deep.equal([["203.0.113.10", "203.0.113.11"]]);
    });

    it("adds no tunnel twice where the second of two shows some seconds after the first", async () => {
      await rig.up(rig.args());
      const tunnels = { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2), fourth: rig.tunnel(3) };
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 200, applied: 1 });
      await cutOff((steps) => rig.up(rig.args({ tunnels }), steps));
      const late = { ...rig.tunnel(3), remoteID: "203.0.113.13", authType: "psk", routingType: "route" };
      rig.sandbox.edit({ kind: "addTunnel", groupId: "branch", tunnel: late }, { afterMs: OPERATION_MS + 10_000 });
      await rig.up(rig.args({ tunnels }));
      expect(addresses()).to.deep.equal([["203.0.113.10", "203.0.113.11", "203.0.113.12", "203.0.113.13"]]);
      expect(Object.keys((rig.state?.outputs.tunnelIds ?? {}) as object)).to.have.length(4);
    });

    it("leaves a tunnel alone that somebody else has added meanwhile", async () => {
      await rig.up(rig.args());
      await cutOff((steps) => rig.up(three(), steps));
      rig.sandbox.edit({
        kind: "addTunnel",
        groupId: groups()[0]?.id ?? "",
        tunnel: { ...rig.tunnel(1), remotePublicIP: "198.51.100.7", passphrase: "Somebody.else" },
      });
      await rig.up(rig.args());
      expect(addresses()).to.deep.equal([["198.51.100.7", "203.0.113.10", "203.0.113.11"]]);
    });

    it("deletes the group with the tunnel that it had added", async () => {
      await rig.up(rig.args());
      await cutOff((steps) => rig.up(three(), steps));
      await rig.destroy();
      expect(groups()).to.deep.equal([]);
    });

    it("knows after a refresh the tunnel that it had added", async () => {
      await rig.up(rig.args());
      await cutOff((steps) => rig.up(three(), steps));
      await rig.refresh();
      expect(Object.keys((rig.state?.outputs.tunnelIds ?? {}) as object)).to.have.members([
        "primary",
        "backup",
        "third",
      ]);
    });

    it("sets back what it had changed and no answer shows", async () => {
      await rig.up(rig.args());
      const changed = rig.tunnel(0, { remoteASN: 65_077, passphrase: "Cut.off_change" });
      await cutOff((steps) => rig.up(rig.args({ tunnels: { primary: changed, backup: rig.tunnel(1) } }), steps));
      await rig.up(rig.args());
      expect(groups()[0]?.tunnels[0]).to.include({ remoteASN: 65_010, passphrase: "Rig.secret_of_0" });
    });

    it("sets back what it had changed, though the service has never answered and carries it out late", async () => {
      await rig.up(rig.args());
      const changed = rig.tunnel(0, { remotePublicIP: "203.0.113.99" });
      rig.sandbox.inject({ operation: "updateGroup", action: { kind: "reset", after: true } });
      rig.sandbox.plan({ operation: "updateGroup", durationMs: 2 * OPERATION_MS });
      await cutOff((steps) => rig.up(rig.args({ tunnels: { primary: changed, backup: rig.tunnel(1) } }), steps));
      await rig.up(rig.args());
      await rig.clock.sleep(2 * OPERATION_MS);
      expect(addresses()).to.deep.equal([["203.0.113.10", "203.0.113.11"]]);
    });

    it("rebuilds the tunnel that it had rebuilt when the program goes back to the old address", async () => {
      await rig.up(rig.args());
      const moved = rig.tunnel(0, { p81GWInternalIP: "169.254.77.1" });
      await cutOff((steps) => rig.up(rig.args({ tunnels: { primary: moved, backup: rig.tunnel(1) } }), steps));
      await rig.up(rig.args());
      expect(
        groups()[0]
          ?.tunnels.map(({ p81GWInternalIP }) => p81GWInternalIP)
          .sort(),
      ).to.deep.equal(["169.254.10.1", "169.254.10.5"]);
    });

    it("rebuilds a tunnel of the group that it had created when the program corrects an inner address", async () => {
      await cutOff((steps) => rig.up(rig.args(), steps));
      const corrected = rig.tunnel(0, { p81GWInternalIP: "169.254.77.1" });
      await rig.up(rig.args({ tunnels: { primary: corrected, backup: rig.tunnel(1) } }));
      expect(groups()).to.have.length(1);
      expect(
        groups()[0]
          ?.tunnels.map(({ p81GWInternalIP }) => p81GWInternalIP)
          .sort(),
      ).to.deep.equal(["169.254.10.5", "169.254.77.1"]);
    });

    it("leaves a group alone whose deletion has failed", async () => {
      await rig.up(rig.args());
      const [before] = groups();
      rig.sandbox.plan({ operation: "deleteGroup", statusCode: 409, reasons: ["in use"] });
      await failing(rig.destroy());
      await rig.up(rig.args());
      expect(groups().map(({ id }) => id)).to.deep.equal([before?.id]);
    });

    it("keeps no passphrase in what it leaves for the next run", async () => {
      await rig.up(rig.args());
      await cutOff((steps) => rig.up(three(), steps));
      expect(await rig.notes()).to.match(/203\.0\.113\.12/);
      expect(await rig.notes()).not.to.match(/Rig\.secret/);
    });
  });
