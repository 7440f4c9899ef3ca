import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import type { SandboxOptions } from "../../../sandbox";
import { type Rig, type Stored, startRig } from "../rig";
import { failureOf, groupsOf, writesOf } from "./scene";

describe("createSteps, after a passphrase was rotated", () => {
  const services: readonly (readonly [string, SandboxOptions])[] = [
    ["is shown late", { lagMs: 30_000 }],
    ["is shown as xs", { maskedPassphrase: "xxxxxxxxxxxx" }],
    ["is shown as asterisks", { maskedPassphrase: "********" }],
    ["is shown as a text of another form", { maskedPassphrase: "<not shown>" }],
    ["is shown as a word that could be one", { maskedPassphrase: "not.shown.at.all" }],
    ["is not shown", { isPassphraseShown: false }],
  ];
  for (const [title, options] of services) {
    const isAmbiguous = options.maskedPassphrase === "not.shown.at.all";

    describe(`where it ${title}`, () => {
      let rig: Rig;
      beforeEach(async () => {
        rig = await startRig(options);
        await rig.up(rig.args());
        rig.sandbox.clearJournal();
      });
      afterEach(() => rig.close());

      const rotated = () =>
        rig.args({
          tunnels: { primary: rig.tunnel(0, { passphrase: "Rotated.secret_1" }), backup: rig.tunnel(1) },
        });

      it("sends one PUT, and nothing with the next up", async () => {
        await rig.up(rotated());
        await rig.up(rotated());
        expect(writesOf(rig)).to.deep.equal(["PUT"]);
        expect(groupsOf(rig)[0]?.tunnels[0]?.passphrase).to.equal("Rotated.secret_1");
      });

      it("does not send it again with another change, unless what is shown could be another one", async () => {
        await rig.up(rotated());
        await rig.clock.sleep(60_000);
        const { tunnels, ...rest } = rotated() as { tunnels: Record<string, object> };
        await rig.up({ ...rest, tunnels: { ...tunnels, primary: { ...tunnels.primary, remoteASN: 65_099 } } });
        const [, put] = rig.sandbox.journal().filter(({ method }) => method === "PUT");
        expect(put?.body).to.have.nested.property("updateTunnels[0].remoteASN", 65_099);
        const isSent = JSON.stringify(put?.body).includes("Rotated.secret_1");
        expect(isSent).to.equal(isAmbiguous);
      });

      it("keeps it in state through a refresh, unless what is shown could be another one", async () => {
        await rig.up(rotated());
        await rig.clock.sleep(60_000);
        await rig.refresh();
        const { primary } = rig.state?.outputs.tunnels as Record<string, { passphrase?: string }>;
        expect(primary?.passphrase).to.equal(isAmbiguous ? options.maskedPassphrase : "Rotated.secret_1");
      });
    });
  }
});

describe("createSteps, with addresses that are secrets", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  /** Adopts the rig's group. @returns the program */
  async function adopted(__secrets: readonly string[] | undefined): Promise<Plain> {
    await rig.up(rig.args());
    const { id } = rig.state as Stored;
    rig.state = undefined;
    const { sharedSettings: _, ...program } = rig.args({ dynamicTunnelId: id, __secrets });
    await rig.up(program);
    rig.warnings.length = 0;
    return program;
  }

  it("names none that state of 0.1.0 has, which does not say that it is one", async () => {
    const program = await adopted(undefined);
    const tunnels = { primary: rig.tunnel(0, { remotePublicIP: "203.0.113.99" }), backup: rig.tunnel(1) };
    await rig.up({ ...program, tunnels, __secrets: ["tunnels.primary.remotePublicIP"] });
    expect(rig.warnings.join()).to.include("tunnels.primary keeps remoteID [secret]; declare remoteID");
  });

  it("names none of a tunnel that the program has no more in a preview that fails", async () => {
    const program = await adopted(["tunnels.primary.remotePublicIP", "tunnels.backup.remotePublicIP"]);
    const { id, outputs } = rig.state as Stored;
    const { primary, backup } = outputs.tunnels as Record<string, Plain>;
    const { regionID } = primary as { regionID: string };
    const olds = { ...outputs, tunnels: { primary, backup: { ...backup, regionID } } };
    const news = { ...program, tunnels: { either: { regionID } }, __secrets: [] };
    expect(await failureOf(rig.process().diff(id, olds, news))).to.match(
      /^tunnels\.either could be any of the tunnels Tn\w+ \(\w+ \[secret\]\), Tn\w+ \(\w+ \[secret\]\)/,
    );
  });
});
