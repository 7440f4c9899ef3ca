import { Socket } from "node:net";
import { expect } from "chai";
import { startSandbox } from "../../sandbox";
import { breachOf } from "../../sandbox/contract/answers";
import { newGroup } from "./bodies";
import { complaintsOf, foreignPath, groupsPath, type Reply, type Visitor, visitSandbox } from "./visitor";

describe("breachOf", () => {
  const error = { id: "A123456789", message: "Forbidden resource" };
  for (const [what, status, body] of [
    ["a refusal", 403, error],
    ["a refusal with complaints", 400, { ...error, data: { errors: ["tunnelName must be a string"] } }],
    ["a bare array", 200, []],
  ] as const) {
    it(`finds nothing wrong with ${what}`, () => expect(breachOf("listRegions", { status, body })).to.equal(undefined));
  }
  for (const [what, status, body] of [
    ["another status", 201, []],
    ["a wrapped array", 200, { data: [] }],
    ["an entry that lacks members", 200, [{ id: "A123456789" }]],
    ["a refusal without an id", 404, { message: "x" }],
    ["a refusal with members that it must not have", 404, { ...error, stack: "at" }],
    ["a library's text", 400, { ...error, data: { errors: ["must be a nonoptional"] } }],
  ] as const) {
    it(`finds ${what}`, () => expect(breachOf("listRegions", { status, body })).to.be.a("string"));
  }

  it("finds a text where JSON belongs, unless the address is unknown", () => {
    expect(breachOf("listRegions", { status: 200, text: "[]" })).to.be.a("string");
    expect(breachOf("authorize", { status: 404, text: "Cannot POST /api" })).to.equal(undefined);
  });
});

describe("the sandbox's contract", () => {
  const brokenBy = { samplingTimeSeconds: -1 };

  it("is watched: an answer that breaks it is a 500, and the sandbox does not close in peace", async () => {
    const visitor = await visitSandbox(brokenBy);
    const { status, json } = await visitor.call("DELETE", foreignPath(visitor.sandbox));
    expect(status).to.equal(500);
    expect(json).to.have.keys("id", "message");
    const failure = await visitor.sandbox.close().catch((error: unknown) => error);
    expect(String(failure)).to.include("deleteGroup").and.include("samplingTime");
  });

  it("is not watched with isContractChecked false", async () => {
    const visitor = await visitSandbox({ ...brokenBy, isContractChecked: false });
    expect((await visitor.call("DELETE", foreignPath(visitor.sandbox))).status).to.equal(202);
    await visitor.sandbox.close();
  });
});

