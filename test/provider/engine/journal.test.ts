import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createJournals } from "../../../provider/engine/journal";
import { pendingWrite } from "../builders";

const URN = "urn:pulumi:dev::p::T::branch";
const FORMER = "urn:pulumi:dev::p::T::office";
const NOW_MS = 1_800_000_000_000;
const DAY_MS = 24 * 60 * 60_000;

const write = (overrides: Parameters<typeof pendingWrite>[0] = {}) =>
  pendingWrite({ startedAtMs: NOW_MS, ...overrides });

describe("createJournals", () => {
  let folder: string;
  let nowMs: number;
  beforeEach(async () => {
    nowMs = NOW_MS;
    folder = await mkdtemp(join(tmpdir(), "journal-test-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** The journals as another process finds them. */
  const journals = (baseUrl = "https://api.example/rest") => createJournals(folder, baseUrl, () => nowMs);
  const files = async () => readdir(join(folder, "journal"));

  it("finds in another process what was recorded, until it is cleared", async () => {
    await journals().of(URN).record(write());
    expect(await journals().of(URN).entries()).to.deep.equal([write()]);
    await journals()
      .of(URN)
      .clear(() => true);
    expect(await journals().of(URN).entries()).to.deep.equal([]);
    expect(await files()).to.deep.equal([]);
  });

  it("keeps one entry of a write, with what has become known of it since", async () => {
    await journals().of(URN).record(write());
    await journals()
      .of(URN)
      .record(write({ statusId: "St1" }));
    expect(await journals().of(URN).entries()).to.deep.equal([write({ statusId: "St1" })]);
  });

  it("keeps several writes of one resource side by side, oldest first, and takes back the one that was not sent", async () => {
    const [first, second] = [write({ groupId: "Tg1" }), write({ groupId: "Tg2", startedAtMs: NOW_MS - 1 })];
    await journals().of(URN).record(first);
    await journals().of(URN).record(second);
    expect(await journals().of(URN).entries()).to.deep.equal([second, first]);
    await journals().of(URN).withdraw(first);
    expect(await journals().of(URN).entries()).to.deep.equal([second]);
  });

  it("keeps apart resources that write to one group, and clears nobody else's", async () => {
    await journals().of(URN).record(write());
    await journals()
      .of(FORMER)
      .record(write({ startedAtMs: NOW_MS - 1 }));
    await journals().of(FORMER).withdraw(write());
    await journals()
      .of(FORMER)
      .clear(() => true);
    expect(await journals().of(URN).entries()).to.deep.equal([write()]);
    expect(await journals().of(FORMER).entries()).to.deep.equal([]);
  });

  it("shows a resource what all others on this machine have recorded, and nothing of its own", async () => {
    const [theirs, more] = [write({ groupId: "Tg2", startedAtMs: NOW_MS - 2 }), write({ groupId: "Tg3" })];
    await journals().of(URN).record(write());
    await journals().of(FORMER).record(theirs);
    await journals().of("urn:pulumi:other::p::T::hub").record(more);
    expect(await journals().of(URN).ofOthers()).to.have.deep.members([theirs, more]);
    expect(await journals().of(URN, FORMER).ofOthers()).to.deep.equal([more]);
    expect(await journals().of("urn:pulumi:other::p::T::hub").ofOthers()).to.have.deep.members([theirs, write()]);
  });

  it("shows a resource what others have recorded in the same process where there is no folder", async () => {
    const homeless = createJournals(undefined, "https://api.example/rest", () => nowMs);
    await homeless.of(URN).record(write());
    expect(await homeless.of(FORMER).ofOthers()).to.deep.equal([write()]);
    expect(await homeless.of(URN).ofOthers()).to.deep.equal([]);
  });

  it("says nothing to others either of a write of more than a week ago", async () => {
    await journals().of(URN).record(write());
    nowMs += 7 * DAY_MS + 1;
    expect(await journals().of(FORMER).ofOthers()).to.deep.equal([]);
  });

  it("keeps services apart", async () => {
    await journals().of(URN).record(write());
    expect(await journals("https://other.example/rest").of(URN).entries()).to.deep.equal([]);
  });

  describe("of a resource that was renamed", () => {
    it("finds what it has recorded under both names, and clears both", async () => {
      await journals().of(FORMER).record(write());
      await journals()
        .of(URN)
        .record(write({ groupId: "Tg2" }));
      const both = journals().of(URN, FORMER);
      expect(await both.entries()).to.have.deep.members([write(), write({ groupId: "Tg2" })]);
      await both.clear(() => true);
      expect([...(await journals().of(URN).entries()), ...(await journals().of(FORMER).entries())]).to.deep.equal([]);
    });

    it("records under the present name", async () => {
      await journals().of(URN, FORMER).record(write());
      expect(await journals().of(URN).entries()).to.deep.equal([write()]);
      expect(await journals().of(FORMER).entries()).to.deep.equal([]);
    });

    it("has each entry once where both names are the same", async () => {
      await journals().of(URN, URN).record(write());
      expect(await journals().of(URN, URN).entries()).to.deep.equal([write()]);
    });
  });

  for (const urn of [undefined, null, 7]) {
    it(`has nothing for a state whose URN is ${urn}`, async () => {
      const journal = journals().of(urn);
      await journal.record(write());
      await journal.withdraw(write());
      await journal.clear(() => true);
      expect(await journal.entries()).to.deep.equal([]);
      expect(await readdir(folder)).to.deep.equal([]);
    });
  }

  it("says nothing any more of a write of more than a week ago", async () => {
    await journals().of(URN).record(write());
    nowMs += 7 * DAY_MS;
    expect(await journals().of(URN).entries()).to.have.length(1);
    nowMs += 1;
    expect(await journals().of(URN).entries()).to.deep.equal([]);
  });

  it("is readable by its user alone, names nobody, and leaves no drafts", async () => {
    await journals().of(URN).record(write());
    const [file = "", ...more] = await files();
    expect(more).to.deep.equal([]);
    expect(file).to.match(/^[0-9a-f]{32}\.json$/);
    expect((await stat(join(folder, "journal", file))).mode & 0o077).to.equal(0);
  });

  it("passes over a file that is garbled, and over entries that are", async () => {
    await journals().of(URN).record(write());
    const [file = ""] = await files();
    const path = join(folder, "journal", file);
    await writeFile(path, JSON.stringify([{ kind: "none" }, ...JSON.parse(await readFile(path, "utf8"))]));
    expect(await journals().of(URN).entries()).to.deep.equal([write()]);
    await writeFile(path, "{");
    expect(await journals().of(URN).entries()).to.deep.equal([]);
  });

  it("stops nobody where it cannot write", async () => {
    await writeFile(join(folder, "file"), "");
    const journal = createJournals(join(folder, "file"), "https://api.example/rest", () => nowMs).of(URN);
    await journal.record(write());
    expect(await journal.entries()).to.deep.equal([]);
    await journal.clear(() => true);
    expect(await readFile(join(folder, "file"), "utf8")).to.equal("");
  });

  it("lasts as long as the process where there is no folder", async () => {
    const homeless = createJournals(undefined, "https://api.example/rest", () => nowMs);
    await homeless.of(URN).record(write());
    expect(await homeless.of(URN).entries()).to.deep.equal([write()]);
    await homeless.of(URN).clear(() => true);
    expect(await homeless.of(URN).entries()).to.deep.equal([]);
  });
});
