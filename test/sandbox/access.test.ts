import { expect } from "chai";
import { foreignPath, groupsPath, type Visitor, visitSandbox } from "./visitor";

describe("the sandbox's access", () => {
  let visitor: Visitor;
  beforeEach(async () => {
    visitor = await visitSandbox();
  });
  afterEach(() => visitor.sandbox.close());

  const read = () => visitor.call("GET", foreignPath(visitor.sandbox));
  const key = () => visitor.sandbox.accounts[0].apiKey;

  it("exchanges a key for a token that names its end in seconds", async () => {
    const { status, json } = await visitor.authorize(key());
    const { accessTokenExpire, tokenType } = (json as { data: Record<string, unknown> }).data;
    expect({ status, accessTokenExpire, tokenType }).to.deep.equal({
      status: 200,
      accessTokenExpire: 1_800_000_000 + 3600,
      tokenType: "Bearer",
    });
  });

  it("refuses an unknown key with 401", async () => {
    expect((await visitor.authorize("wrong")).status).to.equal(401);
  });

  it("refuses another grant with 400", async () => {
    const url = `${visitor.sandbox.baseUrl.replace(/\/rest$/, "")}/v1/auth/authorize`;
    expect((await visitor.ask("POST", url, { grantType: "password", apiKey: key() })).status).to.equal(400);
  });

  it("refuses a call without a token with 401, as JSON", async () => {
    const { status, json } = await visitor.ask("GET", `${visitor.sandbox.baseUrl}/v2.3/networks/enhanced`);
    expect(status).to.equal(401);
    expect(json).to.have.keys("id", "message");
  });

  it("lets a token expire after 60 minutes", async () => {
    visitor.sandbox.advance(3_599_999);
    expect((await read()).status).to.equal(200);
    visitor.sandbox.advance(1);
    expect((await read()).status).to.equal(401);
  });

  it("ends the tokens of a key that is rotated, and the key", async () => {
    const old = key();
    visitor.sandbox.edit({ kind: "rotateKey", account: "first", apiKey: "the-next-key" });
    expect((await read()).status).to.equal(401);
    expect((await visitor.authorize(old)).status).to.equal(401);
    expect((await visitor.authorize("the-next-key")).status).to.equal(200);
  });

  it("ends the tokens of a key that is revoked", async () => {
    visitor.sandbox.edit({ kind: "revokeKey", apiKey: key() });
    expect((await read()).status).to.equal(401);
  });

  it("forgets tokens but not keys when tokens are expired", async () => {
    visitor.sandbox.edit({ kind: "expireTokens" });
    expect((await read()).status).to.equal(401);
    expect((await visitor.authorize(key())).status).to.equal(200);
  });

  it("hides another account's network behind a 404 in JSON", async () => {
    await visitor.signIn(visitor.sandbox.accounts[1].apiKey);
    const { status, json } = await read();
    expect(status).to.equal(404);
    expect(json).to.have.keys("id", "message");
  });

  it("answers writes of a key that may only read with 403", async () => {
    visitor.sandbox.addApiKey({ key: "reader", account: "first", access: "read" });
    await visitor.signIn("reader");
    expect((await read()).status).to.equal(200);
    expect((await visitor.call("DELETE", foreignPath(visitor.sandbox))).status).to.equal(403);
  });

  it("answers a key of a plan without access with 402", async () => {
    visitor.sandbox.addApiKey({ key: "poor", account: "first", access: "none" });
    expect((await visitor.authorize("poor")).status).to.equal(402);
  });

  it("answers a key of another region with a text 404", async () => {
    visitor.sandbox.addApiKey({ key: "abroad", account: "first", access: "otherRegion" });
    const { status, json, text } = await visitor.authorize("abroad");
    expect({ status, json, text }).to.deep.equal({
      status: 404,
      json: undefined,
      text: "Cannot POST /api/v1/auth/authorize",
    });
  });

  it("answers an address that is not there with a text 404", async () => {
    const { status, json, text } = await visitor.call("POST", "/v9/nothing");
    expect({ status, json, text }).to.deep.equal({
      status: 404,
      json: undefined,
      text: "Cannot POST /api/rest/v9/nothing",
    });
  });

  it("answers a group of another network with a 404", async () => {
    const [, other] = visitor.sandbox.accounts[0].networks;
    const { id } = visitor.sandbox.foreignGroup;
    expect((await visitor.call("GET", `${groupsPath(other?.id ?? "")}/${id}`)).status).to.equal(404);
  });

  it("answers a network of any name that is not there with a 404 in JSON", async () => {
    for (const name of ["none", "with%20space", "x".repeat(500)]) {
      const { status, json } = await visitor.call("GET", `/v2.3/networks/enhanced/${name}`);
      expect(status, name).to.equal(404);
      expect(json, name).to.have.keys("id", "message");
    }
  });

  it("answers a group that is not there with a 404 in JSON", async () => {
    const { status, json } = await visitor.call(
      "GET",
      `${groupsPath(visitor.sandbox.foreignGroup.networkId)}/Tg00000000`,
    );
    expect(status).to.equal(404);
    expect(json).to.include({ message: "Tunnel with Id Tg00000000 not found." });
  });
});
