import { expect } from "chai";
import type { OfferedNetwork } from "../../sandbox";
import { advancedSettings, subnets } from "./bodies";
import { groupsPath, OPERATION_MS, statusPath, type Visitor, visitSandbox } from "./visitor";

type Item = Record<string, unknown> & { readonly id: string };

/** A tunnel as the vendor's own client sends one: no `routingType`, which it does not know. */
const tunnelAt = (regionID: string, n: number) => ({
  regionID,
  authType: "psk",
  passphrase: `Vendor.key_${n}`,
  p81GWInternalIP: `169.254.${n}.1`,
  remoteGWInternalIP: `169.254.${n}.2`,
  remotePublicIP: `203.0.113.${n}`,
  remoteASN: 65_020,
  remoteID: `203.0.113.${n}`,
});

describe("the vendor's own client, on the sandbox", () => {
  let visitor: Visitor;
  let network: OfferedNetwork;
  beforeEach(async () => {
    visitor = await visitSandbox();
    network = visitor.sandbox.accounts[0].networks.at(-1) as OfferedNetwork;
  });
  afterEach(() => visitor.sandbox.close());

  async function get<T>(path: string): Promise<T> {
    const { status, text, json } = await visitor.call("GET", path);
    expect(status, `${path}: ${text}`).to.equal(200);
    return json as T;
  }

  /** It asks for operations nowhere but under `standard`. @returns the id at the end of what the result names */
  async function carryOut(method: string, path: string, body?: object): Promise<string> {
    const accepted = await visitor.call(method, path, body);
    expect(accepted.status, accepted.text).to.equal(202);
    const standard = statusPath(accepted).replace("/status/", "/standard/status/");
    expect(await get(standard)).to.deep.equal({ completed: false });
    visitor.sandbox.advance(OPERATION_MS);
    const { completed, result } = await get<{ completed: boolean; result: { resource: string } }>(standard);
    expect(completed).to.equal(true);
    return result.resource.split("/").at(-1) ?? "";
  }

  /** What a data source does: names to ids, by bare arrays. */
  async function lookedUp(): Promise<{ readonly networkId: string; readonly regionIds: readonly string[] }> {
    const networks = await get<Item[]>("/v2.3/networks/enhanced");
    const { id: networkId = "" } = networks.find(({ name }) => name === network.name) ?? {};
    expect(await get<Item>(`/v2.3/networks/enhanced/${networkId}`)).to.include({ name: network.name });
    const regions = await get<Item[]>(`/v2.3/networks/enhanced/${networkId}/regions`);
    for (const region of regions) expect(region).to.have.nested.property("attributes.edge.addresses[0]");
    return { networkId, regionIds: regions.map(({ id }) => id) };
  }

  it("looks names up, creates, reads, changes and deletes a group", async () => {
    const { networkId, regionIds } = await lookedUp();
    const [first = "", second = ""] = regionIds;
    const features = { symmetricInnerMesh: { enabled: true } };
    const id = await carryOut("POST", groupsPath(networkId), {
      tunnelName: "vendor",
      tunnels: [tunnelAt(first, 1), tunnelAt(second, 2)],
      sharedSettings: { ...subnets, leftASN: 64_600, peakBandwidth: 500, features },
      advancedSettings,
    });
    const group = `${groupsPath(networkId)}/${id}`;
    const items = await get<Item[]>(group);
    expect(items).to.have.length(2);
    for (const item of items) {
      expect(item).to.deep.include({
        haTunnelID: id,
        authType: "psk",
        routingType: "route",
        dpdAction: "restart",
        features: {
          cloudSecurity: { enabled: false },
          symmetricInnerMesh: { enabled: true },
          DNSServices: { redirectToResolver: { enabled: true } },
        },
      });
    }
    const [gone, kept] = items as [Item, Item];
    await carryOut("PUT", group, {
      tunnelName: "vendor",
      addTunnels: [tunnelAt(first, 3)],
      updateTunnels: [{ id: kept.id, remoteASN: 65_021 }],
      removeTunnels: [{ id: gone.id }],
      sharedSettings: { ...subnets, features },
      advancedSettings: { dpdDelay: "15s" },
    });
    const after = await get<Item[]>(group);
    expect(after.map((item) => item.id))
      .to.include(kept.id)
      .and.not.include(gone.id);
    for (const item of after) expect(item).to.include({ dpdDelay: "15s" });
    await carryOut("DELETE", group);
    expect((await visitor.call("GET", group)).status).to.equal(404);
  });

  it("imports what it finds in the list of a network, page by page", async () => {
    const { id: groupId, networkId } = visitor.sandbox.foreignGroup;
    const listed: Item[] = [];
    for (let page = 1, pages = 1; page <= pages; page++) {
      const answer = await get<{ data: Item[]; page: number; totalPage: number; itemsTotal: number }>(
        `/v2.3/networks/enhanced/${networkId}/tunnels?page=${page}&limit=1`,
      );
      expect(answer).to.include({ page, itemsTotal: 3 });
      listed.push(...answer.data);
      pages = answer.totalPage;
    }
    const [lone, ...others] = listed.toSorted((a, b) => Number(b.id === b.haTunnelID) - Number(a.id === a.haTunnelID));
    expect(await get(`/v2.3/networks/enhanced/${networkId}/tunnels/ipsec/static/${lone?.id}`)).to.deep.equal(lone);
    const items = await get<Item[]>(`${groupsPath(networkId)}/${groupId}`);
    expect(items).to.have.deep.members(others);
    for (const item of items) {
      const inRegion = `/v2.3/networks/enhanced/${networkId}/regions/${item.regionID}/tunnels`;
      expect((await get<{ data: Item[] }>(inRegion)).data).to.deep.include(item);
    }
  });
});
