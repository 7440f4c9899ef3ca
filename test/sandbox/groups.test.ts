import { expect } from "chai";
import type { OfferedNetwork } from "../../sandbox";
import { advancedSettings, newGroup, newTunnel, subnets } from "./bodies";
import { foreignPath, groupsPath, OPERATION_MS, statusPath, type Visitor, visitSandbox } from "./visitor";

type Item = Record<string, unknown>;

describe("the sandbox's groups", () => {
  let visitor: Visitor;
  let network: OfferedNetwork;
  beforeEach(async () => {
    visitor = await visitSandbox();
    const [, empty] = visitor.sandbox.accounts[0].networks;
    if (!empty) throw new Error("no second network");
    network = empty;
  });
  afterEach(() => visitor.sandbox.close());

  async function create(changes: object = {}): Promise<string> {
    const { result } = await visitor.carryOut("POST", groupsPath(network.id), newGroup(network, changes));
    return String(result?.resource).split("/").at(-1) ?? "";
  }
  const path = (id: string) => `${groupsPath(network.id)}/${id}`;
  const itemsOf = async (at: string) => (await visitor.call("GET", at)).json as Item[];
  const update = (id: string, body: object) => visitor.carryOut("PUT", path(id), { tunnelName: "edge", ...body });
  const stored = (id: string) => visitor.sandbox.group(id);
  const tunnelIds = (id: string) => stored(id)?.tunnels.map((tunnel) => tunnel.id) ?? [];

  it("answers a write with a status on another host and a sampling time of 120", async () => {
    const { status, json } = await visitor.call("POST", groupsPath(network.id), newGroup(network));
    const { statusUrl, samplingTime } = json as { statusUrl: string; samplingTime: number };
    expect({ status, samplingTime }).to.deep.equal({ status: 202, samplingTime: 120 });
    expect(new URL(statusUrl).host).not.to.equal(new URL(visitor.sandbox.baseUrl).host);
    expect(new URL(statusUrl).pathname).to.match(/^\/api\/rest\/v2\.3\/networks\/status\/[A-Za-z0-9]{10}$/);
  });

  it("names a new group by an id of 10 letters and digits, once it is there", async () => {
    const accepted = await visitor.call("POST", groupsPath(network.id), newGroup(network));
    expect((await visitor.call("GET", statusPath(accepted))).json).to.deep.equal({ completed: false });
    expect(visitor.sandbox.groups()).to.have.length(1);
    visitor.sandbox.advance(OPERATION_MS);
    const { json } = await visitor.call("GET", statusPath(accepted));
    const { completed, result } = json as { completed: boolean; result: { resource: string; statusCode: number } };
    expect({ completed, statusCode: result.statusCode }).to.deep.equal({ completed: true, statusCode: 201 });
    expect(result.resource).to.match(/\/tunnels\/ipsec\/dynamic\/[A-Za-z0-9]{10}$/);
  });

  it("shows the old values until the operation ends", async () => {
    const foreign = foreignPath(visitor.sandbox);
    const change = { tunnelName: "renamed", sharedSettings: { ...subnets, peakBandwidth: 50 } };
    await visitor.call("PUT", foreign, change);
    expect((await itemsOf(foreign))[0]).to.include({ peakBandwidthMbps: 2000 });
    visitor.sandbox.advance(OPERATION_MS);
    expect((await itemsOf(foreign))[0]).to.include({ peakBandwidthMbps: 50 });
  });

  it("reads back flat items with decorated names, without what the service hides", async () => {
    const id = await create({ tunnels: [newTunnel(network, 1), newTunnel(network, 2)], description: "two" });
    const items = await itemsOf(path(id));
    expect(items.map(({ tunnelName }) => tunnelName)).to.have.members(["edge01", "edge02"]);
    for (const item of items) {
      expect(item).to.include({ haTunnelID: id, peakBandwidthMbps: 1000, keyExchange: "ikev2", description: "two" });
      expect(item).to.deep.include({ phase1: advancedSettings.phase1, p81GatewaySubnets: ["0.0.0.0/0"] });
      expect(item).not.to.have.any.keys("remoteASN", "p81GWInternalIP", "remoteGWInternalIP", "index", "health");
    }
  });

  it("shows the items of a group in changing order", async () => {
    const id = await create({ tunnels: [1, 2, 3, 4].map((n) => newTunnel(network, n)) });
    const orders = new Set<string>();
    for (let n = 0; n < 8; n++) orders.add((await itemsOf(path(id))).map((item) => item.id).join());
    expect(orders.size).to.be.greaterThan(1);
  });

  it("shows passphrases in clear, or not at all when set up so", async () => {
    expect((await itemsOf(foreignPath(visitor.sandbox)))[0]?.passphrase).to.match(/^Foreign\.Secret/);
    await visitor.sandbox.close();
    visitor = await visitSandbox({ isPassphraseShown: false });
    expect((await itemsOf(foreignPath(visitor.sandbox)))[0]).not.to.have.property("passphrase");
  });

  it("compounds a decorated name that is sent back", async () => {
    const id = await create();
    await update(id, { tunnelName: "edge01" });
    expect((await itemsOf(path(id)))[0]).to.include({ tunnelName: "edge0101" });
  });

  it("adds, changes and removes tunnels in one write, and leaves the others and the settings alone", async () => {
    const id = await create({ tunnels: [1, 2, 3].map((n) => newTunnel(network, n)) });
    const [first = "", second = "", third = ""] = tunnelIds(id);
    const before = stored(id);
    await update(id, {
      removeTunnels: [{ id: first }],
      updateTunnels: [{ id: second, remotePublicIP: "192.0.2.2", remoteASN: 4294967295 }],
      addTunnels: [newTunnel(network, 4)],
    });
    const after = stored(id);
    expect(after?.tunnels.map(({ remotePublicIP }) => remotePublicIP)).to.have.members([
      "192.0.2.2",
      "203.0.113.3",
      "203.0.113.4",
    ]);
    expect(after?.tunnels.find((tunnel) => tunnel.id === second)?.remoteASN).to.equal(4294967295);
    expect(after?.tunnels.find((tunnel) => tunnel.id === third)).to.deep.equal(before?.tunnels[2]);
    expect(after?.sharedSettings).to.deep.equal(before?.sharedSettings);
    expect(after?.advancedSettings).to.deep.equal(before?.advancedSettings);
  });

  it("removes before it adds, so that a rebuilt tunnel does not clash with itself", async () => {
    const id = await create();
    const [old = ""] = tunnelIds(id);
    const { result } = await update(id, { removeTunnels: [{ id: old }], addTunnels: [newTunnel(network)] });
    expect(result?.statusCode).to.equal(200);
    expect(tunnelIds(id)).to.have.length(1).and.not.include(old);
  });

  it("holds a group of eight that loses one and gains one in one write", async () => {
    const id = await create({ tunnels: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => newTunnel(network, n)) });
    const [first = ""] = tunnelIds(id);
    await update(id, { removeTunnels: [{ id: first }], addTunnels: [newTunnel(network, 9)] });
    expect(tunnelIds(id)).to.have.length(8);
  });

  it("changes single members of the advanced settings, a phase's too", async () => {
    const id = await create();
    await update(id, { advancedSettings: { lifetime: "2h", phase1: { keyExchangeMethod: [] } } });
    expect(stored(id)?.advancedSettings).to.deep.equal({
      ...advancedSettings,
      lifetime: "2h",
      phase1: { ...advancedSettings.phase1, keyExchangeMethod: [] },
    });
  });

  it("keeps the bandwidth and the switches when an update leaves them out, and switches off what it sends as false", async () => {
    const id = await create();
    await update(id, { sharedSettings: { ...subnets, remoteGatewaySubnets: ["10.30.0.0/16"] } });
    expect(stored(id)?.sharedSettings).to.deep.include({
      peakBandwidth: 1000,
      features: {
        cloudSecurity: { enabled: false },
        symmetricInnerMesh: { enabled: false },
        DNSServices: { redirectToResolver: { enabled: true } },
      },
    });
    const off = { enabled: false };
    const features = { cloudSecurity: off, symmetricInnerMesh: off, DNSServices: { redirectToResolver: off } };
    await update(id, { sharedSettings: { ...subnets, features } });
    expect(stored(id)?.sharedSettings.features.DNSServices.redirectToResolver.enabled).to.equal(false);
  });

  it("gives an added tunnel the routing of its group, and turns the group when a routing is sent", async () => {
    const id = await create({ tunnels: [newTunnel(network, 1, { routingType: "policy" })] });
    const { routingType: _, ...silent } = newTunnel(network, 2) as Item;
    await update(id, { addTunnels: [silent] });
    expect(stored(id)?.tunnels.map(({ routingType }) => routingType)).to.deep.equal(["policy", "policy"]);
    await update(id, { addTunnels: [newTunnel(network, 3)] });
    expect(stored(id)?.tunnels.map(({ routingType }) => routingType)).to.deep.equal(["route", "route", "route"]);
  });

  it("turns all of a group by the routing of the group", async () => {
    const id = await create({ tunnels: [newTunnel(network, 1), newTunnel(network, 2)] });
    await update(id, { routingType: "policy" });
    expect(stored(id)?.tunnels.map(({ routingType }) => routingType)).to.deep.equal(["policy", "policy"]);
  });

  it("makes a tunnel of the least that a request must say one with a passphrase, and routed", async () => {
    const id = await create({
      tunnels: [{ regionID: network.regions[0], remoteID: "abc", passphrase: "Secret.of_1" }],
    });
    expect(stored(id)?.tunnels[0]).to.include({ authType: "psk", routingType: "route" });
  });

  it("keeps the switches that an update does not name", async () => {
    const id = await create();
    await update(id, { sharedSettings: { ...subnets, features: { symmetricInnerMesh: { enabled: true } } } });
    expect(stored(id)?.sharedSettings.features).to.deep.equal({
      cloudSecurity: { enabled: false },
      symmetricInnerMesh: { enabled: true },
      DNSServices: { redirectToResolver: { enabled: true } },
    });
  });

  it("drops the passphrase of a tunnel that changes to a certificate", async () => {
    const id = await create();
    const [first = ""] = tunnelIds(id);
    await update(id, { updateTunnels: [{ id: first, authType: "cert", customerRootCA: "-----BEGIN" }] });
    expect(stored(id)?.tunnels[0]).to.include({ authType: "cert", customerRootCA: "-----BEGIN" });
    expect(stored(id)?.tunnels[0]).not.to.have.property("passphrase");
  });

  it("reads a group without tunnels as an empty array", async () => {
    const id = await create();
    await update(id, { removeTunnels: tunnelIds(id).map((tunnelId) => ({ id: tunnelId })) });
    expect(await itemsOf(path(id))).to.deep.equal([]);
  });

  it("deletes a group when its operation ends", async () => {
    const id = await create();
    await visitor.call("DELETE", path(id));
    expect((await visitor.call("GET", path(id))).status).to.equal(200);
    visitor.sandbox.advance(OPERATION_MS);
    expect((await visitor.call("GET", path(id))).status).to.equal(404);
  });

  it("holds two groups of the same name", async () => {
    expect(await create()).not.to.equal(await create());
  });

  it("fails an operation that no longer fits when it ends, and applies nothing of it", async () => {
    const id = await create();
    const [first = ""] = tunnelIds(id);
    const body = { tunnelName: "late", removeTunnels: [{ id: first }], addTunnels: [newTunnel(network, 2)] };
    const accepted = await visitor.call("PUT", path(id), body);
    visitor.sandbox.edit({ kind: "removeTunnel", groupId: id, tunnelId: first });
    visitor.sandbox.advance(OPERATION_MS);
    const { result } = (await visitor.call("GET", statusPath(accepted))).json as { result: { statusCode: number } };
    expect(result.statusCode).to.equal(404);
    expect(stored(id)).to.deep.include({ tunnelName: "edge", tunnels: [] });
  });
});
