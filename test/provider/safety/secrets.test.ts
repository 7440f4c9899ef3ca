import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import type { SandboxOptions } from "../../../sandbox";
import { type Rig, type Stored, startRig } from "../rig";
import { failureOf, groupsOf, rowBeside, writesOf } from "./scene";

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

describe("createSteps, when a change of a passphrase is completed without a status code", () => {
  let rig: Rig;
  afterEach(() => rig.close());

  const start = async (options: SandboxOptions) => {
    rig = await startRig({ isSuccessCoded: false, ...options });
    await rig.up(rig.args());
    rig.sandbox.clearJournal();
    rig.warnings.length = 0;
  };
  const rotated = (changes: object = {}) => ({
    tunnels: { primary: rig.tunnel(0, { passphrase: "Rotated.secret_1", ...changes }), backup: rig.tunnel(1) },
  });

  for (const [title, options] of [
    ["masked by one letter", { maskedPassphrase: "xxxxxxxxxxxx" }],
    ["masked by a text of another form", { maskedPassphrase: "<not shown>" }],
    ["not shown at all", { isPassphraseShown: false }],
  ] as const) {
    it(`sends it once where it reads back ${title}, and warns that it was not verified`, async () => {
      await start(options);
      await rig.up(rig.args(rotated()));
      expect(rig.warnings.join()).to.match(
        /^tunnels\.primary\.passphrase of tunnel group \w+ was sent and could not be verified/,
      );
      expect(rig.warnings.join()).not.to.contain("Rotated.secret_1");
      await rig.up(rig.args(rotated()));
      expect(writesOf(rig)).to.deep.equal(["PUT"]);
      expect((rig.state?.outputs.tunnels as Record<string, Plain>).primary?.passphrase).to.equal("Rotated.secret_1");
      expect(rig.warnings).to.have.length(1);
    });
  }

  it("says nothing where it reads back", async () => {
    await start({});
    await rig.up(rig.args(rotated()));
    expect(writesOf(rig)).to.deep.equal(["PUT"]);
    expect(rig.warnings).to.deep.equal([]);
  });

  it("sends it a second time where it reads back as a word that could be one", async () => {
    await start({ maskedPassphrase: "not.shown.at.all" });
    await rig.up(rig.args(rotated()));
    expect(writesOf(rig)).to.deep.equal(["PUT", "PUT"]);
  });

  it("sends it a second time beside an ASN, which no read shows", async () => {
    await start({ maskedPassphrase: "xxxxxxxxxxxx" });
    await rig.up(rig.args(rotated({ remoteASN: 65_099 })));
    expect(writesOf(rig)).to.deep.equal(["PUT", "PUT"]);
    expect(groupsOf(rig)[0]?.tunnels[0]).to.include({ remoteASN: 65_099, passphrase: "Rotated.secret_1" });
  });
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

describe("createSteps, with everything of a group a secret", () => {
  const TUNNEL_NAME = "Zq7undisclosed";
  const WHOLE = ["networkId", "tunnelName", "tunnels", "sharedSettings"];

  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const hidden = (changes: Plain = {}): Plain => rig.args({ __secrets: WHOLE, tunnelName: TUNNEL_NAME, ...changes });

  /** The texts and numbers in a value. */
  const leavesOf = (value: unknown): readonly string[] =>
    typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [String(value)];

  /** Everything that users were shown, but for ids that the service gives to what it makes. */
  const said = (failure = "") => [failure, ...rig.warnings, ...rig.infos, ...rig.statuses].join("\n");

  function expectNothingOf(program: Plain, text: string): void {
    const { networkId, tunnelName, tunnels, sharedSettings } = program;
    for (const secret of leavesOf([networkId, tunnelName, tunnels, sharedSettings])) {
      expect(text, "what was said").not.to.contain(secret);
    }
  }

  const BROKEN: readonly [string, (program: Plain) => Plain][] = [
    ["a passphrase that is a number", () => ({ tunnels: { a: rig.tunnel(0, { passphrase: 8_675_309_123 }) } })],
    ["a passphrase in a list", () => ({ tunnels: { a: rig.tunnel(0, { passphrase: [8_675_309_123] }) } })],
    ["tunnels in a list", () => ({ tunnels: [rig.tunnel(0)] })],
    ["an ASN out of range", () => ({ tunnels: { a: rig.tunnel(0, { remoteASN: 4_294_967_299 }) } })],
    ["subnets that are none", () => ({ sharedSettings: { p81GatewaySubnets: ["10.1.0.0/99", 7_777_777] } })],
    ["a name of digits", () => ({ tunnelName: "86753091238675309123" })],
    ["a name that is a number", () => ({ tunnelName: 8_675_309 })],
    ["a network that is a number", () => ({ networkId: 8_675_309 })],
    ["a near miss of a word", () => ({ tunnels: { a: rig.tunnel(0, { routingType: "rouute" }) } })],
    ["settings that are a number", () => ({ sharedSettings: 8_675_309 })],
    ["an address that another tunnel has", () => ({ tunnels: { a: rig.tunnel(0), b: rig.tunnel(0) } })],
  ];
  for (const [title, change] of BROKEN) {
    it(`says nothing of it where check refuses ${title}`, async () => {
      const program = hidden(change(rig.args()));
      const text = await failureOf(rig.up(program));
      expect(text).to.match(/must|told/);
      expectNothingOf(program, said(text));
    });
  }

  it("says nothing of it where the ASN cannot change", async () => {
    await rig.up(hidden());
    const program = hidden({ sharedSettings: { ...(rig.args().sharedSettings as Plain), leftASN: 64_601 } });
    const text = await failureOf(rig.up(program));
    expect(text).to.contain("set it back to what it was");
    expectNothingOf(hidden(), said(text));
  });

  it("says nothing of it where the service refuses it and gives its reasons", async () => {
    const reasons = [`AS65010 is taken in ${rig.networkId}`, `${TUNNEL_NAME} to 203.0.113.10: no, 10.20.0.0/16`];
    rig.sandbox.plan({ operation: "createGroup", statusCode: 422, reasons, applied: false });
    const text = await failureOf(rig.up(hidden()));
    expect(text).to.contain("AS[secret] is taken");
    expectNothingOf(hidden(), said(text));
  });

  it("says nothing of it where the name is taken, in this program or in the network", async () => {
    await rig.up(hidden());
    const other = rowBeside(rig, "other");
    const text = await failureOf(other.up(hidden({ __urn: other.args().__urn })));
    expect(text).to.contain('has a tunnel group named "[secret]" already');
    expectNothingOf(hidden(), said(text));
  });

  it("says nothing of it where a group that is to be imported is another", async () => {
    await rig.up(rig.args({ tunnelName: "Zq8another" }));
    const { id } = rig.state as Stored;
    rig.state = undefined;
    const steps = rig.process({ env: { HARMONY_SASE_IMPORT: `branch=${id}` } });
    const program = hidden({ sharedSettings: { ...(rig.args().sharedSettings as Plain), leftASN: 64_777 } });
    const text = await failureOf(rig.up(program, steps));
    expect(text).to.contain("tunnelName differs; sharedSettings.leftASN is not the network's");
    expectNothingOf(hidden(), said(text));
    expectNothingOf(program, said(text));
    expect(text).not.to.contain("Zq8another");
  });

  it("says nothing of it where a refresh finds it changed", async () => {
    await rig.up(hidden());
    const [group] = groupsOf(rig);
    rig.sandbox.edit({
      kind: "changeTunnel",
      groupId: group?.id ?? "",
      tunnelId: group?.tunnels[0]?.id ?? "",
      changes: { remotePublicIP: "203.0.113.77" },
    });
    const before = rig.state as Stored;
    const steps = rig.process();
    await rig.refresh(steps);
    await steps.diff(before.id, (rig.state as unknown as Stored).outputs, before.inputs);
    expect(rig.infos.join()).to.contain("tunnels.primary.remotePublicIP is another now.");
    expectNothingOf(hidden(), said());
    expect(said()).not.to.contain("203.0.113.77");
  });
});
