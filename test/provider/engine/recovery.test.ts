import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createRecovery, recoveryFolder } from "../../../provider/engine/recovery";

describe("createRecovery", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "recovery-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const notes = () => createRecovery(join(folder, "notes"), "https://api.example/rest");

  it("finds in another process what was kept, until it is cleared", async () => {
    await notes().keep("Nw1/Tg1", { kind: "update", startedAtMs: 7, statusId: "St1" });
    expect(await notes().find("Nw1/Tg1")).to.deep.equal({ kind: "update", startedAtMs: 7, statusId: "St1" });
    await notes().clear("Nw1/Tg1");
    expect(await notes().find("Nw1/Tg1")).to.equal(undefined);
  });

  it("keeps subjects and services apart", async () => {
    await notes().keep("Nw1/Tg1", { kind: "update", startedAtMs: 7 });
    expect(await notes().find("Nw1/Tg2")).to.equal(undefined);
    expect(await createRecovery(join(folder, "notes"), "https://other.example/rest").find("Nw1/Tg1")).to.equal(
      undefined,
    );
  });

  it("is readable by its user alone, and leaves no drafts", async () => {
    await notes().keep("Nw1/Tg1", { kind: "update", startedAtMs: 7 });
    const [file, ...more] = await readdir(join(folder, "notes"));
    expect(more).to.deep.equal([]);
    expect((await stat(join(folder, "notes", file ?? ""))).mode & 0o077).to.equal(0);
  });

  it("passes over a note that is garbled", async () => {
    await notes().keep("Nw1/Tg1", { kind: "update", startedAtMs: 7 });
    const [file = ""] = await readdir(join(folder, "notes"));
    await writeFile(join(folder, "notes", file), "{");
    expect(await notes().find("Nw1/Tg1")).to.equal(undefined);
  });

  it("stops nobody where it cannot write", async () => {
    await writeFile(join(folder, "file"), "");
    const nowhere = createRecovery(join(folder, "file", "notes"), "https://api.example/rest");
    await nowhere.keep("Nw1/Tg1", { kind: "update", startedAtMs: 7 });
    expect(await nowhere.find("Nw1/Tg1")).to.equal(undefined);
    await nowhere.clear("Nw1/Tg1");
    expect(await readFile(join(folder, "file"), "utf8")).to.equal("");
  });
});

describe("recoveryFolder", () => {
  it("is in the user's state directory", () => {
    expect(recoveryFolder({ XDG_STATE_HOME: "/state" })).to.equal(join("/state", "pulumi-harmony-sase", "under-way"));
  });
});
