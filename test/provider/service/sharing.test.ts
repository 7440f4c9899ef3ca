import { expect } from "chai";
import type { Client, Pass, RequestOptions } from "../../../provider/service/client";
import { DeadlineError, NotFoundError, UnavailableError } from "../../../provider/service/errors";
import { type SharingClient, shareReads } from "../../../provider/service/sharing";
import { decodeGroup } from "../../../provider/service/wire";
import { errorOf } from "./errorOf";
import { createVirtualClock, type VirtualClock } from "./virtualClock";

const NETWORK = "N";

/** A service in memory that answers after a second, with what there is then. */
function startService(clock: VirtualClock) {
  const asked: string[] = [];
  const service = {
    asked,
    /** What is listed, by group. */
    groups: new Map<string, object[]>(),
    /** What reads show, where lists show something else. */
    whole: new Map<string, object[]>(),
    listing: (_pass: Pass): Pass => _pass,
    listingMs: 1000,
  };
  const item = (groupId: string, n: number, more: object = {}) => ({
    id: `${groupId}t${n}`,
    haTunnelID: groupId,
    tunnelName: `${groupId}0${n}`,
    ...more,
  });
  const shown = (groupId: string) => service.whole.get(groupId) ?? service.groups.get(groupId);
  const client = {
    readGroup: async (_networkId: string, groupId: string) => {
      asked.push(groupId);
      await clock.sleep(1000);
      const group = decodeGroup(shown(groupId));
      if (group === undefined) throw new NotFoundError("gone");
      return group;
    },
    listTunnels: async (
      _networkId: string,
      _options: RequestOptions,
      reading: { isWorth?: (n: number) => boolean },
    ) => {
      asked.push("list");
      const entries = [...service.groups.values()].flat();
      await clock.sleep(service.listingMs);
      const pass = service.listing({ entries, pages: 1, isSure: true });
      return pass.pages > 1 && !reading.isWorth?.(pass.pages) ? undefined : pass;
    },
    readNetwork: async () => asked.push("network"),
    updateGroup: async (_networkId: string, groupId: string) => ({ statusId: `of ${groupId}` }),
    readStatus: async () => ({ completed: true, statusCode: 200, reasons: [] }),
  } as unknown as Client;
  return { service, client, item };
}