describe("the sandbox's refusals", () => {
  let visitor: Visitor;
  beforeEach(async () => {
    visitor = await visitSandbox();
  });
  afterEach(() => visitor.sandbox.close());

  function expectRefusal({ status, json }: Reply, expected: number): void {
    expect(status).to.equal(expected);
    expect(Object.keys(Object(json))).to.include.members(["id", "message"]);
    expect(Object(json).id).to.match(/^[A-Za-z0-9]{10}$/);
    expect(JSON.stringify(json)).not.to.match(/FST_|nonoptional|Invalid input/);
  }

  it("have the service's form for a body that is too large", async () => {
    const body = { tunnelName: "a".repeat(2_000_000) };
    expectRefusal(await visitor.call("PUT", foreignPath(visitor.sandbox), body), 413);
    expect(visitor.sandbox.journal().at(-1)).to.include({ method: "PUT", status: 413 });
  });

  it("have the service's form for an address that cannot be decoded", async () => {
    expectRefusal(await visitor.call("GET", "/v2.3/networks/enhanced/%E0%A4%A"), 400);
  });

  it("have the service's form for a page that is none", async () => {
    const { networkId } = visitor.sandbox.foreignGroup;
    const reply = await visitor.call("GET", `/v2.3/networks/enhanced/${networkId}/tunnels?page=x&limit=1.5`);
    expectRefusal(reply, 400);
    expect(complaintsOf(reply)).to.have.members(["page must be a number", "limit must be an integer number"]);
  });

  it("say in own words what is missing, and what a list or a switch must be", async () => {
    const [network] = visitor.sandbox.accounts[0].networks;
    const reply = await visitor.call(
      "POST",
      groupsPath(network.id),
      newGroup(network, { tunnels: {}, sharedSettings: { features: 1 }, advancedSettings: { keyExchange: "none" } }),
    );
    expectRefusal(reply, 400);
    expect(complaintsOf(reply)).to.include.members([
      "tunnels must be an array",
      "sharedSettings.features must be an object",
      "sharedSettings.leftASN must be a number",
      "advancedSettings.keyExchange must be one of the following values: ikev1, ikev2",
    ]);
  });

  it("have the service's form for what is no HTTP", async () => {
    const { hostname, port } = new URL(visitor.sandbox.baseUrl);
    const answer = await new Promise<string>((resolve) => {
      const socket = new Socket().connect(Number(port), hostname, () => socket.write("nonsense\r\n\r\n"));
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString();
      });
      socket.on("close", () => resolve(text));
    });
    expect(answer).to.match(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).to.have.keys("id", "message");
  });

  it("name limit and active operations of a network that is busy", async () => {
    const foreign = foreignPath(visitor.sandbox);
    for (let n = 1; n <= 5; n++) await visitor.call("PUT", foreign, { tunnelName: `name${n}` });
    const reply = await visitor.call("PUT", foreign, { tunnelName: "another" });
    expectRefusal(reply, 429);
    const activeOperations = visitor.sandbox.operations().map(({ id }) => id);
    expect(reply.json).to.deep.include({ limit: 5, activeOperations });
    for (const id of activeOperations) expect(Object(reply.json).message).to.include(id);
  });

  it("name the budget of requests that is used up", async () => {
    const poor = await visitSandbox({ requestBudget: 1 });
    const reply = await poor.call("GET", "/v2.3/networks/enhanced");
    await poor.sandbox.close();
    expectRefusal(reply, 429);
  });
});

describe("SandboxOptions.log and latency", () => {
  it("tells each request and each operation in one line, without secrets", async () => {
    const lines: string[] = [];
    const visitor = await visitSandbox({ log: (line) => lines.push(line) });
    const foreign = foreignPath(visitor.sandbox);
    const passphrase = "Very.Secret_1";
    const [tunnel] = visitor.sandbox.foreignGroup.tunnels;
    await visitor.carryOut("PUT", `${foreign}?apiKey=hidden`, {
      tunnelName: "datacenter",
      updateTunnels: [{ id: tunnel?.id, authType: "psk", passphrase }],
    });
    await visitor.call("GET", `/v2.3/networks/enhanced/${visitor.sandbox.foreignGroup.networkId}/tunnels?page=1`);
    const [operation] = visitor.sandbox.operations();
    const status = `/networks/status/${operation?.id}`;
    await visitor.sandbox.close();
    const place = foreign.replace("/v2.3", "");
    expect(lines).to.deep.equal([
      "POST authorize /api/v1/auth/authorize: 200 in 0 ms",
      `PUT updateGroup ${place}: 202 in 0 ms, starts ${operation?.id}`,
      `${operation?.id} updateGroup ${operation?.groupId}: completed 200 after 1000 ms`,
      `GET readStatus ${status}: 200 in 0 ms`,
      `GET listTunnels ${place.split("/tunnels")[0]}/tunnels?page=1: 200 in 0 ms`,
    ]);
  });

  it("keeps one waiting for every answer, refusals and faults included", async () => {
    const sandbox = await startSandbox({ latency: { medianMs: 30 } });
    sandbox.inject({ operation: "listNetworks", action: { kind: "answer", status: 503 } });
    const waits = [];
    for (const path of ["/v2.3/networks/enhanced", "/v2.3/networks/enhanced/none", "/nothing"]) {
      const startedAt = performance.now();
      await (await fetch(`${sandbox.baseUrl}${path}`)).text();
      waits.push(performance.now() - startedAt);
    }
    await sandbox.close();
    for (const ms of waits) expect(ms).to.be.at.least(29);
  });
});
