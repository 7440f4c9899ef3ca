import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import sinon from "sinon";
import { readJson, removeFile, stateFolder, writeJson } from "../../../provider/engine/stateFolder";

describe("stateFolder", () => {
  afterEach(() => sinon.restore());

  it("is in the state directory that the environment names", () => {
    expect(stateFolder({ XDG_STATE_HOME: "/state" })).to.equal(join("/state", "pulumi-harmony-sase"));
  });

  for (const env of [{}, { XDG_STATE_HOME: "" }]) {
    it(`is in the user's home with ${JSON.stringify(env)}`, () => {
      sinon.stub(os, "homedir").returns("/home/user");
      expect(stateFolder(env)).to.equal(join("/home/user", ".local", "state", "pulumi-harmony-sase"));
    });
  }

  it("is nowhere for a user without HOME and without an entry in passwd, as in some containers", () => {
    sinon.stub(os, "homedir").throws(Object.assign(new Error("ENOENT"), { code: "ERR_SYSTEM_ERROR" }));
    expect(stateFolder({})).to.equal(undefined);
    expect(stateFolder({ XDG_STATE_HOME: "/state" })).to.equal(join("/state", "pulumi-harmony-sase"));
  });
});

describe("writeJson, readJson and removeFile", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "state-folder-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("keep a value for its owner alone, in folders that they make", async () => {
    const file = join(folder, "a", "b.json");
    await writeJson(file, { a: [1] });
    expect(await readJson(file)).to.deep.equal({ a: [1] });
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect((await stat(join(folder, "a"))).mode & 0o777).to.equal(0o700);
    expect(await readdir(join(folder, "a"))).to.deep.equal(["b.json"]);
    await removeFile(file);
    expect(await readJson(file)).to.equal(undefined);
  });

  it("never show half a value while it is written anew", async () => {
    const file = join(folder, "a.json");
    const long = "x".repeat(100_000);
    await writeJson(file, { long, n: -1 });
    const writes = Array.from({ length: 20 }, (_, n) => writeJson(file, { long, n }));
    for (let reads = 0; reads < 20; reads++) expect(await readJson(file)).to.have.property("long", long);
    await Promise.all(writes);
    expect(await readdir(folder)).to.deep.equal(["a.json"]);
  });

  it("throw nothing where nothing can be written, read or removed, and leave no drafts", async () => {
    await writeFile(join(folder, "file"), "{");
    await writeJson(join(folder, "file", "b.json"), {});
    await removeFile(join(folder, "file", "b.json"));
    await removeFile(join(folder, "none.json"));
    expect(await readJson(join(folder, "file"))).to.equal(undefined);
    expect(await readdir(folder)).to.deep.equal(["file"]);
  });
});
