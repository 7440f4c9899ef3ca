import type * as pulumi from "@pulumi/pulumi";
import { checkedUp, type Settled } from "./converge/checkup";
import { converge } from "./converge/converge";
import { groupAhead } from "./converge/observe";
import { NOTHING_OPEN } from "./converge/open";
import { closeJournal, inTurn, isUnfinished, overWith, type Session } from "./converge/session";
import { importMandateFor } from "./engine/importMandate";
import { create as createNew, type Former } from "./goals/create";
import { createGateways, keepingGateways } from "./goals/gateways";
import { dropExpiredCreates, isAmong } from "./goals/incompleteCreate";
import { removeLeftBehind } from "./goals/leftBehind";
import type { Established } from "./goals/make";
import { lettingGo } from "./goals/networkGone";
import { recovered } from "./goals/recover";
import { refresh } from "./goals/refresh";
import { remove } from "./goals/remove";
import { takeOver } from "./goals/takeOver";
import { usingExisting } from "./goals/useExisting";
import { isPlaceholder } from "./model/placeholder";
import { isAdopting } from "./model/rules";
import type { GroupInputs } from "./model/schema";
import { blankState, isPresumed, readState, type State } from "./model/state";
import { changesOf, desiredOf, ownedInputsOf } from "./plan/changes";
import { demandNothingElse, type Move, moveOf } from "./plan/move";
import { isEmpty, mandateOf, type Plan } from "./plan/plan";
import { createPreview } from "./preview";
import type { Plain, ProviderProcess } from "./process";
import { createRows } from "./rows";

/** The methods that the engine calls on a dynamic provider. */
export type Steps = ReturnType<typeof createSteps>;

