import { expect } from "chai";
import { startSandbox } from "../../sandbox";
import { features, newGroup, subnets } from "./bodies";
import { foreignPath, groupsPath, visitSandbox } from "./visitor";

describe("startSandbox", () => {
  it("makes the same ids for the same seed, and others for another", async () => {
    const offers = [];
    for (const seed of [5, 5, 6]) {
      const sandbox = await startSandbox({ seed });
      await sandbox.close();
      offers.push({ accounts: sandbox.accounts, foreignGroup: sandbox.foreignGroup });
    }
    expect(offers[0]).to.deep.equal(offers[1]);
    expect(offers[0]).not.to.deep.equal(offers[2]);
  });

  it("makes the same ids however much is read, refused or listed in between", async () => {
    const ids = [];
    for (const isNosy of [false, true]) {
      const visitor = await visitSandbox();
      const [network] = visitor.sandbox.accounts[0].networks;
      const sharedSettings = { ...subnets, features, leftASN: network.asn };
      if (isNosy) {
        await visitor.call("GET", foreignPath(visitor.sandbox));
        await visitor.call("GET", "/v2.3/networks/enhanced/none");
        await visitor.call("POST", groupsPath(network.id), newGroup(network));
        await visitor.signIn(visitor.sandbox.accounts[0].apiKey);
      }
      const { result } = await visitor.carryOut("POST", groupsPath(network.id), newGroup(network, { sharedSettings }));
      const [operation] = visitor.sandbox.operations();
      ids.push([result?.resource, operation?.id, visitor.sandbox.groups().map(({ tunnels }) => tunnels)]);
      await visitor.sandbox.close();
    }
    expect(ids[0]).to.deep.equal(ids[1]);
  });

  it("makes ids of 10 letters and digits", async () => {
    const { accounts, foreignGroup, close } = await startSandbox();
    await close();
    const ids = [
      foreignGroup.id,
      ...accounts.flatMap(({ networks }) => networks.flatMap(({ id, regions }) => [id, ...regions])),
    ];
    for (const id of ids) expect(id).to.match(/^[A-Za-z0-9]{10}$/);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it("listens on loopback, at the port that is asked for", async () => {
    const first = await startSandbox();
    const port = Number(new URL(first.baseUrl).port);
    await first.close();
    const second = await startSandbox({ port });
    await second.close();
    expect(second.baseUrl).to.equal(`http://127.0.0.1:${port}/api/rest`);
  });

  it("ends an operation on the real clock too", async () => {
    const sandbox = await startSandbox({ operationMs: 10, apiKeys: [{ key: "given", account: "first" }] });
    const post = (url: string, init: RequestInit) => fetch(url, init).then((response) => response.json());
    const body = JSON.stringify({ grantType: "api_key", apiKey: "given" });
    const headers = { "content-type": "application/json" };
    const { data } = (await post(`${new URL(sandbox.baseUrl).origin}/api/v1/auth/authorize`, {
      method: "POST",
      headers,
      body,
    })) as { data: { accessToken: string } };
    const { id, networkId } = sandbox.foreignGroup;
    await post(`${sandbox.baseUrl}/v2.3/networks/enhanced/${networkId}/tunnels/ipsec/dynamic/${id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${data.accessToken}` },
    });
    while (sandbox.groups().length > 0) await new Promise(setImmediate);
    await sandbox.close();
  });
});
