import { expect } from "chai";
import type { Peer } from "../../sandbox";
import { newTunnel } from "./bodies";
import { NEGOTIATION_MS, type Office, openOffice, PROBE_MS } from "./office";

describe("the sandbox's tunnel health", () => {
  let office: Office;
  afterEach(() => office.sandbox.close());

  it("is unknown until the first probe, and has neither id nor region until then", async () => {
    office = await openOffice();
    office.sandbox.setPeer("router", office.router(1));
    await office.create();
    office.sandbox.advance(PROBE_MS - 1);
    const meta = { networkId: office.network.id, tunnelName: "edge01" };
    expect(await office.health()).to.deep.equal([{ type: "tunnel", meta, status: "unknown" }]);
    office.sandbox.advance(1);
    const known = { ...meta, tunnelId: office.group()?.tunnels[0]?.id, regionId: office.network.regions[0] };
    expect(await office.health()).to.deep.equal([{ type: "tunnel", meta: known, status: "passing" }]);
  });

  it("lags behind by a probe", async () => {
    office = await openOffice();
    office.sandbox.setPeer("router", office.router(1));
    await office.create();
    office.sandbox.advance(PROBE_MS + 1);
    office.sandbox.forgetPeer("router");
    expect(await office.statuses(), "stale").to.deep.equal(["passing"]);
    office.sandbox.advance(PROBE_MS);
    expect(await office.statuses()).to.deep.equal(["critical"]);
  });

  it("is what is where probes take no time", async () => {
    office = await openOffice({ probeEveryMs: 0, negotiationMs: 0 });
    await office.create();
    expect(await office.statuses()).to.deep.equal(["critical"]);
    office.sandbox.setPeer("router", office.router(1));
    expect(await office.statuses()).to.deep.equal(["passing"]);
  });

  describe("for two ends", () => {
    const other = { auth: ["sha1"], encryption: ["3des"], keyExchangeMethod: ["modp1024"] };
    const more = { auth: ["sha1", "sha512"], encryption: ["aes128", "aes256"], keyExchangeMethod: ["ecp521"] };
    const TABLE: readonly [string, () => Partial<Peer>, string][] = [
      ["that have the same", () => ({}), "passing"],
      ["with another passphrase", () => ({ passphrase: "Another.one" }), "critical"],
      ["with a certificate at one of them", () => ({ passphrase: undefined, customerRootCA: "PEM" }), "critical"],
      ["in another region", () => ({ regionID: office.network.regions[1] }), "critical"],
      ["with another public address", () => ({ remotePublicIP: "203.0.113.200", remoteID: "203.0.113.1" }), "critical"],
      ["with another identity", () => ({ remoteID: "office" }), "critical"],
      ["with another ASN of the peer", () => ({ remoteASN: 65011 }), "critical"],
      ["with another ASN of the gateway", () => ({ leftASN: 64601 }), "critical"],
      ["with the same ASN of the gateway", () => ({ leftASN: 64600 }), "passing"],
      ["with another inner address of the gateway", () => ({ p81GWInternalIP: "169.254.9.1" }), "critical"],
      ["with another inner address of the peer", () => ({ remoteGWInternalIP: "169.254.9.1" }), "critical"],
      ["with another version of IKE", () => ({ keyExchange: "ikev1" }), "critical"],
      ["with no common algorithm in phase 1", () => ({ phase1: other }), "critical"],
      ["with no common algorithm in phase 2", () => ({ phase2: other }), "critical"],
      ["with some common algorithms", () => ({ keyExchange: "ikev2", phase1: more, phase2: more }), "passing"],
    ];
    for (const [what, changes, expected] of TABLE) {
      it(`is ${expected} ${what}`, async () => {
        office = await openOffice();
        office.sandbox.setPeer("router", office.router(1, changes()));
        await office.create();
        office.sandbox.advance(PROBE_MS);
        expect(await office.statuses()).to.deep.equal([expected]);
      });
    }

    it("is passing with one certificate", async () => {
      office = await openOffice();
      const certificate = { authType: "cert", passphrase: undefined, customerRootCA: "PEM" };
      office.sandbox.setPeer("router", office.router(1, { passphrase: undefined, customerRootCA: "PEM" }));
      await office.create([newTunnel(office.network, 1, certificate)]);
      office.sandbox.advance(PROBE_MS);
      expect(await office.statuses()).to.deep.equal(["passing"]);
    });
  });

  it("follows the routers of a group that is there from the start", async () => {
    office = await openOffice();
    const [{ id }] = office.sandbox.accounts[0].networks;
    expect(Object.keys(office.sandbox.peers())).to.deep.equal(["datacenter01", "datacenter02"]);
    expect(await office.statuses(id), "and of a static tunnel").to.deep.equal(["passing", "passing", "passing"]);
    office.sandbox.forgetPeer("datacenter01");
    office.sandbox.advance(PROBE_MS);
    expect(await office.statuses(id)).to.deep.equal(["passing", "critical", "passing"]);
  });

  it("is what an edit says, whatever stands at the other end", async () => {
    office = await openOffice({ probeEveryMs: 0 });
    await office.create();
    const tunnelId = office.group()?.tunnels[0]?.id ?? "";
    office.sandbox.edit({ kind: "changeTunnel", groupId: office.groupId(), tunnelId, changes: { health: "passing" } });
    expect(await office.statuses()).to.deep.equal(["passing"]);
  });

  it("needs no peer where peers follow", async () => {
    office = await openOffice({ arePeersFollowing: true });
    await office.create();
    office.sandbox.advance(PROBE_MS);
    expect(await office.statuses()).to.deep.equal(["passing"]);
    await office.update({ updateTunnels: [office.withKey(0, "Another.one")] });
    expect(office.outages(), "before its time has come").to.deep.equal([
      ["203.0.113.1", NEGOTIATION_MS],
      ["203.0.113.1", "on"],
    ]);
    office.sandbox.advance(NEGOTIATION_MS);
    expect(office.outages()).to.deep.equal([
      ["203.0.113.1", NEGOTIATION_MS],
      ["203.0.113.1", NEGOTIATION_MS],
    ]);
  });

  describe("over HTTP", () => {
    const control = (method: string, path: string, body?: unknown) =>
      office.ask(method, `${office.sandbox.controlUrl}${path}`, body);

    it("sets, shows, restarts and forgets a peer, and measures", async () => {
      office = await openOffice({ probeEveryMs: 0 });
      expect((await control("PUT", "/peers/router%201", office.router(1))).status).to.equal(200);
      await office.create();
      office.sandbox.advance(NEGOTIATION_MS + 1);
      expect((await control("GET", "/peers")).json).to.deep.equal(office.sandbox.peers());
      expect(office.sandbox.peers()).to.deep.include({ "router 1": office.router(1) });
      expect(await office.statuses()).to.deep.equal(["passing"]);
      await control("POST", "/peers/router%201/restart");
      expect(await office.statuses()).to.deep.equal(["critical"]);
      office.sandbox.advance(NEGOTIATION_MS + 1);
      await control("DELETE", "/peers/router%201");
      expect(await office.statuses()).to.deep.equal(["critical"]);
      const downtime = office.sandbox.downtime(office.groupId());
      expect(downtime.outages).to.have.length(3);
      const { fromMs = 0 } = downtime.outages[2] ?? {};
      expect((await control("GET", `/downtime?groupId=${office.groupId()}`)).json).to.deep.equal(downtime);
      const since = (await control("GET", `/downtime?groupId=${office.groupId()}&sinceMs=${fromMs}`)).json;
      expect(since).to.deep.equal(office.sandbox.downtime(office.groupId(), fromMs));
      expect((since as { outages: object[] }).outages).to.have.length(1);
    });

    it("refuses a peer with members that mean nothing, and one that is not there", async () => {
      office = await openOffice();
      const { status, text } = await control("PUT", "/peers/router", {
        ...office.router(1),
        remotePublicIp: "192.0.2.1",
      });
      expect({ status, isNamed: text.includes("remotePublicIp") }).to.deep.equal({ status: 400, isNamed: true });
      for (const [method, path] of [
        ["POST", "/peers/none/restart"],
        ["DELETE", "/peers/none"],
      ] as const) {
        expect((await control(method, path)).status, path).to.equal(404);
      }
      expect((await control("GET", "/downtime")).status).to.equal(400);
    });
  });
});