describe("shareReads", () => {
  let clock: VirtualClock;
  let fake: ReturnType<typeof startService>;
  let shared: SharingClient;
  let options: RequestOptions;
  beforeEach(() => {
    clock = createVirtualClock();
    fake = startService(clock);
    shared = shareReads(fake.client, clock);
    options = { deadlineMs: clock.elapsed() + 3_600_000 };
    for (const groupId of ["A", "B", "C"]) fake.service.groups.set(groupId, [fake.item(groupId, 1)]);
    for (let n = 0; n < 3; n++) shared.join(NETWORK);
  });

  const read = (groupId: string, sharing?: RequestOptions["sharing"]) =>
    shared.readGroup(NETWORK, groupId, sharing ? { ...options, sharing } : options);
  const together = (...groupIds: string[]) => clock.drive(Promise.all(groupIds.map((groupId) => read(groupId))));
  /** What was asked for meanwhile, once forms are known. */
  async function verified(): Promise<void> {
    await together("A", "B");
    fake.service.asked.length = 0;
  }

  it("reads a group by itself, at once, where one step works in its network", async () => {
    const alone = shareReads(fake.client, clock);
    alone.join(NETWORK);
    const beganMs = clock.elapsed();
    await clock.drive(alone.readGroup(NETWORK, "A", options));
    expect([fake.service.asked, clock.elapsed() - beganMs]).to.deep.equal([["A"], 1000]);
  });

  it("serves all who ask within a moment from one list, once a read has shown that it shows all", async () => {
    const groups = await together("A", "B", "C");
    expect(groups.map(({ names }) => names)).to.deep.equal([["A01"], ["B01"], ["C01"]]);
    expect(fake.service.asked).to.deep.equal(["list", "A"]);
    fake.service.asked.length = 0;
    await together("B", "C");
    expect(fake.service.asked).to.deep.equal(["list"]);
  });

  it("reads one by itself for whom nobody else asks", async () => {
    await verified();
    await together("A");
    expect(fake.service.asked).to.deep.equal(["A"]);
  });

  it("never serves from a list that was begun before it was asked for", async () => {
    await verified();
    const early = Promise.all([read("A"), read("B")]);
    await clock.advance(800);
    // The list has been begun, and what is written now does not show in it.
    expect(fake.service.asked).to.deep.equal(["list"]);
    fake.service.groups.set("C", [fake.item("C", 1), fake.item("C", 2)]);
    const late = Promise.all([read("C"), read("B")]);
    const [[first], [second]] = await clock.drive(Promise.all([early, late]));
    expect(first.tunnels).to.have.length(1);
    expect(second.tunnels).to.have.length(2);
    expect(fake.service.asked).to.deep.equal(["list", "list"]);
  });

  it("serves from an older list where that is enough, unless the group was written to since, or may still be", async () => {
    await verified();
    const sharing = { maxAgeMs: 60_000, tunnelIds: [] };
    const ask = async (groupId: string) => {
      fake.service.asked.length = 0;
      await clock.drive(read(groupId, sharing));
      return fake.service.asked;
    };
    await together("A", "B");
    expect(await ask("C")).to.deep.equal([]);
    await shared.updateGroup(NETWORK, "C", {}, options);
    expect(await ask("C"), "written to").to.deep.equal(["list"]);
    expect(await ask("C"), "under way").to.deep.equal(["list"]);
    await shared.readStatus("of C", options);
    expect(await ask("C"), "before it ended").to.deep.equal(["list"]);
    expect(await ask("C")).to.deep.equal([]);
    await clock.advance(61_000);
    expect(await ask("C"), "too old").to.deep.equal(["list"]);
  });

  it("reads a group by itself that a list lacks, or lists under a tunnel's own id", async () => {
    await verified();
    fake.service.whole.set("D", []);
    fake.service.groups.set("S", [{ ...fake.item("S", 1), id: "S" }]);
    await together("A", "D", "S");
    expect(fake.service.asked).to.have.members(["list", "D", "S"]);
  });

  it("reads groups by themselves whose entries show less than a read does", async () => {
    for (const groupId of ["A", "B"]) fake.service.whole.set(groupId, [fake.item(groupId, 1, { remoteID: "shown" })]);
    for (let n = 0; n < 2; n++) {
      fake.service.asked.length = 0;
      const groups = await together("A", "B");
      expect(groups.map(({ tunnels }) => tunnels[0]?.remoteID)).to.deep.equal(["shown", "shown"]);
      expect(fake.service.asked).to.have.members(["list", "A", "B"]);
    }
  });

  it("reads a group by itself whose tunnel a list that may have missed some does not show", async () => {
    await verified();
    fake.service.listing = (pass) => ({ ...pass, isSure: false });
    const [lacking, whole] = [
      { maxAgeMs: 0, tunnelIds: ["At2"] },
      { maxAgeMs: 0, tunnelIds: ["Bt1"] },
    ];
    await clock.drive(Promise.all([read("A", lacking), read("B", whole)]));
    expect(fake.service.asked).to.deep.equal(["list", "A"]);
  });

  it("reads a group by itself for whom wants all of it where the list may have missed some", async () => {
    await verified();
    fake.service.groups.set("A", [fake.item("A", 1), fake.item("A", 2)]);
    const isNotA2 = (entry: unknown) => (entry as { id: string }).id !== "At2";
    fake.service.listing = (pass) => ({ ...pass, entries: pass.entries.filter(isNotA2), isSure: false });
    const [group] = await together("A", "B", "C");
    expect(group?.tunnels).to.have.length(2);
    expect(fake.service.asked).to.have.members(["list", "A", "B", "C"]);
  });

  it("reads by itself where a list takes more requests, and where there is trouble with it", async () => {
    await verified();
    fake.service.listing = (pass) => ({ ...pass, pages: 2 });
    await together("A", "B", "C");
    expect(fake.service.asked).to.deep.equal(["list", "A", "B", "C"]);
    fake.service.asked.length = 0;
    await together("A", "B", "C");
    expect(fake.service.asked).to.deep.equal(["A", "B", "C"]);
    const other = shareReads(fake.client, clock);
    for (let n = 0; n < 2; n++) other.join(NETWORK);
    fake.service.asked.length = 0;
    fake.service.listing = () => {
      throw new UnavailableError("trouble");
    };
    await clock.drive(Promise.all(["A", "B"].map((groupId) => other.readGroup(NETWORK, groupId, options))));
    expect(fake.service.asked).to.deep.equal(["list", "A", "B"]);
  });

  it("lists though reading were cheaper where those who ask take an older list, since others after them will", async () => {
    await verified();
    await clock.advance(60_000);
    fake.service.listing = (pass) => ({ ...pass, pages: 3 });
    const lasting = (groupId: string) => read(groupId, { maxAgeMs: 60_000 });
    await clock.drive(Promise.all(["A", "B", "C"].map(lasting)));
    await clock.drive(lasting("A"));
    expect(fake.service.asked).to.deep.equal(["list"]);
  });

  it("reads a network once for all who take what was read a while ago", async () => {
    const look = (maxAgeMs: number) => shared.readNetwork(NETWORK, { ...options, sharing: { maxAgeMs } });
    await Promise.all([look(60_000), look(60_000)]);
    await clock.advance(60_000);
    await look(60_000);
    expect(fake.service.asked).to.deep.equal(["network", "network"]);
  });

  it("takes a group for deleted that a sure list lacks, where the service has said so, and the network for visible", async () => {
    await verified();
    const gone = { isDeleted: true };
    const [error] = await clock.drive(Promise.all([errorOf(read("D", gone), NotFoundError), read("A", gone)]));
    expect(error.status).to.equal(404);
    await shared.readNetwork(NETWORK, { ...options, sharing: {} });
    expect(fake.service.asked).to.deep.equal(["list"]);
    fake.service.listing = (pass) => ({ ...pass, isSure: false });
    await clock.drive(Promise.all([errorOf(read("D", gone), NotFoundError), read("A", gone)]));
    expect(fake.service.asked).to.deep.equal(["list", "list", "D"]);
  });

  describe("proofByList", () => {
    const prove = (groupId: string, isProven = true, tunnelIds = [`${groupId}t1`]) =>
      shared.proofByList(
        { statusId: `of ${groupId}`, networkId: NETWORK, groupId, tunnelIds, isProven: () => isProven },
        options,
      );

    it("decides by one list that it shares with others, by the group and by each of its tunnels", async () => {
      await verified();
      fake.service.groups.set("A", [fake.item("A", 1), fake.item("A", 2)]);
      let seen: readonly string[][] = [];
      const operation = { statusId: "of A", networkId: NETWORK, groupId: "A", tunnelIds: ["At1"] };
      const proof = shared.proofByList(
        {
          ...operation,
          isProven: (whole, byTunnel) => {
            seen = [whole, ...byTunnel].map(({ tunnels }) => tunnels.map(({ id }) => id));
            return true;
          },
        },
        options,
      );
      const [group, , none] = await clock.drive(Promise.all([proof, read("B"), prove("C", false)]));
      expect(seen).to.deep.equal([["At1", "At2"], ["At1"], ["At2"]]);
      expect([group?.tunnels.length, none]).to.deep.equal([2, undefined]);
      expect(fake.service.asked).to.deep.equal(["list"]);
    });

    it("counts the operation as ended once it is proven: later reads may be served from lists since", async () => {
      await verified();
      const sharing = { maxAgeMs: 60_000, tunnelIds: [] };
      for (const groupId of ["A", "B"]) await shared.updateGroup(NETWORK, groupId, {}, options);
      await clock.drive(Promise.all([prove("A"), prove("B", false)]));
      await together("B", "C");
      fake.service.asked.length = 0;
      await clock.drive(read("A", sharing));
      expect(fake.service.asked).to.deep.equal([]);
      await clock.drive(read("B", sharing));
      expect(fake.service.asked).to.deep.equal(["list"]);
    });

    it("proves nothing by a list that lacks the group or one of its tunnels, or fails, or where no other step is at work", async () => {
      await verified();
      fake.service.listing = (pass) => ({ ...pass, isSure: false });
      expect(await clock.drive(Promise.all([prove("D"), prove("A", true, ["At1", "At9"])]))).to.deep.equal([
        undefined,
        undefined,
      ]);
      fake.service.listing = () => {
        throw new UnavailableError("trouble");
      };
      expect(await clock.drive(prove("A"))).to.equal(undefined);
      shared = shareReads(fake.client, clock);
      shared.join(NETWORK);
      fake.service.asked.length = 0;
      expect(await clock.drive(prove("A"))).to.equal(undefined);
      expect(fake.service.asked).to.deep.equal([]);
    });
  });

  it("searches one list for the names of many", async () => {
    const search = (tunnelName: string) =>
      shared.listTunnels(NETWORK, { ...options, sharing: { maxAgeMs: 60_000, tunnelName } });
    const [first] = await clock.drive(Promise.all(["a", "b", "c"].map(search)));
    expect(first?.entries).to.have.length(3);
    await clock.drive(search("d"));
    expect(fake.service.asked).to.deep.equal(["list"]);
    await shared.updateGroup(NETWORK, "A", { tunnelName: "e" }, options);
    await clock.drive(search("d"));
    expect(fake.service.asked).to.deep.equal(["list"]);
    await clock.drive(search("e"));
    expect(fake.service.asked).to.deep.equal(["list", "list"]);
  });

  describe("while a list does not come", () => {
    const hangs = () => {
      fake.service.listingMs = 25 * 60_000;
    };

    it("lets each who waits for it go at his own deadline, and the others wait on", async () => {
      hangs();
      const atMs: Record<string, number> = {};
      const ask = (groupId: string, deadlineMs: number) => {
        const work = shared.readGroup(NETWORK, groupId, { deadlineMs, sharing: { tunnelIds: [] } });
        const end = () => {
          atMs[groupId] = clock.elapsed();
        };
        return work.then(end, end);
      };
      await clock.drive(Promise.all([ask("A", 1_800_000), ask("B", 1_800_000), ask("C", 60_000)]));
      expect(atMs.C).to.equal(60_000);
      expect(Math.min(atMs.A ?? 0, atMs.B ?? 0)).to.be.at.least(25 * 60_000);
    });

    it("fails with the deadline, and sends nothing after it", async () => {
      hangs();
      const early = { ...options, deadlineMs: 60_000 };
      const late = Promise.all([read("A"), read("B")]);
      await clock.drive(errorOf(shared.readGroup(NETWORK, "C", early), DeadlineError));
      expect(fake.service.asked).to.deep.equal(["list"]);
      await clock.drive(late);
    });

    it("ends a search by name, and a wait for one that is under way, at the asker's deadline", async () => {
      hangs();
      const early = { ...options, deadlineMs: 60_000, sharing: { tunnelName: "x", maxAgeMs: 60_000 } };
      const first = shared.listTunnels(NETWORK, { ...options, sharing: { tunnelName: "x" } });
      await clock.advance(1000);
      await clock.drive(errorOf(shared.listTunnels(NETWORK, early), DeadlineError));
      expect(clock.elapsed()).to.equal(60_000);
      await clock.drive(first.catch(() => undefined));
    });
  });

  describe("reads ahead of a write", () => {
    /** A network in which no other step is at work. */
    const QUIET = "Q";
    const ahead = () => shared.readGroup(QUIET, "a", { ...options, sharing: { isAhead: true } });
    const inTurn = () => shared.readGroup(QUIET, "a", { ...options, sharing: { maxAgeMs: 30_000 } });
    beforeEach(() => void fake.service.groups.set("a", [fake.item("a", 1)]));

    it("serve it once, when it asks within the time", async () => {
      const early = await clock.drive(ahead());
      await clock.advance(20_000);
      expect(await clock.drive(inTurn())).to.equal(early);
      expect(fake.service.asked).to.deep.equal(["a"]);
      await clock.drive(inTurn());
      expect(fake.service.asked).to.deep.equal(["a", "a"]);
    });

    it("serve it while they are under way", async () => {
      const reading = ahead();
      await clock.advance(500);
      const [early, late] = await clock.drive(Promise.all([reading, inTurn()]));
      expect(late).to.equal(early);
      expect(fake.service.asked).to.deep.equal(["a"]);
    });

    it("serve nobody later, nor after a write to the group", async () => {
      await clock.drive(ahead());
      await clock.advance(30_000);
      await clock.drive(inTurn());
      await clock.drive(ahead());
      await clock.drive(shared.updateGroup(QUIET, "a", {}, options));
      await clock.drive(inTurn());
      expect(fake.service.asked).to.deep.equal(["a", "a", "a", "a"]);
    });

    it("that fail are made again", async () => {
      fake.service.groups.clear();
      await clock.drive(errorOf(ahead(), NotFoundError));
      await clock.drive(errorOf(inTurn(), NotFoundError));
      expect(fake.service.asked).to.deep.equal(["a", "a"]);
    });
  });
});
