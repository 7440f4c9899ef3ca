import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import type { Steps } from "../../../provider/steps";
import { plain, type Rig, startRig } from "../rig";
import { elsewhere, failureOf, idsOf, type Row, rowBeside, writesOf } from "./scene";

const HOUR_MS = 60 * 60_000;

describe("createSteps, when a group that is exactly what is declared is somebody else's", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  /** A group that another machine has made, which gets the wanted name when that POST has been received. */
  async function equalOneAppearsWithThePost(): Promise<string> {
    const other = rowBeside(rig, "other");
    await other.up({ tunnelName: "spare" }, rig.process({ env: elsewhere(rig) }));
    const [id = ""] = idsOf(rig);
    const edit = { kind: "changeGroup", groupId: id, changes: { tunnelName: "branch" } } as const;
    rig.sandbox.inject({ operation: "createGroup", action: { kind: "edit", edit, after: true } });
    rig.sandbox.clearJournal();
    return id;
  }

  for (const status of [400, 403, 422]) {
    it(`does not take it after its own POST was answered ${status}`, async () => {
      const id = await equalOneAppearsWithThePost();
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "answer", status, body: { message: "no" } } });
      expect(await failureOf(rig.up(rig.args()))).to.match(new RegExp(`${status}`));
      expect(rig.state).to.equal(undefined);
      expect(await rig.notes()).not.to.match(/"create"/);
      expect(await failureOf(rig.up(rig.args()))).to.contain(`already (${id})`);
    });
  }

  for (const statusCode of [400, 409, 422]) {
    it(`does not take it after its own operation failed with ${statusCode}`, async () => {
      const id = await equalOneAppearsWithThePost();
      rig.sandbox.plan({ operation: "createGroup", statusCode, reasons: ["no room"], applied: false });
      expect(await failureOf(rig.up(rig.args()))).to.match(/no room/);
      expect(rig.state).to.equal(undefined);
      expect(await rig.notes()).not.to.match(/"create"/);
      expect(await failureOf(rig.up(rig.args()))).to.contain(`already (${id})`);
      expect(writesOf(rig)).to.deep.equal(["POST"]);
    });
  }

  describe("and appears after a POST that nobody has answered", () => {
    /** The rig's POST is lost; later another machine makes the very same. */
    async function lostThenMadeElsewhere(afterMs: number): Promise<string> {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
      await failureOf(rig.up(rig.args()));
      await rig.clock.sleep(afterMs);
      await rowBeside(rig, "other").up({}, rig.process({ env: elsewhere(rig) }));
      rig.sandbox.clearJournal();
      return idsOf(rig)[0] ?? "";
    }

    it("does not take it more than two hours later, when a note of that POST proves nothing any more", async () => {
      const id = await lostThenMadeElsewhere(2 * HOUR_MS);
      rig.state = undefined;
      expect(await failureOf(rig.up(rig.args()))).to.contain(`already (${id})`);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("does not take it more than two hours later, when state alone knows of that POST", async () => {
      const id = await lostThenMadeElsewhere(2 * HOUR_MS);
      const process = rig.process({ env: { XDG_STATE_HOME: `${rig.folder}/third` } });
      expect(await failureOf(rig.up(rig.args(), process))).to.contain(`already (${id})`);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("does not delete it more than two hours later", async () => {
      const id = await lostThenMadeElsewhere(2 * HOUR_MS);
      await rig.destroy();
      expect(idsOf(rig)).to.deep.equal([id]);
    });

    const waysToOwn: Readonly<Record<string, (other: Row) => Promise<void>>> = {
      "has made it": (other) => other.up(),
      "has made it with a run that was cut off": async (other) => {
        await failureOf(other.up({}, rig.process({ diesAtSleep: 1 })));
        await other.up();
      },
      "has imported it": async (other) => {
        await other.up({}, rig.process({ env: elsewhere(rig) }));
        const HARMONY_SASE_IMPORT = `other=${other.state?.id}`;
        other.state = undefined;
        await other.up({}, rig.process({ env: { HARMONY_SASE_IMPORT } }));
      },
    };
    for (const [title, own] of Object.entries(waysToOwn)) {
      it(`does not take it at once either where another resource on this machine ${title}`, async () => {
        rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
        await failureOf(rig.up(rig.args()));
        await own(rowBeside(rig, "other"));
        const [id = ""] = idsOf(rig);
        rig.sandbox.clearJournal();
        expect(await failureOf(rig.up(rig.args()))).to.contain(`already (${id})`);
        await rig.destroy();
        expect(idsOf(rig)).to.deep.equal([id]);
        expect(writesOf(rig)).to.deep.equal([]);
      });
    }
  });

  describe("and takes the place of one that its creation had made in part, and that was deleted since", () => {
    let id: string;
    beforeEach(async () => {
      rig.sandbox.plan({ operation: "createGroup", statusCode: 500, applied: 1, resource: "end" });
      await failureOf(rig.up(rig.args()));
      expect(rig.state?.outputs.tunnelIds).to.have.keys("primary");
      rig.sandbox.edit({ kind: "removeGroup", groupId: rig.state?.id ?? "" });
      await rowBeside(rig, "other").up({}, rig.process({ env: elsewhere(rig) }));
      [id = ""] = idsOf(rig);
      rig.sandbox.clearJournal();
    });

    it("does not delete it in a destroy", async () => {
      await rig.destroy();
      expect(idsOf(rig)).to.deep.equal([id]);
    });

    it("does not take it in a refresh", async () => {
      await rig.refresh();
      expect(rig.state).to.equal(undefined);
    });

    it("does not take it in an up that makes the group anew", async () => {
      expect(await failureOf(rig.up(rig.args()))).to.contain("it is made anew");
      expect(await failureOf(rig.up(rig.args()))).to.contain(`already (${id})`);
      expect(idsOf(rig)).to.deep.equal([id]);
      expect(writesOf(rig)).to.deep.equal([]);
    });
  });

  describe("and a person says that it is this resource's", () => {
    let id: string;
    let env: NodeJS.ProcessEnv;
    beforeEach(async () => {
      await rig.up(rig.args(), rig.process({ env: elsewhere(rig) }));
      id = rig.state?.id ?? "";
      rig.state = undefined;
      rig.sandbox.clearJournal();
      env = { HARMONY_SASE_IMPORT: `branch=${id},twin=${id}` };
    });

    const inputs = async (name: string, steps: Steps) => {
      const row = rowBeside(rig, name);
      return plain((await steps.check({}, row.args())).inputs) as Plain;
    };

    /** Creates of rows, at once; the engine checks them one after the other. @returns for each its group's id, or its failure */
    async function atOnce(...creates: readonly (readonly [name: string, steps: Steps])[]): Promise<readonly string[]> {
      const checked = [];
      for (const [name, steps] of creates) checked.push({ steps, news: await inputs(name, steps) });
      const runs = checked.map(async ({ steps, news }) => (await steps.create(news)).id);
      const ends = await Promise.allSettled(runs);
      return ends.map((end) => (end.status === "fulfilled" ? end.value : (end.reason as Error).message));
    }

    it("gives it to one of two rows whose bare name it is", async () => {
      const steps = rig.process({ env });
      const [first, second] = await atOnce(["branch", steps], ["part$T::branch", steps]);
      expect(first).to.equal(id);
      expect(second).to.match(/cannot be imported: the resource "urn:pulumi:\S+::branch" has it already/);
    });

    it("gives it to one of two rows that are named with it", async () => {
      const steps = rig.process({ env });
      const [first, second] = await atOnce(["branch", steps], ["twin", steps]);
      expect(first).to.equal(id);
      expect(second).to.match(/cannot be imported: the resource "branch" has it already/);
    });

    it("never gives it to two rows of one run that are in two processes", async () => {
      const run = "127.0.0.1:40001";
      const ends = await atOnce(["branch", rig.process({ env, run })], ["twin", rig.process({ env, run })]);
      expect(ends.filter((end) => end === id)).to.have.length.below(2);
      expect(ends.join()).to.match(/cannot be imported: the resource "\w+" has it already/);
      expect(writesOf(rig)).to.deep.equal([]);
    });

    it("asks the service nothing where another row has it", async () => {
      const steps = rig.process({ env });
      await rig.up(rig.args(), steps);
      rig.sandbox.clearJournal();
      expect(await failureOf(rowBeside(rig, "twin").up({}, steps))).to.match(/cannot be imported/);
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });
  });
});
