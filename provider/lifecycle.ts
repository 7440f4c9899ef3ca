/**
 * What the engine's process for dynamic providers runs. States name this module for ever: the methods and what they take
 * are a contract.
 */
import type * as pulumi from "@pulumi/pulumi";
import { changesOf, desiredOf } from "./group/changes";
import { checkInputs } from "./group/check";
import { establish } from "./group/establish";
import { reconcile } from "./group/reconcile";
import { refresh } from "./group/refresh";
import { remove } from "./group/remove";
import { isAdopting } from "./group/rules";
import type { GroupInputs } from "./group/schema";
import { engineValue, readState } from "./group/state";
import { type Plain, theProcess } from "./process";

/** Takes the configuration; every other method waits for it. */
export async function configure({ config }: pulumi.dynamic.ConfigureRequest): Promise<void> {
  theProcess.configure(config);
}

/** Validates inputs and fills in defaults. Makes no request. */
export async function check(olds: Plain, news: Plain): Promise<pulumi.dynamic.CheckResult> {
  const { inputs, failures, warnings } = checkInputs(olds, news);
  const redact = theProcess.learnSecrets(news);
  for (const warning of warnings) await theProcess.log.warn(news.__urn, redact(warning));
  // A failure that names a property makes the engine print that property's value, passphrases included.
  return {
    inputs: engineValue(inputs),
    failures: failures.map((reason) => ({ property: "", reason: redact(reason) })),
  };
}

/** Compares state with new inputs, and tells on the resource's row what the change does. Makes no request. */
export async function diff(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.DiffResult> {
  const { isChanged, replaces, notes, warnings } = changesOf(id, readState(olds), news as GroupInputs);
  if (notes.length > 0) await theProcess.log.info(news.__urn, notes.join(" "));
  if (warnings.length > 0) await theProcess.log.warn(news.__urn, warnings.join(" "));
  return { changes: isChanged, replaces: [...replaces], deleteBeforeReplace: replaces.length > 0 };
}

/** Creates a group, or adopts the one that `dynamicTunnelId` names. */
export async function create(news: Plain): Promise<pulumi.dynamic.CreateResult> {
  return theProcess.step("create", news, async (session) => {
    const inputs = news as GroupInputs;
    if (!isAdopting(news)) return establish(session, desiredOf(inputs, "created"));
    const groupId = inputs.dynamicTunnelId as string;
    return { id: groupId, outs: await reconcile(session, { groupId, origin: "adopted", desired: inputs }) };
  });
}

/** Brings a group to what is declared, with one PUT where anything differs. */
export async function update(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.UpdateResult> {
  return theProcess.step("update", news, async (session) => {
    const state = readState(olds);
    const { origin } = state;
    return {
      outs: await reconcile(session, { groupId: id, origin, state, desired: desiredOf(news as GroupInputs, origin) }),
    };
  });
}

/** Reads a group for state; nothing when it is gone. */
export async function read(id: string, props: Plain): Promise<pulumi.dynamic.ReadResult> {
  return theProcess.step("read", props, async (session) => (await refresh(session, id, readState(props))) ?? {});
}

async function deleteGroup(id: string, props: Plain): Promise<void> {
  return theProcess.step("delete", props, (session) => remove(session, id, readState(props)));
}

export { deleteGroup as delete };
