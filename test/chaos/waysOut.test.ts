import { expect } from "chai";
import type { Plain } from "../../provider/process";
import { type Outcome, type Stack, startWorld, type World } from "../law/world";
import { type Programs, RUN, type Stuck, standing } from "./stuck";
import { ADOPTED, CREATED } from "./waysOut";

const HOUR_MS = 60 * 60_000;
const IS_LONG = process.env.CHAOS === "all";
/** Where the way out is tried: where the failure was, or where nothing is known but state. */
const MACHINES = IS_LONG ? ["laptop", "another machine"] : ["laptop"];

/** The commands that each lead out on their own. */
const WAYS = ["up", "refresh", "destroy"] as const;
type Way = (typeof WAYS)[number];

describe("After a run that failed", () => {
  let world: World;
  let posts: number;
  beforeEach(async () => {
    world = await startWorld();
    posts = 0;
  });
  afterEach(() => world.close());

  /** A run that has to succeed. */
  async function done(run: Promise<Outcome>): Promise<Outcome> {
    const outcome = await counted(run);
    expect(outcome.failure, outcome.log.join("; ")).to.equal(undefined);
    return outcome;
  }
  async function counted(run: Promise<Outcome>): Promise<Outcome> {
    const outcome = await run;
    posts += outcome.writes.filter(({ operation, status }) => operation === "createGroup" && status === 202).length;
    return outcome;
  }
  /** The numbers of the tunnels of each group that is there. */
  const addresses = () =>
    world
      .made()
      .map(({ tunnels }) => tunnels.map(({ remotePublicIP = "" }) => Number(remotePublicIP.split(".")[3]) - 10))
      .map((numbers) => numbers.toSorted((a, b) => a - b));

  async function judge(stack: Stack, programs: Programs, stuck: Stuck, way: Way, machine: string): Promise<void> {
    const { posts: mostPosts = 1, goesOnWith = "second", isFoundGone = false, isHalfRemoved = false } = stuck;
    const others = addresses();
    const before = posts;
    const { failure } = await counted(stuck.lead(world, stack, programs));
    expect(failure ?? "it succeeded").to.match(stuck.says);
    expect(standing(stack.rows)).to.match(stuck.leaves);
    world.clearTroubles();
    await world.wait(HOUR_MS);
    await stuck.after?.(world);
    stack.machine = machine;
    if (way === "refresh") await done(stack.refresh(RUN));
    if (way !== "destroy") {
      const isRefreshing = isHalfRemoved && machine !== "laptop";
      if (isFoundGone && way === "up" && !isRefreshing) {
        expect((await counted(stack.up(programs[goesOnWith], RUN))).failure).to.match(
          /Run pulumi up again, and it is made anew/,
        );
      }
      const last = await done(stack.up(programs[goesOnWith], { ...RUN, isRefreshing }));
      expect(last.warnings.filter((text) => /is not deleted: the resource/.test(text))).to.deep.equal([]);
      const wanted = goesOnWith === "second" ? [0, 1, 2, 3] : [0, 1];
      expect(addresses()).to.deep.equal(others.length > 0 ? [[...wanted, ...others.flat()]] : [wanted]);
      const again = await done(stack.up(undefined, RUN));
      expect({ writes: again.writes.length, log: again.log }).to.deep.equal({ writes: 0, log: ["same branch"] });
      expect(posts - before, "creations").to.be.at.most(mostPosts);
    }
    await done(stack.destroy(RUN));
    expect(stack.rows).to.deep.equal([]);
    expect(addresses()).to.deep.equal(others);
    expect(world.ledger.violations).to.deep.equal([]);
  }

  /** The programs that declare the group as `args` says. */
  const programsOf = (args: (numbers: readonly number[]) => Plain): Programs => {
    const [{ id: networkId, regions, asn }] = world.sandbox.accounts[0].networks;
    const moved = (n: number) => [`t${n}`, world.tunnel(n, { regionID: regions[n] })] as const;
    return {
      first: [{ name: "branch", args: args([0, 1]) }],
      between: [{ name: "branch", args: { ...args([0, 1]), description: "between" } }],
      second: [{ name: "branch", args: args([0, 1, 2, 3]) }],
      moved: [
        {
          name: "branch",
          args: {
            ...args([]),
            networkId,
            tunnels: Object.fromEntries([moved(0), moved(1)]),
            sharedSettings: {
              p81GatewaySubnets: ["0.0.0.0/0"],
              remoteGatewaySubnets: ["10.20.0.0/16"],
              leftASN: asn ?? 64_600,
            },
          },
        },
      ],
    };
  };

  for (const machine of MACHINES) {
    for (const way of WAYS) {
      describe(`${way} on ${machine === "laptop" ? "the same machine" : machine} leads out of`, () => {
        const isTried = (_: Stuck, index: number) =>
          IS_LONG || way === "up" || (way === "refresh") === (index % 2 === 0);
        for (const stuck of CREATED.filter(isTried)) {
          it(stuck.name, async () => {
            const programs = programsOf((numbers) => world.creating("branch", numbers));
            await judge(world.stack("dev"), programs, stuck, way, machine);
          });
        }
        for (const stuck of ADOPTED.filter(isTried)) {
          it(`${stuck.name} (adopted)`, async () => {
            const hub = world.stack("hub", "elsewhere");
            await done(hub.up([{ name: "hub", args: world.creating("branch", [7]) }]));
            const programs = programsOf((numbers) => world.adopting(hub.idOf("hub"), "branch", numbers));
            await judge(world.stack("dev"), programs, stuck, way, machine);
          });
        }
      });
    }
  }
});
