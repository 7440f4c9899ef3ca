import { expect } from "chai";
import type { SandboxOptions } from "../../../sandbox";
import { type Rig, startRig } from "../rig";
import { failureOf, groupsOf, idsOf, minutesOf, OPERATION_MS, rowBeside, writesOf } from "./scene";

const NOT_FOUND = { kind: "answer", status: 404, body: { message: "Tunnel with Id not found." } } as const;

let rig: Rig;
async function start(options: SandboxOptions): Promise<void> {
  rig = await startRig(options);
}

describe("createSteps, when lists show fewer tunnels than they count", () => {
  beforeEach(() => start({ mostPerPage: 1, areLongPagesCut: true }));
  afterEach(() => rig.close());
  const warningsOfLists = () => rig.warnings.filter((text) => text.includes("does not show all that there are"));

  /** Two tunnels of another group, of which lists show one. */
  const neighbour = () => rowBeside(rig, "other").up({ tunnelName: "other", tunnels: others() });
  const others = () => ({ primary: rig.tunnel(3), backup: rig.tunnel(4) });

  /** A creation that nobody answers, and that comes about long after its run has ended. */
  async function unanswered(): Promise<void> {
    rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset", after: true } });
    rig.sandbox.plan({ operation: "createGroup", durationMs: 20 * OPERATION_MS });
    await failureOf(rig.up(rig.args()));
    rig.sandbox.advance(20 * OPERATION_MS);
  }

  it("creates a group all the same, and warns once that its name may be taken", async () => {
    await neighbour();
    await rig.up(rig.args());
    expect(idsOf(rig)).to.include(rig.state?.id);
    expect(warningsOfLists()).to.have.length(1);
    expect(warningsOfLists()[0]).to.match(/of network Nw\w+ .* a tunnel group named "branch" already: it is created/);
  });

  it("goes on with a creation, warned, where what an earlier one has made does not show", async () => {
    await neighbour();
    await unanswered();
    await rig.up(rig.args());
    expect(rig.warnings.join("\n")).to.match(/cannot be told whether an interrupted creation has made .*"branch"/);
    expect(idsOf(rig)).to.include(rig.state?.id);
  });

  it("keeps the row of an unanswered creation in a refresh, and a destroy says what it may leave", async () => {
    await neighbour();
    await unanswered();
    expect(await failureOf(rig.refresh())).to.match(/cannot be told whether an interrupted creation has made/);
    expect(rig.state?.id).to.match(/^pending-/);
    await rig.destroy();
    expect(rig.warnings.at(-1)).to.match(
      /cannot be told whether .* look in the administration portal. It is not deleted/,
    );
  });

  it("takes no group for its own by its name, since others of that name may be hidden", async () => {
    await unanswered();
    expect(await failureOf(rig.up(rig.args()))).to.match(
      /may have made Tg\w+, but the API's list may lack other groups/,
    );
    expect(writesOf(rig)).to.deep.equal(["POST"]);
  });
});

describe("createSteps, when a creation names its group, and others of its name appear", () => {
  beforeEach(() => start({}));
  afterEach(() => rig.close());

  it("deletes the one that was named, though that one does not show for some seconds", async () => {
    rig.sandbox.plan({ operation: "createGroup", durationMs: 40 * OPERATION_MS, resource: "early" });
    expect(await failureOf(rig.up(rig.args()))).to.match(/Timed out/);
    rig.sandbox.advance(40 * OPERATION_MS);
    const id = rig.state?.id ?? "";
    const { groupId: copy } = rig.sandbox.edit({ kind: "copyGroup", groupId: id });
    rig.sandbox.inject({ operation: "readGroup", path: id, forMs: 5000, action: NOT_FOUND });
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([copy]);
    expect(rig.warnings.join()).to.contain(`Only ${id}, which its operation has named, is deleted.`);
  });
});

