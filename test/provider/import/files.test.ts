import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeAll } from "../../../provider/import/files";
import { MODES, type OutFile } from "../../../provider/import/project";

const FILES: readonly OutFile[] = [
  { name: "index.ts", text: "program", mode: MODES.open },
  { name: "set-secrets.sh", text: "secret", mode: MODES.secretScript },
  { name: "Pulumi.yaml", text: "project", mode: MODES.open, isScaffold: true },
];
const changed = (text: string) => FILES.map((file) => (file.name === "index.ts" ? { ...file, text } : file));

describe("writeAll", () => {
  let root: string;
  let out: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "import-files-"));
    out = join(root, "deep", "out");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const write = (files = FILES, options: Partial<Parameters<typeof writeAll>[2]> = {}) =>
    writeAll(out, files, { isForced: false, ...options });
  const failing = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.fail("nothing failed"),
      (error: Error) => error.message,
    );
  const content = async () => {
    const names = (await readdir(out)).toSorted();
    return Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await readFile(join(out, name), "utf8")])),
    );
  };
  const modeOf = async (name: string) => (await stat(join(out, name))).mode & 0o777;
  const WHOLE = { "Pulumi.yaml": "project", "index.ts": "program", "set-secrets.sh": "secret" };

  it("makes the folder, and lets nobody else read what is secret", async () => {
    expect(await write()).to.deep.equal(["index.ts", "set-secrets.sh", "Pulumi.yaml"]);
    expect(await content()).to.deep.equal(WHOLE);
    expect(await modeOf("set-secrets.sh")).to.equal(0o700);
    expect((await modeOf("index.ts")) & 0o400).to.equal(0o400);
    expect(await modeOf(".")).to.equal(0o777 & ~process.umask());
    expect(await readdir(join(root, "deep"))).to.deep.equal(["out"]);
  });

  it("writes nothing the second time, and takes back what has been opened to others", async () => {
    await write();
    await chmod(join(out, "set-secrets.sh"), 0o755);
    expect(await write()).to.deep.equal([]);
    expect(await modeOf("set-secrets.sh")).to.equal(0o700);
  });

  it("overwrites nothing unless it is forced to, and says what is in the way", async () => {
    await write();
    await writeFile(join(out, "other.txt"), "mine");
    expect(await failing(write(changed("new")))).to.match(
      /holds another index\.ts already, and nothing was written: give --force/,
    );
    expect(await content()).to.deep.equal({ ...WHOLE, "other.txt": "mine" });
    expect(await write(changed("new"), { isForced: true })).to.deep.equal(["index.ts"]);
    expect(await content()).to.deep.equal({ ...WHOLE, "index.ts": "new", "other.txt": "mine" });
    expect(await readdir(join(root, "deep"))).to.deep.equal(["out"]);
  });

  it("leaves the project that is there, forced or not", async () => {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, "Pulumi.yaml"), "mine");
    expect(await write(FILES, { isForced: true })).to.deep.equal(["index.ts", "set-secrets.sh"]);
    expect((await content())["Pulumi.yaml"]).to.equal("mine");
  });

  it("writes all or nothing where a file cannot be moved into a folder that is there", async () => {
    await write();
    let moves = 0;
    const move = async (from: string, to: string) => {
      moves += 1;
      expect(await readdir(out)).to.include.members(Object.keys(WHOLE));
      if (moves === 2) throw new Error("the disk is full");
      await rename(from, to);
    };
    const files = FILES.map((file) => ({ ...file, text: `new ${file.text}` }));
    expect(await failing(write(files, { isForced: true, move }))).to.equal("the disk is full");
    expect(await content()).to.deep.equal(WHOLE);
    expect(await modeOf("set-secrets.sh")).to.equal(0o700);
    expect(await readdir(join(root, "deep"))).to.deep.equal(["out"]);
  });

  it("adds to a file of lines what it lacks, forced or not, and leaves the rest of it", async () => {
    const ignored: OutFile = {
      name: ".gitignore",
      text: "node_modules/\nset-secrets.sh\n",
      mode: MODES.open,
      isLines: true,
    };
    await mkdir(out, { recursive: true });
    await writeFile(join(out, ".gitignore"), "# mine\n/node_modules\n*.log");
    expect(await write([...FILES, ignored])).to.include(".gitignore");
    const whole = { ...WHOLE, ".gitignore": "# mine\n/node_modules\n*.log\nset-secrets.sh\n" };
    expect(await content()).to.deep.equal(whole);
    expect(await write([...FILES, ignored])).to.deep.equal([]);
    expect(await content()).to.deep.equal(whole);
  });

  it("writes nothing beside a folder that is there: that may be another disk, or nobody's to write to", async () => {
    await write();
    const places: string[] = [];
    const move = async (from: string, to: string) => {
      places.push(from, to);
      await rename(from, to);
    };
    await write(changed("new"), { isForced: true, move });
    expect(places.filter((path) => !path.startsWith(join(out, "/")))).to.deep.equal([]);
    expect(await content()).to.deep.equal({ ...WHOLE, "index.ts": "new" });
  });

  it("lets nobody interrupt it half-way", async () => {
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    const counts = () => signals.map((signal) => process.listenerCount(signal));
    const before = counts();
    let meanwhile: readonly number[] = [];
    const move = async (from: string, to: string) => {
      meanwhile = counts();
      await rename(from, to);
    };
    await write(FILES, { move });
    expect(meanwhile).to.deep.equal(before.map((count) => count + 1));
    expect(counts()).to.deep.equal(before);
  });

  it("says which file is a folder", async () => {
    await mkdir(join(out, "index.ts"), { recursive: true });
    expect(await failing(write())).to.equal(`${join(out, "index.ts")} is a folder, and a file is wanted there.`);
  });

  it("writes nothing where the folder cannot be made", async () => {
    const move = async () => {
      throw new Error("the disk is full");
    };
    expect(await failing(write(FILES, { move }))).to.equal("the disk is full");
    expect(await readdir(join(root, "deep"))).to.deep.equal([]);
  });

  it("says that what is there is no folder", async () => {
    await mkdir(join(root, "deep"));
    await writeFile(out, "a file");
    expect(await failing(write())).to.match(/is no folder: give another --out\.$/);
  });
});
