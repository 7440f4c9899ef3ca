import { expect } from "chai";
import type { SandboxOptions } from "../../../sandbox";
import { type Rig, startRig } from "../rig";
import { groupsOf, writesOf } from "./scene";

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
