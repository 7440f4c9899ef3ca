import type * as pulumi from "@pulumi/pulumi";
import { rivalFor } from "./converge/claims";
import { messageOf } from "./converge/failure";
import { isUnfinished, type Session } from "./converge/session";
import { rivalText } from "./converge/words";
import { IMPORT_VARIABLE, importMandateFor } from "./engine/importMandate";
import { otherOwnerText, ownedTwiceText } from "./model/adoption";
import { checkInputs } from "./model/check";
import { unprovenIn } from "./model/pending";
import { isAdopting } from "./model/rules";
import type { GroupInputs } from "./model/schema";
import { engineValue, readState, type State } from "./model/state";
import { isUnknown } from "./model/unknowns";
import { importConflict, otherOwner } from "./ownership/importConflict";
import { importConflictText } from "./ownership/messages";
import { changesOf, desiredOf, driftChangesOf } from "./plan/changes";
import { createDeclarations } from "./plan/declarations";
import { driftNotes } from "./plan/drift";
import { PlanError } from "./plan/error";
import { demandNothingElse, moveOf, moveText } from "./plan/move";
import { mandateOf, type Plan } from "./plan/plan";
import type { Plain, ProviderProcess } from "./process";
import type { Rows } from "./rows";

const INTERRUPTED = "A run of this resource was interrupted: what it has left is looked at.";

