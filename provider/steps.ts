import type * as pulumi from "@pulumi/pulumi";
import { rivalFor } from "./converge/claims";
import { converge } from "./converge/converge";
import { create as createNew, type Former } from "./converge/create";
import { removeLeftBehind } from "./converge/leftBehind";
import { recovered } from "./converge/recover";
import { refresh } from "./converge/refresh";
import { remove } from "./converge/remove";
import { closeJournal, inTurn, overWith, type Session } from "./converge/session";
import { takeOver } from "./converge/takeOver";
import { rivalText } from "./converge/words";
import { IMPORT_VARIABLE, importMandateFor } from "./engine/importMandate";
import { checkInputs } from "./model/check";
import { isAdopting } from "./model/rules";
import type { GroupInputs, Origin } from "./model/schema";
import { blankState, engineValue, isPresumed, outputsOf, readState, type State } from "./model/state";
import { changesOf, desiredOf } from "./plan/changes";
import { createDeclarations } from "./plan/declarations";
import { driftNotes } from "./plan/drift";
import { PlanError } from "./plan/error";
import { isEmpty, mandateOf, type Plan } from "./plan/plan";
import type { Plain, ProviderProcess } from "./process";

/** The methods that the engine calls on a dynamic provider. */
export type Steps = ReturnType<typeof createSteps>;

const INTERRUPTED = "A run that changed this group was interrupted: the group is looked at.";

