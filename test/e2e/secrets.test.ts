import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { DynamicTunnelGroup } from "pulumi-harmony-sase";
import { passphraseOf, useFixture } from "./fixture";

describe("Secrets on the real engine", () => {
  const fixture = useFixture();

  /** The forms in which a secret would still be one. */
  const formsOf = (secret: string) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];

  it("leave no byte in output, events, states, backups, history or notes, also when everything goes wrong", async () => {
    const { sandbox, workshop } = fixture;
    const all = [0, 1, 2, 3].map(passphraseOf);
    // Plain strings: nobody made them secret, and one goes wrong in each way there is.
    const program = (tunnels: Record<string, unknown>) => async () => {
      new DynamicTunnelGroup("branch", fixture.args({ tunnels: tunnels as never }));
    };
    // Its remoteID is the same by default.
    const address = "203.0.113.211";
    const backup = fixture.tunnel(1, { remotePublicIP: pulumi.secret(address), remoteASN: pulumi.secret(65_432) });
    const tunnels = { primary: fixture.tunnel(0), backup };
    const stack = await workshop.stack({ program: program(tunnels) });
    await stack.preview({ diff: true });
    await stack.up();

    const rotated = { ...tunnels, primary: fixture.tunnel(0, { passphrase: passphraseOf(2) }) };
    stack.setProgram(program(rotated));
    await stack.preview({ diff: true });
    sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: [`cannot use ${passphraseOf(2)}`] });
    await stack.failingUp();
    sandbox.inject({
      operation: "updateGroup",
      action: { kind: "answer", status: 400, body: { message: `bad ${passphraseOf(2)}` } },
    });
    await stack.failingUp();
    await stack.up();

    const { id } = fixture.tunnelTo("203.0.113.10");
    sandbox.edit({
      kind: "changeTunnel",
      groupId: fixture.groups()[0]?.id ?? "",
      tunnelId: id,
      changes: { passphrase: passphraseOf(3) },
    });
    expect((await stack.refresh()).changes).to.deep.equal({ same: 1, update: 1 });
    await stack.preview({ diff: true });
    stack.setProgram(
      program({ ...rotated, primary: fixture.tunnel(0, { passphrase: passphraseOf(2), remotePublicIP: "nowhere" }) }),
    );
    await stack.failingPreview();
    stack.setProgram(program(rotated));
    await stack.up();
    expect(fixture.tunnelTo(address)).to.include({ remoteID: address, remoteASN: 65_432 });
    stack.setProgram(program({ primary: rotated.primary }));
    sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["not now"], applied: false });
    await stack.failingUp();
    await stack.refresh();
    await stack.destroy();

    const [account] = sandbox.accounts;
    const places = new Map<string, string>([["the terminal and the events", stack.transcript.join("\n")]]);
    for (const [file, bytes] of await workshop.files()) places.set(file, bytes.toString("latin1"));
    expect([...places.keys()].filter((place) => place.includes("history"))).not.to.deep.equal([]);
    for (const secret of [...all, address, account.apiKey, "sandbox-token"].flatMap(formsOf)) {
      for (const [place, text] of places)
        expect(text.includes(secret), `${secret.slice(0, 6)}… in ${place}`).to.equal(false);
    }
  });

  it("are found by the scan where they are", async () => {
    const stack = await fixture.workshop.stack({ program: async () => ({ leak: passphraseOf(0) }) });
    await stack.up();
    expect(stack.transcript.join("")).to.contain(passphraseOf(0));
  });
});
