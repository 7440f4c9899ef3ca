import { expect } from "chai";
import type { Edit } from "../../sandbox";
import { foreignPath, OPERATION_MS, type Visitor, visitSandbox } from "./visitor";

describe("the sandbox's control", () => {
  let visitor: Visitor;
  beforeEach(async () => {
    visitor = await visitSandbox();
  });
  afterEach(() => visitor.sandbox.close());

  const control = (method: string, path: string, body?: unknown) =>
    visitor.ask(method, `${visitor.sandbox.controlUrl}${path}`, body);
  const read = () => visitor.call("GET", foreignPath(visitor.sandbox));
  const groupId = () => visitor.sandbox.foreignGroup.id;
  const foreign = () => visitor.sandbox.group(groupId());
  const tunnelId = (at: number) => visitor.sandbox.foreignGroup.tunnels[at]?.id ?? "";

  describe("when somebody edits", () => {
    it("changes a tunnel, hidden members included", () => {
      const changes = { remoteASN: 65099, passphrase: "Other.Secret" };
      visitor.sandbox.edit({ kind: "changeTunnel", groupId: groupId(), tunnelId: tunnelId(0), changes });
      expect(foreign()?.tunnels[0]).to.include(changes);
    });

    it("adds a tunnel with what is given, and makes up the rest", async () => {
      const tunnel = { remotePublicIP: "192.0.2.77" };
      const { tunnelId: id } = visitor.sandbox.edit({ kind: "addTunnel", groupId: groupId(), tunnel });
      const added = foreign()?.tunnels.find((each) => each.id === id);
      expect(added).to.include({ remotePublicIP: "192.0.2.77", remoteID: "192.0.2.77", authType: "psk" });
      expect((await read()).json).to.have.length(3);
    });

    it("removes a tunnel, named by its address too", () => {
      visitor.sandbox.edit({ kind: "removeTunnel", groupId: "datacenter", tunnelId: "198.51.100.1" });
      expect(foreign()?.tunnels.map(({ id }) => id)).to.deep.equal([tunnelId(1)]);
    });

    it("changes single members of a group, at any depth", () => {
      const features = { DNSServices: { redirectToResolver: { enabled: false } } };
      const changes = { sharedSettings: { peakBandwidth: 10, features } };
      visitor.sandbox.edit({ kind: "changeGroup", groupId: groupId(), changes });
      expect(foreign()?.sharedSettings).to.deep.include({
        peakBandwidth: 10,
        remoteGatewaySubnets: ["10.99.0.0/16"],
        features: { symmetricInnerMesh: { enabled: false }, cloudSecurity: { enabled: false }, ...features },
      });
    });

    it("adds and removes a static tunnel, which may bear a group's name", async () => {
      const networkId = visitor.sandbox.foreignGroup.networkId;
      const names = async () => {
        const { json } = await visitor.call("GET", `/v2.3/networks/enhanced/${networkId}/tunnels`);
        return (json as { data: { tunnelName: string; remoteID: string }[] }).data.map((each) => each.tunnelName);
      };
      const before = await names();
      const tunnel = { tunnelName: "datacenter01", remotePublicIP: "192.0.2.9" };
      const { tunnelId: id = "" } = visitor.sandbox.edit({ kind: "addStaticTunnel", networkId, tunnel });
      expect(await names()).to.have.members([...before, "datacenter01"]);
      visitor.sandbox.edit({ kind: "removeStaticTunnel", networkId, tunnelId: id });
      expect(await names()).to.deep.equal(before);
      expect(() => visitor.sandbox.edit({ kind: "removeStaticTunnel", networkId, tunnelId: id })).to.throw(id);
      expect(() => visitor.sandbox.edit({ kind: "addStaticTunnel", networkId: "none", tunnel })).to.throw("none");
    });

    it("removes a network, and all that is in it", async () => {
      const { networkId } = visitor.sandbox.foreignGroup;
      visitor.sandbox.edit({ kind: "removeNetwork", networkId });
      const { json } = await visitor.call("GET", "/v2.3/networks/enhanced");
      expect((json as { id: string }[]).map(({ id }) => id)).not.to.include(networkId);
      expect([(await read()).status, foreign()]).to.deep.equal([404, undefined]);
      expect(() => visitor.sandbox.edit({ kind: "removeNetwork", networkId })).to.throw(networkId);
    });

    it("leaves what a caller gave as it was", () => {
      const subnets = ["10.1.0.0/16"];
      const changes = { sharedSettings: { remoteGatewaySubnets: subnets } };
      visitor.sandbox.edit({ kind: "changeGroup", groupId: groupId(), changes });
      subnets.push("10.2.0.0/16");
      expect(foreign()?.sharedSettings.remoteGatewaySubnets).to.deep.equal(["10.1.0.0/16"]);
    });

    it("removes a group", async () => {
      visitor.sandbox.edit({ kind: "removeGroup", groupId: groupId() });
      expect((await read()).status).to.equal(404);
    });

    it("makes a group anew under other ids", () => {
      const made = visitor.sandbox.edit({ kind: "replaceGroup", groupId: groupId() });
      const [group, ...others] = visitor.sandbox.groups();
      expect(others).to.deep.equal([]);
      expect(group).to.include({ id: made.groupId, tunnelName: "datacenter" });
      expect(group?.tunnels.map(({ id }) => id)).not.to.include.members([tunnelId(0)]);
    });

    it("doubles a group", () => {
      const { groupId: twin } = visitor.sandbox.edit({ kind: "copyGroup", groupId: groupId() });
      expect(visitor.sandbox.groups().map(({ id }) => id)).to.deep.equal([groupId(), twin]);
    });

    it("does it after a while, if its group is still there", async () => {
      visitor.sandbox.edit({ kind: "removeGroup", groupId: groupId() }, { afterMs: 100 });
      visitor.sandbox.edit({ kind: "removeGroup", groupId: groupId() }, { afterMs: 200 });
      visitor.sandbox.advance(99);
      expect((await read()).status).to.equal(200);
      visitor.sandbox.advance(200);
      expect((await read()).status).to.equal(404);
    });

    it("says so when the group or tunnel is not there", () => {
      expect(() => visitor.sandbox.edit({ kind: "removeGroup", groupId: "none" })).to.throw("none");
      const edit = { kind: "removeTunnel", groupId: groupId(), tunnelId: "none" } as const;
      expect(() => visitor.sandbox.edit(edit)).to.throw("none");
    });

    it("says so when the account or key is not there", () => {
      expect(() => visitor.sandbox.edit({ kind: "rotateKey", account: "third", apiKey: "k" })).to.throw("third");
      expect(() => visitor.sandbox.edit({ kind: "revokeKey", apiKey: "none" })).to.throw("not found");
      expect(() => visitor.sandbox.addApiKey({ key: "k", account: "third" })).to.throw("third");
    });

    it("refuses members that mean nothing, also in what waits", () => {
      const [tunnel] = visitor.sandbox.foreignGroup.tunnels;
      const before = foreign();
      const group = { groupId: groupId() };
      const edits: [string, Edit][] = [
        [
          "remotePublicIp",
          { kind: "changeTunnel", ...group, tunnelId: tunnel?.id ?? "", changes: { remotePublicIp: "" } },
        ],
        ["authType", { kind: "changeTunnel", ...group, tunnelId: tunnel?.id ?? "", changes: { authType: "none" } }],
        ["id", { kind: "addTunnel", ...group, tunnel: { id: "Tn00000000" } }],
        ["tunnels", { kind: "changeGroup", ...group, changes: { tunnels: [] } }],
        ["bandwidth", { kind: "changeGroup", ...group, changes: { sharedSettings: { bandwidth: 10 } } }],
      ];
      for (const [member, edit] of edits) {
        expect(() => visitor.sandbox.edit(edit), member).to.throw(member);
        expect(() => visitor.sandbox.edit(edit, { afterMs: 1 }), member).to.throw(member);
        expect(() => visitor.sandbox.inject({ action: { kind: "edit", edit } }), member).to.throw(member);
      }
      visitor.sandbox.advance(1);
      expect(foreign()).to.deep.equal(before);
    });
  });

  describe("over HTTP", () => {
    it("describes the sandbox", async () => {
      const { baseUrl, controlUrl, accounts, foreignGroup } = visitor.sandbox;
      expect((await control("GET", "")).json).to.deep.equal({ baseUrl, controlUrl, accounts, foreignGroup });
    });

    it("takes, counts and clears faults and outcomes", async () => {
      await control("POST", "/faults", { operation: "readGroup", times: 2, action: { kind: "answer", status: 503 } });
      await control("POST", "/outcomes", { operation: "deleteGroup", statusCode: 500 });
      expect((await read()).status).to.equal(503);
      expect((await control("GET", "/faults")).json).to.deep.equal({ pending: 2 });
      await control("DELETE", "/faults");
      expect((await read()).status).to.equal(200);
      expect((await visitor.carryOut("DELETE", foreignPath(visitor.sandbox))).result?.statusCode).to.equal(200);
    });

    it("edits, at once and later", async () => {
      const remove = (at: number) => ({ kind: "removeTunnel", groupId: groupId(), tunnelId: tunnelId(at) });
      expect((await control("POST", "/edits", remove(0))).json).to.deep.equal({
        groupId: groupId(),
        tunnelId: tunnelId(0),
      });
      await control("POST", "/edits?afterMs=500", remove(1));
      expect((await control("GET", "/groups")).json).to.deep.equal(visitor.sandbox.groups());
      expect(foreign()?.tunnels).to.have.length(1);
      await control("POST", "/advance", { ms: 500 });
      expect(foreign()?.tunnels).to.have.length(0);
    });

    it("pauses, resumes, lists and abandons operations", async () => {
      await control("POST", "/pause");
      await visitor.call("PUT", foreignPath(visitor.sandbox), { tunnelName: "first" });
      visitor.sandbox.advance(OPERATION_MS);
      expect(foreign()?.tunnelName).to.equal("datacenter");
      await control("POST", "/resume");
      expect(foreign()?.tunnelName).to.equal("first");
      await visitor.call("PUT", foreignPath(visitor.sandbox), { tunnelName: "second" });
      await control("DELETE", "/operations");
      const operations = (await control("GET", "/operations")).json as { completed: boolean; result: object }[];
      expect(operations.map(({ result }) => result)).to.have.nested.property("[1].statusCode", 500);
      visitor.sandbox.advance(OPERATION_MS);
      expect(foreign()?.tunnelName).to.equal("first");
    });

    it("adds keys", async () => {
      await control("POST", "/keys", { key: "another", account: "second" });
      await visitor.signIn("another");
      expect((await read()).status).to.equal(404);
    });

    it("shows and clears the journal, in which it does not stand itself", async () => {
      await control("DELETE", "/journal");
      await read();
      const entries = (await control("GET", "/journal")).json as { operation: string; status: number }[];
      expect(entries.map(({ operation, status }) => [operation, status])).to.deep.equal([["readGroup", 200]]);
      await control("DELETE", "/journal");
      expect((await control("GET", "/journal")).json).to.deep.equal([]);
    });

    it("refuses what it does not understand with 400, and what is not there with 404", async () => {
      expect((await control("POST", "/faults", { action: { kind: "explode" } })).status).to.equal(400);
      expect((await control("POST", "/edits", { kind: "removeGroup", groupId: "none" })).status).to.equal(404);
      expect((await control("POST", "/advance", {})).status).to.equal(400);
      const changes = { remotePublicIp: "192.0.2.1" };
      const edit = { kind: "changeTunnel", groupId: groupId(), tunnelId: tunnelId(0), changes };
      const { status, text } = await control("POST", "/edits", edit);
      expect({ status, isNamed: text.includes("remotePublicIp") }).to.deep.equal({ status: 400, isNamed: true });
    });
  });
});
