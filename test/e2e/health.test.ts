import { expect } from "chai";
import { DynamicTunnelGroup, type DynamicTunnelGroupArgs, getTunnelHealthOutput } from "pulumi-harmony-sase";
import { itBesides, useFixture } from "./fixture";

describe("Health on the real engine", () => {
  const fixture = useFixture({ probeEveryMs: 300, negotiationMs: 200 });
  const requiring = (changes: Partial<DynamicTunnelGroupArgs> = {}) =>
    fixture.args({ health: { wait: "require", timeout: "6s" }, ...changes });
  const program = (args: DynamicTunnelGroupArgs) => async () => {
    const { tunnelHealth, networkId } = new DynamicTunnelGroup("branch", args);
    const found = getTunnelHealthOutput({ networkId }).tunnels;
    return { tunnelHealth, statuses: found.apply((tunnels) => tunnels.map(({ status }) => status)) };
  };
  const routers = (count: number) => {
    for (let n = 0; n < count; n++) fixture.sandbox.setPeer(`router ${n}`, fixture.tunnel(n) as never);
  };

  it("fails an up whose tunnels are not passing; the next sends nothing and ends when they are; drift is none", async () => {
    const stack = await fixture.workshop.stack({
      program: program(requiring()),
      // A lookup runs in this process, which the workshop's environment does not reach.
      environment: { HARMONY_SASE_API_KEY: "", HARMONY_SASE_BASE_URL: "" },
      configuration: { "harmony-sase:baseUrl": fixture.sandbox.baseUrl },
      secrets: { "harmony-sase:apiKey": fixture.sandbox.accounts[0].apiKey },
    });
    routers(1);
    const failed = await stack.failingUp();
    expect(failed.output).to.match(/tunnels\.backup \(critical\) of tunnel group Tg\w+ is not passing \d+ s after/);
    fixture.sandbox.clearJournal();
    routers(2);
    const { output, outputs } = await stack.up();
    expect(output).to.contain("Waits until tunnels.backup is passing.");
    expect(output).to.match(/nothing had to be sent; 1 of 1 tunnels passing in/);
    expect(fixture.writes()).to.deep.equal([]);
    expect(outputs.tunnelHealth).to.deep.equal({ primary: "passing", backup: "passing" });
    expect(outputs.statuses).to.deep.equal(["passing", "passing"]);

    fixture.sandbox.forgetPeer("router 0");
    await new Promise((resolve) => setTimeout(resolve, 600));
    const refreshed = await stack.refresh();
    expect(refreshed.changes).to.deep.equal({ same: 2 });
    const [group] = (await stack.state()).groups;
    expect(group?.outputs.tunnelHealth).to.deep.equal({ primary: "critical", backup: "passing" });
    expect((await stack.up()).changes).to.deep.equal({ same: 2 });
    expect(fixture.writes()).to.deep.equal([]);
    await stack.destroy();
  });

  itBesides(
    "rolls a change out, tunnel by tunnel, so that one is up all the time, and goes on after a batch that did not come up",
    async () => {
      const rolled = (changes: (n: number) => object) => ({
        ...fixture.args({ tunnelName: "rolled", rollout: { maxUnavailable: 1 }, health: { timeout: "4s" } }),
        tunnels: Object.fromEntries([4, 5].map((n) => [`t${n}`, fixture.tunnel(n, changes(n))])),
      });
      const next = (n: number) => ({ passphrase: `Rolled.next_key${n}` });
      const setRouters = (ns: readonly number[], changes: (n: number) => object) => {
        for (const n of ns) fixture.sandbox.setPeer(`router ${n}`, fixture.tunnel(n, changes(n)) as never);
      };
      setRouters([4, 5], () => ({}));
      const stack = await fixture.workshop.stack({ program: fixture.program(rolled(() => ({}))) });
      const { outputs } = await stack.up();
      await new Promise((resolve) => setTimeout(resolve, 600));
      fixture.sandbox.clearJournal();
      const sinceMs = Date.now();
      stack.setProgram(fixture.program(rolled(next)));
      expect((await stack.preview()).output).to.contain("Rolls out in 2 batches: tunnels.t4; then tunnels.t5.");
      const failed = await stack.failingUp();
      expect(failed.output).to.match(/The roll-out stopped: tunnels\.t4 \(critical\) .*Not changed yet: tunnels\.t5\./);
      setRouters([4, 5], next);
      expect((await stack.up()).output).to.contain("Waits until tunnels.t4 is passing.");
      expect(fixture.writes().map(({ method }) => method)).to.deep.equal(["PUT", "PUT"]);
      const { longestWithoutAnyMs } = fixture.sandbox.downtime(String(outputs.dynamicTunnelId), sinceMs);
      expect(longestWithoutAnyMs).to.equal(0);
      await stack.destroy();
    },
  );
});
