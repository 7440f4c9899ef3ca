import { expect } from "chai";
import { newTunnel, subnets } from "./bodies";
import { HOUR_MS, NEGOTIATION_MS, type Office, openOffice, PROBE_MS } from "./office";
import { groupsPath, OPERATION_MS } from "./visitor";

describe("a tunnel of the sandbox that is up", () => {
  let office: Office;
  afterEach(() => office.sandbox.close());

  /** Two tunnels that are up, with a router each, measured from then on. */
  async function twoTunnels(): Promise<void> {
    office = await openOffice();
    for (const n of [1, 2]) office.sandbox.setPeer(`router ${n}`, office.router(n));
    await office.create([newTunnel(office.network, 1), newTunnel(office.network, 2)]);
    office.sandbox.advance(PROBE_MS);
    expect(await office.statuses()).to.deep.equal(["passing", "passing"]);
  }
  const last = () => office.outages().slice(2);

  const { p81GatewaySubnets } = subnets;
  const TOUCHES: readonly [string, () => object, readonly number[]][] = [
    ["a description and a name", () => ({ tunnelName: "other", description: "other" }), []],
    [
      "subnets and bandwidth",
      () => ({ sharedSettings: { p81GatewaySubnets, remoteGatewaySubnets: ["10.21.0.0/16"], peakBandwidth: 500 } }),
      [],
    ],
    ["another tunnel", () => ({ addTunnels: [newTunnel(office.network, 3)] }), [3]],
    ["the passphrase that it has", () => ({ updateTunnels: [office.withKey(0, "Secret.of_1")] }), []],
    ["a passphrase", () => ({ updateTunnels: [office.withKey(0, "Another.one")] }), [1]],
    ["an ASN", () => ({ updateTunnels: [{ id: office.group()?.tunnels[1]?.id, remoteASN: 65011 }] }), [2]],
    ["an identity", () => ({ updateTunnels: [{ id: office.group()?.tunnels[1]?.id, remoteID: "office" }] }), [2]],
    ["a lifetime", () => ({ advancedSettings: { ikeLifeTime: "4h" } }), [1, 2]],
    ["algorithms", () => ({ advancedSettings: { phase2: { keyExchangeMethod: ["ecp256"] } } }), [1, 2]],
  ];
  for (const [what, body, touched] of TOUCHES) {
    it(`is touched by a write of ${what}: ${touched.join(" and ") || "none"}`, async () => {
      await twoTunnels();
      await office.update(body());
      expect(last().map(([address]) => address)).to.deep.equal(touched.map((n) => `203.0.113.${n}`));
    });
  }

  it("stays up when only its peer's key changes, until its lifetime ends", async () => {
    await twoTunnels();
    office.sandbox.setPeer("router 1", office.router(1, { passphrase: "Another.one" }));
    office.sandbox.advance(7 * HOUR_MS);
    expect(await office.statuses()).to.deep.equal(["passing", "passing"]);
    office.sandbox.advance(HOUR_MS);
    expect(await office.statuses()).to.deep.equal(["critical", "passing"]);
  });

  it("stays up when only its peer's key changes, until the peer restarts", async () => {
    await twoTunnels();
    office.sandbox.setPeer("router 1", office.router(1, { passphrase: "Another.one" }));
    office.sandbox.restartPeer("router 1");
    office.sandbox.advance(HOUR_MS);
    expect(last()).to.deep.equal([["203.0.113.1", "on"]]);
    await office.update({ updateTunnels: [office.withKey(0, "Another.one")] });
    office.sandbox.advance(NEGOTIATION_MS);
    expect(last()).to.deep.equal([["203.0.113.1", HOUR_MS + OPERATION_MS + NEGOTIATION_MS]]);
  });

  it("is down for a negotiation when its peer restarts with what suits", async () => {
    await twoTunnels();
    office.sandbox.restartPeer("router 2");
    office.sandbox.advance(HOUR_MS);
    expect(last()).to.deep.equal([["203.0.113.2", NEGOTIATION_MS]]);
  });

  it("goes down when its peer is forgotten or moves away, and comes up with another", async () => {
    await twoTunnels();
    office.sandbox.forgetPeer("router 1");
    office.sandbox.setPeer("router 2", office.router(2, { remotePublicIP: "203.0.113.99" }));
    office.sandbox.advance(1000);
    office.sandbox.setPeer("spare", office.router(1));
    office.sandbox.advance(PROBE_MS);
    expect(await office.statuses()).to.deep.equal(["passing", "critical"]);
    expect(last()).to.deep.equal([
      ["203.0.113.1", 1000 + NEGOTIATION_MS],
      ["203.0.113.2", "on"],
    ]);
  });

  it("counts from an operation's end, though nobody looks then", async () => {
    await twoTunnels();
    const beganMs = office.sandbox.downtime(office.groupId()).outages[0]?.fromMs ?? 0;
    const body = { tunnelName: "edge", updateTunnels: [office.withKey(0, "Another.one")] };
    await office.call("PUT", `${groupsPath(office.network.id)}/${office.groupId()}`, body);
    office.sandbox.advance(HOUR_MS);
    const touched = office.sandbox.downtime(office.groupId()).outages.at(-1);
    expect(touched?.fromMs).to.equal(beganMs + PROBE_MS + OPERATION_MS);
  });

  it("has a neighbour that carries on, where both ends are rolled", async () => {
    await twoTunnels();
    for (const n of [1, 2]) office.sandbox.setPeer(`router ${n}`, office.router(n, { passphrase: `Another.${n}` }));
    for (const at of [0, 1]) {
      await office.update({ updateTunnels: [office.withKey(at, `Another.${at + 1}`)] });
      office.sandbox.advance(PROBE_MS);
    }
    expect(last()).to.deep.equal([
      ["203.0.113.1", NEGOTIATION_MS],
      ["203.0.113.2", NEGOTIATION_MS],
    ]);
    expect(office.sandbox.downtime(office.groupId())).to.deep.include({ withoutAny: [], longestWithoutAnyMs: 0 });
  });

  it("has none for a negotiation, where all are rotated at once", async () => {
    await twoTunnels();
    for (const n of [1, 2]) office.sandbox.setPeer(`router ${n}`, office.router(n, { passphrase: `Another.${n}` }));
    await office.update({ updateTunnels: [0, 1].map((at) => office.withKey(at, `Another.${at + 1}`)) });
    office.sandbox.advance(HOUR_MS);
    expect(office.sandbox.downtime(office.groupId()).longestWithoutAnyMs).to.equal(NEGOTIATION_MS);
  });

  it("has none until the peers follow, where they come last", async () => {
    await twoTunnels();
    await office.update({ updateTunnels: [0, 1].map((at) => office.withKey(at, `Another.${at + 1}`)) });
    office.sandbox.advance(HOUR_MS);
    for (const n of [1, 2]) office.sandbox.setPeer(`router ${n}`, office.router(n, { passphrase: `Another.${n}` }));
    office.sandbox.advance(HOUR_MS);
    expect(office.sandbox.downtime(office.groupId()).longestWithoutAnyMs).to.equal(HOUR_MS + NEGOTIATION_MS);
  });

  it("is told of when its group is gone", async () => {
    await twoTunnels();
    const id = office.groupId();
    await office.carryOut("DELETE", `${groupsPath(office.network.id)}/${id}`);
    expect(office.sandbox.downtime(id).outages).to.have.length(2);
    expect(office.sandbox.downtime("none")).to.deep.equal({ outages: [], withoutAny: [], longestWithoutAnyMs: 0 });
  });
});
