import { expect } from "chai";
import type { OfferedNetwork, SandboxOptions } from "../../sandbox";
import { newGroup, newTunnel, subnets } from "./bodies";
import { foreignPath, groupsPath, OPERATION_MS, statusPath, type Visitor, visitSandbox } from "./visitor";

type Item = Record<string, unknown>;

describe("SandboxOptions", () => {
  let visitor: Visitor;
  let main: OfferedNetwork;
  afterEach(() => visitor.sandbox.close());

  async function visit(options: SandboxOptions): Promise<void> {
    visitor = await visitSandbox(options);
    [main] = visitor.sandbox.accounts[0].networks;
  }
  const foreign = () => foreignPath(visitor.sandbox);
  const read = async () => (await visitor.call("GET", foreign())).json as Item[];
  const tunnels = async (query = "") =>
    (await visitor.call("GET", `/v2.3/networks/enhanced/${main.id}/tunnels${query}`)).json as {
      data: Item[];
      totalPage: number;
      itemsTotal: number;
    };
  const update = (body: object) => visitor.carryOut("PUT", foreign(), { tunnelName: "datacenter", ...body });
  const names = async () => (await read()).map(({ tunnelName }) => tunnelName);
  const stored = () => visitor.sandbox.group(visitor.sandbox.foreignGroup.id);
  const removing = (at: number) => ({ removeTunnels: [{ id: stored()?.tunnels[at]?.id }] });
  const create = (tunnelName: string) => {
    const sharedSettings = { ...subnets, leftASN: main.asn, features: {} };
    return visitor.call("POST", groupsPath(main.id), newGroup(main, { tunnelName, sharedSettings }));
  };
  const adding = (n: number) => ({ addTunnels: [newTunnel(main, n)] });

  it("gives the static tunnel the name of staticTunnelName, as the group of itself", async () => {
    await visit({ staticTunnelName: "datacenter" });
    const { data } = await tunnels();
    const alone = data.filter(({ id, haTunnelID }) => id === haTunnelID);
    expect(alone.map(({ tunnelName }) => tunnelName)).to.deep.equal(["datacenter"]);
  });

  it("shows maskedPassphrase in place of each passphrase", async () => {
    await visit({ maskedPassphrase: "xxxxxxxxxxxx" });
    const { data } = await tunnels();
    expect(new Set([...data, ...(await read())].map(({ passphrase }) => passphrase))).to.deep.equal(
      new Set(["xxxxxxxxxxxx"]),
    );
    expect(stored()?.tunnels[0]?.passphrase).to.equal("Foreign.Secret.1");
  });

  it("shows a group in the same order each time with isOrderStable", async () => {
    await visit({ isOrderStable: true });
    await update({ addTunnels: [newTunnel(main, 8), newTunnel(main, 9)] });
    const orders = new Set<string>();
    for (let n = 0; n < 8; n++) orders.add((await names()).join());
    expect([...orders]).to.deep.equal(["datacenter01,datacenter02,datacenter03,datacenter04"]);
  });

  it("holds pages to mostPerPage, whatever is asked for", async () => {
    await visit({ mostPerPage: 2 });
    const first = await tunnels("?limit=100");
    expect({ ...first, data: first.data.length }).to.deep.equal({ data: 2, page: 1, totalPage: 2, itemsTotal: 3 });
    expect((await tunnels("?limit=100&page=2")).data).to.have.length(1);
  });

  it("never shows what lies between pages that are cut with areLongPagesCut, though itemsTotal counts it", async () => {
    await visit({ mostPerPage: 1, areLongPagesCut: true });
    const pages = [await tunnels("?limit=2"), await tunnels("?limit=2&page=2"), await tunnels("?limit=2&page=3")];
    expect(pages.map(({ data, totalPage, itemsTotal }) => [data.length, totalPage, itemsTotal])).to.deep.equal([
      [1, 2, 3],
      [1, 2, 3],
      [0, 2, 3],
    ]);
  });

  it("has as many nulls as nullEntries in each list and group, besides what is there", async () => {
    await visit({ nullEntries: 2 });
    const at = async (path: string) => (await visitor.call("GET", `/v2.3/networks/enhanced${path}`)).json;
    const lists = [await read(), await at(""), await at(`/${main.id}/regions`)] as Item[][];
    for (const path of ["tunnels", "health"]) lists.push(((await at(`/${main.id}/${path}`)) as { data: Item[] }).data);
    expect(lists.map((list) => list.filter((entry) => entry === null).length)).to.deep.equal([2, 2, 2, 2, 2]);
    expect(lists.every((list) => list.length > 2)).to.equal(true);
  });

  it("names the network in results with namedByResult network", async () => {
    await visit({ namedByResult: "network" });
    const { result } = await update({});
    expect(result?.resource).to.equal(`/api/rest/v2.3/networks/enhanced/${main.id}`);
  });

  it("lets somebody edit between two pages", async () => {
    await visit({ mostPerPage: 2 });
    const { id: groupId, tunnels: foreigners } = visitor.sandbox.foreignGroup;
    const edit = { kind: "removeTunnel", groupId, tunnelId: foreigners[0]?.id ?? "" } as const;
    visitor.sandbox.inject({ operation: "listTunnels", skip: 1, action: { kind: "edit", edit } });
    const pages = [await tunnels("?page=1"), await tunnels("?page=2")];
    expect(pages.map(({ data, itemsTotal }) => [data.length, itemsTotal])).to.deep.equal([
      [2, 3],
      [0, 2],
    ]);
  });

  it("writes the end of a token as text with isExpiryText", async () => {
    await visit({ isExpiryText: true });
    const { json } = await visitor.authorize(visitor.sandbox.accounts[0].apiKey);
    expect(json).to.have.nested.property("data.accessTokenExpire", "1800003600");
  });

  it("shows tunnels as described with tunnelForm described, static ones too", async () => {
    await visit({ tunnelForm: "described" });
    for (const item of [...(await read()), ...(await tunnels()).data]) {
      expect(item).to.have.property("peakBandwidth");
      expect(item).not.to.have.any.keys("peakBandwidthMbps", "isHA");
    }
  });

  for (const [emptyDescription, shown] of [
    ["shown", { description: "" }],
    ["null", { description: null }],
    ["absent", {}],
  ] as const) {
    it(`shows an empty description as chosen: ${emptyDescription}`, async () => {
      await visit({ emptyDescription });
      const { id: groupId } = visitor.sandbox.foreignGroup;
      visitor.sandbox.edit({ kind: "changeGroup", groupId, changes: { description: "" } });
      for (const item of await read()) {
        expect("description" in item ? { description: item.description } : {}).to.deep.equal(shown);
      }
    });
  }

  it("shows the dpdAction and the placeholderAddress that are chosen", async () => {
    await visit({ dpdAction: "clear", placeholderAddress: "255.255.255.255" });
    const tunnel = newTunnel(main, 9, { remotePublicIP: undefined });
    await update({ addTunnels: [tunnel] });
    const items = await read();
    expect(new Set(items.map(({ dpdAction }) => dpdAction))).to.deep.equal(new Set(["clear"]));
    expect(items.map(({ remotePublicIP }) => remotePublicIP)).to.include("255.255.255.255");
  });

  it("leaves each tunnel its own routing with routingOf tunnel", async () => {
    await visit({ routingOf: "tunnel" });
    const [first] = visitor.sandbox.foreignGroup.tunnels;
    const { routingType: _, ...silent } = newTunnel(main, 8) as Item;
    await update({
      updateTunnels: [{ id: first?.id, routingType: "policy" }],
      addTunnels: [newTunnel(main, 9, { routingType: "policy" }), silent],
    });
    expect(stored()?.tunnels.map(({ routingType }) => routingType)).to.deep.equal([
      "policy",
      "route",
      "policy",
      "route",
    ]);
    await update({ routingType: "policy" });
    expect(new Set(stored()?.tunnels.map(({ routingType }) => routingType))).to.deep.equal(new Set(["policy"]));
  });

  it("puts out the switches that a PUT does not name with unnamedSwitches off", async () => {
    await visit({ unnamedSwitches: "off" });
    const switches = () => stored()?.sharedSettings.features;
    await update({ sharedSettings: subnets });
    expect(switches()?.DNSServices.redirectToResolver.enabled, "without features").to.equal(true);
    await update({ sharedSettings: { ...subnets, features: { symmetricInnerMesh: { enabled: true } } } });
    expect(switches()).to.deep.equal({
      cloudSecurity: { enabled: false },
      symmetricInnerMesh: { enabled: true },
      DNSServices: { redirectToResolver: { enabled: false } },
    });
  });

  it("accepts what contradicts what is there with isJudgedLate, and fails its operation", async () => {
    await visit({ isJudgedLate: true });
    const before = stored();
    const { result } = await update({ removeTunnels: [{ id: "Tn00000000" }], ...adding(9) });
    expect(result?.statusCode).to.equal(404);
    expect(stored()).to.deep.equal(before);
    expect((await visitor.call("PUT", foreign(), { tunnelName: "x" })).status, "a form").to.equal(422);
  });

  it("refuses a second group of a name with isNameUnique, by a rename too", async () => {
    await visit({ isNameUnique: true });
    expect((await create("datacenter")).status).to.equal(409);
    expect((await create("other")).status).to.equal(202);
    visitor.sandbox.advance(OPERATION_MS);
    expect((await visitor.call("PUT", foreign(), { tunnelName: "other" })).status).to.equal(409);
    expect((await update({ tunnelName: "datacenter" })).result?.statusCode, "its own").to.equal(200);
  });

  it("takes tunnels with the same ends with areClashesRefused false", async () => {
    await visit({ areClashesRefused: false });
    expect((await update({ addTunnels: [newTunnel(main, 9), newTunnel(main, 9)] })).result?.statusCode).to.equal(200);
    expect(stored()?.tunnels).to.have.length(4);
  });

  it("holds a group to mostTunnels, and answers unknownRegionStatus for a region that is not there", async () => {
    await visit({ mostTunnels: 2, unknownRegionStatus: 422 });
    const add = (changes: object) =>
      visitor.call("PUT", foreign(), { tunnelName: "datacenter", addTunnels: [newTunnel(main, 9, changes)] });
    expect((await add({})).status).to.equal(409);
    await update(removing(0));
    expect((await add({ regionID: "Rg00000000" })).status).to.equal(422);
    expect((await add({})).status).to.equal(202);
  });

  describe("when names are numbered", () => {
    async function rebuilt(options: SandboxOptions): Promise<unknown[]> {
      await visit({ ...options, isOrderStable: true });
      await update({ ...removing(1), ...adding(7) });
      await update({ ...removing(0), ...adding(8) });
      return names();
    }

    it("gives a new tunnel the lowest number that is free", async () => {
      expect(await rebuilt({})).to.deep.equal(["datacenter02", "datacenter01"]);
    });

    it("uses no number again with areNumbersCountedOn", async () => {
      expect(await rebuilt({ areNumbersCountedOn: true })).to.deep.equal(["datacenter03", "datacenter04"]);
    });

    it("counts on past 9 with areNumbersCountedOn, edits included", async () => {
      await visit({ areNumbersCountedOn: true, isOrderStable: true });
      for (let n = 3; n <= 9; n++) await update({ ...removing(0), ...adding(n) });
      const { id: groupId } = visitor.sandbox.foreignGroup;
      visitor.sandbox.edit({ kind: "addTunnel", groupId, tunnel: {} });
      expect(await names()).to.deep.equal(["datacenter08", "datacenter09", "datacenter010"]);
    });

    it("numbers the tunnels that are left anew with areNumbersClosedUp", async () => {
      await visit({ areNumbersClosedUp: true });
      await update(removing(0));
      expect(await names()).to.deep.equal(["datacenter01"]);
    });
  });

  describe("when two writes of one group come at once", () => {
    const rename = (tunnelName: string) => visitor.call("PUT", foreign(), { tunnelName });
    async function slowThenQuick(): Promise<void> {
      visitor.sandbox.plan({ operation: "updateGroup", durationMs: 3 * OPERATION_MS });
      await rename("slow");
      await rename("quick");
    }

    it("lets the quick one overtake the slow one", async () => {
      await visit({});
      await slowThenQuick();
      visitor.sandbox.advance(3 * OPERATION_MS);
      expect(stored()?.tunnelName).to.equal("slow");
    });

    it("carries them out in their order with secondWrite queued", async () => {
      await visit({ secondWrite: "queued" });
      await slowThenQuick();
      visitor.sandbox.advance(OPERATION_MS);
      expect(stored()?.tunnelName).to.equal("datacenter");
      visitor.sandbox.advance(2 * OPERATION_MS);
      expect(stored()?.tunnelName).to.equal("quick");
    });

    it("answers 409 with secondWrite refused, until the first has ended", async () => {
      await visit({ secondWrite: "refused" });
      const accepted = await rename("slow");
      const { status, json } = await rename("quick");
      expect(status).to.equal(409);
      expect((json as { message: string }).message).to.include(statusPath(accepted).split("/").at(-1));
      visitor.sandbox.advance(OPERATION_MS);
      expect((await rename("quick")).status).to.equal(202);
    });
  });

  describe("when two groups of a network are changed at once", () => {
    const rename = (tunnelName: string) => visitor.call("PUT", foreign(), { tunnelName });

    it("accepts both", async () => {
      await visit({});
      expect((await rename("first")).status).to.equal(202);
      expect((await create("second")).status).to.equal(202);
    });

    it("answers 409 with secondGroup refused, until the first has ended", async () => {
      await visit({ secondGroup: "refused" });
      const accepted = await rename("first");
      const { status, json } = await create("second");
      expect(status).to.equal(409);
      expect((json as { message: string }).message).to.include(statusPath(accepted).split("/").at(-1));
      expect((await rename("again")).status).to.equal(202);
      visitor.sandbox.advance(OPERATION_MS);
      expect((await create("second")).status).to.equal(202);
    });
  });

  describe("when lagMs is set", () => {
    const rename = (tunnelName: string) => visitor.call("PUT", foreign(), { tunnelName });

    it("shows the old values for so long after an operation has ended", async () => {
      await visit({ lagMs: 500 });
      const accepted = await rename("renamed");
      visitor.sandbox.advance(OPERATION_MS);
      expect((await visitor.call("GET", statusPath(accepted))).json).to.have.property("completed", true);
      visitor.sandbox.advance(499);
      expect(await names()).to.include("datacenter01");
      expect((await tunnels()).data.map(({ tunnelName }) => tunnelName)).to.include("datacenter01");
      visitor.sandbox.advance(1);
      expect(await names()).to.include("renamed01");
      expect((await tunnels()).data.map(({ tunnelName }) => tunnelName)).to.include("renamed01");
    });

    it("shows one write after the other, each in its time", async () => {
      await visit({ lagMs: 500 });
      await rename("first");
      visitor.sandbox.advance(200);
      await rename("second");
      const seen = [];
      for (const ms of [1299, 1, 199, 1]) {
        visitor.sandbox.advance(ms);
        seen.push((await names()).toSorted()[0]);
      }
      expect(seen).to.deep.equal(["datacenter01", "first01", "first01", "second01"]);
    });

    it("shows a group that is deleted, and hides one that is made", async () => {
      await visit({ lagMs: 500 });
      const { result } = await visitor.carryOut("POST", groupsPath(main.id), {
        ...newGroup(main),
        sharedSettings: { ...subnets, leftASN: main.asn, features: (await read())[0]?.features },
      });
      const made = `${groupsPath(main.id)}/${result?.resource?.split("/").at(-1)}`;
      expect((await visitor.call("GET", made)).status).to.equal(404);
      await visitor.carryOut("DELETE", foreign());
      expect(await read()).to.have.length(2);
      expect((await visitor.call("GET", made)).status).to.equal(200);
      visitor.sandbox.advance(500);
      expect((await visitor.call("GET", foreign())).status).to.equal(404);
    });

    it("shows at once what somebody edits", async () => {
      await visit({ lagMs: 500 });
      await update({ tunnelName: "renamed" });
      const { id: groupId } = visitor.sandbox.foreignGroup;
      visitor.sandbox.edit({ kind: "changeGroup", groupId, changes: { tunnelName: "edited" } });
      expect(await names()).to.include("edited01");
    });

    it("judges writes by what is so, not by what is shown", async () => {
      await visit({ lagMs: 500 });
      const change = removing(0);
      await update(change);
      expect((await visitor.call("PUT", foreign(), { tunnelName: "datacenter", ...change })).status).to.equal(404);
    });
  });

  describe("when a PUT removes every tunnel", () => {
    const all = () => ({ removeTunnels: visitor.sandbox.foreignGroup.tunnels.map(({ id }) => ({ id })) });

    it("answers 409 with emptiedGroup refused", async () => {
      await visit({ emptiedGroup: "refused" });
      expect((await visitor.call("PUT", foreign(), { tunnelName: "datacenter", ...all() })).status).to.equal(409);
      expect((await update({ ...all(), ...adding(9) })).result?.statusCode).to.equal(200);
    });

    it("ends the group with emptiedGroup deleted", async () => {
      await visit({ emptiedGroup: "deleted" });
      await update(all());
      expect((await visitor.call("GET", foreign())).status).to.equal(404);
    });
  });
});
