import { expect } from "chai";
import type { EngineStack } from "../../tools/workshop";
import { passphraseOf, useFixture } from "./fixture";

describe("Values outside the schema, on the real engine", () => {
  const fixture = useFixture();
  let stack: EngineStack;

  const declared = (remoteASN = 65_010) =>
    fixture.args({
      description: "branch office",
      tunnels: { primary: fixture.tunnel(0, { remoteID: "peer1" }), backup: fixture.tunnel(1, { remoteASN }) },
    });
  /** Each of the values that people have set, all at once. */
  function setByHand(): void {
    const [group] = fixture.groups();
    const groupId = group?.id ?? "";
    fixture.sandbox.edit({
      kind: "setByHand",
      groupId,
      values: {
        description: 7,
        sharedSettings: { p81GatewaySubnets: [], remoteGatewaySubnets: ["2001:db8::/32"], peakBandwidth: 20_000 },
        advancedSettings: { lifetime: "36h", phase1: { keyExchangeMethod: ["modp4096"] } },
      },
    });
    const values = { remoteID: "vpn.example.com", passphrase: "by hand!" };
    fixture.sandbox.edit({ kind: "setByHand", groupId, tunnelId: fixture.tunnelTo("203.0.113.10").id, values });
  }
  const PATHS = [
    "description",
    "p81GatewaySubnets",
    "remoteGatewaySubnets",
    "peakBandwidth",
    "lifetime",
    "keyExchangeMethod",
    "remoteID",
    "passphrase",
  ];
  const SHOWN = ["modp4096", "36h", "2001:db8::/32", "20000", "vpn.example.com"];

  before(async () => {
    stack = await fixture.workshop.stack({ program: fixture.program(declared()) });
    await stack.up();
  });

  it("are shown by a refresh and the next preview, and set back once", async () => {
    setByHand();
    const refreshed = await stack.refresh();
    expect(refreshed.changes).to.deep.equal({ same: 1, update: 1 });
    for (const text of [...PATHS, ...SHOWN]) expect(refreshed.output).to.contain(text);
    const { groups } = await stack.state();
    expect(groups[0]?.inputs.advancedSettings).to.have.property("lifetime", "36h");
    const previewed = await stack.preview({ diff: true });
    for (const text of PATHS) expect(previewed.output).to.contain(text);
    fixture.sandbox.clearJournal();
    const { changes } = await stack.up();
    expect(changes).to.deep.equal({ same: 1, update: 1 });
    expect(fixture.writes().map(({ method }) => method)).to.deep.equal(["PUT"]);
    expect(fixture.tunnelTo("203.0.113.10")).to.include({ remoteID: "peer1", passphrase: passphraseOf(0) });
    expect((await stack.refresh()).changes).to.deep.equal({ same: 2 });
  });

  it("are named and set back by an update that changes something else", async () => {
    setByHand();
    stack.setProgram(fixture.program(declared(65_020)));
    fixture.sandbox.clearJournal();
    const { output } = await stack.up();
    for (const text of [...PATHS, ...SHOWN]) expect(output).to.contain(text);
    expect(fixture.writes().map(({ method }) => method)).to.deep.equal(["PUT"]);
    expect((await stack.refresh()).changes).to.deep.equal({ same: 2 });
  });

  it("never bring a passphrase into what is printed", async () => {
    expect(stack.transcript.join("\n")).not.to.contain("by hand!");
  });

  it("refuse an import with their paths", async () => {
    setByHand();
    const groupId = fixture.groups()[0]?.id ?? "";
    const other = await fixture.workshop.stack({
      name: "importing",
      program: fixture.program(declared(65_020)),
      environment: { HARMONY_SASE_IMPORT: `branch=${groupId}`, XDG_STATE_HOME: `${fixture.workshop.folder}/importing` },
    });
    const { output } = await other.failingUp();
    for (const text of PATHS.filter((path) => !["remoteID", "passphrase"].includes(path)))
      expect(output).to.contain(text);
    expect(output).to.contain("cannot be imported");
  });
});
