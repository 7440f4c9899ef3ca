import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { EngineStack } from "../../tools/workshop";
import { itBesides, useFixture } from "./fixture";
import { end, interrupt, killAfter, until } from "./interruption";

/** Each seed is another timing; `TOGETHER_SEEDS=10` plays ten of them. */
const FIRST_SEED = Number(process.env.TOGETHER_SEED ?? 14);
const SEEDS = Number(process.env.TOGETHER_SEEDS ?? 1);
/** Of an operation, and before a run begins. */
const LONGEST_MS = 1500;
const HELD_MS = 4000;

describe("Stacks of one machine that share a group, on the real engine", () => {
  const fixture = useFixture();
  const left: number[] = [];
  let hub: EngineStack;
  let branches: readonly [EngineStack, EngineStack];
  let [groupId, serial] = ["", 0];

  const hubArgs = (description: string) =>
    fixture.args({ description, tunnels: { primary: fixture.tunnel(0), backup: fixture.tunnel(1) } });
  /** What a branch declares in the hub's group, or in another. */
  const branchArgs = (n: number, remoteASN = 65_010, dynamicTunnelId = groupId, tunnelName = "branch") => ({
    networkId: fixture.networkId,
    dynamicTunnelId,
    tunnelName,
    tunnels: { own: fixture.tunnel(2 + n, { remoteASN }) },
  });
  const addresses = (id = groupId) =>
    fixture.sandbox
      .group(id)
      ?.tunnels.map(({ remotePublicIP }) => remotePublicIP)
      .sort();
  const ALL = ["203.0.113.10", "203.0.113.11", "203.0.113.12", "203.0.113.13"];

  beforeEach(async () => {
    serial += 1;
    hub = await fixture.workshop.stack({ name: `hub${serial}`, program: fixture.program(hubArgs("first")) });
    await hub.up();
    groupId = fixture.groups()[0]?.id ?? "";
    const branch = (n: number) =>
      fixture.workshop.stack({ name: `branch${serial}${n}`, program: fixture.program(branchArgs(n)) });
    branches = [await branch(0), await branch(1)];
  });
  afterEach(() => {
    end(left.splice(0));
    fixture.sandbox.clearFaults();
    for (const { id } of fixture.groups()) fixture.sandbox.edit({ kind: "removeGroup", groupId: id });
  });

  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    it(`lose nothing when all run at once, nor when one of them is killed (seed ${seed})`, async () => {
      const random = chanceOf(seed);
      const [one, two] = branches;
      const soon = () => sleep(random() * LONGEST_MS);
      const slow = () => fixture.sandbox.plan({ operation: "updateGroup", durationMs: random() * LONGEST_MS });
      hub.setProgram(fixture.program(hubArgs("second")));
      for (let n = 0; n < 3; n++) slow();
      await Promise.all([hub, one, two].map((stack) => soon().then(() => stack.up())));
      expect(addresses()).to.deep.equal(ALL);

      const changed = branchArgs(1, 65_077);
      hub.setProgram(fixture.program(hubArgs("third")));
      one.setProgram(fixture.program(branchArgs(0, 65_066)));
      two.setProgram(fixture.program(changed));
      for (let n = 0; n < 3; n++) slow();
      const killed = killAfter(two, changed, random() * 2 * LONGEST_MS);
      await Promise.all([hub, one].map((stack) => soon().then(() => stack.up())));
      left.push(...(await killed));
      expect(addresses()).to.deep.equal(ALL);

      await two.automation.cancel();
      await two.up();
      const rests = await Promise.all([hub, one, two].map((stack) => stack.up()));
      expect(rests.map(({ changes }) => changes)).to.deep.equal([{ same: 2 }, { same: 2 }, { same: 2 }]);
      const numbers = fixture.sandbox.group(groupId)?.tunnels.map(({ remoteASN }) => remoteASN);
      expect(numbers).to.have.members([65_010, 65_010, 65_066, 65_077]);
      await Promise.all(branches.map((stack) => stack.destroy()));
      expect(addresses()).to.deep.equal(ALL.slice(0, 2));
      await hub.destroy();
      expect(fixture.groups()).to.deep.equal([]);
    });
  }

  itBesides("never replace the group that an adopter is just leaving, or was cut off while leaving", async () => {
    const [one, two] = branches;
    await two.up();
    const other = await two.up().then(() => fixture.sandbox.edit({ kind: "copyGroup", groupId }).groupId ?? "");
    await one.up();
    one.setProgram(fixture.program(branchArgs(0, 65_010, other), { deleteBeforeReplace: true }));
    fixture.sandbox.clearJournal();
    fixture.sandbox.plan({ operation: "updateGroup", durationMs: HELD_MS });
    const moving = one.up();
    await until(() => fixture.writes().length > 0, "the removal of the branch's tunnel");
    await expectUntouched();
    await moving;
    fixture.sandbox.plan({ operation: "updateGroup", durationMs: HELD_MS });
    const [step, phase, blow] = ["delete", "during the wait", "SIGKILL of the CLI"] as const;
    left.push(...(await interrupt({ sandbox: fixture.sandbox, stack: two, args: branchArgs(1), step, phase, blow })));
    await expectUntouched();
    await two.automation.cancel();
    await Promise.all(branches.map((stack) => stack.destroy()));
    await hub.destroy();
    expect(fixture.sandbox.group(groupId)).to.equal(undefined);
  });

  /** The hub has nothing to do, and says so. */
  async function expectUntouched(): Promise<void> {
    const preview = await hub.preview({ diff: true });
    expect(preview.changes).to.deep.equal({ same: 2 });
    expect(preview.output).not.to.match(/replace/i);
    expect((await hub.up()).changes).to.deep.equal({ same: 2 });
    expect((await hub.state()).groups.map(({ id }) => id)).to.deep.equal([groupId]);
  }
});

/** Chance by a seed. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
