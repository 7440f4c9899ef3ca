import { expect } from "chai";
import type { Plain } from "../../../provider/process";
import type { Steps } from "../../../provider/steps";
import type { StoredGroup } from "../../../sandbox/model";
import type { Rig, Stored } from "../rig";

/** How long an operation takes at a rig. */
export const OPERATION_MS = 60_000;
const MINUTE_MS = 60_000;

/** The groups of the rig's network, as they really are. */
export function groupsOf({ sandbox, networkId }: Rig): readonly StoredGroup[] {
  return sandbox.groups().filter((group) => group.networkId === networkId);
}

/** Their ids. */
export function idsOf(rig: Rig): readonly string[] {
  return groupsOf(rig).map(({ id }) => id);
}

/** The addresses of each group's tunnels. */
export function addressesOf(rig: Rig): readonly (readonly string[])[] {
  return groupsOf(rig).map(({ tunnels }) => tunnels.map(({ remotePublicIP }) => remotePublicIP ?? "").sort());
}

/** A group as declared, with one tunnel, in another network. */
export function inOtherNetwork({ sandbox, tunnel }: Rig, args: Plain): Plain {
  const [{ id: networkId, regions }] = sandbox.accounts[0].networks;
  const sharedSettings = { ...(args.sharedSettings as Plain), leftASN: 64_601 };
  return { ...args, networkId, sharedSettings, tunnels: { primary: tunnel(0, { regionID: regions[0] }) } };
}

/** The methods of the writes that reached the service, in order. */
export function writesOf({ sandbox }: Rig): readonly string[] {
  return sandbox
    .journal()
    .filter(({ method, operation }) => method !== "GET" && operation !== "authorize")
    .map(({ method }) => method);
}

/** What a run that has to fail says. */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  let message: string | undefined;
  await run.catch((error: Error) => {
    message = error.message;
  });
  return message ?? expect.fail("it succeeded");
}

/** Breaks off a run where it waits, as a process that dies does: what it would have returned is lost. */
export async function cutOff(rig: Rig, run: (steps: Steps) => Promise<void>, diesAtSleep = 1): Promise<void> {
  const before = rig.state;
  await failureOf(run(rig.process({ diesAtSleep })));
  rig.state = before;
}

/** Lets a resource own nothing of a group that exists, as a stack does that adopts it. @returns the group's id */
export async function madeByOthers(rig: Rig): Promise<string> {
  await rig.up({ ...rig.args(), __urn: "urn:pulumi:other::rig::t::branch" });
  const id = rig.state?.id ?? "";
  rig.state = undefined;
  rig.sandbox.clearJournal();
  return id;
}

/** How many minutes of the rig's time a run takes, whether it fails or not. */
export async function minutesOf({ clock }: Rig, run: () => Promise<unknown>): Promise<number> {
  const beganAtMs = clock.elapsed();
  await run().catch(() => undefined);
  return (clock.elapsed() - beganAtMs) / MINUTE_MS;
}

/** A row of the program beside the rig's own, with its own state. */
export interface Row {
  state: Stored | undefined;
  args(changes?: Plain): Plain;
  up(changes?: Plain, steps?: Steps): Promise<void>;
  destroy(steps?: Steps): Promise<void>;
}

/** Another row of the same program, of that name; runs that are given the same process are one run. */
export function rowBeside(rig: Rig, name: string): Row {
  const row: Row = {
    state: undefined,
    args: (changes = {}) =>
      rig.args({
        __urn: `urn:pulumi:dev::rig::pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup::${name}`,
        ...changes,
      }),
    up: (changes, steps) => inPlace(() => rig.up(row.args(changes), steps)),
    destroy: (steps) => inPlace(() => rig.destroy(steps)),
  };
  async function inPlace(run: () => Promise<void>): Promise<void> {
    const own = rig.state;
    rig.state = row.state;
    try {
      await run();
    } finally {
      row.state = rig.state;
      rig.state = own;
    }
  }
  return row;
}

/** The environment of another machine, which shares nothing with the rig's. */
export function elsewhere({ folder }: Rig): NodeJS.ProcessEnv {
  return { XDG_STATE_HOME: `${folder}/elsewhere` };
}
