import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { USAGE } from "../../provider/import/arguments";
import { type Sandbox, startSandbox } from "../../sandbox";
import { emptyProject, projectOf } from "./project";

const run = promisify(execFile);
const TSC = join(__dirname, "..", "..", "node_modules", "typescript", "bin", "tsc");

describe("The command of the packed provider", () => {
  let sandbox: Sandbox;
  let root: string;
  let project: string;
  before(async () => {
    sandbox = await startSandbox();
    project = await projectOf(emptyProject());
    root = await mkdtemp(join(tmpdir(), "import-package-"));
  });
  after(async () => {
    await sandbox.close();
    await rm(root, { recursive: true, force: true });
  });

  const command = async (...args: string[]) => {
    const env = {
      ...process.env,
      HARMONY_SASE_API_KEY: sandbox.accounts[0].apiKey,
      HARMONY_SASE_BASE_URL: sandbox.baseUrl,
    };
    const bin = join(project, "node_modules", ".bin", "pulumi-harmony-sase");
    const ended = await run(bin, args, { cwd: project, env }).catch((error: { code: number; stdout: string }) => error);
    return { code: "code" in ended ? ended.code : 0, ...ended } as { code: number; stdout: string; stderr: string };
  };

  it("says what it takes", async () => {
    expect(await command("--help")).to.include({ code: 0, stdout: USAGE, stderr: "" });
    expect(await command("import", "--netwrk", "x")).to.include({
      code: 1,
      stdout: "",
      stderr: "There is no option --netwrk; did you mean --network?\n",
    });
  });

  it("writes a project that compiles as it is, with the packages that it names", async () => {
    const out = join(root, "infra");
    const args = ["import", "--network", "headquarters", "--out", out];
    expect((await command(...args)).stderr).to.contain("Fill in the blanks");
    const blanks = await readFile(join(out, "answers.json"), "utf8");
    let n = 0;
    const filled = blanks
      .replaceAll('"remoteASN": null', '"remoteASN": 65099')
      .replaceAll(/("\w+InternalIP"): null/g, (_, name) => `${name}: "169.254.99.${++n}"`);
    await writeFile(join(out, "answers.json"), filled);
    const { code, stdout, stderr } = await command(...args);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("HARMONY_SASE_IMPORT=import.json pulumi up");
    await symlink(join(project, "node_modules"), join(out, "node_modules"));
    await run(process.execPath, [TSC, "-p", out]).catch(({ stdout: complaints }) => expect.fail(complaints));
  });
});
