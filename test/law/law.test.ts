import { expect } from "chai";
import fc from "fast-check";
import { play } from "./play";
import { type Act, inLines, type Plot, plots } from "./plot";

const RUNS = Number(process.env.LAW_RUNS ?? 24);
const SEED = Number(process.env.LAW_SEED ?? 20261124);
/** How long a program that fails is shrunk. */
const PATIENCE_MS = 60_000;

/** Programs that have once failed, shrunk. */
const ONCE_FAILED: readonly Plot[] = [
  plot("hub and branches", [[act(1, "fail besides", { kill: { request: 3, isSent: false, who: "engine" } })]]),
  plot("hub and branches", [[act(1, "rename"), act(2, "rename", { afterMs: 1800 })]]),
  plot("hub and branches", [[act(0, "replace")]], { isMasked: true }),
  plot("a hub, and two adopters in one program", [
    [act(1, "up", { kill: { request: 3, isSent: true, who: "all" } }), act(0, "drop", { afterMs: 1800 })],
  ]),
  plot(
    "hub and branches",
    [
      [
        act(1, "up", { mishap: { operation: "updateGroup", kind: "lag", times: 3 } }),
        act(0, "destroy", { afterMs: 300 }),
      ],
      [act(0, "fail besides", { afterMs: 900 })],
    ],
    { birth: { operation: "createGroup", kind: "lose", times: 1 } },
  ),
  plot("hub and branches", [[act(0, "replace"), act(1, "rename")], [act(0, "destroy")]], {
    birth: { operation: "readGroup", kind: "refuse", times: 1 },
  }),
  plot(
    "a hub and its adopter in one program",
    [
      [act(0, "adopt in another group")],
      [
        act(0, "replace", {
          kill: { request: 6, isSent: false, who: "all" },
          mishap: { kind: "fail", operation: "createGroup" },
        }),
      ],
      [act(0, "adopt in another group")],
    ],
    { birth: { operation: "readGroup", kind: "refuse", times: 1 } },
  ),
  plot(
    "three in one program",
    [[act(0, "replace", { mishap: { operation: "createGroup", kind: "lag", times: 1 } })], [act(0, "replace")]],
    { birth: { operation: "readGroup", kind: "refuse", times: 1 } },
  ),
  plot("two of the same", [[act(0, "destroy")]]),
  plot("two of the same", [[act(0, "up")], [act(0, "use what was begun")], [act(0, "change")]], {
    birth: { kind: "slow" },
  }),
  plot("hub and branches", [[act(0, "use what was begun")], [act(1, "up")]], { birth: { kind: "slow" } }),
  plot("two of the same", [[act(0, "up")]], { isApart: true }),
];

function plot(cast: Plot["cast"], rounds: Plot["rounds"], more: Partial<Plot> = {}): Plot {
  return {
    seed: 0,
    cast,
    isApart: false,
    isMasked: false,
    pageSize: 2,
    birth: null,
    isSettled: true,
    rounds,
    skewsMs: [0],
    ...more,
  };
}

function act(stack: number, deed: Act["deed"], more: Partial<Act> = {}): Act {
  return { stack, deed, resource: 0, afterMs: 0, kill: null, mishap: null, ...more };
}

describe("Random programs of several resources, stacks and machines", () => {
  for (const plot of ONCE_FAILED) {
    it(`destroy nothing that another declares, as once they did: ${inLines(plot).replace(/\n\s*/g, "; ")}`, async () => {
      expect(await play(plot)).to.deep.equal([]);
    });
  }

  it(`destroy nothing that another declares, and settle (seed ${SEED}, ${RUNS} programs; LAW_SEED, LAW_RUNS)`, async () => {
    let violations: readonly string[] = [];
    let endMs = Number.POSITIVE_INFINITY;
    const property = fc.asyncProperty(plots, async (plot) => {
      if (Date.now() > endMs) return true;
      const found = await play(plot);
      if (found.length === 0) return true;
      endMs = Math.min(endMs, Date.now() + PATIENCE_MS);
      violations = found;
      return false;
    });
    const { failed, counterexample, counterexamplePath, errorInstance } = await fc.check(property, {
      numRuns: RUNS,
      seed: SEED,
    });
    if (!failed) return;
    const [plot] = counterexample ?? [];
    throw new Error(
      [
        `LAW_SEED=${SEED}, path ${counterexamplePath}:`,
        plot ? inLines(plot) : "no program",
        ...violations.map((text) => `violated: ${text}`),
        ...(errorInstance instanceof Error ? [`thrown: ${errorInstance.message}`] : []),
        JSON.stringify(plot),
      ].join("\n"),
    );
  }).timeout(RUNS * 15_000);
});
