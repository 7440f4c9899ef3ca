import { expect } from "chai";
import { newTunnel } from "./bodies";
import { foreignPath, type Visitor, visitSandbox } from "./visitor";

interface Page {
  readonly data: readonly Record<string, unknown>[];
  readonly page: number;
  readonly totalPage: number;
  readonly itemsTotal: number;
}

describe("the sandbox's networks", () => {
  let visitor: Visitor;
  beforeEach(async () => {
    visitor = await visitSandbox();
  });
  afterEach(() => visitor.sandbox.close());

  const network = () => visitor.sandbox.accounts[0].networks[0];
  const get = async (path: string) => (await visitor.call("GET", `/v2.3/networks/enhanced${path}`)).json;

  it("lists the networks of the account only", async () => {
    const networks = (await get("")) as { name: string }[];
    expect(networks.map(({ name }) => name)).to.deep.equal(["headquarters", "branches"]);
  });

  it("shows one network and its regions", async () => {
    expect(await get(`/${network().id}`)).to.include({ id: network().id, subnet: "10.255.0.0/16" });
    const regions = (await get(`/${network().id}/regions`)) as { id: string }[];
    expect(regions.map(({ id }) => id)).to.deep.equal(network().regions);
  });

  it("lists tunnels in pages, static ones as a group of their own", async () => {
    const pages = [1, 2, 3].map((page) => get(`/${network().id}/tunnels?page=${page}&limit=2`) as Promise<Page>);
    const [first, second, third] = await Promise.all(pages);
    expect(first).to.include({ page: 1, totalPage: 2, itemsTotal: 3 });
    expect([first, second, third].map((page) => page?.data.length)).to.deep.equal([2, 1, 0]);
    const groups = [...(first?.data ?? []), ...(second?.data ?? [])].map(({ haTunnelID }) => haTunnelID);
    const { id } = visitor.sandbox.foreignGroup;
    const [legacy] = first?.data ?? [];
    expect(legacy).to.include({ tunnelName: "legacy" });
    expect(groups).to.have.members([legacy?.id, id, id]);
  });

  it("lists tunnels by their own ids and decorated names", async () => {
    const { data } = (await get(`/${network().id}/tunnels`)) as Page;
    const [first] = visitor.sandbox.foreignGroup.tunnels;
    expect(data.find(({ id }) => id === first?.id)).to.include({ tunnelName: "datacenter01" });
  });

  it("refuses a page that is none with 400", async () => {
    const path = `/v2.3/networks/enhanced/${network().id}/tunnels`;
    for (const query of ["page=0", "limit=0", "limit=101", "page=x"]) {
      expect((await visitor.call("GET", `${path}?${query}`)).status, query).to.equal(400);
    }
  });

  it("knows neither id nor health of a tunnel before its first probe", async () => {
    visitor.sandbox.advance(60_000);
    await visitor.carryOut("PUT", foreignPath(visitor.sandbox), {
      tunnelName: "datacenter",
      addTunnels: [newTunnel(network(), 9)],
    });
    const { data } = (await get(`/${network().id}/health`)) as { data: { meta: object; status: string }[] };
    expect(data.map(({ status }) => status)).to.deep.equal(["passing", "passing", "passing", "unknown"]);
    expect(data[0]?.meta).to.include.keys("tunnelId", "regionId");
    expect(data[3]?.meta).to.have.keys("networkId", "tunnelName");
  });

  it("shows the health that an edit sets", async () => {
    const changes = { health: "critical" };
    visitor.sandbox.edit({ kind: "changeTunnel", groupId: "datacenter", tunnelId: "198.51.100.1", changes });
    const { data } = (await get(`/${network().id}/health`)) as { data: { status: string }[] };
    expect(data.map(({ status }) => status)).to.deep.equal(["passing", "critical", "passing"]);
  });

  it("does not show an operation to another account", async () => {
    const accepted = await visitor.call("DELETE", foreignPath(visitor.sandbox));
    const id = (accepted.json as { statusUrl: string }).statusUrl.split("/").at(-1);
    await visitor.signIn(visitor.sandbox.accounts[1].apiKey);
    expect((await visitor.call("GET", `/v2.3/networks/status/${id}`)).status).to.equal(404);
  });
});
