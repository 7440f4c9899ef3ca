import type { Tunnel } from "../model/fields";
import type { GroupInputs, Origin } from "../model/schema";
import { failureOutputsOf, outputsOf, type State } from "../model/state";
import { mandateOf } from "../plan/changes";
import { driftWarnings } from "../plan/drift";
import { type Mandate, plan } from "../plan/plan";
import { OperationFailedError, RefusedError } from "../service/errors";
import type { PresentGroup, UpdateBody } from "../service/wire";
import {
  believing,
  believingSettings,
  currentOf,
  doubting,
  type Knowledge,
  knowledgeOf,
  NOTHING_KNOWN,
} from "./current";
import { GroupGoneError, NotAppliedError } from "./errors";
import { messageOf, PartialFailure } from "./failure";
import { look } from "./look";
import { noted } from "./noted";
import { provenOf } from "./outcome";
import { prove } from "./proof";
import { type Fate, finishEarlier, InterruptedWait, lookUntil, send } from "./send";
import type { Session } from "./session";
import { blankState, inherited, trailOf } from "./trail";

/** A group and what is to be reached with it. */
export interface Target {
  readonly groupId: string;
  readonly origin: Origin;
  readonly desired: GroupInputs;
  /** Absent when the group is seen for the first time. */
  readonly state?: State | undefined;
}

/** Where a run stands between two requests. */
interface Progress {
  readonly knowledge: Knowledge;
  /** What the last read showed; absent when it has to be read again. */
  readonly seen?: PresentGroup | undefined;
  readonly last?: { readonly request: UpdateBody; readonly outcome: Fate["outcome"] };
}

const NO_MANDATE: Mandate = { ids: {}, rebuilds: new Set(), removals: new Set() };
/** A plan that still asks for something after so many writes will not come to an end. */
const MOST_WRITES = 8;
const MOST_CONFLICTS = 3;
const CONFLICT_PAUSE_MS = 2000;

/** What notes of interrupted writes on a group are filed under. */
export function subjectOf(networkId: string, groupId: string): string {
  return `${networkId}/${groupId}`;
}

/**
 * Brings a group that exists to what is declared: reads it, plans, sends, waits and proves by reading back, until
 * nothing is left to send. Nothing else in this process writes to the group meanwhile.
 * @returns the resource's outputs
 * @throws PartialFailure when something was sent; any other error when nothing was
 */
export function reconcile(session: Session, target: Target): Promise<Record<string, unknown>> {
  const { networkId } = target.desired;
  const subject = subjectOf(networkId, target.groupId);
  const run = () => noted(session, subject, () => reconcileAlone(session, target));
  return session.limits.write(networkId, target.groupId, run, session.signal);
}

async function reconcileAlone(session: Session, target: Target): Promise<Record<string, unknown>> {
  const { desired, groupId, origin } = target;
  let run = new Run(session, target);
  try {
    await finishEarlier(session, subjectOf(desired.networkId, groupId), target.state?.operation);
    run = await resumed(session, target);
    return await run.toTheEnd();
  } catch (error) {
    const operation = error instanceof InterruptedWait ? error.operation : undefined;
    if (!run.hasSent && operation === undefined) throw error;
    const proven = provenOf(desired, run.target.state, run.progress.knowledge, run.progress.seen);
    session.ownership.own(groupId, Object.values(proven.tunnelIds));
    const properties = failureOutputsOf({ ...proven, groupId, origin, ...(operation ? { operation } : {}) });
    throw new PartialFailure(groupId, properties, [messageOf(error)], error);
  }
}

/** A run that goes on from what an interrupted one has left. */
async function resumed(session: Session, target: Target): Promise<Run> {
  const { desired, groupId, origin, state = blankState(origin) } = target;
  const note = await session.recovery.find(subjectOf(desired.networkId, groupId));
  if (note?.trail === undefined) return new Run(session, target);
  const seen = await present(session, target);
  return new Run(session, { ...target, state: inherited(state, note.trail, seen) }, seen);
}

async function present(session: Session, { desired: { networkId }, groupId }: Target): Promise<PresentGroup> {
  const seen = await look(session, networkId, groupId);
  if (seen === undefined) throw new GroupGoneError(groupId, networkId);
  return seen;
}

class Run {
  progress: Progress;
  hasSent = false;
  private readonly mandate: Mandate;
  private conflicts = 0;

  constructor(
    private readonly session: Session,
    readonly target: Target,
    seen?: PresentGroup,
  ) {
    const { state, desired } = target;
    this.progress = { knowledge: state ? knowledgeOf(state) : NOTHING_KNOWN, seen };
    this.mandate = state ? mandateOf(state, desired) : NO_MANDATE;
  }

  async toTheEnd(): Promise<Record<string, unknown>> {
    for (let writes = 0; writes < MOST_WRITES; writes++) {
      const outputs = await this.step();
      if (outputs) return outputs;
    }
    throw new NotAppliedError(`Tunnel group ${this.target.groupId} still differs after ${MOST_WRITES} writes.`);
  }

