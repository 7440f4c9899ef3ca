import { createServer, type Server } from "node:net";
import { expect } from "chai";
import { isEngineAt } from "../../../provider/engine/presence";

describe("isEngineAt", () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer((socket) => socket.on("error", () => undefined));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  afterEach(() => server.close());

  it("is true while something listens at the engine's address", async () => {
    expect(await isEngineAt(`127.0.0.1:${port}`)).to.equal(true);
  });

  it("is false once nothing does", async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(await isEngineAt(`127.0.0.1:${port}`)).to.equal(false);
  });

  for (const nowhere of [undefined, "", "--flag", "127.0.0.1"]) {
    it(`is true in doubt: where the address is ${JSON.stringify(nowhere)}`, async () => {
      expect(await isEngineAt(nowhere)).to.equal(true);
    });
  }
});
