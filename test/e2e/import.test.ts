import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { readConfiguration } from "../../provider/engine/configuration";
import { runImport } from "../../provider/import/command";
import { openAccount } from "../../provider/lookups/opened";
import type { Tunnel } from "../../provider/model/fields";
import type { GroupInputs } from "../../provider/model/schema";
import { ownedInputsOf } from "../../provider/plan/changes";
import { createBodyOf } from "../../provider/plan/requests";
import { ensurePulumiCli } from "../../tools/cli";
import type { EngineStack } from "../../tools/workshop";
import { CERTIFICATE } from "../provider/builders";
import { itBesides, passphraseOf, useFixture } from "./fixture";

const run = promisify(execFile);
const NODE_MODULES = join(__dirname, "..", "..", "node_modules");
const LANGUAGE_HOST = `#!${process.execPath}
const { createRequire } = require("node:module");
const load = createRequire(${JSON.stringify(__filename)});
const grpc = createRequire(load.resolve("@pulumi/pulumi"))("@grpc/grpc-js");
const { LanguageServer } = load("@pulumi/pulumi/automation/server");
const { LanguageRuntimeService } = load("@pulumi/pulumi/proto/language_grpc_pb");
const server = new grpc.Server();
const program = async () => {
  load("tsx/cjs");
  require(process.cwd() + "/index.ts");
};
server.addService(LanguageRuntimeService, new LanguageServer(program));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, port) => console.log(port));
`;
const CERTIFIED = { passphrase: undefined, customerRootCA: CERTIFICATE };

