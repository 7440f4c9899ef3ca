import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { expect } from "chai";
import { createEngineLog } from "../../../provider/engine/progress";

const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb") as { EngineService: grpc.ServiceDefinition };
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => unknown };

interface LogRequest {
  getUrn(): string;
  getMessage(): string;
  getSeverity(): number;
  getEphemeral(): boolean;
}

describe("createEngineLog", () => {
  let server: grpc.Server;
  let heard: unknown[];
  let address: string;

  beforeEach(async () => {
    heard = [];
    server = new grpc.Server();
    server.addService(EngineService, {
      log: ({ request }: { request: LogRequest }, done: grpc.sendUnaryData<unknown>) => {
        heard.push([request.getSeverity(), request.getEphemeral(), request.getUrn(), request.getMessage()]);
        done(null, new Empty());
      },
      getRootResource: () => undefined,
      setRootResource: () => undefined,
      startDebugging: () => undefined,
      requirePulumiVersion: () => undefined,
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    address = `127.0.0.1:${port}`;
  });
  afterEach(() => server.forceShutdown());

  it("says on a resource's row what stays", async () => {
    const log = createEngineLog(address);
    await log.info("urn:a", "hello");
    await log.warn("urn:a", "careful");
    await log.warn(undefined, "of the stack");
    expect(heard).to.deep.equal([
      [1, false, "urn:a", "hello"],
      [2, false, "urn:a", "careful"],
      [2, false, "", "of the stack"],
    ]);
  });

  it("says what passes without being waited for", async () => {
    const log = createEngineLog(address);
    log.status("urn:a", "working");
    await log.info("urn:a", "then");
    expect(heard).to.deep.include([1, true, "urn:a", "working"]);
  });

  it("asks no proxy of the environment", async () => {
    const before = process.env.grpc_proxy;
    process.env.grpc_proxy = "http://127.0.0.1:9";
    try {
      await createEngineLog(address).info("urn:a", "hello");
    } finally {
      if (before === undefined) delete process.env.grpc_proxy;
      else process.env.grpc_proxy = before;
    }
    expect(heard).to.deep.equal([[1, false, "urn:a", "hello"]]);
  });

  it("leaves its process free to end", async () => {
    const module = require.resolve("../../../provider/engine/progress");
    const script = `require(${JSON.stringify(module)}).createEngineLog("${address}").info("urn:a", "bye").then(() => console.log("said"))`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-e", script], {
      timeout: 10_000,
    });
    expect(stdout).to.equal("said\n");
    expect(heard).to.deep.equal([[1, false, "urn:a", "bye"]]);
  }).timeout(15_000);

  it("passes over an engine that does not answer", async () => {
    server.forceShutdown();
    await createEngineLog(address).warn("urn:a", "nobody hears");
  });

  for (const nowhere of [undefined, "", "--flag", "not an address"]) {
    it(`says nothing where the address is ${JSON.stringify(nowhere)}`, async () => {
      await createEngineLog(nowhere).warn("urn:a", "nobody hears");
      expect(heard).to.deep.equal([]);
    });
  }
});
