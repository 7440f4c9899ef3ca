import fc from "fast-check";
import { startRig } from "../provider/rig";
import { bringAbout, type Model, programOf, STEPS } from "./model";
import { groupOf } from "./scenarios";

/**
 * Checks random programs against the model of what they declare: when the trouble is over, a refresh and an `up` bring
 * about exactly that, in one group, whatever happened before.
 * @throws Error with the seed, the shrunk program and how to replay it
 */
export async function checkPrograms(runs: number, seed: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.commands(STEPS, { maxCommands: 8 }), async (program) => {
      const rig = await startRig({ arePeersFollowing: true });
      const model: Model = { tunnels: { a: { n: 0, version: 0 } }, description: "" };
      try {
        await fc.asyncModelRun(() => ({ model, real: rig }), program);
        rig.sandbox.clearFaults();
        rig.sandbox.abandonOperations();
        await rig.refresh();
        await bringAbout(model, rig);
        const groups = rig.sandbox.groups().filter(({ networkId }) => networkId === rig.networkId);
        if (groups.length !== 1) throw new Error(`There are ${groups.length} groups.`);
        if (groups[0]?.id !== rig.state?.id) throw new Error("State has another group.");
        const there = new Map(groupOf(rig)?.tunnels.map((tunnel) => [tunnel.remotePublicIP, tunnel]));
        for (const [key, tunnel] of Object.entries(
          programOf(model, rig).tunnels as Record<string, Record<string, unknown>>,
        )) {
          const found: Record<string, unknown> = { ...there.get(String(tunnel.remotePublicIP)) };
          const differing = Object.keys(tunnel).filter((name) => tunnel[name] !== found[name]);
          if (differing.length > 0) throw new Error(`tunnels.${key} differs in ${differing.join(", ")}.`);
        }
        const before = rig.sandbox.journal().length;
        await rig.up(programOf(model, rig));
        if (rig.sandbox.journal().length > before) throw new Error("A second up made requests.");
      } finally {
        await rig.close();
      }
    }),
    { numRuns: runs, seed, endOnFailure: false },
  );
}