/** The steps of a resource's life, in a process. */
export function createSteps(process: ProviderProcess) {
  /** By URN, the rows that this run replaces, and by what. */
  const replaced = new Map<unknown, Former & { readonly successor: GroupInputs }>();
  const declarations = createDeclarations();
  /** By URN, the rows whose inputs were checked since they were last read, and those that were read. */
  const [checked, wasRead] = [new Set<unknown>(), new Set<unknown>()];

  /** Takes the configuration; every other method waits for it. */
  async function configure({ config }: pulumi.dynamic.ConfigureRequest): Promise<void> {
    process.configure(config);
  }

  /** Validates inputs and fills in defaults. Makes no request. */
  async function check(olds: Plain, news: Plain): Promise<pulumi.dynamic.CheckResult> {
    const { inputs, failures, warnings } = checkInputs(olds, news);
    const redact = process.learnSecrets(news);
    checked.add(news.__urn);
    for (const warning of warnings) await process.log.warn(news.__urn, redact(warning));
    const isNew = Object.keys(olds).length === 0;
    if (isNew && failures.length === 0) {
      for (const warning of sharedWith(inputs, inputs.dynamicTunnelId, true))
        await process.log.warn(news.__urn, warning);
    }
    const imported = isNew && !isAdopting(news) ? importMandateFor(news.__urn, process.env) : undefined;
    if (imported !== undefined) {
      const text = `${IMPORT_VARIABLE}: owns tunnel group ${imported} if it is what is declared; nothing is sent.`;
      await process.log.info(news.__urn, text);
    }
    // A failure that names a property makes the engine print that property's value, passphrases included.
    return {
      inputs: engineValue(inputs),
      failures: [...process.faultsOfConfiguration(), ...failures].map((reason) => ({
        property: "",
        reason: redact(reason),
      })),
    };
  }

  /** Compares state with new inputs, and tells on the resource's row what the change does. Makes no request. */
  function diff(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.DiffResult> {
    return process.quietly(news, () => diffOf(id, olds, news));
  }

  async function diffOf(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.DiffResult> {
    const [state, inputs] = [readState(olds), news as GroupInputs];
    if (wasRead.has(olds.__urn) && !checked.has(news.__urn)) return diffOfRefresh(id, state, inputs);
    demandStillAdopted(state, inputs);
    const changes = changesOf(id, state, inputs);
    const isReplaced = changes.replaces.length > 0;
    if (isReplaced) for (const urn of [olds.__urn, news.__urn]) replaced.set(urn, { id, state, successor: inputs });
    const isInterrupted = !isReplaced && (await hasUnfinished(id, state, olds, news));
    const claims = isReplaced ? [] : await claimed(id, state, news, changes.plan);
    const shared = isReplaced ? [] : sharedWith(inputs, id, false);
    const rivals = claims.length > 0 ? claims : shared;
    const notes = isInterrupted ? [INTERRUPTED, ...changes.notes] : changes.notes;
    const warnings = [...changes.warnings, ...rivals];
    const redact = process.learnSecrets(news);
    if (notes.length > 0) await process.log.info(news.__urn, redact(notes.join(" ")));
    if (warnings.length > 0) await process.log.warn(news.__urn, redact(warnings.join(" ")));
    return { changes: changes.isChanged || isInterrupted, replaces: [...changes.replaces] };
  }

  /** What another row of the program declares as well; a new row has no group yet, unless it adopts one. */
  function sharedWith(inputs: GroupInputs, groupId: string | undefined, isNew: boolean): readonly string[] {
    const { __urn: urn } = inputs;
    return urn === undefined ? [] : declarations.add({ urn, inputs, groupId, isNew });
  }

  /**
   * During a refresh the engine asks how the group as it was read differs from the inputs in state, which it does not
   * check again: nothing is changed, what there is to tell is drift.
   */
  async function diffOfRefresh(id: string, found: State, inputs: GroupInputs): Promise<pulumi.dynamic.DiffResult> {
    const { isChanged, replaces } = changesOf(id, found, inputs);
    const texts = driftNotes(desiredOf(inputs, found.origin), found);
    const redact = process.learnSecrets(inputs);
    if (texts.length > 0) await process.log.info(inputs.__urn, redact(texts.join(" ")));
    return { changes: isChanged, replaces: [...replaces] };
  }

  /** Whether a run of this resource was interrupted; where there is no configuration, the step that follows says so. */
  async function hasUnfinished(id: string, { origin }: State, olds: Plain, news: Plain): Promise<boolean> {
    return process.step("read", news, (session) => isNoted(session, id, origin), olds).catch(() => false);
  }

  /** Says what a row that stays stands for. @returns what to warn of: another row stands for the same */
  async function claimed(groupId: string, { origin }: State, news: Plain, plan: Plan): Promise<readonly string[]> {
    const urn = typeof news.__urn === "string" ? news.__urn : undefined;
    const ids = Object.entries(mandateOf(plan).ids);
    await process.claims.claim({ urn, origin, groupId, tunnelIds: ids.map(([, id]) => id) });
    const claims = await process.claims.on(groupId);
    return ids.flatMap(([key, id]) => {
      const rival = rivalFor(claims, urn, id);
      return rival ? [rivalText(key, id, rival, urn)] : [];
    });
  }

  /** Creates a group, or adopts the one that `dynamicTunnelId` names. */
  async function create(news: Plain): Promise<pulumi.dynamic.CreateResult> {
    return process.step("create", news, async (session) => {
      const inputs = news as GroupInputs;
      const imported = importMandateFor(news.__urn, process.env);
      if (isAdopting(news)) return adopt(session, inputs);
      const declared = desiredOf(inputs, "created");
      const former = replaced.get(news.__urn);
      const made =
        imported === undefined
          ? await createNew(session, declared, former)
          : await takeOver(session, declared, imported);
      await removeLeftBehind(session, [made.id, ...(former ? [former.id] : [])]);
      return made;
    });
  }

  async function adopt(session: Session, declared: GroupInputs): Promise<pulumi.dynamic.CreateResult> {
    const groupId = declared.dynamicTunnelId as string;
    const state = { ...blankState("adopted"), inputs: { networkId: declared.networkId } };
    return { id: groupId, outs: await bringAbout(session, groupId, state, declared) };
  }

  /** Brings a group to what is declared, with one PUT where anything differs. */
  async function update(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.UpdateResult> {
    return process.step(
      "update",
      news,
      async (session) => {
        const state = readState(olds);
        const declared = desiredOf(news as GroupInputs, state.origin);
        const isUnfinished = state.pending.length > 0 || (await isNoted(session, id, state.origin));
        const { plan } = changesOf(id, state, declared);
        if (isEmpty(plan) && !isUnfinished && !isPresumed(state)) return { outs: unsent(id, state, declared, plan) };
        const outs = await bringAbout(session, id, state, declared);
        if (state.origin === "created") await removeLeftBehind(session, [id]);
        return { outs };
      },
      olds,
    );
  }

  /** What changes only what outputs hold sends nothing. */
  function unsent(groupId: string, { origin }: State, declared: GroupInputs, plan: Plan): Record<string, unknown> {
    return outputsOf({ inputs: declared, groupId, tunnelIds: mandateOf(plan).ids, origin });
  }

  function bringAbout(
    session: Session,
    groupId: string,
    state: State,
    declared: GroupInputs,
  ): Promise<Record<string, unknown>> {
    return inTurn(session, declared.networkId, groupId, async (turn) => {
      const whole = await recovered(turn, groupId, state);
      const outs = await converge(turn, { groupId, declared, state: whole });
      await closeJournal(turn, overWith(groupId, state.pending));
      return outs;
    });
  }

  /** Reads a group for state; nothing when it is gone. */
  async function read(id: string, props: Plain): Promise<pulumi.dynamic.ReadResult> {
    checked.delete(props.__urn);
    wasRead.add(props.__urn);
    return process.step("read", props, async (session) => (await refresh(session, id, readState(props))) ?? {});
  }

  async function deleteGroup(id: string, props: Plain): Promise<void> {
    const former = replaced.get(props.__urn);
    return process.step("delete", props, async (session) => {
      const state = readState(props);
      await remove(session, id, state, former?.id === id ? former.successor : undefined);
      // Where the program still has the resource, another row of it may go on with what was begun.
      if (state.origin === "created" && !checked.has(props.__urn)) await removeLeftBehind(session, []);
    });
  }

  return { configure, check, diff, create, update, read, delete: deleteGroup };
}

/** Whether the journal has a creation of the resource, or a write to its group, that was not brought to an end. */
async function isNoted({ journal }: Session, id: string, origin: Origin): Promise<boolean> {
  const entries = await journal.entries();
  return entries.some(({ kind, groupId }) => (kind === "create" ? origin === "created" : groupId === id));
}

/** Whether a group was created or adopted is decided once; check does not see it. */
function demandStillAdopted({ origin, inputs }: State, news: GroupInputs): void {
  if (origin === "created" || isAdopting(news)) return;
  throw new PlanError(
    `dynamicTunnelId: cannot be taken out: this resource adopted the group ${inputs.dynamicTunnelId ?? ""}. Keep it, or let go of the group with "pulumi state delete" and declare a new resource.`,
  );
}
