import { expect } from "chai";
import type { Plain } from "../../provider/process";
import { loadFixture } from "../fixtures/load";
import { type Rig, startRig } from "./rig";
import { failureOf, writesOf } from "./safety/scene";

describe("createSteps, with defaults of tunnels", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const group = () => rig.sandbox.groups().find(({ networkId }) => networkId === rig.networkId);
  const idOf = (key: string) => (rig.state?.outputs.tunnelIds as Record<string, string>)[key] ?? "";
  const primaryOf = (part: "inputs" | "outputs" = "outputs") =>
    (rig.state?.[part].tunnels as Record<string, Plain>).primary;
  const primaryThere = () => group()?.tunnels.find(({ id }) => id === idOf("primary"));
  const edit = (changes: Plain) =>
    rig.sandbox.edit({ kind: "changeTunnel", groupId: rig.state?.id ?? "", tunnelId: idOf("primary"), changes });
  const bodies = () =>
    rig.sandbox
      .journal()
      .filter(({ method }) => method === "PUT")
      .map(({ body }) => body);
  const movedTo = (remotePublicIP: string) =>
    rig.args({ tunnels: { primary: rig.tunnel(0, { remotePublicIP }), backup: rig.tunnel(1) } });

  it("shows the tunnel as it is, in inputs and outputs", async () => {
    await rig.up(rig.args());
    const effective = { ...rig.tunnel(0), remoteID: "203.0.113.10", routingType: "route", authType: "psk" };
    expect(primaryOf("inputs")).to.deep.equal(effective);
    expect(primaryOf()).to.deep.equal(effective);
  });

  it("changes remoteID with the address that it is by default, in one PUT that the preview tells of", async () => {
    await rig.up(rig.args());
    await rig.up(movedTo("203.0.113.99"));
    expect(rig.infos).to.deep.equal(["tunnels.primary: remotePublicIP, remoteID changes in place."]);
    expect(bodies()).to.deep.equal([
      {
        tunnelName: "branch",
        updateTunnels: [{ id: idOf("primary"), remotePublicIP: "203.0.113.99", remoteID: "203.0.113.99" }],
      },
    ]);
    expect(rig.warnings).to.deep.equal([]);
  });

  it("shows after a refresh what somebody changed of them, and sets it right", async () => {
    await rig.up(rig.args());
    edit({ remoteID: "peer1", routingType: "policy" });
    await rig.refresh();
    expect(primaryOf("inputs")).to.include({ remoteID: "peer1", routingType: "policy", authType: "psk" });
    rig.sandbox.clearJournal();
    await rig.up(rig.args());
    expect(rig.infos).to.deep.equal(["tunnels.primary: remoteID, routingType changes in place."]);
    expect(primaryThere()).to.include({ remoteID: "203.0.113.10", routingType: "route" });
    expect(writesOf(rig)).to.deep.equal(["PUT"]);
  });

  it("reads in a refresh what a failed run could not prove of them", async () => {
    await rig.up(rig.args());
    const { outputs = {}, ...rest } = rig.state ?? {};
    const { primary: { remoteID: _, ...unproven } = {}, ...others } = outputs.tunnels as Record<string, Plain>;
    rig.state = { ...rest, outputs: { ...outputs, tunnels: { ...others, primary: unproven } } } as NonNullable<
      Rig["state"]
    >;
    edit({ remoteID: "peer1" });
    await rig.refresh();
    expect(primaryOf("inputs")?.remoteID).to.equal("peer1");
  });

  it("leaves to an adopted tunnel what is not declared of it", async () => {
    await rig.up(rig.args());
    edit({ remoteID: "peer1", routingType: "policy" });
    const id = rig.state?.id;
    rig.state = undefined;
    rig.sandbox.clearJournal();
    const { sharedSettings: _, ...adopting } = rig.args({ dynamicTunnelId: id });
    await rig.up(adopting);
    await rig.refresh();
    await rig.up(adopting);
    expect(primaryOf()).to.deep.equal(rig.tunnel(0));
    // The ASN is not shown, and sent to be sure.
    expect(JSON.stringify(bodies())).not.to.match(/remoteID|routingType|authType/);
    expect(primaryThere()).to.include({ remoteID: "peer1", routingType: "policy" });
  });

  it("leaves another's tunnel to the same address alone, where an adopting program gives the address as remoteID", async () => {
    await rig.up(rig.args({ tunnels: { primary: rig.tunnel(0, { remoteID: "peer1" }) } }));
    const { id = "" } = rig.state ?? {};
    rig.state = undefined;
    const inner = { p81GWInternalIP: "169.254.20.1", remoteGWInternalIP: "169.254.20.2" };
    const { sharedSettings: _, ...adopting } = rig.args({ dynamicTunnelId: id });
    await rig.up({ ...adopting, tunnels: { own: rig.tunnel(0, { ...inner, remoteID: "203.0.113.10" }) } });
    expect(group()?.tunnels.map(({ remoteID }) => remoteID)).to.deep.equal(["peer1", "203.0.113.10"]);
  });

  it("goes on with a tunnel that somebody made anew with another remoteID, and gives it the default", async () => {
    await rig.up(rig.args());
    edit({ remoteID: "peer1" });
    const before = primaryThere()?.id;
    const { outputs = {}, ...rest } = rig.state ?? {};
    const { primary: _, ...others } = outputs.tunnelIds as Record<string, string>;
    rig.state = { ...rest, outputs: { ...outputs, tunnelIds: others } } as NonNullable<Rig["state"]>;
    await rig.up(rig.args());
    expect(group()?.tunnels).to.have.length(2);
    expect(idOf("primary")).to.equal(before);
    expect(primaryThere()?.remoteID).to.equal("203.0.113.10");
  });

  describe("where the address is a secret", () => {
    const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const secretly = () => rig.args({ __secrets: ["tunnels.primary.remotePublicIP"] });
    const remoteIdIn = (properties: unknown) =>
      (properties as { tunnels: { primary: { remoteID: unknown } } }).tunnels.primary.remoteID;

    it("marks the identifier in all that goes to state", async () => {
      const marked = { ...SECRET, value: "203.0.113.10" };
      expect(remoteIdIn((await rig.process().check({}, secretly())).inputs)).to.deep.equal(marked);
      await rig.up(secretly());
      const { id = "", outputs = {} } = rig.state ?? {};
      const { props, inputs } = await rig.process().read(id, outputs);
      expect([remoteIdIn(props), remoteIdIn(inputs)]).to.deep.equal([marked, marked]);
    });

    it("names it in no message", async () => {
      rig.sandbox.plan({ operation: "createGroup", statusCode: 422, reasons: ["cannot reach 203.0.113.10"] });
      expect(await failureOf(rig.up(secretly()))).to.match(/cannot reach \[secret\]/);
    });
  });

  describe("with state of version 0.1.0, which lacks them", () => {
    let program: Plain;
    beforeEach(async () => {
      const fixture = await loadFixture(rig.sandbox, rig.networkId, "0.1.0", "created");
      rig.state = { id: fixture.id, inputs: fixture.inputs, outputs: fixture.outputs };
      // What that version left where it changed the address.
      edit({ remoteID: "198.51.100.1" });
      program = { ...fixture.program, __secrets: [] };
    });

    it("sees no change, and the difference after a refresh", async () => {
      await rig.up(program);
      expect([rig.sandbox.journal(), rig.infos, rig.warnings]).to.deep.equal([[], [], []]);
      await rig.refresh();
      expect(primaryOf("inputs")?.remoteID).to.equal("198.51.100.1");
      await rig.up(program);
      expect(rig.infos).to.deep.equal(["tunnels.primary: remoteID changes in place."]);
      expect(primaryThere()?.remoteID).to.equal("203.0.113.10");
    });

    it("tells of it in the refresh, and of nothing else", async () => {
      const steps = rig.process();
      const before = rig.state?.inputs ?? {};
      await rig.refresh(steps);
      const { id = "", outputs = {} } = rig.state ?? {};
      await steps.diff(id, outputs, before);
      expect(rig.infos).to.deep.equal(["tunnels.primary.remoteID is another now."]);
    });

    for (const [title, changes, count] of [
      ["has nothing to send", { __timeouts: { delete: "5m" } }, 0],
      ["sends something else", { description: "new" }, 1],
    ] as const) {
      it(`reads them with an update that ${title}, and changes what differs only once a preview has shown it`, async () => {
        await rig.up({ ...program, ...changes });
        expect(rig.warnings).to.deep.equal([
          "tunnels.primary: remoteID is not what is declared, which state did not know; it stays for now, and the next preview shows the change.",
        ]);
        expect(primaryThere()?.remoteID).to.equal("198.51.100.1");
        expect(writesOf(rig)).to.have.length(count);
        rig.infos.length = 0;
        await rig.up({ ...program, ...changes });
        expect(rig.infos).to.deep.equal(["tunnels.primary: remoteID changes in place."]);
        expect(primaryThere()?.remoteID).to.equal("203.0.113.10");
      });
    }

    it("tells of the identifier that changes with the address", async () => {
      const { primary, ...others } = program.tunnels as Record<string, Plain>;
      const tunnels = { ...others, primary: { ...primary, remotePublicIP: "203.0.113.99" } };
      await rig.up({ ...program, tunnels });
      expect(rig.infos).to.deep.equal(["tunnels.primary: remotePublicIP, remoteID changes in place."]);
    });
  });
});
