import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import { ProgramInfo, RunRequest, type RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { expect } from "chai";
import { write } from "../package/project";
import { MEMORY_LIMIT_BYTES } from "./memory";

/** Stands for the SDK's runner, which needs an engine: the host knows no more of it than its arguments and its end. */
const RUNNER = join("node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js");
const HANGS = "console.error('running'); setInterval(() => {}, 1000);";
const GROWS = "const kept = []; setInterval(() => kept.push(Buffer.alloc(2 ** 28, 1)), 20);";

describe("The tests' language host", () => {
  let engine: Server;
  let host: ChildProcess;
  let folder: string;
  let client: LanguageRuntimeClient;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "langhost-"));
    engine = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
    await once(engine, "listening");
    const { port } = engine.address() as { port: number };
    const args = ["--import", "tsx", join(__dirname, "host.ts"), `127.0.0.1:${port}`];
    host = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const [announced] = (await once(host.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    client = new LanguageRuntimeClient(`127.0.0.1:${Number(announced)}`, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    host.kill("SIGKILL");
    engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(runner: string): Promise<RunResponse> {
    await write(folder, { [RUNNER]: runner });
    const request = new RunRequest().setInfo(new ProgramInfo().setProgramDirectory(folder)).setDryrun(true);
    request.getConfigMap().set("plain:network", "branches");
    return new Promise((resolve, reject) => {
      client.run(request, (error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  it("runs a program with its configuration and the engine's address", async () => {
    const checks = [
      `process.argv.includes("--dry-run")`,
      `process.argv.includes("--engine")`,
      `JSON.parse(process.env.PULUMI_CONFIG)["plain:config:network"] === "branches"`,
    ];
    const response = await run(`process.exit(${checks.join(" && ")} ? 0 : 1);`);
    expect([response.getError(), response.getBail()]).to.deep.equal(["", false]);
  });

  it("says whether the user has been told of a failure", async () => {
    expect((await run("process.exit(32);")).getBail()).to.equal(true);
    const response = await run("process.exit(1);");
    expect([response.getError(), response.getBail()]).to.deep.equal([
      "Program exited with non-zero exit code: 1",
      false,
    ]);
  });

  it("kills a program that takes too much memory", async () => {
    const response = await run(GROWS);
    expect(response.getError()).to.contain(`more than ${MEMORY_LIMIT_BYTES / 2 ** 20} MB of resident memory`);
  });

  it("ends with its program when the engine is gone", async () => {
    const running = run(HANGS).catch(() => undefined);
    await once(host.stderr as NodeJS.ReadableStream, "data");
    engine.close();
    // The program holds the host's stderr: that closes when both have ended.
    await once(host, "close");
    await running;
  });
});
