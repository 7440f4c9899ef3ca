import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Claim, rivalFor } from "../../../provider/converge/claims";
import { type ClaimSettings, createClaims, isProcessAlive } from "../../../provider/engine/claims";
import { runOf } from "../../../provider/ownership/run";

const DAY_MS = 24 * 60 * 60_000;
const claim = (overrides: Partial<Claim> = {}): Claim => ({
  urn: "urn:pulumi:dev::p::T::hub",
  origin: "created",
  groupId: "Tg1",
  tunnelIds: ["Tn1"],
  ...overrides,
});
const branch = claim({ urn: "urn:pulumi:dev::p::T::branch", origin: "adopted", tunnelIds: ["Tn2"] });

describe("createClaims", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "claims-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const ADDRESS = "127.0.0.1:40001";
  const runAt = async (startedAt: string, host = "laptop") => runOf(ADDRESS, host, { processId: 7, startedAt });
  const processOf = (processId: number, settings: Partial<ClaimSettings> = {}) =>
    createClaims({
      folder,
      run: runAt("noon"),
      processId,
      isProcessAlive: () => true,
      now: Date.now,
      ...settings,
    });
  const folders = async () => (await readdir(join(folder, "claims"))).map((name) => join(folder, "claims", name));
  const agedBy = async (file: string, ms: number) => {
    const at = new Date(Date.now() - ms);
    await utimes(file, at, at);
  };

  it("knows what its own process stands for, by group", async () => {
    const claims = processOf(1);
    await claims.claim(claim());
    await claims.claim(branch);
    expect(await claims.on("Tg1")).to.deep.equal([claim(), branch]);
    expect(await claims.on("Tg2")).to.deep.equal([]);
  });

  it("has one claim of a resource, the last", async () => {
    const claims = processOf(1);
    await claims.claim(claim());
    await claims.claim(claim({ tunnelIds: ["Tn3"] }));
    expect(await claims.on("Tg1")).to.deep.equal([claim({ tunnelIds: ["Tn3"] })]);
    expect(await processOf(2).on("Tg1")).to.deep.equal([claim({ tunnelIds: ["Tn3"] })]);
    await claims.claim(claim({ groupId: "Tg2" }));
    expect(await claims.on("Tg1")).to.deep.equal([]);
  });

  it("knows what the other processes of its run stand for", async () => {
    const [first, second] = [processOf(1), processOf(2)];
    await first.claim(claim());
    await second.claim(branch);
    expect(await first.on("Tg1")).to.have.deep.members([claim(), branch]);
    expect(await second.on("Tg1")).to.have.deep.members([claim(), branch]);
  });

  it("goes by its own word where two processes speak of one resource", async () => {
    const [first, second] = [processOf(1), processOf(2)];
    await first.claim(claim());
    await second.claim(claim({ tunnelIds: ["Tn9"] }));
    expect(await first.on("Tg1")).to.deep.equal([claim()]);
  });

  it("keeps every claim of many that are made at once", async () => {
    const [first, second] = [processOf(1), processOf(2)];
    const urns = Array.from({ length: 20 }, (_, n) => `urn:${n}`);
    await Promise.all(urns.map((urn) => first.claim(claim({ urn }))));
    expect((await second.on("Tg1")).map(({ urn }) => urn)).to.have.members(urns);
  });

  it("knows nothing of another run, though its engine listens at the same address", async () => {
    await processOf(1).claim(claim());
    expect(await processOf(2, { run: runAt("later") }).on("Tg1")).to.deep.equal([]);
  });

  it("tells its own claims from those of other processes", async () => {
    const [first, second] = [processOf(1), processOf(2)];
    await first.claim(claim());
    for (const [process, isOwn] of [
      [first, true],
      [second, false],
    ] as const) {
      const [found = expect.fail()] = await process.on("Tg1");
      expect(process.isOwn(found)).to.equal(isOwn);
    }
  });

  it("keeps that an import target makes the resource the owner", async () => {
    await processOf(1).claim(claim({ isImported: true }));
    expect(await processOf(2).on("Tg1")).to.deep.equal([claim({ isImported: true })]);
  });

  describe("where the engine's process cannot be found", () => {
    const run = Promise.resolve(runOf(ADDRESS, "laptop", undefined));

    it("ignores claims of more than a day ago, which may be those of a run that had the same address", async () => {
      await processOf(1, { run }).claim(claim());
      const [place = ""] = await folders();
      await agedBy(join(place, "1.jsonl"), DAY_MS - 60_000);
      expect(await processOf(2, { run }).on("Tg1")).to.deep.equal([claim()]);
      await agedBy(join(place, "1.jsonl"), DAY_MS + 60_000);
      expect(await processOf(2, { run }).on("Tg1")).to.deep.equal([]);
    });
  });

  it("knows claims that are older where the run is told from others", async () => {
    await processOf(1).claim(claim());
    const [place = ""] = await folders();
    await agedBy(join(place, "1.jsonl"), 2 * DAY_MS);
    expect(await processOf(2).on("Tg1")).to.deep.equal([claim()]);
  });

  describe("of runs that have ended", () => {
    const isProcessAlive = (processId: number) => processId >= 1000;

    it("removes the folders, whether or not it claims anything itself", async () => {
      for (let n = 1; n <= 20; n++) await processOf(n, { run: runAt(`${n}`), isProcessAlive }).claim(claim());
      await processOf(1000, { isProcessAlive }).on("Tg1");
      expect(await folders()).to.deep.equal([]);
    });

    it("keeps those of runs that go on", async () => {
      await processOf(1000, { run: runAt("another"), isProcessAlive }).claim(claim());
      await processOf(1, { run: runAt("ended"), isProcessAlive }).claim(claim());
      const [first, second] = [processOf(1001, { isProcessAlive }), processOf(1002, { isProcessAlive })];
      await first.claim(branch);
      expect(await folders()).to.have.length(2);
      expect(await second.on("Tg1")).to.deep.equal([branch]);
    });

    it("keeps what another host or an earlier version may have made, for a week", async () => {
      await processOf(1, { run: runAt("noon", "desktop"), isProcessAlive }).claim(claim());
      await mkdir(join(folder, "claims", "0123456789abcdef0123456789abcdef"));
      await writeFile(join(folder, "claims", "0123456789abcdef0123456789abcdef", "2.jsonl"), JSON.stringify(claim()));
      await processOf(1000, { isProcessAlive }).on("Tg1");
      expect(await folders()).to.have.length(2);
      for (const each of await folders()) await agedBy(each, 7 * DAY_MS + 60_000);
      await processOf(1001, { isProcessAlive }).on("Tg1");
      expect(await folders()).to.deep.equal([]);
    });
  });

  it("takes away what a process has left that has ended", async () => {
    await processOf(1).claim(claim());
    const later = processOf(2, { isProcessAlive: (processId) => processId !== 1 });
    expect(await later.on("Tg1")).to.deep.equal([]);
    expect(await processOf(3).on("Tg1")).to.deep.equal([]);
    expect(await readdir((await folders())[0] ?? "")).to.deep.equal([]);
  });

  it("knows nothing of what a former process with its own number has left", async () => {
    await processOf(1).claim(claim());
    const again = processOf(1);
    expect(await again.on("Tg1")).to.deep.equal([]);
    await again.claim(branch);
    expect(await processOf(2).on("Tg1")).to.deep.equal([branch]);
  });

  it("passes over files that are garbled or no claims", async () => {
    await processOf(1).claim(claim());
    const [place = ""] = await folders();
    await writeFile(join(place, "3.jsonl"), "{");
    await writeFile(join(place, "4.jsonl"), JSON.stringify({ urn: 7 }));
    await mkdir(join(place, "5.jsonl"));
    expect(await processOf(2).on("Tg1")).to.deep.equal([claim()]);
  });

  it("is readable by its user alone", async () => {
    await processOf(1).claim(claim());
    const [place = ""] = await folders();
    expect((await stat(join(place, "1.jsonl"))).mode & 0o077).to.equal(0);
  });

  for (const [title, settings] of [
    ["no folder", { folder: undefined }],
    ["no engine's address", { run: Promise.resolve(undefined) }],
  ] as const) {
    it(`lasts as long as its process where there is ${title}`, async () => {
      const claims = processOf(1, settings);
      await claims.claim(claim());
      expect(await claims.on("Tg1")).to.deep.equal([claim()]);
      expect(await processOf(2, settings).on("Tg1")).to.deep.equal([]);
      expect(await readdir(folder)).to.deep.equal([]);
    });
  }

  it("goes on where it cannot write, and says so", async () => {
    await writeFile(join(folder, "file"), "");
    let complaints = 0;
    const claims = processOf(1, { folder: join(folder, "file"), onUnwritable: () => void complaints++ });
    await claims.claim(claim());
    expect(await claims.on("Tg1")).to.deep.equal([claim()]);
    expect(complaints).to.equal(1);
  });
});

describe("isProcessAlive", () => {
  it("is so of this process", () => {
    expect(isProcessAlive(process.pid)).to.equal(true);
  });

  it("is not so of one that has ended", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    expect(isProcessAlive(pid)).to.equal(false);
  });
});

describe("rivalFor", () => {
  it("is who else has a tunnel", () => {
    expect(rivalFor([claim(), branch], claim().urn, "Tn2")).to.equal(branch);
    expect(rivalFor([claim(), branch], claim().urn, "Tn1")).to.equal(undefined);
    expect(rivalFor([claim(), branch], undefined, "Tn3")).to.equal(undefined);
    expect(rivalFor([claim()], undefined, "Tn1")).to.deep.equal(claim());
  });
});
