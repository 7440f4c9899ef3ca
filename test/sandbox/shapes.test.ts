import { expect } from "chai";
import type { OfferedNetwork } from "../../sandbox";
import { newTunnel, subnets } from "./bodies";
import { foreignPath, statusPath, type Visitor, visitSandbox } from "./visitor";

type Item = Record<string, unknown>;

/** What the service marks as required in every tunnel, and what was seen besides. */
const TUNNEL = [
  ["id", "haTunnelID", "tunnelName", "regionID", "authType", "passphrase", "remotePublicIP", "remoteID", "routingType"],
  ["p81GatewaySubnets", "remoteGatewaySubnets", "peakBandwidthMbps", "features", "keyExchange", "ikeLifeTime"],
  ["lifetime", "dpdDelay", "dpdTimeout", "dpdAction", "phase1", "phase2", "description", "isHA"],
].flat();

describe("the sandbox's answers", () => {
  let visitor: Visitor;
  let network: OfferedNetwork;
  beforeEach(async () => {
    visitor = await visitSandbox();
    [network] = visitor.sandbox.accounts[0].networks;
  });
  afterEach(() => visitor.sandbox.close());

  const enhanced = "/v2.3/networks/enhanced";
  const get = async <T>(path: string) => (await visitor.call("GET", `${enhanced}${path}`)).json as T;
  const listed = async (path = "/tunnels") => (await get<{ data: Item[] }>(`/${network.id}${path}`)).data;
  const byId = (items: readonly Item[]) => items.toSorted((a, b) => String(a.id).localeCompare(String(b.id)));

  it("show a network whole, in the bare array of all and alone", async () => {
    const [first, second] = await get<Item[]>("");
    expect(first).to.have.all.keys(
      ...["id", "name", "subnet", "dns", "accessType", "applications", "tags", "isDefault", "tenantId", "createdAt"],
      ...["attributes", "asn"],
    );
    expect(first).to.include({ id: network.id, asn: 64601, createdAt: "2027-01-14T08:00:00.000Z" });
    expect(second).not.to.have.property("asn");
    expect(second?.tenantId).to.equal(first?.tenantId);
    expect(await get(`/${network.id}`)).to.deep.equal(first);
  });

  it("show a region with its gateways, in the bare array of all and alone", async () => {
    const regions = await get<Item[]>(`/${network.id}/regions`);
    expect(regions[1]).to.deep.include({
      id: network.regions[1],
      name: "Dublin",
      network: network.id,
      scaleUnits: 1,
      attributes: { runningMode: { idle: false }, edge: { addresses: ["198.18.1.21", "198.18.1.22"], globalIPs: [] } },
    });
    expect(await get(`/${network.id}/regions/${network.regions[1]}`)).to.deep.equal(regions[1]);
    expect((await visitor.call("GET", `${enhanced}/${network.id}/regions/none`)).json).to.include.keys("id", "message");
  });

  it("show a tunnel in the list as the read of its group does", async () => {
    const group = (await visitor.call("GET", foreignPath(visitor.sandbox))).json as Item[];
    expect(group[0]).to.have.all.keys(...TUNNEL);
    const { id } = visitor.sandbox.foreignGroup;
    const inList = (await listed()).filter(({ haTunnelID }) => haTunnelID === id);
    expect(byId(inList)).to.deep.equal(byId(group));
  });

  it("show a static tunnel like any other, as its own group, in the list and alone", async () => {
    const legacy = (await listed()).find(({ isHA }) => isHA === false);
    expect(legacy).to.have.all.keys(...TUNNEL);
    expect(legacy?.haTunnelID).to.equal(legacy?.id);
    expect(await get(`/${network.id}/tunnels/ipsec/static/${legacy?.id}`)).to.deep.equal(legacy);
    const { id } = visitor.sandbox.foreignGroup.tunnels[0] ?? {};
    const wrong = await visitor.call("GET", `${enhanced}/${network.id}/tunnels/ipsec/static/${id}`);
    expect(wrong.json, "of a group").to.deep.include({ message: `Tunnel with Id ${id} not found.` });
  });

  it("list the tunnels of one region in pages", async () => {
    const all = await listed();
    for (const region of network.regions) {
      const expected = all.filter(({ regionID }) => regionID === region);
      expect(await listed(`/regions/${region}/tunnels`), region).to.deep.equal(expected);
    }
    const page = await get<Item>(`/${network.id}/regions/${network.regions[0]}/tunnels?limit=1`);
    expect(page).to.include({ page: 1, totalPage: 2, itemsTotal: 2 });
    expect((await visitor.call("GET", `${enhanced}/${network.id}/regions/none/tunnels`)).status).to.equal(404);
  });

  it("show the health of the static tunnel too", async () => {
    const { data } = await get<{ data: { meta: Item }[] }>(`/${network.id}/health`);
    expect(data.map(({ meta }) => meta.tunnelName)).to.have.members(["legacy", "datacenter01", "datacenter02"]);
  });

  it("show an operation where the vendor's own clients ask", async () => {
    const accepted = await visitor.call("PUT", foreignPath(visitor.sandbox), { tunnelName: "renamed" });
    const standard = statusPath(accepted).replace("/networks/", "/networks/standard/");
    expect((await visitor.call("GET", standard)).json).to.deep.equal({ completed: false });
  });

  it("take fixed words for endpoints, not for networks", async () => {
    const [first] = await get<Item[]>("/harmony-sase-regions");
    expect(first).to.include.keys("id", "name", "displayName", "countryCode", "continentCode");
    expect(await get("/network-customer-certificate")).to.deep.equal([]);
    expect((await visitor.call("GET", "/v2.3/status")).text).to.equal("Ok");
  });

  it("never show the ASN that a PUT names, nor an address that nobody gave", async () => {
    await visitor.carryOut("PUT", foreignPath(visitor.sandbox), {
      tunnelName: "datacenter",
      sharedSettings: { ...subnets, p81ASN: network.asn },
      addTunnels: [newTunnel(network, 9, { remotePublicIP: undefined })],
    });
    const items = (await visitor.call("GET", foreignPath(visitor.sandbox))).json as Item[];
    for (const item of items) expect(item).to.have.all.keys(...TUNNEL);
    expect(items.map(({ remotePublicIP }) => remotePublicIP)).to.include("0.0.0.0");
  });
});
