import { expect } from "chai";
import type { DynamicTunnelGroupArgs, TunnelArgs } from "pulumi-harmony-sase";
import type { Peer } from "../../sandbox";
import { useFixture } from "./fixture";

const NEGOTIATION_MS = 1500;

describe("A rotation of all keys on the real engine", () => {
  const fixture = useFixture({ negotiationMs: NEGOTIATION_MS, probeEveryMs: 300 });
  const tunnels = (version: number) => ({
    primary: fixture.tunnel(0, { passphrase: `Rotated.${version}_of_0` }),
    backup: fixture.tunnel(1, { passphrase: `Rotated.${version}_of_1` }),
  });
  const program = (version: number, changes: Partial<DynamicTunnelGroupArgs> = {}) =>
    fixture.program(fixture.args({ tunnels: tunnels(version), health: { wait: "require" }, ...changes }));
  const setRouters = (version: number) => {
    for (const [name, end] of Object.entries(tunnels(version))) {
      fixture.sandbox.setPeer(name, end as TunnelArgs & Peer);
    }
  };

  it("takes both tunnels down where they go at once, for as long as a negotiation takes, and never where they are rolled", async () => {
    setRouters(1);
    const stack = await fixture.workshop.stack({ program: program(1) });
    await stack.up();
    const [{ id: groupId } = { id: "" }] = fixture.groups();
    const rotated = async (version: number, changes: Partial<DynamicTunnelGroupArgs>) => {
      setRouters(version);
      stack.setProgram(program(version, changes));
      fixture.sandbox.clearJournal();
      const sinceMs = Date.now();
      await stack.up();
      const { outages, longestWithoutAnyMs } = fixture.sandbox.downtime(groupId, sinceMs);
      const down = outages.map(({ fromMs, untilMs = Number.NaN }) => untilMs - fromMs);
      return { down, longestWithoutAnyMs, requests: fixture.writes().length };
    };
    const down = [NEGOTIATION_MS, NEGOTIATION_MS];
    expect(await rotated(2, {})).to.deep.equal({ down, longestWithoutAnyMs: NEGOTIATION_MS, requests: 1 });
    const rollout = { maxUnavailable: 1 };
    expect(await rotated(3, { rollout })).to.deep.equal({ down, longestWithoutAnyMs: 0, requests: 2 });
    await stack.destroy();
  });
});
