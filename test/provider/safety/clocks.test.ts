import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import { type Rig, startRig } from "../rig";
import { cutOff, failureOf, idsOf, minutesOf, writesOf } from "./scene";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe("createSteps, with a machine's clock that is wrong", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  describe("and another resource's creation of the same name that was never answered", () => {
    const other = () => ({ ...rig.args(), __urn: "urn:pulumi:other::rig::t::branch" });

    async function unanswered(aheadMs: number): Promise<void> {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
      rig.setClock(aheadMs);
      await cutOff(rig, (steps) => rig.up(other(), steps));
      rig.setClock(0);
    }

    for (const [title, aheadMs] of [
      ["ten minutes", 10 * MINUTE_MS],
      ["a day", DAY_MS],
      ["a year", 365 * DAY_MS],
    ] as const) {
      it(`waits one settling time for a note from ${title} ahead, and then creates`, async () => {
        await unanswered(aheadMs);
        expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.within(5, 7);
        expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
      });
    }

    it("waits once for such a note, however often the step begins anew", async () => {
      await unanswered(DAY_MS);
      rig.sandbox.inject({
        operation: "createGroup",
        action: { kind: "answer", status: 409, body: { message: "another change is under way" } },
      });
      expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.within(5, 7);
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    });

    it("does not wait for a note from an hour behind", async () => {
      await unanswered(-60 * MINUTE_MS);
      expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.below(2);
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    });

    for (const [timeout, settling, minutes] of [
      ["2m", "5m", 2],
      ["5m", "1h", 5],
    ] as const) {
      it(`keeps a timeout of ${timeout} with a settling time of ${settling}, and sends nothing`, async () => {
        await unanswered(0);
        const process = rig.process({ env: { HARMONY_SASE_SETTLING_TIME: settling } });
        rig.sandbox.clearJournal();
        let failure = "";
        const took = await minutesOf(rig, async () => {
          failure = await failureOf(rig.up(rig.args({ __timeouts: { create: timeout } }), process));
        });
        expect(failure).to.contain(
          `the create of tunnel group "branch" in network ${rig.networkId} by another resource, which was never answered, could still show. Nothing was sent.`,
        );
        expect(took).to.be.within(minutes - 0.1, minutes + 0.1);
        expect(writesOf(rig)).to.deep.equal([]);
      });
    }
  });

  describe("and tunnels whose health was to be waited for", () => {
    const required = (changes: Plain = {}) =>
      rig.args({
        health: { wait: "require", timeout: "2m" },
        tunnels: { primary: rig.tunnel(0, changes), backup: rig.tunnel(1) },
      });

    for (const aheadMs of [10 * MINUTE_MS, DAY_MS, -10 * MINUTE_MS]) {
      it(`takes them for passing within the step, by a note from ${aheadMs / MINUTE_MS} minutes ahead`, async () => {
        for (const n of [0, 1]) rig.sandbox.setPeer(`router ${n}`, rig.tunnel(n) as never);
        await rig.up(required());
        rig.setClock(aheadMs);
        expect(await failureOf(rig.up(required({ remoteASN: 65_011 })))).to.contain("tunnels.primary (critical)");
        rig.setClock(0);
        rig.sandbox.setPeer("router 0", rig.tunnel(0, { remoteASN: 65_011 }) as never);
        await rig.clock.sleep(MINUTE_MS);
        expect(await minutesOf(rig, () => rig.up(required({ remoteASN: 65_011 })))).to.be.at.most(0.6);
        expect(rig.state?.outputs.tunnelHealth).to.deep.equal({ primary: "passing", backup: "passing" });
      });
    }
  });

  it("goes on with its own creation by a note from a day ahead, which the service knows", async () => {
    rig.setClock(DAY_MS);
    await cutOff(rig, (steps) => rig.up(rig.args(), steps));
    rig.setClock(0);
    expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.below(2);
    expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    expect(writesOf(rig)).to.deep.equal(["POST"]);
  });
});
