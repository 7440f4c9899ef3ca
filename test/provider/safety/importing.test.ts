import { expect } from "chai";
import type { SandboxOptions } from "../../../sandbox";
import { type Rig, startRig } from "../rig";
import { addressesOf, failureOf, idsOf, madeByOthers, writesOf } from "./scene";

describe("createSteps, with HARMONY_SASE_IMPORT", () => {
  let rig: Rig;
  afterEach(() => rig.close());

  const services: readonly (readonly [string, SandboxOptions])[] = [
    ["shows xs", { maskedPassphrase: "xxxxxxxxxxxx" }],
    ["shows asterisks", { maskedPassphrase: "********" }],
    ["shows a text that can be no passphrase", { maskedPassphrase: "<not shown>" }],
    ["shows none", { isPassphraseShown: false }],
  ];
  for (const [title, options] of services) {
    it(`owns the group as declared where the service ${title}`, async () => {
      rig = await startRig(options);
      const id = await madeByOthers(rig);
      await rig.up(rig.args(), rig.process({ env: { HARMONY_SASE_IMPORT: `branch=${id}` } }));
      expect(rig.state?.id).to.equal(id);
      expect(rig.state?.outputs).to.have.nested.property("tunnels.primary.passphrase", "Rig.secret_of_0");
      expect(writesOf(rig)).to.deep.equal([]);
    });
  }

  it("refuses the group where another passphrase is shown, and names the field alone", async () => {
    rig = await startRig();
    const id = await madeByOthers(rig);
    const tunnels = { primary: rig.tunnel(0, { passphrase: "Another.one" }), backup: rig.tunnel(1) };
    const message = await failureOf(
      rig.up(rig.args({ tunnels }), rig.process({ env: { HARMONY_SASE_IMPORT: `branch=${id}` } })),
    );
    expect(message)
      .to.contain("tunnels.primary.passphrase differs")
      .and.not.to.match(/Another\.one|Rig\.secret/);
    expect(rig.state).to.equal(undefined);
    expect(idsOf(rig)).to.deep.equal([id]);
  });

  it("refuses a group with a tunnel that unmanagedTunnels would remove, and names it", async () => {
    rig = await startRig();
    const id = await madeByOthers(rig);
    const args = rig.args({ tunnels: { primary: rig.tunnel(0) }, unmanagedTunnels: "remove" });
    const message = await failureOf(rig.up(args, rig.process({ env: { HARMONY_SASE_IMPORT: `branch=${id}` } })));
    expect(message).to.match(/cannot be imported.*tunnel Tn\w+ \(\w+ 203\.0\.113\.11\) is not declared/);
    expect(rig.state).to.equal(undefined);
    expect(addressesOf(rig)).to.deep.equal([["203.0.113.10", "203.0.113.11"]]);
  });
});