/** The steps of a resource's life, in a process. */
export function createSteps(process: ProviderProcess) {
  const rows = createRows();
  const gateways = createGateways();

  /** Takes the configuration; every other method waits for it. */
  async function configure({ config }: pulumi.dynamic.ConfigureRequest): Promise<void> {
    process.configure(config);
  }

  /** Creates a group, or adopts the one that `dynamicTunnelId` names. */
  async function create(news: Plain): Promise<pulumi.dynamic.CreateResult> {
    const former = rows.formerOf(news.__urn);
    return process.step(
      "create",
      news,
      async (session) => {
        const isToldByDelete = isAmong(former && isPlaceholder(former.id) ? former.state.pending : []);
        await dropExpiredCreates(session, [], isToldByDelete);
        const { id, settled, over } = await established(session, news as GroupInputs, former);
        const { outs, failure } = await checkedUp(settled);
        if (former && former.id !== id) rows.succeeded(former);
        rows.kept(news.__urn, id);
        if (!isAdopting(news)) await removeLeftBehind(session, former ? [id, former.id] : [id], over);
        const whole = await gateways.completed(session, outs);
        await closeJournal(session, overWith(id, over));
        if (failure) throw keepingGateways(failure, whole);
        return { id, outs: whole };
      },
      former?.outputs,
    );
  }

  async function established(session: Session, inputs: GroupInputs, former?: Former): Promise<Established> {
    const imported = importMandateFor(inputs.__urn, process.env);
    if (isAdopting(inputs)) {
      const id = inputs.dynamicTunnelId as string;
      const state = { ...blankState("adopted"), inputs: { networkId: inputs.networkId } };
      const settled = await usingExisting(session, id, () => bringAbout(session, id, state, inputs));
      return { id, settled, over: [] };
    }
    const declared = ownedInputsOf(inputs);
    return imported === undefined ? createNew(session, declared, former) : takeOver(session, declared, imported);
  }

  /** Brings a group to what is declared, with one PUT where anything differs. */
  async function update(id: string, olds: Plain, news: Plain): Promise<pulumi.dynamic.UpdateResult> {
    return process.step(
      "update",
      news,
      async (session) => {
        const state = readState(olds);
        await dropExpiredCreates(session);
        const isOpen = state.pending.length > 0 || (await isUnfinished(session, id, state.origin));
        const move = moveOf(id, state, news as GroupInputs, () => importMandateFor(news.__urn, process.env));
        if (move) {
          const { outs } = await checkedUp(await moved(session, move, id, state, news as GroupInputs, isOpen));
          return { outs: await gateways.completed(session, outs, olds) };
        }
        const declared = desiredOf(news as GroupInputs, state.origin);
        const { plan } = changesOf(id, state, declared);
        const isUnsent = isEmpty(plan) && !isOpen && !isPresumed(state);
        const settled = isUnsent
          ? unsent(session, id, state, declared, plan)
          : await bringAbout(session, id, state, declared).catch((error: unknown) => {
              throw keepingGateways(error, olds);
            });
        const { outs, failure } = await checkedUp(settled);
        if (isUnsent) return { outs: await gateways.completed(session, outs, olds) };
        if (state.origin === "created") await removeLeftBehind(session, [id], state.pending);
        const whole = await gateways.completed(session, outs, olds);
        await closeJournal(session, overWith(id, state.pending));
        if (failure) throw keepingGateways(failure, whole);
        return { outs: whole };
      },
      olds,
    );
  }

  /** The row has the same group in the other way. Nothing is sent. */
  async function moved(
    session: Session,
    move: Move,
    id: string,
    state: State,
    news: GroupInputs,
    isOpen: boolean,
  ): Promise<Settled> {
    const adopted: State = { ...state, origin: "adopted" };
    const changes = changesOf(id, adopted, news);
    demandNothingElse(move, id, { news, changes, isUnfinished: isOpen });
    if (move === "owns") return (await takeOver(session, ownedInputsOf(news), id, state)).settled;
    if ((await session.journal.otherOwner(id)) === undefined) await session.journal.own(id, "usesExisting");
    return unsent(session, id, adopted, news, changes.plan);
  }

  /** What changes only what outputs hold sends nothing. */
  function unsent(session: Session, groupId: string, state: State, declared: GroupInputs, plan: Plan): Settled {
    const { origin, echo } = state;
    const outcome = { inputs: declared, groupId, tunnelIds: mandateOf(plan).ids, origin, echo };
    return { session, networkId: declared.networkId, outcome, storedNames: {}, open: NOTHING_OPEN };
  }

  function bringAbout(session: Session, groupId: string, state: State, declared: GroupInputs): Promise<Settled> {
    const { networkId } = declared;
    return inTurn(session, networkId, groupId, groupAhead(networkId, groupId), async (turn) => {
      const whole = await recovered(turn, groupId, state);
      return converge(turn, { groupId, declared, state: whole });
    });
  }

  /** Reads a group for state; nothing when it is gone. */
  async function read(id: string, props: Plain): Promise<pulumi.dynamic.ReadResult> {
    rows.read(props.__urn);
    return process.step("read", props, async (session) => {
      const withGateways = (outputs: Plain) => gateways.refreshed(session, outputs, props);
      const state = readState(props);
      if (isPlaceholder(id)) await dropExpiredCreates(session, state.pending);
      const found = await refresh(session, id, state, withGateways);
      if (found === undefined && !isPlaceholder(id)) await session.journal.markGone(id);
      return found ?? {};
    });
  }

  async function deleteGroup(id: string, props: Plain): Promise<void> {
    const former = rows.formerOf(props.__urn);
    return process.step("delete", props, async (session) => {
      const state = readState(props);
      await dropExpiredCreates(session, isPlaceholder(id) ? state.pending : []);
      const run = () => remove(session, id, state, former?.id === id ? former.successor : undefined);
      await (rows.isReplaced(props.__urn, id) ? lettingGo(session, id, state, run) : run());
      // Where the program still has the resource, another row of it may go on with what was begun.
      if (state.origin === "created" && !rows.isInProgram(props.__urn)) await removeLeftBehind(session, []);
    });
  }

  return { configure, ...createPreview(process, rows), create, update, read, delete: deleteGroup };
}