describe("A program that import has written, on the real engine", () => {
  const fixture = useFixture();
  let count = 0;
  const environment = () => ({
    HARMONY_SASE_API_KEY: fixture.sandbox.accounts[0].apiKey,
    HARMONY_SASE_BASE_URL: fixture.sandbox.baseUrl,
  });

  const tunnel = (n: number, changes: object = {}) => fixture.tunnel(n, changes) as Tunnel;
  const group = (tunnelName: string, tunnels: readonly Tunnel[], changes: Partial<GroupInputs> = {}): GroupInputs => ({
    ...(fixture.args() as GroupInputs),
    tunnelName,
    description: `${tunnelName}, by hand`,
    tunnels: Object.fromEntries(tunnels.map((each, at) => [`t${at}`, each])),
    ...changes,
  });
  const everything = (): Partial<GroupInputs> => ({
    sharedSettings: {
      ...(fixture.args() as GroupInputs).sharedSettings,
      peakBandwidth: 10,
      features: { symmetricInnerMesh: { enabled: true }, DNSServices: { redirectToResolver: { enabled: false } } },
    },
    advancedSettings: {
      keyExchange: "ikev1",
      ikeLifeTime: "480m",
      lifetime: "90m",
      dpdDelay: "60s",
      dpdTimeout: "5s",
      phase1: { auth: ["sha384", "sha256"], encryption: ["aes256gcm16"], keyExchangeMethod: [] },
      phase2: { encryption: ["chacha20poly1305", "aes128"], keyExchangeMethod: ["curve25519"] },
    },
  });

  /** Makes groups without Pulumi. */
  async function makeByHand(groups: readonly GroupInputs[]): Promise<void> {
    const configuration = readConfiguration({ get: () => undefined }, environment());
    const { client, options } = openAccount(configuration, () => undefined).account;
    for (const inputs of groups) {
      await client.createGroup(fixture.networkId, createBodyOf(ownedInputsOf(inputs)), options());
    }
    while (fixture.groups().length < groups.length) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** A folder that the command has written, with its packages installed. */
  async function imported(...args: string[]): Promise<string> {
    const out = join(fixture.workshop.folder, `infra${++count}`);
    const command = async () => {
      const told: string[] = [];
      const all = ["import", "--network", fixture.networkId, "--out", out, ...args];
      const tell = (line: string) => void told.push(line);
      const code = await runImport({ args: all, env: environment(), print: tell, tell });
      return { code, told: told.join("\n") };
    };
    expect((await command()).told).to.contain("Fill in the blanks");
    await answer(join(out, "answers.json"));
    const { code, told } = await command();
    expect(code, told).to.equal(0);
    await symlink(NODE_MODULES, join(out, "node_modules"));
    return out;
  }

  /** Answers as those do who have made the groups. */
  async function answer(path: string): Promise<void> {
    const tunnels = new Map(
      fixture.groups().flatMap((each) => each.tunnels.map((known) => [known.id, known] as const)),
    );
    const file = JSON.parse(await readFile(path, "utf8")) as {
      groups: Record<string, Record<string, Record<string, unknown>>>;
    };
    for (const entry of Object.values(file.groups).flatMap((entries) => Object.values(entries))) {
      const known = tunnels.get(String(entry.id)) as unknown as Record<string, unknown>;
      for (const [name, value] of Object.entries(entry)) if (value === null) entry[name] = known[name];
    }
    await writeFile(path, JSON.stringify(file));
  }

  const programIn = (out: string): PulumiFn => {
    const path = join(out, "index.ts");
    return async () => {
      delete require.cache[require.resolve(path)];
      require(path);
    };
  };

  /** Stands for the part of the official CLI that runs programs, where the CLI is without it. */
  async function languageHost(): Promise<string> {
    const folder = join(fixture.workshop.folder, "host");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "pulumi-language-nodejs"), LANGUAGE_HOST, { mode: 0o755 });
    return folder;
  }

  /** What a person types in a folder. @returns what is printed */
  async function inTerminal(cwd: string, line: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
    const [command = "", ...args] = line;
    const { root } = await ensurePulumiCli({ report: () => undefined });
    const PATH = [...(root === undefined ? [] : [join(root, "bin")]), process.env.PATH, await languageHost()].join(
      delimiter,
    );
    const env = { ...process.env, ...fixture.workshop.environment, PATH, ...more };
    const { stdout } = await run(command, args, { cwd, env });
    return stdout;
  }

  /** The stack of such a folder, its secrets set as the script does it. */
  async function stackOf(out: string, name: string): Promise<EngineStack> {
    const program = programIn(out);
    const stack = await fixture.workshop.stack({ name, project: `infra${count}`, workDir: out, program });
    await inTerminal(out, ["./set-secrets.sh", "--stack", name]).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    fixture.sandbox.clearJournal();
    return stack;
  }

  /** What a stack that owns the groups has to do: nothing, also after a refresh. */
  async function expectNothingToDo(stack: EngineStack): Promise<void> {
    const same = fixture.groups().length + 1;
    expect((await stack.preview()).changes).to.deep.equal({ same });
    expect((await stack.refresh()).changes).to.deep.equal({ same });
    expect(fixture.writes()).to.deep.equal([]);
  }

  async function expectGone(stack: EngineStack): Promise<void> {
    await stack.destroy();
    expect(fixture.groups()).to.deep.equal([]);
  }

  async function expectChangeInPlace(stack: EngineStack, out: string, tunnelName: string): Promise<void> {
    const same = fixture.groups().length;
    const text = await readFile(join(out, "index.ts"), "utf8");
    await writeFile(join(out, "index.ts"), text.replace(`"${tunnelName}, by hand"`, '"by program"'));
    expect((await stack.up()).changes).to.deep.equal({ same, update: 1 });
    expect(fixture.writes().map(({ method, body }) => [method, body])).to.deep.equal([
      ["PUT", { tunnelName, description: "by program" }],
    ]);
  }

  async function expectTakenOver(groups: readonly GroupInputs[]): Promise<void> {
    await makeByHand(groups);
    const before = fixture.groups();
    const out = await imported();
    const stack = await stackOf(out, "dev");
    const HARMONY_SASE_IMPORT = "import.json";
    const printed = await inTerminal(out, ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev"], {
      HARMONY_SASE_IMPORT,
    });
    expect(printed).to.match(new RegExp(`^ +\\+ ${groups.length + 1} created$`, "m"));
    expect(fixture.writes()).to.deep.equal([]);
    expect(fixture.groups()).to.deep.equal(before);
    await expectNothingToDo(stack);
    await expectChangeInPlace(stack, out, groups[0]?.tunnelName ?? "");
    await expectGone(stack);
    for (const { passphrase } of groups.flatMap(({ tunnels }) => Object.values(tunnels))) {
      if (passphrase !== undefined) expect([printed, ...stack.transcript].join("")).not.to.contain(passphrase);
    }
  }

  it("owns groups of all shapes, sends nothing, changes one in place, and deletes them", async () => {
    const eight = Array.from({ length: 8 }, (_, n) => tunnel(n, CERTIFIED));
    await expectTakenOver([
      group("branch", [tunnel(0), tunnel(3, { remoteID: "peer" })]),
      group("constructor", [tunnel(0, { routingType: "policy" })]),
      group("Eight01", eight, everything()),
    ]);
  });

  itBesides("owns them by pulumi import --file as well", async () => {
    const name = "filed";
    await makeByHand([group("branch", [tunnel(0), tunnel(1, CERTIFIED)], everything())]);
    const out = await imported("--stack", name);
    const stack = await stackOf(out, name);
    const args = ["import", "--file", "pulumi-import.json", "--generate-code=false", "--protect=false", "--yes"];
    const stdout = await inTerminal(out, ["pulumi", ...args, "--stack", name]);
    expect(stdout)
      .to.match(/1 imported/)
      .and.not.to.contain(passphraseOf(0));
    expect(fixture.sandbox.journal()).to.deep.equal([]);
    const [stored] = (await stack.state()).groups;
    expect(JSON.stringify(stored)).not.to.contain(passphraseOf(0));
    await expectNothingToDo(stack);
    await expectGone(stack);
  });

  itBesides("cannot own one by its id alone, as pulumi import has it: the SDK does not know the provider", async () => {
    await makeByHand([group("branch", [tunnel(0)])]);
    const out = await imported();
    const stack = await stackOf(out, "single");
    const type = "pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup";
    const args = ["import", type, "branch", fixture.groups()[0]?.id ?? "", "--generate-code=false", "--yes"];
    const printed = await inTerminal(out, ["pulumi", ...args, "--stack", "single"]).then(
      () => expect.fail("it is imported"),
      ({ stdout }: { stdout: string }) => stdout,
    );
    expect(printed).to.contain("Cannot read properties of undefined (reading 'toJavaScript')");
    expect((await stack.state()).groups).to.deep.equal([]);
    fixture.sandbox.edit({ kind: "removeGroup", groupId: "branch" });
  });

  for (let tunnels = 1; tunnels <= 8; tunnels++) {
    itBesides(`owns a group of ${tunnels} of every kind`, async () => {
      const kinds = [{}, CERTIFIED, { remoteID: "peer" }, { remoteASN: 4_294_967_295 }];
      const routing = tunnels % 3 === 0 ? { routingType: "policy" } : {};
      const all = Array.from({ length: tunnels }, (_, n) => tunnel(n, { ...kinds[n % kinds.length], ...routing }));
      await expectTakenOver([group(`a${tunnels}0${tunnels}`, all, tunnels % 2 === 0 ? everything() : {})]);
    });
  }
});