describe("createSteps, when the result of a creation names something else than its group", () => {
  beforeEach(() => start({ namedByResult: "network" }));
  afterEach(() => rig.close());

  it("finds the group by its name within the same up, and knows from then on that paths are of no use", async () => {
    const steps = rig.process();
    expect(await minutesOf(rig, () => rig.up(rig.args(), steps))).to.be.below(1.5);
    expect(rig.state?.id).to.equal(idsOf(rig)[0]);
    expect(rig.warnings).to.deep.equal([]);
    rig.sandbox.clearJournal();
    const row = rowBeside(rig, "other");
    const beganMs = rig.clock.now();
    await row.up({ tunnelName: "other", tunnels: { primary: rig.tunnel(3) } }, steps);
    expect(rig.clock.now() - beganMs).to.be.below(OPERATION_MS + 7000);
    expect(row.state?.id).to.equal(idsOf(rig)[1]);
    expect(rig.sandbox.journal().filter(({ path }) => path.endsWith(`dynamic/${rig.networkId}`))).to.deep.equal([]);
  });

  it("takes none of two groups of that name, and keeps what it has begun in state", async () => {
    rig.sandbox.inject({
      operation: "listTunnels",
      skip: 1,
      action: { kind: "edit", edit: { kind: "copyGroup", groupId: "branch" } },
    });
    expect(await failureOf(rig.up(rig.args()))).to.match(
      /may have made Tg\w+, Tg\w+, but which of them cannot be told/,
    );
    expect(rig.state?.outputs.__pending).to.have.length(1);
    expect(writesOf(rig)).to.deep.equal(["POST"]);
  });

  it("takes no group of that name that holds something else", async () => {
    rig.sandbox.inject({
      operation: "listTunnels",
      skip: 1,
      action: {
        kind: "edit",
        edit: {
          kind: "changeTunnel",
          groupId: "branch",
          tunnelId: "203.0.113.11",
          changes: { passphrase: "Of.others1" },
        },
      },
    });
    expect(await failureOf(rig.up(rig.args()))).to.match(/may have made Tg\w+, but it is not what was sent/);
  });

  for (const [title, leave] of [
    ["destroys", async () => rig.destroy()],
    ["finds with a refresh, and then destroys,", async () => rig.refresh().then(() => rig.destroy())],
  ] as const) {
    it(`${title} what was made by a creation whose path was named before its end was seen`, async () => {
      rig.sandbox.plan({ operation: "createGroup", durationMs: 40 * OPERATION_MS, resource: "early" });
      expect(await failureOf(rig.up(rig.args()))).to.match(/Timed out/);
      expect(rig.state?.id).to.equal(rig.networkId);
      rig.sandbox.advance(40 * OPERATION_MS);
      await leave();
      expect(idsOf(rig)).to.deep.equal([]);
      expect(rig.state).to.equal(undefined);
    });
  }

  it("goes on with the named group where it shows late, and nothing of its name does", async () => {
    await rig.close();
    await start({ lagMs: 90_000 });
    await rig.up(rig.args());
    expect(rig.state?.id).to.equal(idsOf(rig)[0]);
  });

  it("keeps the id in state that was named, and says that the group is gone, where neither shows in time", async () => {
    await rig.close();
    await start({});
    rig.sandbox.plan({ operation: "createGroup", statusCode: 201, applied: false });
    expect(await failureOf(rig.up(rig.args()))).to.match(/There is no tunnel group Tg\w+ .* it is made anew/);
    expect(rig.state?.id).to.match(/^Tg/);
    expect(rig.state?.outputs).to.include({ __gone: true });
    await rig.up(rig.args());
    expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
  });
});

describe("createSteps, when answers hold null among their entries", () => {
  beforeEach(() => start({ nullEntries: 1 }));
  afterEach(() => rig.close());

  it("passes over them in a whole life, and says so once in a process of each group", async () => {
    const steps = rig.process();
    await rig.up(rig.args(), steps);
    const three = { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) };
    await rig.up(rig.args({ tunnels: three }), steps);
    expect(rig.warnings.filter((text) => text.includes("shows null"))).to.deep.equal([
      `The API shows null in place of some tunnels of group ${rig.state?.id}: such entries are passed over, and what they stand for is not seen.`,
    ]);
    await rig.refresh();
    expect(Object.keys(rig.state?.outputs.tunnelIds as object)).to.have.members(["primary", "backup", "third"]);
    expect(Object.keys(rig.state?.outputs.gateways as object)).to.have.length(3);
    await rig.destroy();
    expect(idsOf(rig)).to.deep.equal([]);
  });

  it("reads again, for a while, where one may stand for a tunnel that state has", async () => {
    await rig.close();
    await start({});
    await rig.up(rig.args());
    const ids = rig.state?.outputs.tunnelIds as Record<string, string>;
    const shown = [{ ...rig.tunnel(0), id: ids.primary, haTunnelID: rig.state?.id, tunnelName: "branch01" }, null];
    rig.sandbox.inject({ operation: "readGroup", times: 2, action: { kind: "answer", status: 200, body: shown } });
    await rig.refresh();
    expect(rig.state?.outputs.tunnelIds).to.deep.equal(ids);
  });
});

describe("createSteps, when a group is merely late to show", () => {
  beforeEach(() => start({}));
  afterEach(() => rig.close());

  it("does not call it gone after one of its two tunnels was removed", async () => {
    await rig.up(rig.args());
    rig.sandbox.inject({ operation: "readGroup", skip: 1, forMs: 5000, action: NOT_FOUND });
    await rig.up(rig.args({ tunnels: { primary: rig.tunnel(0) } }));
    expect(rig.state?.outputs).not.to.have.property("__gone");
    expect(groupsOf(rig)[0]?.tunnels).to.have.length(1);
    expect(rig.sandbox.pendingFaults()).to.equal(0);
  });

  it("does not take the one tunnel of a group for gone that shows none for some seconds", async () => {
    await rig.up(rig.args({ tunnels: { primary: rig.tunnel(0) } }));
    const ids = rig.state?.outputs.tunnelIds;
    const none = { kind: "answer", status: 200, body: [] } as const;
    rig.sandbox.inject({ operation: "readGroup", forMs: 5000, action: none });
    await rig.refresh();
    expect(rig.state?.outputs.tunnelIds).to.deep.equal(ids);
  });

  it("does not take it for deleted where a DELETE answers 404 and reads do for half a second", async () => {
    await rig.up(rig.args());
    rig.sandbox.inject({ operation: "deleteGroup", action: NOT_FOUND });
    rig.sandbox.inject({ operation: "readGroup", skip: 1, forMs: 500, action: NOT_FOUND });
    expect(await failureOf(rig.destroy())).to.match(/answered 404/);
    expect(rig.state).not.to.equal(undefined);
  });
});
