import type { Rollout } from "../model/rollout";
import { type Cluster, clustersOf, takesPlaceOf } from "./clusters";
import { PlanError } from "./error";
import { isEmpty, type Plan, type TunnelPlan } from "./plan";

/** Whether a tunnel that is there is touched, so that packets may not flow for a while. */
export function isTouched({ action }: Pick<TunnelPlan, "action">): boolean {
  return action === "update" || action === "rebuild";
}

/**
 * The parts of a plan, in the order in which they are carried out; together they are the plan. Where nothing is rolled out, or no
 * tunnel that is there is touched one by one, that is one part. Else what cannot be rolled goes first and at once: additions,
 * removals and what is set for the whole group. Pure.
 * @param first ids of tunnels that may be down already: to touch them costs least
 * @throws PlanError when more tunnels than may be unavailable change places with each other
 */
export function batchesOf(whole: Plan, rollout: Rollout | undefined, first: ReadonlySet<string> = new Set()): Plan[] {
  const touched = whole.tunnels.filter(isTouched);
  if (rollout === undefined || touched.length === 0) return [whole];
  const isFirst = ({ present }: TunnelPlan) => present !== undefined && first.has(present.id);
  const ordered = [...touched.filter(isFirst), ...touched.filter((each) => !isFirst(each))];
  const rolled = packed(clustersOf(ordered), rollout.maxUnavailable, isFirst);
  const added = whole.tunnels.filter(({ action }) => action === "add");
  // A tunnel that is added where another one still is comes with it.
  const comesWith = (each: TunnelPlan) => rolled.findLast((batch) => batch.some((one) => takesPlaceOf(each, one)));
  const isAtOnce = (each: TunnelPlan) => !isTouched(each) && comesWith(each) === undefined;
  const atOnce = { ...whole, tunnels: whole.tunnels.filter(isAtOnce) };
  return [
    ...(isEmpty(atOnce) ? [] : [atOnce]),
    ...rolled.map((batch) => batchOf([...batch, ...added.filter((each) => comesWith(each) === batch)])),
  ];
}

function batchOf(tunnels: readonly TunnelPlan[]): Plan {
  return { tunnels, removals: [], settings: [], isRenamed: false };
}

/** Clusters joined to batches, as many to each as it takes; what may be down already is in none with what is up. */
function packed(
  clusters: readonly Cluster[],
  most: number,
  isFirst: (tunnel: TunnelPlan) => boolean,
): readonly Cluster[] {
  const batches: TunnelPlan[][] = [];
  for (const cluster of clusters) {
    if (cluster.length > most) throw new PlanError(exchangeText(cluster, most));
    const last = batches.at(-1);
    const isAlike = last?.every(isFirst) === cluster.every(isFirst);
    if (last && isAlike && last.length + cluster.length <= most) last.push(...cluster);
    else batches.push([...cluster]);
  }
  return batches;
}

function exchangeText(cluster: Cluster, most: number): string {
  return `${namesOf(cluster)} change places with each other, so that they can only change together, and rollout.maxUnavailable is ${most}: raise it to ${cluster.length}, or leave rollout out for this change.`;
}

function namesOf(tunnels: readonly TunnelPlan[]): string {
  return tunnels.map(({ key }) => `tunnels.${key}`).join(", ");
}

/** What the preview says of a roll-out; nothing where all goes at once. */
export function rolloutNotes(whole: Plan, rollout: Rollout | undefined, first: ReadonlySet<string>): readonly string[] {
  if (rollout === undefined) return [];
  const rolled = batchesOf(whole, rollout, first).filter(({ tunnels }) => tunnels.some(isTouched));
  const settings = whole.settings.filter(({ path }) => path[0] !== "description").map(({ path }) => path.join("."));
  return [
    ...(settings.length === 0 ? [] : [`Cannot be rolled out, since all tunnels have it: ${settings.join(", ")}.`]),
    ...(rolled.length < 2
      ? []
      : [`Rolls out in ${rolled.length} batches: ${rolled.map(({ tunnels }) => namesOf(tunnels)).join("; then ")}.`]),
  ];
}
