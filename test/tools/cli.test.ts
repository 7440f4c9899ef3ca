import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { ensurePulumiCli } from "../../tools/cli";
import { buildCli } from "../../tools/cli/build";
import { downloadCli } from "../../tools/cli/download";
import { VERSION } from "../../tools/cli/version";

describe("ensurePulumiCli", () => {
  let folder: string;
  let lines: string[];
  const report = (line: string): void => {
    lines.push(line);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "cli-test-"));
    lines = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Writes an executable that answers to `version`. */
  async function fakeCli(path: string, version: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho v${version}\n`);
    await chmod(path, 0o755);
  }

  const environment = (path = "") => ({
    PATH: [path, "/usr/bin", "/bin"].join(":"),
    XDG_CACHE_HOME: join(folder, "cache"),
    HOME: folder,
  });
  const cacheRoot = () => join(folder, "cache", "pulumi-harmony-sase", `pulumi-${VERSION}`);
  const unreachable = async () => {
    throw new Error("no way out");
  };
  const makesCli = async (root: string) => fakeCli(join(root, "bin", "pulumi"), VERSION);

  it("takes the CLI on PATH when it is new enough, and makes nothing", async () => {
    await fakeCli(join(folder, "path", "pulumi"), "3.216.0");
    const cli = await ensurePulumiCli({
      env: environment(join(folder, "path")),
      report,
      download: unreachable,
      build: unreachable,
    });
    expect(cli).to.deep.equal({ command: "pulumi", version: "3.216.0", source: "path" });
  });

  it("passes over a CLI on PATH that is too old", async () => {
    await fakeCli(join(folder, "path", "pulumi"), "3.215.0");
    const cli = await ensurePulumiCli({
      env: environment(join(folder, "path")),
      report,
      download: makesCli,
      build: unreachable,
    });
    expect(cli).to.include({ source: "download", version: VERSION });
  });

  it("downloads with the official installer, into the user's cache", async () => {
    const download = (root: string, say: typeof report, env: NodeJS.ProcessEnv) =>
      downloadCli(root, say, env, { reach: async () => undefined, install: (target) => makesCli(target) });
    const cli = await ensurePulumiCli({ env: environment(), report, download, build: unreachable });
    expect(cli).to.include({ source: "download", root: cacheRoot(), command: join(cacheRoot(), "bin", "pulumi") });
    expect(await readdir(join(cacheRoot(), "bin"))).to.have.members(["pulumi", "pulumi-resource-pulumi-nodejs"]);
  });

  it("builds from Go modules when the installer cannot be reached", async () => {
    const go = join(folder, "go");
    // Stands in for the Go toolchain: writes what it is told to build, and notes its arguments.
    await writeFile(
      go,
      `#!/bin/sh\necho "$@" > "${folder}/arguments"\nwhile [ "$1" != "-o" ]; do shift; done\nprintf '#!/bin/sh\\necho v${VERSION}\\n' > "$2"\nchmod +x "$2"\n`,
    );
    await chmod(go, 0o755);
    const download = (root: string, say: typeof report, env: NodeJS.ProcessEnv) =>
      downloadCli(root, say, env, { reach: unreachable, install: unreachable });
    const build = (root: string, say: typeof report, env: NodeJS.ProcessEnv) => buildCli(root, say, env, go);
    const cli = await ensurePulumiCli({ env: environment(), report, download, build });
    expect(cli).to.include({ source: "build", version: VERSION });
    expect(lines.join("\n")).to.match(/Building the Pulumi CLI .* from Go modules/);
  });

  it("uses what an earlier set-up has made", async () => {
    await ensurePulumiCli({ env: environment(), report, download: makesCli, build: unreachable });
    const cli = await ensurePulumiCli({ env: environment(), report, download: unreachable, build: unreachable });
    expect(cli.source).to.equal("cache");
  });

  it("makes a CLI anew that does not run, as a half-written one", async () => {
    await mkdir(join(cacheRoot(), "bin"), { recursive: true });
    await writeFile(join(cacheRoot(), "bin", "pulumi"), "half a bin");
    const cli = await ensurePulumiCli({ env: environment(), report, download: makesCli, build: unreachable });
    expect(cli).to.include({ source: "download", version: VERSION });
  });

  it("leaves nothing behind of a set-up that failed, so that the next one can succeed", async () => {
    const breaksOff = async (root: string) => {
      await mkdir(join(root, "bin"), { recursive: true });
      await writeFile(join(root, "bin", "pulumi"), "half a bin");
      throw new Error("broke off");
    };
    const cli = await ensurePulumiCli({ env: environment(), report, download: breaksOff, build: makesCli });
    expect(cli.source).to.equal("build");
    expect(await readdir(dirname(cacheRoot()))).to.deep.equal([`pulumi-${VERSION}`]);
  });

  it("makes one CLI when two set-ups run at once", async () => {
    let made = 0;
    const download = async (root: string) => {
      made += 1;
      await makesCli(root);
    };
    const both = [1, 2].map(() => ensurePulumiCli({ env: environment(), report, download, build: unreachable }));
    expect((await Promise.all(both)).map(({ source }) => source)).to.have.members(["download", "cache"]);
    expect(made).to.equal(1);
  });

  it("says what was tried and what one can do when nothing works", async () => {
    const noGo = (root: string, say: typeof report, env: NodeJS.ProcessEnv) =>
      buildCli(root, say, env, join(folder, "no-go"));
    const failure = await ensurePulumiCli({ env: environment(), report, download: unreachable, build: noGo }).catch(
      (error: Error) => error.message,
    );
    expect(failure).to.equal(
      [
        "There is no Pulumi CLI, and none could be set up:",
        "- PATH: there is no pulumi that runs",
        "- download: no way out",
        "- build: there is no Go toolchain on PATH",
        "Install Pulumi (https://www.pulumi.com/docs/install/) so that it is on PATH, or Go 1.25 or newer, and run this again.",
      ].join("\n"),
    );
  });
});
