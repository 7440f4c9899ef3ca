import type { Plain } from "../../provider/process";
import type { OperationName } from "../../sandbox";
import { type Rig, startRig } from "../provider/rig";
import { TROUBLES, type Trouble } from "./faults";
import { groupOf, SCENARIOS, type Scenario } from "./scenarios";

/** One thing that goes wrong with one request of one run. */
export interface Case {
  readonly scenario: Scenario;
  readonly request: OperationName;
  readonly trouble: Trouble;
}

/** How a case went. */
export interface Verdict {
  /** What the run under trouble said; undefined when it succeeded all the same. */
  readonly failure: string | undefined;
  /** What was wrong in the end; empty when everything is as declared. */
  readonly complaints: readonly string[];
  readonly duplicates: number;
  readonly orphans: number;
  readonly leaks: number;
  readonly requests: number;
}

/** A run with one of its requests, and what befalls that. */
export interface Strike<R> extends Omit<Case, "scenario"> {
  readonly run: R;
}

/** Every request of every run under everything that can befall it. */
export function strikesOn<R extends { readonly requests: readonly OperationName[] }>(
  runs: readonly R[],
): readonly Strike<R>[] {
  return runs.flatMap((run) =>
    run.requests.flatMap((request) =>
      TROUBLES.filter(({ befalls }) => befalls?.(request) ?? true).map((trouble) => ({ run, request, trouble })),
    ),
  );
}

export const CASES: readonly Case[] = strikesOn(SCENARIOS).map(({ run, ...rest }) => ({ scenario: run, ...rest }));

/** How a case is called. */
export function nameOf({ scenario, request, trouble }: Case): string {
  return `${scenario.name}, ${request}: ${trouble.name}`;
}

/** Runs a case: the trouble strikes, is over, and one more run has to bring about what is declared. */
export async function judge({ scenario, request, trouble }: Case): Promise<Verdict> {
  const rig = await startRig({ arePeersFollowing: true });
  try {
    await scenario.prepare(rig);
    const wanted = scenario.wanted(rig);
    rig.sandbox.clearJournal();
    trouble.strike(rig, request);
    const said: unknown[] = [];
    const failure = await attempt(scenario, rig, said);
    rig.sandbox.clearFaults();
    if (trouble.name === "never says that it is completed") rig.sandbox.abandonOperations();
    const last = await lastRun(
      () => attempt(scenario, rig, said),
      () => rig.refresh(),
    );
    const complaints = [
      ...(last === undefined ? [] : [`the next run failed: ${last}`]),
      ...differences(rig, wanted),
      ...(scenario.isRolled ? excesses(rig) : []),
    ];
    const groups = rig.sandbox.groups().filter(({ networkId }) => networkId === rig.networkId);
    return {
      failure,
      complaints,
      duplicates: Math.max(0, groups.length - 1),
      orphans: groups.filter(({ id }) => id !== rig.state?.id).length,
      leaks: leaksIn(rig, said),
      requests: rig.sandbox.journal().length,
    };
  } finally {
    await rig.close();
  }
}

async function attempt(scenario: Scenario, rig: Rig, said: unknown[]): Promise<string | undefined> {
  try {
    await scenario.run(rig);
    return undefined;
  } catch (error) {
    said.push(error, (error as Error).message, (error as Error).stack, { ...(error as Error) }.toString());
    return (error as Error).message;
  }
}

/**
 * The next run, after a refresh where the message asks for one.
 * @param attempt runs it. @returns what it fails with
 */
export async function lastRun(
  attempt: () => Promise<string | undefined>,
  refresh: () => Promise<void>,
): Promise<string | undefined> {
  const failure = await attempt();
  if (failure === undefined || !/refresh/.test(failure)) return failure;
  await refresh();
  return attempt();
}

function differences(rig: Rig, wanted: readonly Plain[] | undefined): readonly string[] {
  const group = groupOf(rig);
  if (wanted === undefined) return group ? ["the group is still there"] : [];
  if (group === undefined) return ["the group is gone"];
  const shape = (tunnel: Plain) =>
    JSON.stringify(
      ["regionID", "remotePublicIP", "remoteASN", "p81GWInternalIP", "remoteGWInternalIP", "passphrase"].map(
        (name) => tunnel[name],
      ),
    );
  const there = group.tunnels.map((tunnel) => shape({ ...tunnel })).sort();
  const declared = wanted.map(shape).sort();
  return JSON.stringify(there) === JSON.stringify(declared)
    ? []
    : [`tunnels are ${there.join(" ")}; declared ${declared.join(" ")}`];
}

/** Requests that touch more than one tunnel of a group. */
function excesses(rig: Rig): readonly string[] {
  const bodies = rig.sandbox
    .journal()
    .flatMap(({ operation, body }) => (operation === "updateGroup" ? [body as Plain] : []));
  const touched = bodies.map(
    ({ updateTunnels = [], removeTunnels = [] }) => [updateTunnels, removeTunnels].flat().length,
  );
  return touched.filter((count) => count > 1).map((count) => `a request touches ${count} tunnels`);
}

/** How many of the things said hold a byte of a secret. */
function leaksIn(rig: Rig, said: readonly unknown[]): number {
  const secrets = [rig.sandbox.accounts[0].apiKey, "Rig.secret_of", "Chaos.second_key", "sandbox-token"];
  // What goes to state is exempt: there the marks make the engine encrypt it.
  const texts = [...rig.warnings, ...said.filter((each) => typeof each === "string")];
  return texts.filter((text) => secrets.some((secret) => text.includes(secret))).length;
}
