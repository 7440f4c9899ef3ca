import { expect } from "chai";
import { loadFixture, VERSIONS } from "../fixtures/load";
import { plain, type Rig, startRig } from "./rig";
import { startStack } from "./stack";

const regions = (requests: readonly { readonly operation?: string | undefined }[]) =>
  requests.filter(({ operation }) => operation === "listRegions").length;

describe("The output gateways", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const shown = () => rig.state?.outputs.gateways as Record<string, { addresses: string[]; globalIPs?: string[] }>;
  const read = () => regions(rig.sandbox.journal());
  /** From now on the service shows other gateways than those that the sandbox has. */
  const show = (edges: readonly (object | undefined)[], times: number | "always" = 1) => {
    const [network] = rig.sandbox.accounts[0].networks.filter(({ id }) => id === rig.networkId);
    const body = edges.map((edge, at) => ({ id: network?.regions[at], name: `r${at}`, attributes: { edge } }));
    rig.sandbox.inject({ operation: "listRegions", times, action: { kind: "answer", status: 200, body } });
  };
  const refuse = (action: { kind: "answer"; status: number; body?: object } | { kind: "hang" }) =>
    rig.sandbox.inject({ operation: "listRegions", times: "always", action });

  it("has the addresses of each tunnel's region, by the tunnel's key, and no empty list", async () => {
    show([
      { addresses: ["198.18.0.1", "198.18.0.2"], globalIPs: ["198.18.9.9"] },
      { addresses: ["198.18.1.1"], globalIPs: [] },
    ]);
    await rig.up(rig.args());
    expect(shown()).to.deep.equal({
      primary: { addresses: ["198.18.0.1", "198.18.0.2"], globalIPs: ["198.18.9.9"] },
      backup: { addresses: ["198.18.1.1"] },
    });
  });

  it("lacks what the service does not show", async () => {
    show([undefined, { addresses: [], globalIPs: [] }]);
    await rig.up(rig.args());
    expect(shown()).to.deep.equal({});
    expect(rig.warnings).to.deep.equal([]);
  });

  it("keeps, without a request, in an update that brings no other region, a tunnel of another key and a rebuilt one included", async () => {
    await rig.up(rig.args());
    const before = shown();
    rig.sandbox.clearJournal();
    show([{ addresses: ["192.0.2.1"] }, { addresses: ["192.0.2.2"] }], "always");
    const tunnels = {
      first: rig.tunnel(0),
      backup: rig.tunnel(1, { p81GWInternalIP: "169.254.99.1" }),
      third: rig.tunnel(3),
    };
    await rig.up(rig.args({ tunnels }));
    expect(shown()).to.deep.equal({ first: before.primary, backup: before.backup, third: before.primary });
    expect(read()).to.equal(0);
  });

  it("is read for a tunnel in another region, and keeps what it has of its neighbours", async () => {
    await rig.up(rig.args());
    const before = shown();
    rig.sandbox.clearJournal();
    show([{ addresses: ["192.0.2.1"] }, undefined, { addresses: ["198.18.7.7"] }]);
    await rig.up(rig.args({ tunnels: { primary: rig.tunnel(0), third: rig.tunnel(2) } }));
    expect(shown()).to.deep.equal({ primary: before.primary, third: { addresses: ["198.18.7.7"] } });
    expect(read()).to.equal(1);
  });

  it("changes with a refresh, which keeps the order where the addresses are the same", async () => {
    show([{ addresses: ["198.18.0.1", "198.18.0.2"] }, { addresses: ["198.18.1.1", "198.18.1.2"] }]);
    await rig.up(rig.args());
    show([{ addresses: ["198.18.0.2", "198.18.0.1"] }, { addresses: ["198.18.1.3", "198.18.1.2"] }]);
    await rig.refresh();
    expect(shown()).to.deep.equal({
      primary: { addresses: ["198.18.0.1", "198.18.0.2"] },
      backup: { addresses: ["198.18.1.3", "198.18.1.2"] },
    });
    rig.sandbox.clearJournal();
    await rig.up(rig.args());
    expect(rig.sandbox.journal()).to.deep.equal([]);
  });

  it("stays through a failed update, which reads nothing for it", async () => {
    await rig.up(rig.args());
    const before = shown();
    rig.sandbox.clearJournal();
    rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["out of addresses"], applied: 1 });
    const tunnels = { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(3), fourth: rig.tunnel(4) };
    const failure = await rig.up(rig.args({ tunnels })).catch(({ message }: Error) => message);
    expect(failure).to.contain("out of addresses");
    expect(shown()).to.deep.equal({ ...before, third: before.primary });
    expect(read()).to.equal(0);
  });

  it("is in state where a step fails since its tunnels are not passing", async () => {
    const health = { wait: "require", timeout: "1m" };
    expect(await rig.up(rig.args({ health })).catch(({ message }: Error) => message)).to.contain("not passing");
    const before = shown();
    expect(before).to.have.all.keys("primary", "backup");
    const tunnels = { primary: rig.tunnel(0), third: rig.tunnel(2) };
    expect(await rig.up(rig.args({ health, tunnels })).catch(({ message }: Error) => message)).to.contain(
      "not passing",
    );
    expect(shown()).to.have.all.keys("primary", "third");
    expect(shown().primary).to.deep.equal(before.primary);
  });

  for (const [trouble, action] of [
    ["refused", { kind: "answer", status: 403, body: { id: "x", message: "no permission for regions" } }],
    ["answered with something else", { kind: "answer", status: 200, body: { regions: [] } }],
    ["unavailable", { kind: "answer", status: 503 }],
  ] as const) {
    it(`fails no step where the regions are ${trouble}, and fills in with the next run`, async () => {
      refuse(action);
      await rig.up(rig.args());
      expect(shown()).to.deep.equal({});
      expect(rig.warnings).to.have.length(1);
      expect(rig.warnings[0]).to.match(/^gateways: the regions of network \w+ could not be read.*next refresh: /);
      await rig.refresh();
      expect(shown()).to.deep.equal({});
      rig.sandbox.clearFaults();
      await rig.up(rig.args({ description: "another" }));
      expect(shown()).to.have.all.keys("primary", "backup");
      const before = shown();
      refuse(action);
      await rig.refresh();
      expect(shown()).to.deep.equal(before);
    });
  }

  it("is as secret as the region", async () => {
    const steps = rig.process();
    const args = rig.args({ __secrets: ["tunnels.backup.regionID"] });
    const { inputs } = await steps.check({}, args);
    const { outs } = await steps.create(plain(inputs) as typeof args);
    const [open, secret] = [outs.gateways.primary, outs.gateways.backup];
    expect(open).to.have.all.keys("addresses");
    expect(secret).to.include({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" });
    expect(secret.value).to.have.all.keys("addresses");
  });

  for (const version of VERSIONS) {
    it(`is no change for a state of ${version}, and fills in with a refresh`, async () => {
      const { id, inputs, outputs, program } = await loadFixture(
        rig.sandbox,
        rig.networkId,
        version,
        "created-in-full",
      );
      rig.state = { id, inputs, outputs };
      expect(outputs).not.to.have.property("gateways");
      await rig.up(program);
      expect(rig.state.outputs).not.to.have.property("gateways");
      await rig.refresh();
      expect(shown()).to.have.all.keys(...Object.keys(program.tunnels as object));
      rig.sandbox.clearJournal();
      await rig.up(program);
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });
  }

  it("takes one request for thirty groups of a network, in each run, though it be refused", async () => {
    const stack = await startStack();
    try {
      const names = Array.from({ length: 30 }, (_, n) => `g${n}`);
      stack.sandbox.inject({ operation: "listRegions", times: "always", action: { kind: "answer", status: 403 } });
      await stack.create(names, 30);
      expect(stack.requests().listRegions).to.equal(1);
      stack.sandbox.clearFaults();
      await stack.update(names, 30, { description: "new" });
      expect(stack.requests().listRegions).to.equal(1);
      await stack.refresh(names, 8);
      expect(stack.requests().listRegions).to.equal(1);
      const gateways = [...stack.rows.values()].map(({ outputs }) => Object.keys(outputs.gateways as object));
      expect(gateways).to.deep.equal(names.map(() => ["only"]));
    } finally {
      await stack.close();
    }
  });
});
