import { expect } from "chai";
import type { Plain } from "../../provider/process";
import type { SandboxOptions } from "../../sandbox";
import { type Rig, startRig } from "./rig";
import { startStack } from "./stack";

const REQUIRE = { health: { wait: "require", timeout: "5m" } };
const OTHER_KEY = { passphrase: "Rig.other_key" };

describe("health, against the sandbox", () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.close());

  async function restart(options: SandboxOptions): Promise<void> {
    await rig.close();
    rig = await startRig(options);
  }

  /** Puts routers at the far ends of the first tunnels, as those are declared. */
  function routers(count: number, changes: Plain = {}): void {
    for (let n = 0; n < count; n++) rig.sandbox.setPeer(`router ${n}`, rig.tunnel(n, changes) as never);
  }
  const failureOf = (run: Promise<unknown>) =>
    run.then(
      () => "succeeded",
      ({ message }: Error) => message,
    );
  const requests = (operation: string) =>
    rig.sandbox.journal().filter((request) => request.operation === operation).length;
  const writes = () =>
    rig.sandbox.journal().filter(({ method, operation }) => method !== "GET" && operation !== "authorize");
  const health = () => rig.state?.outputs.tunnelHealth;
  const first = (changes: Plain) => ({ tunnels: { primary: rig.tunnel(0, changes), backup: rig.tunnel(1) } });

  describe("when nobody asks for it", () => {
    it("takes no request and leaves nothing in state", async () => {
      for (const args of [{}, { health: { wait: "none", timeout: "1m" } }]) {
        await rig.up(rig.args(args));
        await rig.up(rig.args({ ...args, ...first(OTHER_KEY) }));
        await rig.refresh();
        expect(rig.state?.outputs).not.to.have.any.keys("tunnelHealth", "__pending");
      }
      expect(requests("readHealth")).to.equal(0);
    });
  });

  describe("when it is required", () => {
    it("ends a create when all tunnels are passing, and says so", async () => {
      routers(2);
      await rig.up(rig.args(REQUIRE));
      expect(health()).to.deep.equal({ primary: "passing", backup: "passing" });
      expect(rig.statuses.join("\n")).to.contain("0 of 2 tunnels passing; waits for tunnels.primary (unknown), ");
      expect(rig.statuses.at(-1)).to.match(/^created; 2 of 2 tunnels passing in \d+ s$/);
    });

    it("fails where a tunnel is not in time, keeps all in state, and the next up sends nothing", async () => {
      routers(1);
      const failure = await failureOf(rig.up(rig.args(REQUIRE)));
      expect(failure).to.match(
        /^Cannot create tunnel group "branch": tunnels\.backup \(critical\) of tunnel group Tg\w+ is not passing 300 s after/,
      );
      expect(failure).to.contain("run pulumi up again: it waits for them and sends nothing");
      expect(health()).to.deep.equal({ primary: "passing", backup: "critical" });
      rig.sandbox.clearJournal();
      rig.infos.length = 0;
      expect(await failureOf(rig.up(rig.args(REQUIRE)))).to.contain("tunnels.backup (critical)");
      expect(rig.infos.join()).to.contain("Waits until tunnels.backup is passing.");
      routers(2);
      await rig.up(rig.args(REQUIRE));
      expect(writes()).to.deep.equal([]);
      expect(health()).to.deep.equal({ primary: "passing", backup: "passing" });
      expect(rig.state?.outputs).not.to.have.property("__pending");
      rig.sandbox.clearJournal();
      await rig.up(rig.args(REQUIRE));
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });

    it("remembers across a refresh what is still to be waited for, and takes it for no drift", async () => {
      await failureOf(rig.up(rig.args(REQUIRE)));
      const steps = rig.process();
      await rig.refresh(steps);
      const { id = "", inputs = {}, outputs = {} } = rig.state ?? {};
      expect(await steps.diff(id, outputs, inputs)).to.deep.equal({ changes: false, replaces: [] });
      expect(await failureOf(rig.up(rig.args(REQUIRE)))).to.contain(
        "tunnels.primary (critical), tunnels.backup (critical)",
      );
    });

    it("waits for the tunnels that an update has touched; of others that are critical it tells", async () => {
      routers(1);
      await rig.up(rig.args());
      rig.sandbox.setPeer("router 0", rig.tunnel(0, OTHER_KEY) as never);
      await rig.up(rig.args({ ...REQUIRE, ...first(OTHER_KEY) }));
      expect(rig.warnings).to.deep.equal(["Not touched by this, and not passing: tunnels.backup (critical)."]);
      expect(rig.statuses.at(-1)).to.match(/^one PUT: 1 updated; 1 of 1 tunnels passing in \d+ s$/);
    });

    it("takes no passing for done that is from before the change", async () => {
      // The first up ends with a probe, so that the next one comes long after the change.
      await restart({ probeEveryMs: 25_000, operationMs: 1000 });
      routers(2);
      await rig.up(rig.args(REQUIRE));
      expect(await failureOf(rig.up(rig.args({ ...REQUIRE, ...first(OTHER_KEY) })))).to.contain(
        "tunnels.primary (critical)",
      );
    });

    it("waits for every tunnel where a setting of all has changed", async () => {
      routers(2);
      await rig.up(rig.args(REQUIRE));
      rig.sandbox.forgetPeer("router 1");
      const changed = rig.args({ ...REQUIRE, advancedSettings: { ikeLifeTime: "4h" } });
      expect(await failureOf(rig.up(changed))).to.contain("tunnels.backup (critical)");
      expect(await failureOf(rig.up(rig.args({ ...REQUIRE, description: "other" })))).to.contain("tunnels.backup");
    });

    it("does not wait before it sends what puts a tunnel right", async () => {
      routers(2);
      await rig.up(rig.args(REQUIRE));
      const began = rig.clock.now();
      await failureOf(rig.up(rig.args({ ...REQUIRE, ...first(OTHER_KEY) })));
      expect(rig.clock.now() - began).to.be.greaterThan(300_000);
      rig.sandbox.clearJournal();
      await rig.up(rig.args(REQUIRE));
      expect(writes()).to.have.length(1);
      expect(rig.clock.now() - began).to.be.lessThan(500_000);
    });

    it("goes on in the next run where the process died while it waited", async () => {
      await restart({ operationMs: 1000 });
      await rig.up(rig.args(REQUIRE), rig.process({ diesAtSleep: 20 })).catch(() => undefined);
      rig.state = undefined;
      expect(requests("readHealth")).to.be.greaterThan(3);
      expect(await failureOf(rig.up(rig.args(REQUIRE)))).to.contain(
        "tunnels.primary (critical), tunnels.backup (critical)",
      );
      expect(rig.sandbox.groups().filter(({ networkId }) => networkId === rig.networkId)).to.have.length(1);
    });

    it("waits for what an interrupted update has touched", async () => {
      await restart({ operationMs: 1000 });
      routers(2);
      await rig.up(rig.args(REQUIRE));
      const state = rig.state;
      const changed = rig.args({ ...REQUIRE, ...first(OTHER_KEY) });
      rig.sandbox.clearJournal();
      await rig.up(changed, rig.process({ diesAtSleep: 20 })).catch(() => undefined);
      expect(requests("readHealth")).to.be.greaterThan(3);
      rig.state = state;
      expect(await failureOf(rig.up(changed))).to.contain("tunnels.primary (critical)");
    });

    it("fails at once where health may not be asked for, and keeps what was done", async () => {
      const action = { kind: "answer", status: 403, body: { message: "no" } } as const;
      rig.sandbox.inject({ operation: "readHealth", times: "always", action });
      const failure = await failureOf(rig.up(rig.args(REQUIRE)));
      expect(failure).to.contain("The service could not be asked for more: ").and.to.contain("403");
      expect(requests("readHealth")).to.equal(1);
      rig.sandbox.clearFaults();
      routers(2);
      await rig.up(rig.args(REQUIRE));
      expect(writes()).to.have.length(1);
    });

    it("says nothing of health where a write fails for another reason, and the next up waits for all that was touched", async () => {
      routers(2);
      await rig.up(rig.args(REQUIRE));
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["out of addresses"] });
      const changed = rig.args({ ...REQUIRE, ...first(OTHER_KEY) });
      expect(await failureOf(rig.up(changed))).to.contain("out of addresses");
      expect(await failureOf(rig.up(changed))).to.contain("tunnels.primary (critical)");
    });

    it("keeps what was to be waited for where the next run fails for another reason", async () => {
      routers(1);
      expect(await failureOf(rig.up(rig.args(REQUIRE)))).to.contain("tunnels.backup (critical)");
      rig.sandbox.plan({ operation: "updateGroup", statusCode: 500, reasons: ["out of addresses"] });
      const changed = rig.args({ ...REQUIRE, description: "other" });
      expect(await failureOf(rig.up(changed))).to.contain("out of addresses");
      expect(await failureOf(rig.up(changed))).to.contain("tunnels.backup (critical)");
    });
  });

  describe("when it is to be warned of", () => {
    it("ends the step all the same, with a warning", async () => {
      routers(1);
      await rig.up(rig.args({ health: { wait: "warn", timeout: "90s" } }));
      expect(rig.warnings.join()).to.match(
        /^tunnels\.backup \(critical\) of tunnel group Tg\w+ is not passing 90 s after/,
      );
      expect(health()).to.deep.equal({ primary: "passing", backup: "critical" });
      expect(rig.state?.outputs).not.to.have.property("__pending");
    });
  });

  describe("tunnelHealth", () => {
    it("is there after a refresh, and no drift", async () => {
      routers(2);
      await rig.up(rig.args(REQUIRE));
      rig.sandbox.forgetPeer("router 0");
      rig.sandbox.advance(60_000);
      const steps = rig.process();
      await rig.refresh(steps);
      expect(health()).to.deep.equal({ primary: "critical", backup: "passing" });
      const { id = "", inputs = {}, outputs = {} } = rig.state ?? {};
      expect(await steps.diff(id, outputs, inputs)).to.deep.equal({ changes: false, replaces: [] });
      rig.sandbox.clearJournal();
      await rig.up(rig.args(REQUIRE));
      expect(rig.sandbox.journal()).to.deep.equal([]);
    });

    it("comes by one request when it is asked for, and goes when it is asked for no more", async () => {
      routers(1);
      await rig.up(rig.args());
      rig.sandbox.advance(60_000);
      rig.sandbox.clearJournal();
      await rig.up(rig.args(REQUIRE));
      expect(rig.sandbox.journal().map(({ operation }) => operation)).to.deep.equal(["authorize", "readHealth"]);
      expect(health()).to.deep.equal({ primary: "passing", backup: "critical" });
      await rig.up(rig.args());
      expect(rig.state?.outputs).not.to.have.property("tunnelHealth");
    });

    it("is unknown, and the refresh goes on, where it cannot be read", async () => {
      routers(2);
      await rig.up(rig.args(REQUIRE));
      rig.sandbox.inject({ operation: "readHealth", action: { kind: "answer", status: 403, body: { message: "no" } } });
      await rig.refresh();
      expect(rig.state?.outputs.tunnelHealth).to.deep.equal({ primary: "unknown", backup: "unknown" });
      expect(rig.warnings.join()).to.contain("403");
    });
  });
});

describe("health of many groups of a network", () => {
  it("is read for all of them at once, and keeps no write waiting", async () => {
    const stack = await startStack({ operationMs: 20_000 });
    try {
      const names = Array.from({ length: 10 }, (_, n) => `group${n}`);
      const failure = await stack.up(names, 10, REQUIRE).catch((error: Error) => error.message);
      expect(String(failure).match(/not passing 300 s after/g)).to.have.length(10);
      const posts = stack.sandbox
        .journal()
        .filter(({ method, operation }) => method === "POST" && operation === "createGroup");
      const times = posts.map(({ atMs }) => atMs);
      expect(posts).to.have.length(10);
      expect(Math.max(...times) - Math.min(...times), "the last after the first").to.be.lessThan(60_000);
      expect(stack.requests().readHealth).to.be.lessThan(60);
      stack.sandbox.clearJournal();
      for (const name of names) {
        const { only } = stack.args(name).tunnels as Record<string, never>;
        stack.sandbox.setPeer(name, only as never);
      }
      await stack.up(names, 10, REQUIRE);
      expect(stack.requests().updateGroup).to.equal(undefined);
      await stack.refresh(names, 10);
      expect(stack.requests().readHealth).to.equal(1);
    } finally {
      await stack.close();
    }
  });
});
