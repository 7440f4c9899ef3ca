import fc from "fast-check";
import type { Plain } from "../../provider/process";
import type { Rig } from "../provider/rig";
import { TROUBLES } from "./faults";
import { groupOf } from "./scenarios";

/** What is declared: the tunnels by key, as the n-th valid tunnel in a version of it. */
export interface Model {
  tunnels: Readonly<Record<string, { readonly n: number; readonly version: number }>>;
  description: string;
  rollout?: { readonly maxUnavailable: number; readonly rollback: boolean } | undefined;
}

type Step = fc.AsyncCommand<Model, Rig>;

const KEYS = ["a", "b", "c", "d", "e"] as const;
const declared = fc.record({
  tunnels: fc
    .dictionary(fc.constantFrom(...KEYS), fc.record({ n: fc.nat({ max: 4 }), version: fc.nat({ max: 3 }) }), {
      minKeys: 1,
      maxKeys: 4,
    })
    .filter((tunnels) => {
      const numbers = Object.values(tunnels).map(({ n }) => n);
      return new Set(numbers).size === numbers.length;
    }),
  description: fc.constantFrom("", "one", "two"),
  rollout: fc.option(fc.record({ maxUnavailable: fc.constantFrom(1, 2, 4), rollback: fc.boolean() }), {
    nil: undefined,
  }),
});

/** The program that a model stands for. A version changes a tunnel in place, and from the second on rebuilds it. */
export function programOf(model: Model, rig: Rig): Plain {
  const tunnels = Object.entries(model.tunnels).map(([key, { n, version }]) => [
    key,
    rig.tunnel(n, {
      remoteASN: 65_000 + version,
      passphrase: `Model.key_${n}_${version}`,
      ...(version >= 2 ? { p81GWInternalIP: `169.254.20.${8 * n + version}` } : {}),
    }),
  ]);
  const { description, rollout } = model;
  return rig.args({ description, tunnels: Object.fromEntries(tunnels), ...(rollout ? { rollout } : {}) });
}

/** Brings about what is declared: by the next run, or by what its message names as the way on. */
export async function bringAbout(model: Model, rig: Rig): Promise<void> {
  await rig.up(programOf(model, rig)).catch(async (error: Error) => {
    const [mandate, groupId] = /branch=(\w+)/.exec(error.message) ?? [];
    if (groupId !== undefined) {
      // Killed after its last write and before state was saved: a person says whose the group is, or deletes it.
      const env = { HARMONY_SASE_IMPORT: mandate };
      return rig.up(programOf(model, rig), rig.process({ env })).catch(() => {
        rig.sandbox.edit({ kind: "removeGroup", groupId });
        return rig.up(programOf(model, rig));
      });
    }
    if (/leave rollout out for this change/.test(error.message)) model.rollout = undefined;
    else if (/pulumi up --refresh/.test(error.message)) await rig.refresh();
    else if (!/run pulumi up again/i.test(error.message)) throw error;
    return rig.up(programOf(model, rig));
  });
}

/** Runs a step that trouble may befall: then it fails, which is no matter as long as the next one converges. */
async function bear(run: Promise<void>): Promise<void> {
  await run.catch((error: unknown) => {
    if (!(error instanceof Error) || error.message === "") throw error;
  });
}

function step(name: string, run: (model: Model, rig: Rig) => Promise<void> | void): Step {
  return { check: () => true, run: async (model, rig) => run(model, rig), toString: () => name };
}

const EDITS = ["changeTunnel", "removeTunnel", "addTunnel", "removeGroup"] as const;

function edited(rig: Rig, kind: (typeof EDITS)[number], n: number): void {
  const group = groupOf(rig);
  if (group === undefined) return;
  const groupId = group.id;
  const tunnelId = group.tunnels[n % Math.max(1, group.tunnels.length)]?.id;
  if (kind === "removeGroup") rig.sandbox.edit({ kind, groupId });
  if (kind === "addTunnel" && group.tunnels.length < 4) {
    const stranger = {
      ...rig.tunnel(20 + n),
      regionID: rig.tunnel(n).regionID,
      authType: "psk",
      remoteID: `stranger${n}`,
    };
    if (!group.tunnels.some(({ remoteID }) => remoteID === stranger.remoteID))
      rig.sandbox.edit({ kind, groupId, tunnel: stranger });
  }
  if (tunnelId === undefined) return;
  if (kind === "changeTunnel") rig.sandbox.edit({ kind, groupId, tunnelId, changes: { remoteID: `odd${n}` } });
  // A group without tunnels is in no list of the service: once state has lost it, nobody can find it.
  if (kind === "removeTunnel" && group.tunnels.length > 1) rig.sandbox.edit({ kind, groupId, tunnelId });
}

/** Random runs: declare and up, a run that is killed before state is saved, refresh, edits from outside, and faults. */
export const STEPS: fc.Arbitrary<Step>[] = [
  declared.map((next) =>
    step(`up ${JSON.stringify(next)}`, async (model, rig) => {
      Object.assign(model, next);
      await bear(rig.up(programOf(model, rig)));
    }),
  ),
  fc.tuple(declared, fc.nat({ max: 2 })).map(([next, engineDiesAfter]) =>
    step(`up killed after ${engineDiesAfter} writes, then up ${JSON.stringify(next)}`, async (model, rig) => {
      Object.assign(model, next);
      const before = rig.state;
      await bear(rig.up(programOf(model, rig), rig.process({ engineDiesAfter })));
      // What the run returned is lost, and the old state stays. What no answer shows can only be set right by a run of the
      // same program: going back to the old one looks like no change.
      rig.state = before;
      rig.sandbox.clearFaults();
      rig.sandbox.abandonOperations();
      await bringAbout(model, rig);
    }),
  ),
  fc.constant(step("refresh", (_model, rig) => bear(rig.refresh()))),
  fc
    .tuple(fc.constantFrom(...EDITS), fc.nat({ max: 3 }))
    .map(([kind, n]) => step(`somebody: ${kind} ${n}`, (_model, rig) => edited(rig, kind, n))),
  fc
    .tuple(
      fc.constantFrom(...TROUBLES),
      fc.constantFrom("readGroup", "updateGroup", "createGroup", "readStatus", "listTunnels"),
    )
    .filter(
      ([trouble, operation]) => (trouble.befalls?.(operation as never) ?? true) && !trouble.name.startsWith("somebody"),
    )
    .map(([trouble, operation]) =>
      step(`trouble with ${operation}: ${trouble.name}`, (_model, rig) => trouble.strike(rig, operation as never)),
    ),
];
