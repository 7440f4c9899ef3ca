import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import { plain, type Rig, startRig } from "../rig";
import { addressesOf, cutOff, failureOf, groupsOf, idsOf, minutesOf, OPERATION_MS, writesOf } from "./scene";

const ALL = ["203.0.113.10", "203.0.113.11", "203.0.113.12"];
const answer = (status: number, body: unknown = { message: "no" }) => ({ kind: "answer", status, body }) as const;

describe("createSteps, waiting", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  const three = () => rig.args({ tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2) } });
  const four = () =>
    rig.args({
      tunnels: { primary: rig.tunnel(0), backup: rig.tunnel(1), third: rig.tunnel(2), fourth: rig.tunnel(3) },
    });

  describe("for an operation that the service does not tell of", () => {
    for (const status of [400, 403, 404, 410]) {
      const untold = { operation: "readStatus", times: "always", action: answer(status) } as const;

      it(`creates one group, which state has, though each look is answered ${status}`, async () => {
        rig.sandbox.inject(untold);
        await rig.up(rig.args());
        expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
        expect(writesOf(rig)).to.deep.equal(["POST"]);
      });

      it(`goes on with an update that was cut off, though each look is answered ${status}`, async () => {
        await rig.up(rig.args());
        await cutOff(rig, (steps) => rig.up(three(), steps));
        rig.sandbox.inject(untold);
        await rig.up(three());
        expect(addressesOf(rig)).to.deep.equal([ALL]);
        expect(writesOf(rig)).to.deep.equal(["POST", "PUT"]);
      });

      it(`refreshes and destroys after an update that was cut off, though each look is answered ${status}`, async () => {
        await rig.up(rig.args());
        await cutOff(rig, (steps) => rig.up(three(), steps));
        rig.sandbox.inject(untold);
        await rig.refresh();
        expect(rig.state?.outputs.tunnelIds).to.have.all.keys("primary", "backup", "third");
        await rig.destroy();
        expect(idsOf(rig)).to.deep.equal([]);
      });
    }

    it("takes ten 404s within a few seconds for nothing", async () => {
      rig.sandbox.inject({ operation: "readStatus", times: 10, action: answer(404) });
      await rig.up(rig.args());
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    });

    it("says that nobody knows, keeps it in state, and destroys what has come of it", async () => {
      rig.sandbox.inject({ operation: "readStatus", times: "always", action: answer(404) });
      rig.sandbox.plan({ operation: "createGroup", durationMs: 30 * OPERATION_MS });
      expect(await failureOf(rig.up(rig.args())))
        .to.match(/no longer tells of the operation/)
        .and.not.to.match(/API said/);
      expect(rig.state?.id).to.match(/^pending-/);
      rig.sandbox.clearFaults();
      await rig.clock.sleep(30 * OPERATION_MS);
      await rig.destroy();
      expect(idsOf(rig)).to.deep.equal([]);
    });
  });

  describe("for what state and the journal both hold", () => {
    it("waits for both, and adds nothing twice", async () => {
      await rig.up(rig.args());
      rig.sandbox.plan({ operation: "updateGroup", durationMs: 10 * OPERATION_MS });
      rig.sandbox.inject({ operation: "readStatus", times: 2, action: answer(401) });
      await failureOf(rig.up(three()));
      const { state } = rig;
      // The run that comes next waits for that operation, starts one of its own, and dies before it ends.
      await rig.clock.sleep(10 * OPERATION_MS);
      rig.sandbox.plan({ operation: "updateGroup", durationMs: 10 * OPERATION_MS });
      await cutOff(rig, (steps) => rig.up(four(), steps));
      expect(rig.state).to.equal(state);
      expect(rig.state?.outputs.__pending).to.have.length(1);
      await rig.up(four());
      expect(addressesOf(rig)).to.deep.equal([[...ALL, "203.0.113.13"]]);
      expect(writesOf(rig)).to.deep.equal(["POST", "PUT", "PUT"]);
    });
  });

  describe("for a name that another resource's cut-off creation was to have", () => {
    const other = () => ({ ...rig.args(), __urn: "urn:pulumi:other::rig::t::branch" });

    it("does not wait for what is long past", async () => {
      rig.sandbox.inject({ operation: "createGroup", action: { kind: "reset" } });
      await cutOff(rig, (steps) => rig.up(other(), steps));
      await rig.clock.sleep(10 * OPERATION_MS);
      expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.below(2);
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    });

    it("creates after some minutes when the service does not tell of it", async () => {
      rig.sandbox.plan({ operation: "createGroup", statusCode: 500, applied: false });
      await cutOff(rig, (steps) => rig.up(other(), steps));
      rig.sandbox.inject({ operation: "readStatus", times: "always", action: answer(403) });
      expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.below(10);
      expect(idsOf(rig)).to.deep.equal([rig.state?.id]);
    });
  });

  describe("for a turn", () => {
    const env = { HARMONY_SASE_WRITES_PER_NETWORK: "1", HARMONY_SASE_TIMEOUT: "90s" };
    const inputsOf = async (n: number): Promise<Plain> => {
      const steps = rig.process();
      const news = rig.args({
        __urn: `urn:pulumi:dev::rig::t::b${n}`,
        tunnelName: `branch${n}x`,
        tunnels: { only: rig.tunnel(n) },
      });
      return plain((await steps.check({}, news)).inputs) as Plain;
    };

    it("begins the clock of each resource with its turn", async () => {
      const steps = rig.process({ env });
      const all = await Promise.all([0, 1, 2, 3, 4].map(inputsOf));
      const made = await Promise.all(all.map((news) => steps.create(news)));
      expect(idsOf(rig)).to.have.members(made.map(({ id }) => id));
      expect(groupsOf(rig)).to.have.length(5);
    });

    it("sends nothing that it could not wait for", async () => {
      const late = { ...answer(503), headers: { "Retry-After": "87" } };
      rig.sandbox.inject({ operation: "listTunnels", action: late });
      expect(await failureOf(rig.up(rig.args(), rig.process({ env })))).to.match(/was not sent/);
      expect(writesOf(rig)).to.deep.equal([]);
      expect(rig.state).to.equal(undefined);
    });

    it("does not send again, after a 429, what it could not wait for", async () => {
      const busy = { ...answer(429), headers: { "Retry-After": "87" } };
      rig.sandbox.inject({ operation: "createGroup", action: busy });
      expect(await failureOf(rig.up(rig.args(), rig.process({ env })))).to.match(/429/);
      expect(writesOf(rig)).to.deep.equal(["POST"]);
      expect(rig.state).to.equal(undefined);
      expect(idsOf(rig)).to.deep.equal([]);
    });
  });

  describe("longer, since customTimeouts were raised", () => {
    it("takes them over with an update that sends nothing, for delete and for read", async () => {
      await rig.up(rig.args());
      rig.sandbox.clearJournal();
      const __timeouts = { delete: "2h", read: "2h" };
      await rig.up(rig.args({ __timeouts }));
      expect(writesOf(rig)).to.deep.equal([]);
      expect(rig.state?.outputs.__timeouts).to.deep.equal(__timeouts);
      rig.sandbox.plan({ operation: "updateGroup", durationMs: 45 * OPERATION_MS });
      await cutOff(rig, (steps) => rig.up({ ...three(), __timeouts }, steps));
      await rig.refresh();
      expect(rig.state?.outputs.tunnelIds).to.have.all.keys("primary", "backup", "third");
      rig.sandbox.plan({ operation: "deleteGroup", durationMs: 45 * OPERATION_MS });
      await rig.destroy();
      expect(idsOf(rig)).to.deep.equal([]);
    });
  });

  it("does not fail a creation that is proven, whatever becomes of the list", async () => {
    rig.sandbox.inject({ operation: "listTunnels", skip: 1, times: "always", action: answer(502) });
    expect(await minutesOf(rig, () => rig.up(rig.args()))).to.be.below(2);
    expect(rig.state?.id).to.equal(idsOf(rig)[0]);
  });
});
