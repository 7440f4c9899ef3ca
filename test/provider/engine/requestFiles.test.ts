import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { createRequestFiles } from "../../../provider/engine/requestFiles";

const WINDOW_MS = 300_000;
const ORIGIN = "https://api.example.test";

describe("createRequestFiles", () => {
  let folder: string;
  let [nowMs, aheadMs] = [0, 0];
  /** Processes begin one after the other, each with no time elapsed. */
  const clockFrom = (startedMs: number) => ({ now: () => nowMs + aheadMs, elapsed: () => nowMs - startedMs });
  beforeEach(async () => {
    [nowMs, aheadMs] = [1_800_000_000_000, 0];
    folder = await mkdtemp(join(tmpdir(), "requests-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const processOf = (origin = ORIGIN) => {
    const clock = clockFrom(nowMs);
    const { elapsed } = clock;
    return { ...createRequestFiles({ folder, origin, windowMs: WINDOW_MS, ...clock }), elapsed };
  };
  const files = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  };
  const knownTo = async (reader: ReturnType<typeof processOf>) => {
    await reader.refresh();
    return reader.madeMs(reader.elapsed()).length;
  };
  const makes = async (process: ReturnType<typeof processOf>, count: number) => {
    for (let n = 0; n < count; n++) process.made(process.elapsed());
    await process.flush();
  };

  it("tells other processes of the same service's requests, each by the end of its second", async () => {
    await makes(processOf(), 3);
    const reader = processOf();
    await reader.refresh();
    expect(reader.madeMs(0)).to.deep.equal([1000, 1000, 1000]);
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
    writer.made(writer.elapsed());
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let n = 0; n < 5; n++) writer.made(writer.elapsed() + 500);
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
    expect(reader.madeMs(reader.elapsed())).to.deep.equal([]);
    expect(await knownTo(reader)).to.equal(0);
    expect(await files()).to.deep.equal([]);
  });

  it("takes requests for unknown that a clock set back an hour makes look as if they were to come", async () => {
    await makes(processOf(), 3);
    aheadMs = -3_600_000;
    expect(await knownTo(processOf())).to.equal(0);
    expect(await files()).to.deep.equal([]);
  });

  for (const [how, setMs] of [
    ["set back an hour", -3_600_000],
    ["set an hour on", 3_600_000],
  ] as const) {
    it(`tells by a clock that was ${how} of what it has made before as well`, async () => {
      const [writer, reader] = [processOf(), processOf()];
      await makes(writer, 3);
      nowMs += 10_000;
      aheadMs = setMs;
      await makes(writer, 1);
      expect(await knownTo(reader)).to.equal(4);
      nowMs += WINDOW_MS - 5000;
      expect(await knownTo(reader), "those of before have left the window").to.equal(1);
    });

    it(`keeps what it knows of others by the time that passes, though the clock was ${how}`, async () => {
      await makes(processOf(), 3);
      const reader = processOf();
      expect(await knownTo(reader)).to.equal(3);
      aheadMs = setMs;
      expect(reader.madeMs(reader.elapsed())).to.have.length(3);
      nowMs += WINDOW_MS + 1000;
      expect(reader.madeMs(reader.elapsed())).to.have.length(0);
    });
  }

  it("dates no request before it was made, however the seconds of processes lie", async () => {
    const writer = processOf();
    nowMs += 900;
    await makes(writer, 1);
    const reader = processOf();
    await reader.refresh();
    expect(reader.madeMs(0)[0]).to.be.within(0, 2000);
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
      const settings = { folder: each, origin: ORIGIN, windowMs: WINDOW_MS, ...clockFrom(nowMs) };
      const { elapsed } = settings;
      await makes({ ...createRequestFiles(settings), elapsed }, 3);
      expect(await knownTo({ ...createRequestFiles(settings), elapsed })).to.equal(0);
    }
  });
});
