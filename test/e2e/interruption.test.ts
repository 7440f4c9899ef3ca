import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { DynamicTunnelGroupArgs } from "pulumi-harmony-sase";
import type { EngineStack } from "../../tools/workshop";
import { passphraseOf, useFixture } from "./fixture";
import {
  BLOWS,
  type Blow,
  end,
  HOLD_MS,
  interrupt,
  isRunning,
  PHASES,
  type Phase,
  STEPS,
  type Step,
  until,
} from "./interruption";

type Next = "up" | "up of the program as it was before" | "refresh" | "destroy";

interface Case {
  readonly step: Step;
  readonly phase: Phase;
  readonly blow: Blow;
  readonly next: Next;
}

/** After a create that was cut off state knows of nothing: refresh and destroy have nothing to ask for. */
const NEXTS: Readonly<Record<Step, readonly Next[]>> = {
  create: ["up"],
  update: ["up of the program as it was before", "refresh", "destroy", "up"],
  delete: ["up", "refresh", "destroy"],
};

const ALL: readonly Case[] = STEPS.flatMap((step) =>
  BLOWS.flatMap((blow) => PHASES.flatMap((phase) => NEXTS[step].map((next) => ({ step, phase, blow, next })))),
);

/** Each step by every other blow, in another phase each, and with what comes next in turn. */
const SOME: readonly Case[] = STEPS.flatMap((step, row) =>
  BLOWS.map((blow, column) => ({
    step,
    phase: PHASES[(row + column) % PHASES.length] as Phase,
    blow,
    next: NEXTS[step][column % NEXTS[step].length] as Next,
  })).filter((_, column) => (row + column) % 2 === 0),
);

/** Of the whole table, `CHAOS_SHARD=0/2` takes the first of two halves: they run side by side. */
function chosen(): readonly Case[] {
  if (process.env.CHAOS !== "all") return SOME;
  const [shard = 0, shards = 1] = (process.env.CHAOS_SHARD ?? "0/1").split("/").map(Number);
  return ALL.filter((_, index) => index % shards === shard);
}

describe("Interrupted runs on the real engine", () => {
  const fixture = useFixture();
  const left: number[] = [];
  let stack: EngineStack;
  let serial = 0;

  const first = () => fixture.args();
  const second = () =>
    fixture.args({
      description: "changed",
      tunnels: {
        primary: fixture.tunnel(0, { passphrase: passphraseOf(7), remoteASN: 65_077 }),
        backup: fixture.tunnel(1, { p81GWInternalIP: "169.254.10.105" }),
        third: fixture.tunnel(2),
      },
    });

  beforeEach(async () => {
    serial += 1;
    stack = await fixture.workshop.stack({
      name: `i${serial}`,
      program: fixture.program(first()),
      environment: { HARMONY_SASE_SETTLING_TIME: "4s" },
    });
  });
  afterEach(() => {
    end(left.splice(0));
    fixture.sandbox.clearFaults();
    for (const { id } of fixture.groups()) fixture.sandbox.edit({ kind: "removeGroup", groupId: id });
  });

  for (const { step, phase, blow, next } of chosen()) {
    it(`converges by ${next} after ${blow} ${phase} of ${step}`, async () => {
      if (step !== "create") await stack.up();
      const run = step === "update" ? second() : first();
      if (step === "update") stack.setProgram(fixture.program(run));
      left.push(...(await interrupt({ sandbox: fixture.sandbox, stack, args: run, step, phase, blow })));
      if (blow !== "^C") await stack.automation.cancel();
      const isBack = next === "up of the program as it was before";
      if (isBack) stack.setProgram(fixture.program(first()));
      await converge(next, step === "update" && !isBack ? second() : first());
    });
  }

  it("writes nothing after its CLI was killed, and ends at SIGINT", async () => {
    const phase = "before the request";
    left.push(
      ...(await interrupt({
        sandbox: fixture.sandbox,
        stack,
        args: first(),
        step: "create",
        phase,
        blow: "SIGKILL of the CLI",
      })),
    );
    const [provider] = left;
    expect(provider).to.satisfy(isRunning);
    await sleep(HOLD_MS + 500);
    expect(fixture.writes()).to.deep.equal([]);
    process.kill(provider as number, "SIGINT");
    await until(() => !isRunning(provider as number), "the end of the provider process");
  });

  async function converge(next: Next, declared: DynamicTunnelGroupArgs): Promise<void> {
    if (next === "refresh") {
      await stack.refresh();
      await expectStateOfService();
    }
    if (next === "destroy") {
      await stack.destroy();
      expect(fixture.groups()).to.deep.equal([]);
      expect((await stack.state()).groups).to.deep.equal([]);
      return;
    }
    await upToTheEnd();
    expect(fixture.groups().map(shapeOf)).to.deep.equal([declaredShapeOf(declared)]);
    await expectStateOfService();
  }

  /** A note alone never replaces a group: the run that finds it gone says so, and the next makes it anew. */
  async function upToTheEnd(): Promise<void> {
    const said = await stack.up().then(
      () => "",
      (error: Error) => error.message,
    );
    if (said === "") return;
    expect(said).to.match(/There is no tunnel group .* Run pulumi up again, and it is made anew/);
    await stack.up();
  }

  /** State has the service's groups, by the same ids and with nothing under way. */
  async function expectStateOfService(): Promise<void> {
    const { groups } = await stack.state();
    expect(groups.map(({ id }) => id)).to.deep.equal(fixture.groups().map(({ id }) => id));
    for (const [index, { outputs }] of groups.entries()) {
      expect(outputs).not.to.have.property("__pending");
      const there = fixture.groups()[index]?.tunnels.map(({ id }) => id);
      expect(Object.values(outputs.tunnelIds as Record<string, string>)).to.have.members(there ?? []);
    }
  }
});

function shapeOf({ tunnelName, description, tunnels }: ReturnType<ReturnType<typeof useFixture>["groups"]>[number]) {
  return { tunnelName, description, tunnels: byAddress(tunnels.map(tunnelShapeOf)) };
}

function declaredShapeOf({ tunnelName, description = "", tunnels = {} }: DynamicTunnelGroupArgs) {
  return { tunnelName, description, tunnels: byAddress(Object.values(tunnels).map(tunnelShapeOf)) };
}

function tunnelShapeOf(tunnel: object) {
  const {
    regionID,
    remotePublicIP,
    remoteASN,
    p81GWInternalIP,
    remoteGWInternalIP,
    passphrase,
  }: Readonly<Record<string, unknown>> = { ...tunnel };
  return { regionID, remotePublicIP, remoteASN, p81GWInternalIP, remoteGWInternalIP, passphrase };
}

function byAddress<T extends { readonly remotePublicIP: unknown }>(tunnels: readonly T[]): readonly T[] {
  return [...tunnels].sort((a, b) => String(a.remotePublicIP).localeCompare(String(b.remotePublicIP)));
}