/** What the engine asks before anything is done: check and diff. Neither makes a request. */
export function createPreview(process: ProviderProcess, rows: Rows) {
  const declarations = createDeclarations();

  /** Validates inputs and fills in defaults. Makes no request. */
  async function check(olds: Plain, news: Plain): Promise<pulumi.dynamic.CheckResult> {
    const { inputs, failures, warnings } = checkInputs(olds, news);
    const redact = process.learnSecrets(news, olds);
    rows.checked(news.__urn);
    for (const warning of warnings) await process.log.warn(news.__urn, redact(warning));
    const isNew = Object.keys(olds).length === 0;
    const { imported, unread = [] } = isNew && !isAdopting(news) ? mandateFor(news) : {};
    const conflicts = failures.length === 0 ? await claimInCheck(inputs, imported) : [];
    if (isNew && failures.length + conflicts.length === 0) {
      for (const warning of sharedWith(inputs, imported ?? inputs.dynamicTunnelId, true))
        await process.log.warn(news.__urn, redact(warning));
    }
    if (imported !== undefined && conflicts.length === 0) {
      const text = `${IMPORT_VARIABLE}: owns tunnel group ${imported} if it is what is declared; nothing is sent.`;
      await process.log.info(news.__urn, text);
      for (const warning of await hadByOther(imported, news)) await process.log.warn(news.__urn, redact(warning));
    }
    // A failure that names a property makes the engine print that property's value, passphrases included.
    return {
      inputs: engineValue(inputs),
      failures: [...process.faultsOfConfiguration(), ...unread, ...failures, ...conflicts].map((reason) => ({
        property: "",
        reason: redact(reason),
      })),
    };
  }

  /**
   * Claims what the program says of a group before diff or create do: a resource that the run checks later may be the one
   * that has it now.
   * @returns why the import target cannot be the resource's
   */
  async function claimInCheck(
    { __urn: urn, dynamicTunnelId: used }: GroupInputs,
    imported: string | undefined,
  ): Promise<readonly string[]> {
    const groupId = imported ?? used;
    if (groupId === undefined || isUnknown(groupId)) return [];
    const claims = await process.claims.on(groupId);
    if (imported !== undefined) {
      const own = { urn, origin: "created", groupId, tunnelIds: [], isImported: true } as const;
      const other = importConflict(own, claims);
      if (other) return [importConflictText(groupId, own, other)];
      await process.claims.claim(own);
    } else if (!claims.some((claim) => claim.urn === urn)) {
      await process.claims.claim({ urn, origin: "adopted", groupId, tunnelIds: [] });
    }
    return [];
  }

  /** Which group a person has named for a new resource, or why that cannot be read: what check throws ends the run, with a stack. */
  function mandateFor({ __urn }: Plain): {
    readonly imported?: string | undefined;
    readonly unread?: readonly string[];
  } {
    try {
      return { imported: importMandateFor(__urn, process.env) };
    } catch (error) {
      return { unread: [messageOf(error)] };
    }
  }

  /** Compares state with new inputs, and tells on the resource's row what the change does. Makes no request. */
  function diff(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.DiffResult> {
    return process.quietly(news, () => diffOf(id, olds, news), olds);
  }

  async function diffOf(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.DiffResult> {
    const [known, inputs] = [readState(olds), news as GroupInputs];
    if (rows.isRefreshed(olds.__urn, news.__urn)) return diffOfRefresh(id, known, inputs);
    const move = moveOf(id, known, inputs, () => importMandateFor(news.__urn, process.env));
    const state = move === "adopts" ? { ...known, origin: "adopted" as const } : known;
    const changes = changesOf(id, state, inputs);
    const isReplaced = changes.replaces.length > 0;
    if (isReplaced) rows.replaced([olds.__urn, news.__urn], { id, state, outputs: olds, successor: inputs });
    else rows.kept(news.__urn, id);
    const isInterrupted = !isReplaced && (await hasUnfinished(id, known, olds, news));
    const isUnfinished = isInterrupted || known.pending.length > 0;
    if (move) demandNothingElse(move, id, { news: inputs, changes, isUnfinished });
    const claims = isReplaced ? [] : await claimed(id, state, news, changes.plan, move === "owns");
    const shared = isReplaced ? [] : sharedWith(inputs, id, move === "owns");
    const rivals = claims.length > 0 ? claims : shared;
    const changed = isInterrupted ? [INTERRUPTED, ...changes.notes] : [...changes.notes, ...changes.unsent];
    const notes = move ? [moveText(move, id)] : changed;
    const others = move === "owns" ? await hadByOther(id, news, olds) : [];
    const warnings = [...(move ? others : changes.warnings), ...rivals];
    const redact = process.learnSecrets(news);
    if (notes.length > 0) await process.log.info(news.__urn, redact(notes.join(" ")));
    if (warnings.length > 0) await process.log.warn(news.__urn, redact(warnings.join(" ")));
    return { changes: move !== undefined || changes.isChanged || isInterrupted, replaces: [...changes.replaces] };
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
    // Tunnels that are not passing yet are no drift; and nothing is rolled out here, so that nothing can be refused.
    const state = { ...found, pending: unprovenIn(found.pending), inputs: { ...found.inputs, rollout: undefined } };
    const { isChanged, replaces } = driftChangesOf(id, state, { ...inputs, rollout: undefined });
    const texts = driftNotes(desiredOf(inputs, found.origin), found);
    const redact = process.learnSecrets(inputs);
    if (texts.length > 0) await process.log.info(inputs.__urn, redact(texts.join(" ")));
    return { changes: isChanged, replaces: [...replaces] };
  }

  /** Whether a run of this resource was interrupted; where there is no configuration, the step that follows says so. */
  async function hasUnfinished(id: string, { origin }: State, olds: Plain, news: Plain): Promise<boolean> {
    return process.step("read", news, (session) => isUnfinished(session, id, origin), olds).catch(() => false);
  }

  /** What this machine knows of others that have had a group, which a resource is to own. */
  function hadByOther(groupId: string, news: Plain, olds?: Plain): Promise<readonly string[]> {
    const look = async ({ journal }: Session) => {
      const other = await journal.otherOwner(groupId);
      return other === undefined ? [] : [otherOwnerText(groupId, other)];
    };
    return process.step("read", news, look, olds).catch(() => []);
  }

  /**
   * Says what a row that stays stands for.
   * @returns what to warn of: another row stands for the same
   * @throws PlanError when an import target of this run makes it a group of two
   */
  async function claimed(
    groupId: string,
    { origin: former }: State,
    news: Plain,
    plan: Plan,
    isImported: boolean,
  ): Promise<readonly string[]> {
    const urn = typeof news.__urn === "string" ? news.__urn : undefined;
    const ids = Object.entries(mandateOf(plan).ids);
    const origin = isImported ? "created" : former;
    const claim = { urn, origin, groupId, tunnelIds: ids.map(([, id]) => id), ...(isImported && { isImported }) };
    await process.claims.claim(claim);
    const claims = await process.claims.on(groupId);
    const conflict = importConflict(claim, claims);
    if (conflict) throw new PlanError(importConflictText(groupId, claim, conflict));
    const owner = otherOwner(claim, claims);
    if (owner?.urn !== undefined) return [ownedTwiceText(groupId, owner.urn, urn)];
    return ids.flatMap(([key, id]) => {
      const rival = rivalFor(claims, urn, id);
      return rival ? [rivalText(key, id, rival, urn)] : [];
    });
  }

  return { check, diff };
}