  /** One look and at most one write; outputs when nothing is left to write. */
  private async step(): Promise<Record<string, unknown> | undefined> {
    const { session, target } = this;
    const { desired, groupId, origin, state } = target;
    const seen = this.progress.seen ?? (await this.read());
    const current = currentOf(seen, this.progress.knowledge, desired);
    const { requests, claims, warnings } = plan(desired, current, this.mandate);
    const [request] = requests;
    const tunnelIds = Object.fromEntries([...claims].map(([key, { id }]) => [key, id]));
    if (!this.hasSent) {
      for (const warning of [...warnings, ...driftWarnings(state, desired, current, request)])
        await session.warn(warning);
    }
    if (request === undefined) {
      session.ownership.own(groupId, Object.values(tunnelIds));
      return outputsOf({ inputs: desired, groupId, tunnelIds, origin });
    }
    if (this.isUnprovable(request)) {
      await session.warn(unprovable(groupId, request));
      const proven = provenOf(desired, state, this.progress.knowledge, seen);
      session.ownership.own(groupId, Object.values(proven.tunnelIds));
      return outputsOf({ ...proven, groupId, origin });
    }
    await this.write(request, seen);
    return undefined;
  }

  /** The very request that was just carried out, so far as can be told: nothing shows it, so it need not be sent twice. */
  private isUnprovable(request: UpdateBody): boolean {
    const { last } = this.progress;
    return last?.outcome === "unconfirmed" && JSON.stringify(last.request) === JSON.stringify(request);
  }

  private read(): Promise<PresentGroup> {
    return present(this.session, this.target);
  }

  private async write(request: UpdateBody, before: PresentGroup): Promise<void> {
    const { session, target } = this;
    const { networkId } = target.desired;
    const known = this.progress.knowledge;
    this.progress = { knowledge: doubting(known, request) };
    const wasSent = this.hasSent;
    this.hasSent = true;
    try {
      const fate = await send(
        session,
        subjectOf(networkId, target.groupId),
        "update",
        (options) => session.client.updateGroup(networkId, target.groupId, request, options),
        trailOf(target.desired.tunnels, before.tunnels, request.updateTunnels),
      );
      await this.settle(request, before, fate);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.progress = { knowledge: known };
      this.hasSent = wasSent;
      await this.weather(error);
    }
  }

  /** Another writer on the network may be in the way: look again and plan anew, a few times. */
  private async weather(error: RefusedError): Promise<void> {
    this.conflicts += 1;
    const pauseMs = CONFLICT_PAUSE_MS * 2 ** (this.conflicts - 1);
    if (error.status !== 409 || this.conflicts >= MOST_CONFLICTS) throw error;
    if (this.session.clock.now() + pauseMs >= this.session.deadlineMs) throw error;
    await this.session.clock.sleep(pauseMs, this.session.signal);
  }

  private async settle(request: UpdateBody, before: PresentGroup, fate: Fate): Promise<void> {
    const proofOf = (seen: PresentGroup) => prove(request, before.tunnels, seen);
    const seen =
      fate.outcome === "failed"
        ? await this.read()
        : await lookUntil(
            this.session,
            () => this.read(),
            (group) => proofOf(group).missing.length === 0,
          );
    const proof = proofOf(seen);
    const isBelieved = fate.outcome === "succeeded" && proof.missing.length === 0;
    const updates = (request.updateTunnels ?? []).filter(({ id }) => isBelieved || proof.updated.has(id));
    const proven = new Map<string, Partial<Tunnel>>([
      ...proof.added,
      ...updates.map((update) => [update.id, update] as const),
    ]);
    const knowledge = believing(this.progress.knowledge, proven);
    this.progress = {
      knowledge: isBelieved ? believingSettings(knowledge, request) : knowledge,
      seen,
      last: { request, outcome: fate.outcome },
    };
    if (fate.outcome === "failed") throw failed(this.target.groupId, fate);
    if (fate.outcome !== "unclear" && proof.missing.length > 0) throw notApplied(this.target.groupId, proof.missing);
  }
}

function failed(groupId: string, fate: Fate): OperationFailedError {
  return new OperationFailedError({
    operation: `change tunnel group ${groupId}`,
    reasons: fate.reasons,
    ...(fate.statusCode === undefined ? {} : { statusCode: fate.statusCode }),
  });
}

function notApplied(groupId: string, missing: readonly string[]): NotAppliedError {
  return new NotAppliedError(
    `The API said that the change of tunnel group ${groupId} was completed, but reading it back shows otherwise: ${missing.join("; ")}.`,
  );
}

function unprovable(groupId: string, request: UpdateBody): string {
  const parts = Object.keys(request).filter((name) => name !== "tunnelName");
  return `The API completed the change of tunnel group ${groupId} without saying whether it succeeded, and does not show what was sent (${parts.join(", ")}): the next pulumi up sends it again.`;
}
