import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createJournals } from "../../../provider/engine/journal";
import { createNoteStore } from "../../../provider/engine/noteStore";
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
  const journals = (baseUrl = "https://api.example/rest") =>
    createJournals(
      createNoteStore(folder, () => undefined),
      baseUrl,
      () => nowMs,
    );
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
    const homeless = createJournals(
      createNoteStore(undefined, () => undefined),
      "https://api.example/rest",
      () => nowMs,
    );
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

    it("knows no other owner of what it has had under the former name", async () => {
      await journals().of(FORMER).own("Tg1", "owns");
      expect(await journals().of(URN, FORMER).otherOwner("Tg1")).to.equal(undefined);
      expect(await journals().of(URN).otherOwner("Tg1")).to.equal(FORMER);
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

  it("drops creations of more than a week ago when it is told to, and gives them once", async () => {
    const { groupId: _, ...creation } = write({ kind: "create", tunnelName: "branch" });
    const known = write({ kind: "create", groupId: "Tg1", startedAtMs: NOW_MS + 1 });
    for (const each of [creation, known]) await journals().of(URN).record(each);
    nowMs += 7 * DAY_MS;
    expect(await journals().of(URN).dropExpiredCreates()).to.deep.equal([]);
    nowMs += 1;
    await journals()
      .of(URN)
      .record(write({ groupId: "Tg2", startedAtMs: nowMs }));
    expect(await journals().of(URN).dropExpiredCreates()).to.deep.equal([creation]);
    expect(await journals().of(URN).dropExpiredCreates()).to.deep.equal([]);
    expect(await journals().of(URN).entries()).to.have.length(2);
  });

  it("does not read the draft that a crash has left as the journal of another resource", async () => {
    await journals().of(URN).record(write());
    const [file = ""] = await files();
    const draft = join(folder, "journal", `${file}.6ba7b810-9dad-11d1-80b4-00c04fd430c8`);
    await writeFile(draft, JSON.stringify([write({ groupId: "Tg9" })]));
    expect(await journals().of(FORMER).ofOthers()).to.deep.equal([write()]);
  });

  describe("with notes of which resource has a group", () => {
    const owned = async () => readdir(join(folder, "owned"));

    it("keeps how the resource has it", async () => {
      await journals().of(URN).own("Tg1", "usesExisting");
      expect(await journals().of(URN).useOf("Tg1")).to.include({ urn: URN, relation: "usesExisting" });
      expect(await journals().of(URN).otherOwner("Tg1")).to.equal(undefined);
      expect(await journals().of(FORMER).otherOwner("Tg1")).to.equal(URN);
      await journals().of(FORMER).own("Tg1", "owns");
      expect(await journals().of(URN).useOf("Tg1")).to.include({ urn: FORMER, relation: "owns" });
    });

    it("reads what an earlier version has written", async () => {
      await journals().of(URN).own("Tg1", "owns");
      const [file = ""] = await owned();
      await writeFile(join(folder, "owned", file), JSON.stringify(FORMER));
      expect(await journals().of(URN).otherOwner("Tg1")).to.equal(FORMER);
      expect(await journals().of(URN).useOf("Tg1")).to.deep.equal({ urn: FORMER, relation: undefined });
    });

    it("takes a note back to what it was", async () => {
      const journal = journals().of(URN);
      await journal.own("Tg1", "usesExisting");
      await journal.restore("Tg1", undefined);
      expect(await owned()).to.deep.equal([]);
      await journal.own("Tg1", "usesExisting");
      await journal.restore("Tg1", { urn: URN, relation: "owns" });
      expect(await journal.useOf("Tg1")).to.include({ relation: "owns" });
    });

    it("does not take back the note that another resource has written meanwhile", async () => {
      await journals().of(URN).own("Tg1", "usesExisting");
      await journals().of(FORMER).own("Tg1", "owns");
      await journals().of(URN).restore("Tg1", undefined);
      expect(await journals().of(URN).otherOwner("Tg1")).to.equal(FORMER);
    });

    it("keeps the note of a group that is gone as long as a write from before may count, then removes it", async () => {
      for (const id of ["Tg1", "Tg2"]) await journals().of(URN).own(id, "owns");
      await journals().of(URN).markGone("Tg1");
      nowMs += 7 * DAY_MS;
      await journals().of(URN).markGone("Tg1");
      expect(await journals().of(FORMER).otherOwner("Tg1")).to.equal(URN);
      nowMs += 1;
      await journals().of(URN).markGone("Tg3");
      expect(await journals().of(FORMER).otherOwner("Tg1")).to.equal(undefined);
      expect(await owned()).to.have.length(1);
    });

    it("keeps the note of a group that is in use again", async () => {
      await journals().of(URN).own("Tg1", "owns");
      await journals().of(URN).markGone("Tg1");
      await journals().of(URN).own("Tg1", "owns");
      nowMs += 8 * DAY_MS;
      await journals().of(URN).markGone("Tg2");
      expect(await owned()).to.have.length(1);
    });
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

  it("lasts as long as the process where it cannot write, and says so", async () => {
    await writeFile(join(folder, "file"), "");
    let complaints = 0;
    const store = createNoteStore(join(folder, "file"), () => void complaints++);
    const journal = createJournals(store, "https://api.example/rest", () => nowMs).of(URN);
    await journal.record(write());
    expect(complaints).to.equal(1);
    expect(await journal.entries()).to.deep.equal([write()]);
    expect(
      await createJournals(store, "https://api.example/rest", () => nowMs)
        .of(FORMER)
        .ofOthers(),
    ).to.have.length(1);
    await journal.clear(() => true);
    expect(await journal.entries()).to.deep.equal([]);
    expect(await readFile(join(folder, "file"), "utf8")).to.equal("");
  });

  it("lasts as long as the process where there is no folder", async () => {
    const homeless = createJournals(
      createNoteStore(undefined, () => expect.fail()),
      "https://api.example/rest",
      () => nowMs,
    );
    await homeless.of(URN).record(write());
    expect(await homeless.of(URN).entries()).to.deep.equal([write()]);
    await homeless.of(URN).clear(() => true);
    expect(await homeless.of(URN).entries()).to.deep.equal([]);
  });
});
