import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { createTransport } from "../../../provider/service/transport";

describe("createTransport", () => {
  const VARIABLES = ["HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"] as const;
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  let servers: Server[];
  beforeEach(() => {
    servers = [];
  });
  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  });

  /** A server that answers each request alike. @returns its address, and the tokens that it was sent */
  async function started(status: number, headers: Record<string, string> = {}) {
    const tokens: (string | undefined)[] = [];
    const server = createServer(({ headers: { authorization } }, answer) => {
      tokens.push(authorization);
      answer.writeHead(status, { "Content-Type": "application/json", Connection: "close", ...headers }).end("{}");
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, tokens };
  }
  const ask = (url: string) =>
    createTransport(Date.now)({
      method: "GET",
      url,
      headers: { Authorization: "Bearer t" },
      isRepeatable: true,
      timeoutMs: 10_000,
    });

  it("passes by a proxy of the environment, which would see the token", async () => {
    const [service, proxy] = [await started(200), await started(200)];
    for (const name of ["NO_PROXY", "no_proxy"]) delete process.env[name];
    for (const name of ["HTTP_PROXY", "http_proxy"]) process.env[name] = proxy.url;
    expect((await ask(service.url)).status).to.equal(200);
    expect(service.tokens).to.deep.equal(["Bearer t"]);
    expect(proxy.tokens).to.deep.equal([]);
  });

  it("follows no redirect, which would carry the token along", async () => {
    const elsewhere = await started(200);
    const service = await started(302, { Location: elsewhere.url });
    expect((await ask(service.url)).status).to.equal(302);
    expect(elsewhere.tokens).to.deep.equal([]);
  });
});
