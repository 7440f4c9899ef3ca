import type * as pulumi from "@pulumi/pulumi";
import { establish } from "./converge/establish";
import { reconcile } from "./converge/reconcile";
import { refresh } from "./converge/refresh";
import { changesAfterInterruption } from "./converge/remains";
import { remove } from "./converge/remove";
import { checkInputs } from "./model/check";
import { isAdopting } from "./model/rules";
import type { GroupInputs } from "./model/schema";
import { engineValue, readState } from "./model/state";
import { type Changes, changesOf, desiredOf } from "./plan/changes";
import type { Plain, ProviderProcess } from "./process";

/** The methods that the engine calls on a dynamic provider. */
export type Steps = ReturnType<typeof createSteps>;

/** The steps of a resource's life, in a process. */
export function createSteps(process: ProviderProcess) {
  /** Takes the configuration; every other method waits for it. */
  async function configure({ config }: pulumi.dynamic.ConfigureRequest): Promise<void> {
    process.configure(config);
  }

  /** Validates inputs and fills in defaults. Makes no request. */
  async function check(olds: Plain, news: Plain): Promise<pulumi.dynamic.CheckResult> {
    const { inputs, failures, warnings } = checkInputs(olds, news);
    const redact = process.learnSecrets(news);
    for (const warning of warnings) await process.log.warn(news.__urn, redact(warning));
    // A failure that names a property makes the engine print that property's value, passphrases included.
    return {
      inputs: engineValue(inputs),
      failures: failures.map((reason) => ({ property: "", reason: redact(reason) })),
    };
  }

  /** Compares state with new inputs, and tells on the resource's row what the change does. Makes no request. */
  async function diff(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.DiffResult> {
    const [state, inputs] = [readState(olds), news as GroupInputs];
    const { isChanged, replaces, notes, warnings } =
      (await afterInterruption(id, olds, inputs)) ?? changesOf(id, state, inputs);
    if (notes.length > 0) await process.log.info(news.__urn, notes.join(" "));
    if (warnings.length > 0) await process.log.warn(news.__urn, warnings.join(" "));
    return { changes: isChanged, replaces: [...replaces], deleteBeforeReplace: replaces.length > 0 };
  }

  /** A diff does without configuration: where that fails, the step that follows says so. */
  async function afterInterruption(id: string, olds: Plain, news: GroupInputs): Promise<Changes | undefined> {
    try {
      return await process.step("read", olds, ({ recovery }) =>
        changesAfterInterruption(recovery, id, readState(olds), news),
      );
    } catch {
      return undefined;
    }
  }

  /** Creates a group, or adopts the one that `dynamicTunnelId` names. */
  async function create(news: Plain): Promise<pulumi.dynamic.CreateResult> {
    return process.step("create", news, async (session) => {
      const inputs = news as GroupInputs;
      if (!isAdopting(news)) return establish(session, desiredOf(inputs, "created"));
      const groupId = inputs.dynamicTunnelId as string;
      return { id: groupId, outs: await reconcile(session, { groupId, origin: "adopted", desired: inputs }) };
    });
  }

  /** Brings a group to what is declared, with one PUT where anything differs. */
  async function update(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.UpdateResult> {
    return process.step("update", news, async (session) => {
      const state = readState(olds);
      const { origin } = state;
      return {
        outs: await reconcile(session, { groupId: id, origin, state, desired: desiredOf(news as GroupInputs, origin) }),
      };
    });
  }

  /** Reads a group for state; nothing when it is gone. */
  async function read(id: string, props: Plain): Promise<pulumi.dynamic.ReadResult> {
    return process.step("read", props, async (session) => (await refresh(session, id, readState(props))) ?? {});
  }

  async function deleteGroup(id: string, props: Plain): Promise<void> {
    return process.step("delete", props, (session) => remove(session, id, readState(props)));
  }

  return { configure, check, diff, create, update, read, delete: deleteGroup };
}
