import { costsOf, operationsOf } from "./many";
import { noticed } from "./waiting";

/** What the curves are drawn from. */
export interface Curves {
  /** Groups of one network are created: time as a multiple of the ideal, and requests a group. */
  readonly cost: readonly { readonly groups: number; readonly ratio: number; readonly requests: number }[];
  /** The first operation of its kind, in seconds, and when its end is noticed, as a multiple of its duration. */
  readonly notice: readonly {
    readonly seconds: number;
    readonly ours: number;
    readonly every60s: number;
    readonly every2s: number;
  }[];
}

const GROUPS = [1, 2, 5, 10, 20, 50, 100, 200];
const SHORTEST_S = 3;
const LONGEST_S = 1200;
const STEP = 1.09;

/** Measures what the curves show, in virtual time. */
export async function measuredCurves(progress: (what: string) => void): Promise<Curves> {
  const cost: Curves["cost"][number][] = [];
  for (const groups of GROUPS) {
    progress(`curve: ${groups} groups`);
    const load = { groups, networks: 1, operationMs: 20_000 };
    const { create } = await costsOf(load);
    cost.push({ groups, ratio: create.tookMs / operationsOf(load), requests: create.requests / groups });
  }
  const notice: Curves["notice"][number][] = [];
  for (let seconds = SHORTEST_S; seconds <= LONGEST_S; seconds *= STEP) {
    const polled = (intervalS: number) => (Math.ceil(seconds / intervalS) * intervalS) / seconds;
    const ours = (await noticed(seconds)).seconds / seconds;
    notice.push({ seconds, ours, every60s: polled(60), every2s: polled(2) });
  }
  return { cost, notice };
}
