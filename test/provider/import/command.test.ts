import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { runImport } from "../../../provider/import/command";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../sandbox";
import { evaluated, secretsIn } from "./evaluated";

const run = promisify(execFile);

describe("runImport against the sandbox", () => {
  let sandbox: Sandbox;
  let root: string;
  let out: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "import-command-"));
    out = join(root, "infra");
  });
  afterEach(async () => {
    await sandbox.close();
    await rm(root, { recursive: true, force: true });
  });
  const start = async (options: SandboxOptions = {}) => {
    sandbox = await startSandbox(options);
  };

  async function command(...args: string[]) {
    const env = { HARMONY_SASE_API_KEY: sandbox.accounts[0].apiKey, HARMONY_SASE_BASE_URL: sandbox.baseUrl };
    const [printed, told]: [string[], string[]] = [[], []];
    const given = args.length > 0 ? args : ["--network", "headquarters"];
    const code = await runImport({
      args: ["import", "--out", out, ...given],
      env,
      print: (text) => printed.push(text),
      tell: (line) => told.push(line),
    });
    return { code, printed: printed.join(""), told: told.join("\n") };
  }
  const pathOf = (name: string) => join(out, name);
  const textOf = (name: string) => readFile(pathOf(name), "utf8");
  const requests = () => sandbox.journal().map(({ operation }) => operation ?? "");
  /** Answers as the person who has made the groups gives them. */
  async function fillIn(): Promise<void> {
    const tunnels = new Map(sandbox.groups().flatMap((group) => group.tunnels.map((tunnel) => [tunnel.id, tunnel])));
    const file = JSON.parse(await textOf("answers.json")) as { groups: Record<string, Record<string, { id: string }>> };
    for (const entry of Object.values(file.groups).flatMap((entries) => Object.values(entries))) {
      const known = tunnels.get(entry.id) as unknown as Record<string, unknown>;
      for (const [name, value] of Object.entries(entry))
        if (value === null) Object.assign(entry, { [name]: known[name] });
    }
    await writeFile(pathOf("answers.json"), JSON.stringify(file));
  }
  async function imported(...args: string[]) {
    await command(...args);
    await fillIn();
    return command(...args);
  }

  it("asks for what the service does not show, keeps the answers from git, and writes nothing else", async () => {
    await start();
    const { code, told, printed } = await command();
    expect([code, printed]).to.deep.equal([1, ""]);
    expect(told).to.match(
      /The service does not show 6 values that a program must have:\n {2}datacenter\.dublin \(Tn\w+, 198\.51\.100\.2\): remoteASN, p81GWInternalIP, remoteGWInternalIP\n/,
    );
    expect(told).to.contain(`Fill in the blanks in ${pathOf("answers.json")}, and run the same command again.`);
    expect((await readdir(out)).toSorted()).to.deep.equal([".gitignore", "answers.json"]);
    expect(await textOf(".gitignore")).to.contain("\nanswers.json\n");
    expect((await stat(pathOf("answers.json"))).mode & 0o777).to.equal(0o600);
  });

  it("writes a program, and what goes with it, once that is answered", async () => {
    await start();
    const { code, told, printed } = await imported();
    expect(code, told).to.equal(0);
    expect(told).to.contain(
      "Passed over 1 tunnel listed under its own id, as static tunnels are; if it is a group, give --group.",
    );
    expect(printed).to.match(
      /^Wrote 1 group with 2 tunnels of network "headquarters" to .*: index\.ts, import\.json, /,
    );
    expect(printed).to.contain("HARMONY_SASE_IMPORT=import.json pulumi up");
    expect(JSON.parse(await textOf("import.json"))).to.deep.equal({ datacenter: sandbox.foreignGroup.id });
    const [made] = evaluated(await textOf("index.ts"), secretsIn(await textOf("set-secrets.sh")));
    expect(made?.args).to.deep.include({ networkId: sandbox.foreignGroup.networkId, tunnelName: "datacenter" });
    expect(await textOf("index.ts")).not.to.contain("Foreign.Secret");
    expect(await textOf(".gitignore")).to.equal("node_modules/\nset-secrets.sh\nanswers.json\npulumi-import.json\n");
    const { name, version } = require("../../../provider/package.json") as { name: string; version: string };
    expect(JSON.parse(await textOf("package.json")).dependencies).to.include({ [name]: `^${version}` });
    expect(await textOf("Pulumi.yaml")).to.equal('name: "infra"\nruntime: nodejs\n');
  });

  it("changes nothing at the service, and gives the same bytes again", async () => {
    await start();
    await imported("--network", "headquarters", "--stack", "dev");
    const before = await Promise.all((await readdir(out)).map(textOf));
    await chmod(pathOf("answers.json"), 0o644);
    const { code, printed } = await command("--network", "headquarters", "--stack", "dev");
    const [line] = /^pulumi import --file .*$/m.exec(await readFile("docs/import.md", "utf8")) ?? [];
    expect(printed).to.contain(`\n  ${line}\n`);
    expect([code, printed.split("\n")[0]]).to.deep.equal([
      0,
      `${out} holds 1 group with 2 tunnels of network "headquarters" already.`,
    ]);
    expect(await Promise.all((await readdir(out)).map(textOf))).to.deep.equal(before);
    for (const name of ["pulumi-import.json", "answers.json"]) {
      expect((await stat(pathOf(name))).mode & 0o777).to.equal(0o600);
    }
    expect(
      sandbox.journal().filter(({ method, operation }) => method !== "GET" && operation !== "authorize"),
    ).to.deep.equal([]);
  });

  it("overwrites what somebody has changed only where it is forced to", async () => {
    await start();
    await imported();
    await writeFile(pathOf("index.ts"), "mine");
    const refused = await command();
    expect(refused.code).to.equal(1);
    expect(refused.told).to.contain("holds another index.ts already, and nothing was written: give --force");
    expect(await textOf("index.ts")).to.equal("mine");
    expect((await command("--network", "headquarters", "--force")).code).to.equal(0);
    expect(await textOf("index.ts")).to.contain("new DynamicTunnelGroup");
  });

  it("keeps secrets from git, and names the packages, in a project that is there", async () => {
    await start();
    await run("mkdir", [out]);
    await writeFile(pathOf(".gitignore"), "node_modules\n");
    await writeFile(pathOf("package.json"), '{ "name": "mine" }');
    const { printed } = await imported();
    expect(await textOf(".gitignore")).to.equal("node_modules\nset-secrets.sh\nanswers.json\npulumi-import.json\n");
    expect(printed).to.contain("\n  npm install pulumi-harmony-sase @pulumi/pulumi typescript\n");
    await writeFile(pathOf("package.json"), '{ "dependencies": { "pulumi-harmony-sase": "*" } }');
    expect((await command()).printed).to.contain("\n  npm install\n");
  });

  it("says that --out is no folder", async () => {
    await start();
    await writeFile(out, "a file");
    expect((await command()).told).to.contain(`${out} is no folder: give another --out.`);
  });

  it("takes groups by name and by id, and names no static tunnel a group", async () => {
    await start();
    const { id, networkId } = sandbox.foreignGroup;
    const { code } = await imported("--network", networkId, "--group", id, "--group", "datacenter");
    expect(code).to.equal(0);
    expect(JSON.parse(await textOf("import.json"))).to.deep.equal({ datacenter: id });
    const failures = {
      legacy:
        /Cannot find tunnel group "legacy" of network Nw\w+: there is none of that name\. There is "datacenter" \(Tg/,
      datacentre:
        /Cannot find tunnel group "datacentre" of network Nw\w+: there is none of that name\. There is "datacenter" /,
    };
    for (const [name, message] of Object.entries(failures)) {
      expect((await command("--network", networkId, "--group", name)).told).to.match(message);
    }
  });

  it("asks for passphrases that are masked, and fails with an answer that cannot be one", async () => {
    await start({ isPassphraseShown: false });
    const { told } = await command();
    expect(told).to.contain("The service does not show 8 values").and.to.contain("remoteGWInternalIP, passphrase");
    await fillIn();
    const right = await textOf("answers.json");
    await writeFile(pathOf("answers.json"), right.replace("Foreign.Secret.1", "no!"));
    const refused = await command();
    expect(refused.told).to.match(
      /group "datacenter" \(Tg\w+\): tunnels\.frankfurt\.passphrase: must be 8\.\.64 letters[^\n]*\nNothing was written\./,
    );
    expect(refused.told).not.to.contain("no!");
    await writeFile(pathOf("answers.json"), right);
    expect((await command()).code).to.equal(0);
    expect(secretsIn(await textOf("set-secrets.sh")).get("datacenter-frankfurt-psk")).to.equal("Foreign.Secret.1");
  });

  it("takes the answers of another place, and says what cannot be read there", async () => {
    await start();
    const answers = join(root, "mine.json");
    await writeFile(answers, '{ "groups": [] }');
    const args = ["--network", "headquarters", "--answers", answers];
    expect((await command(...args)).told).to.match(/^Cannot read the answers in .*mine\.json: groups: /);
    await rm(answers);
    await command(...args);
    expect(await readdir(root)).to.deep.equal(["mine.json"]);
  });

  const failures: Record<string, readonly [args: string[], message: RegExp]> = {
    "there is no such network": [
      ["--network", "headqarters"],
      /^Cannot find network "headqarters": .* There are "headquarters" \(Nw/,
    ],
    "there is no group": [["--network", "branches"], /lists no tunnel group that has tunnels\. Nothing was written\.$/],
    "an option is misspelt": [["--netwrk", "x"], /^There is no option --netwrk; did you mean --network\?$/],
  };
  for (const [title, [args, message]] of Object.entries(failures)) {
    it(`fails in words, with nothing written, when ${title}`, async () => {
      await start();
      const { code, told } = await command(...args);
      expect(code).to.equal(1);
      expect(told).to.match(message);
      expect(await readdir(root)).to.deep.equal([]);
    });
  }

  it("says what is wrong with the configuration, or the key, as everywhere", async () => {
    await start();
    const told: string[] = [];
    const tell = (line: string) => void told.push(line);
    const args = ["import", "--network", "x", "--out", out];
    const print = () => expect.fail("nothing is to be printed");
    expect(await runImport({ args, env: {}, print, tell })).to.equal(1);
    expect(told.join()).to.contain("There is no API key: set the environment variable HARMONY_SASE_API_KEY");
    const env = { HARMONY_SASE_API_KEY: "no-such-key", HARMONY_SASE_BASE_URL: sandbox.baseUrl };
    expect(await runImport({ args, env, print, tell })).to.equal(1);
    expect(told.at(-1))
      .to.match(/^Cannot find network "x": The API key was refused/)
      .and.not.to.contain("no-such-key");
  });

  it("writes a script that hands each passphrase to pulumi by a pipe, whatever it is made of", async () => {
    await start({ isPassphraseShown: false });
    await command();
    await fillIn();
    await command();
    const bin = join(root, "bin");
    const record = join(root, "record");
    await run("mkdir", [bin]);
    await writeFile(join(bin, "pulumi"), `#!/bin/sh\necho "$@ $(cat)" >> ${record}\n`, { mode: 0o755 });
    await run(pathOf("set-secrets.sh"), ["--stack", "dev"], {
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
      cwd: root,
    });
    expect(await readFile(record, "utf8")).to.equal(
      [
        "config set --secret datacenter-dublin-psk --stack dev Foreign.Secret.2",
        "config set --secret datacenter-frankfurt-psk --stack dev Foreign.Secret.1",
        "",
      ].join("\n"),
    );
  });

  it("reads a network of a hundred groups by one list, within the budget, and tells how far it has come", async () => {
    await start({ mostPerPage: 50 });
    const { id, networkId } = sandbox.foreignGroup;
    for (let n = 1; n < 100; n++) sandbox.edit({ kind: "copyGroup", groupId: id });
    sandbox.clearJournal();
    await command();
    await fillIn();
    sandbox.clearJournal();
    const { code, told } = await command();
    expect(code, told).to.equal(0);
    expect(told).to.contain("Found 201 tunnels; reads 100 groups.").and.to.contain("Read 90 of 100 groups.");
    expect(Object.keys(JSON.parse(await textOf("import.json")))).to.have.length(100);
    expect(requests().filter((operation) => operation === "readGroup")).to.have.length(1);
    expect(requests().length).to.be.below(20);
    const made = evaluated(await textOf("index.ts"), secretsIn(await textOf("set-secrets.sh")));
    expect(new Set(made.map(({ args }) => args.networkId))).to.deep.equal(new Set([networkId]));
    expect(made).to.have.length(100);
  });
});
