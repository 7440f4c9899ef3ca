import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { createRequestFiles } from "../../../provider/engine/requestFiles";

const WINDOW_MS = 300_000;
const ORIGIN = "https://api.example.test";

describe("createRequestFiles", () => {
  let folder: string;
  let nowMs = 0;
  beforeEach(async () => {
    nowMs = 1_800_000_000_000;
    folder = await mkdtemp(join(tmpdir(), "requests-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const processOf = (origin = ORIGIN) => createRequestFiles({ folder, origin, windowMs: WINDOW_MS, now: () => nowMs });
  const files = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  };
  const knownTo = async (reader: ReturnType<typeof processOf>) => {
    await reader.refresh();
    return reader.madeMs(nowMs).length;
  };
  const makes = async (process: ReturnType<typeof processOf>, count: number) => {
    for (let n = 0; n < count; n++) process.made(nowMs);
    await process.flush();
  };

  it("tells other processes of the same service's requests, each by the end of its second", async () => {
    await makes(processOf(), 3);
    const reader = processOf();
    await reader.refresh();
    expect(reader.madeMs(nowMs)).to.deep.equal([nowMs + 1000, nowMs + 1000, nowMs + 1000]);
    expect(await knownTo(processOf("https://other.example.test"))).to.equal(0);
  });

  it("tells a process nothing of its own", async () => {
    const process = processOf();
    await makes(process, 3);
    expect(await knownTo(process)).to.equal(0);
  });

  it("adds up what several processes have made", async () => {
    await makes(processOf(), 3);
    nowMs += 10_000;
    await makes(processOf(), 4);
    expect(await knownTo(processOf())).to.equal(7);
  });

  it("writes and reads at most once a second until it is flushed", async () => {
    const [writer, reader] = [processOf(), processOf()];
    writer.made(nowMs);
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let n = 0; n < 5; n++) writer.made(nowMs + 500);
    expect(await knownTo(reader)).to.equal(1);
    await writer.flush();
    expect(await knownTo(reader), "read again within the second").to.equal(1);
    nowMs += 1000;
    expect(await knownTo(reader)).to.equal(6);
  });

  it("forgets what has left the window, and removes the file that held nothing else", async () => {
    await makes(processOf(), 3);
    const reader = processOf();
    expect(await knownTo(reader)).to.equal(3);
    nowMs += WINDOW_MS + 1000;
    expect(reader.madeMs(nowMs)).to.deep.equal([]);
    expect(await knownTo(reader)).to.equal(0);
    expect(await files()).to.deep.equal([]);
  });

  it("takes requests for unknown that a clock set back an hour makes look as if they were to come", async () => {
    await makes(processOf(), 3);
    nowMs -= 3_600_000;
    expect(await knownTo(processOf())).to.equal(0);
    expect(await files()).to.have.length(1);
  });

  it("counts nothing of a file that cannot be read", async () => {
    await makes(processOf(), 3);
    const [path = ""] = await files();
    for (const text of ["", "{", '{"seconds":[["x",1]]}', '{"seconds":[[1800000000,1e9]]}']) {
      const odd = join(dirname(path), "00000000-0000-4000-8000-000000000000.json");
      await writeFile(odd, text);
      expect(await knownTo(processOf()), text).to.equal(3);
    }
  });

  it("goes on alone where the folder cannot be written, and where there is none", async () => {
    const blocked = join(folder, "blocked");
    await writeFile(blocked, "");
    for (const each of [blocked, undefined]) {
      const settings = { folder: each, origin: ORIGIN, windowMs: WINDOW_MS, now: () => nowMs };
      await makes(createRequestFiles(settings), 3);
      expect(await knownTo(createRequestFiles(settings))).to.equal(0);
    }
  });
});
