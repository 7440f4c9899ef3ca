import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { DynamicTunnelGroup } from "pulumi-harmony-sase";
import type { EngineStack } from "../../tools/workshop";
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

  const tunnelName = "86753091234";
  /** Where one of the texts stands in what a stack has printed or left behind, other stacks' states apart. */
  const leaks = async (texts: readonly string[], { name, transcript }: Pick<EngineStack, "name" | "transcript">) => {
    const places = new Map<string, string>([["the terminal and the events", transcript.join("\n")]]);
    for (const [file, bytes] of await fixture.workshop.files()) {
      const [, stack = name] = /[\\/]e2e[\\/](s\d+)\b/.exec(file) ?? [];
      if (stack === name) places.set(file, bytes.toString("latin1"));
    }
    return texts.flatMap(formsOf).flatMap((text) => {
      return [...places].filter(([, place]) => place.includes(text)).map(([place]) => `${text} in ${place}`);
    });
  };

  it("of any type and depth are not printed where a preview refuses them", async () => {
    const wrong = {
      networkId: 8_675_309_121,
      tunnelName: "867530912398675309123",
      tunnels: {
        a: { regionID: "8.6.7.5", passphrase: 8_675_309_123, remoteASN: 4_294_967_299, routingType: "rouute" },
        b: { passphrase: { psk: 8_675_309_124 }, remotePublicIP: "300.86.75.30", remoteAsn: 8_675_309_125 },
      },
      sharedSettings: { p81GatewaySubnets: ["10.86.75.0/99"], leftASN: 4_294_967_298 },
    };
    const secrets = Object.entries(wrong).map(([name, value]) => [
      `e2e:${name}`,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]);
    const stack = await fixture.workshop.stack({
      secrets: Object.fromEntries(secrets) as Record<string, string>,
      program: async () => {
        const config = new pulumi.Config("e2e");
        new DynamicTunnelGroup("branch", {
          networkId: config.requireSecretObject("networkId"),
          tunnelName: config.requireSecret("tunnelName"),
          tunnels: config.requireSecretObject("tunnels"),
          sharedSettings: config.requireSecretObject("sharedSettings"),
        });
      },
    });
    const { output } = await stack.failingPreview();
    for (const path of ["networkId", "tunnels.a.passphrase", "tunnels.b.passphrase", "sharedSettings.leftASN"]) {
      expect(output).to.contain(`${path}: must be`);
    }
    expect(output).to.contain("tunnels.b.remoteAsn: is not a property here; did you mean remoteASN?");
    const texts = ["867530912", "4294967299", "4294967298", "8.6.7.5", "300.86.75.30", "10.86.75.0", "rouute"];
    expect(await leaks(texts, stack)).to.deep.equal([]);
  });

  it("leave no byte where a whole group is one, through failure, drift and refusal", async () => {
    const { sandbox, workshop, networkId } = fixture;
    const shared = { p81GatewaySubnets: ["0.0.0.0/0"], remoteGatewaySubnets: ["10.86.0.0/16"], leftASN: 64_600 };
    const program = (leftASN: number) => async () => {
      new DynamicTunnelGroup("whole", {
        networkId: pulumi.secret(networkId),
        tunnelName: pulumi.secret(tunnelName),
        tunnels: pulumi.secret({ primary: fixture.tunnel(0, { remotePublicIP: "203.0.113.186", remoteASN: 65_186 }) }),
        sharedSettings: pulumi.output({ ...shared, leftASN: pulumi.secret(leftASN) }),
        description: pulumi.output("AS65186").apply((text) => text),
      });
    };
    const stack = await workshop.stack({ program: program(64_600) });
    const reasons = [`AS65186 of ${tunnelName} in ${networkId} to 203.0.113.186 with 10.86.0.0/16: no`];
    sandbox.plan({ operation: "createGroup", statusCode: 422, reasons, applied: false });
    expect((await stack.failingUp()).output).to.contain("AS[secret] of [secret] in [secret] to [secret]");
    await stack.up();
    const [group] = fixture.groups();
    const tunnelId = group?.tunnels[0]?.id ?? "";
    const changes = { remotePublicIP: "203.0.113.187" };
    sandbox.edit({ kind: "changeTunnel", groupId: group?.id ?? "", tunnelId, changes });
    expect((await stack.refresh()).output).to.contain("remotePublicIP is another now");
    await stack.up();
    stack.setProgram(program(64_601));
    expect((await stack.failingPreview()).output).to.contain("set it back to what it was");
    await stack.destroy();
    const texts = [passphraseOf(0), "203.0.113.186", "203.0.113.187", "10.86.0.0", tunnelName, networkId];
    expect(await leaks(texts, stack)).to.deep.equal([]);
  });

  it("are found by the scan where they are", async () => {
    const stack = await fixture.workshop.stack({ program: async () => ({ leak: passphraseOf(0) }) });
    await stack.up();
    expect(stack.transcript.join("")).to.contain(passphraseOf(0));
  });
});
