import { expect } from "chai";
import type { Fault, OperationName } from "../../sandbox";
import { newGroup } from "./bodies";
import { foreignPath, groupsPath, OPERATION_MS, type Visitor, visitSandbox } from "./visitor";

describe("the sandbox's faults", () => {
  let visitor: Visitor;
  beforeEach(async () => {
    visitor = await visitSandbox();
    visitor.sandbox.clearJournal();
  });
  afterEach(() => visitor.sandbox.close());

  const foreign = () => visitor.sandbox.group(visitor.sandbox.foreignGroup.id);
  const read = () => visitor.call("GET", foreignPath(visitor.sandbox));
  const rename = () => visitor.call("PUT", foreignPath(visitor.sandbox), { tunnelName: "renamed" });
  const nameLater = () => {
    visitor.sandbox.advance(OPERATION_MS);
    return foreign()?.tunnelName;
  };
  const inject = (action: Fault["action"], match: Omit<Fault, "action"> = { operation: "updateGroup" }) =>
    visitor.sandbox.inject({ ...match, action });
  const lost = (request: Promise<unknown>) =>
    request.then(
      () => "answered",
      () => "lost",
    );

  it("strikes for so long from the first request on with forMs", async () => {
    inject({ kind: "answer", status: 404, body: {} }, { operation: "readGroup", skip: 1, forMs: 500 });
    const statuses: number[] = [];
    for (const passMs of [1000, 0, 499, 1, 0]) {
      visitor.sandbox.advance(passMs);
      statuses.push((await read()).status);
    }
    expect(statuses).to.deep.equal([200, 404, 404, 200, 200]);
    expect(visitor.sandbox.pendingFaults()).to.equal(0);
  });

  for (const [after, name] of [
    [false, "datacenter"],
    [true, "renamed"],
  ] as const) {
    const moment = after ? "after" : "before";
    it(`answers 502 ${moment} acting`, async () => {
      inject({ kind: "answer", status: 502, body: "<html>Bad Gateway</html>", after });
      const { status, text, json } = await rename();
      expect({ status, text, json }).to.deep.equal({ status: 502, text: "<html>Bad Gateway</html>", json: undefined });
      expect(nameLater()).to.equal(name);
    });

    it(`resets the connection ${moment} acting`, async () => {
      inject({ kind: "reset", after });
      expect(await lost(rename())).to.equal("lost");
      expect(nameLater()).to.equal(name);
    });

    it(`leaves a request without an answer ${moment} acting`, async () => {
      inject({ kind: "hang", after });
      const answer = lost(rename());
      while (visitor.sandbox.journal()[0]?.status === undefined) await new Promise(setImmediate);
      expect(visitor.sandbox.journal()[0]?.status).to.equal(0);
      expect(nameLater()).to.equal(name);
      await visitor.sandbox.close();
      expect(await answer).to.equal("lost");
    });

    it(`lets somebody edit ${moment} acting`, async () => {
      const { id: groupId, tunnels } = visitor.sandbox.foreignGroup;
      const edit = { kind: "removeTunnel", groupId, tunnelId: tunnels[0]?.id ?? "" } as const;
      inject({ kind: "edit", edit, after }, { operation: "readGroup" });
      expect((await read()).json).to.have.length(after ? 2 : 1);
      expect((await read()).json).to.have.length(1);
    });
  }

  it("answers a status with body and headers of its own", async () => {
    inject({ kind: "answer", status: 429, body: { message: "slow down" }, headers: { "retry-after": "7" } });
    const { status, json, headers } = await rename();
    expect({ status, json }).to.deep.equal({ status: 429, json: { message: "slow down" } });
    expect(headers.get("retry-after")).to.equal("7");
  });

  it("answers half a JSON that claims to be one", async () => {
    inject(
      { kind: "answer", status: 200, body: '[{"id":', contentType: "application/json" },
      { operation: "readGroup" },
    );
    const error = await read().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SyntaxError);
  });

  it("redirects by an answer with a location", async () => {
    inject({ kind: "answer", status: 307, headers: { location: "http://127.0.0.1:9/stolen" } });
    const { status, headers } = await rename();
    expect({ status, location: headers.get("location") }).to.deep.equal({
      status: 307,
      location: "http://127.0.0.1:9/stolen",
    });
  });

  it("delays a request, and then does what it asks for", async () => {
    inject({ kind: "delay", ms: 30 });
    const startedAt = performance.now();
    expect((await rename()).status).to.equal(202);
    expect(performance.now() - startedAt).to.be.at.least(29);
  });

  it("lets edits and delays happen beside one answer", async () => {
    const edit = { kind: "changeGroup", groupId: "datacenter", changes: { description: "edited" } } as const;
    inject({ kind: "edit", edit });
    inject({ kind: "answer", status: 503 });
    inject({ kind: "answer", status: 504 });
    expect([(await rename()).status, (await rename()).status]).to.deep.equal([503, 504]);
    expect(foreign()?.description).to.equal("edited");
  });

  it("strikes even before the token is looked at", async () => {
    inject({ kind: "answer", status: 500 }, { operation: "authorize" });
    expect((await visitor.authorize("whatever")).status).to.equal(500);
  });

  it("passes the requests it skips, strikes as often as told, and is gone", async () => {
    inject({ kind: "answer", status: 503 }, { operation: "readGroup", skip: 1, times: 2 });
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await read()).status);
    expect(statuses).to.deep.equal([200, 503, 503, 200]);
    expect(visitor.sandbox.pendingFaults()).to.equal(0);
  });

  it("strikes always, until the faults are cleared", async () => {
    inject({ kind: "answer", status: 503 }, { times: "always" });
    expect([(await read()).status, (await rename()).status]).to.deep.equal([503, 503]);
    visitor.sandbox.clearFaults();
    expect((await read()).status).to.equal(200);
  });

  it("matches method and path", async () => {
    inject({ kind: "answer", status: 503 }, { method: "get", path: "/tunnels\\?page=2" });
    const list = (page: number) =>
      visitor.call("GET", `/v2.3/networks/enhanced/${visitor.sandbox.foreignGroup.networkId}/tunnels?page=${page}`);
    expect([(await list(1)).status, (await list(2)).status]).to.deep.equal([200, 503]);
  });

  it("names every operation for matching", async () => {
    const { networkId, id } = visitor.sandbox.foreignGroup;
    const network = `/v2.3/networks/enhanced/${networkId}`;
    const requests: [OperationName, string, string][] = [
      ["listNetworks", "GET", "/v2.3/networks/enhanced"],
      ["readNetwork", "GET", network],
      ["listRegions", "GET", `${network}/regions`],
      ["readRegion", "GET", `${network}/regions/Rg00000000`],
      ["listRegionTunnels", "GET", `${network}/regions/Rg00000000/tunnels`],
      ["readStaticTunnel", "GET", `${network}/tunnels/ipsec/static/Tn00000000`],
      ["listServiceRegions", "GET", "/v2.3/networks/enhanced/harmony-sase-regions"],
      ["listCertificates", "GET", "/v2.3/networks/enhanced/network-customer-certificate"],
      ["readService", "GET", "/v2.3/status"],
      ["listTunnels", "GET", `${network}/tunnels`],
      ["readHealth", "GET", `${network}/health`],
      ["readStatus", "GET", "/v2.3/networks/status/St00000000"],
      ["readGroup", "GET", `${groupsPath(networkId)}/${id}`],
      ["createGroup", "POST", groupsPath(networkId)],
      ["updateGroup", "PUT", `${groupsPath(networkId)}/${id}`],
      ["deleteGroup", "DELETE", `${groupsPath(networkId)}/${id}`],
    ];
    for (const [operation, method, path] of requests) {
      inject({ kind: "answer", status: 418 }, { operation });
      expect((await visitor.call(method, path)).status, operation).to.equal(418);
    }
    expect(visitor.sandbox.journal().map((entry) => entry.operation)).to.deep.equal(requests.map(([name]) => name));
  });

  it("refuses a fault that could never strike as meant", () => {
    expect(() => inject({ kind: "answer", status: 500 }, { path: "(" })).to.throw("regular expression");
    const unknown = { operation: "readGruop", action: { kind: "reset" } } as unknown as Fault;
    expect(() => visitor.sandbox.inject(unknown)).to.throw("operation");
  });

  it("keeps a record of what was asked and answered", async () => {
    const { id, networkId } = visitor.sandbox.foreignGroup;
    await rename();
    inject({ kind: "reset", after: true }, { operation: "createGroup" });
    const body = newGroup(visitor.sandbox.accounts[0].networks[0], { sharedSettings: undefined });
    await lost(visitor.call("POST", groupsPath(networkId), body));
    const [first, second] = visitor.sandbox.journal();
    expect(first).to.deep.include({
      method: "PUT",
      path: `/api/rest${foreignPath(visitor.sandbox)}`,
      operation: "updateGroup",
      body: { tunnelName: "renamed" },
      status: 202,
      durationMs: 0,
      appliedId: id,
    });
    expect(first?.authorization).to.match(/^Bearer [0-9a-f]{8}$/);
    expect(first?.headers).not.to.have.property("authorization");
    expect(first?.statusId).to.equal(visitor.sandbox.operations()[0]?.id);
    expect(second).to.deep.include({ n: (first?.n ?? 0) + 1, operation: "createGroup", status: 0 });
  });
});
