import { isOpenCreation, isSameWrite, type PendingWrite } from "../model/pending";
import type { Origin } from "../model/schema";
import type { GroupUse, Relation } from "../ownership/groupUse";
import type { Clock } from "../service/clock";
import type { HealthReads } from "../service/healthReads";
import type { Limits } from "../service/pace/limits";
import type { Place } from "../service/pace/places";
import type { RequestOptions } from "../service/requests";
import type { SharingClient } from "../service/sharing";
import type { ElapsedAt } from "../service/storedTime";
import type { Claims } from "./claims";
import { type Deed, deedsInWords } from "./deeds";

/** The writes that earlier runs of a resource have begun and not brought to an end, kept where they outlive the process. */
export interface Journal {
  entries(): Promise<readonly PendingWrite[]>;
  /** What other resources on this machine have begun: it may be waited for, and nothing else. */
  ofOthers(): Promise<readonly PendingWrite[]>;
  /** Keeps a write, or what has become known of it since. */
  record(write: PendingWrite): Promise<void>;
  /** Takes a write back that was not sent. */
  withdraw(write: PendingWrite): Promise<void>;
  /** Forgets the writes that are over: state knows what became of them. */
  clear(isOver: (write: PendingWrite) => boolean): Promise<void>;
  /** Takes out the creations that are too old to count. @returns them */
  dropExpiredCreates(): Promise<readonly PendingWrite[]>;
  /** Keeps that the resource has a group, so that no other resource on this machine takes the group for its own. */
  own(groupId: string, relation: Relation): Promise<void>;
  /** The resource that was the last on this machine to have a group; undefined where none was. */
  useOf(groupId: string): Promise<GroupUse | undefined>;
  /** The URN of another resource that was the last on this machine to have a group; undefined where none was. */
  otherOwner(groupId: string): Promise<string | undefined>;
  /** Takes a note back: it is as it was before. */
  restore(groupId: string, before: GroupUse | undefined): Promise<void>;
  /** Notes that a group is gone: its note of use goes once no write from before can count any more. */
  markGone(groupId: string): Promise<void>;
}

/** How long operations of each kind took. */
export type Durations = Record<PendingWrite["kind"], number[]>;

/** The paths in the results of a process's creations. */
export interface ResultPaths {
  /** True until one was seen to lead to something else than the group that was made. */
  areOfUse: boolean;
}

/** What one step of one resource works with. */
export interface Session {
  readonly client: SharingClient;
  readonly health: HealthReads;
  /** The service's address, for messages. */
  readonly host: string;
  readonly limits: Limits;
  /** Of a step that has its turn: the place that its network has for a write. */
  readonly place?: Place;
  readonly clock: Clock;
  /** Tells when a write was begun, on the clock's elapsed(), by the time that a note of it holds. */
  readonly elapsedAt: ElapsedAt;
  /** The resource's own journal. */
  readonly journal: Journal;
  readonly claims: Claims;
  /** The resource's URN; undefined for a state that has none. */
  readonly urn: string | undefined;
  /** How long the step may take once its turn has come, in milliseconds. */
  readonly timeoutMs: number;
  /** On the clock's elapsed(); a step that has waited for a place again has until {@link deadlineOf}. */
  readonly deadlineMs: number;
  /** How long a write whose outcome is unknown is looked for, in milliseconds. */
  readonly settlingMs: number;
  /** Whether the engine is there to store how the step ends. */
  isEngineThere(): Promise<boolean>;
  /** How long operations took that this process has waited for to their end. */
  readonly durations: Durations;
  readonly resultPaths: ResultPaths;
  /** What the step has sent in its turn, for the words that it ends with. */
  readonly deeds: Deed[];
  /**
   * Shows what the step is doing, while it is doing it.
   * @param about what the message is about, where several are about the same: they are shown now and then
   */
  status(message: string, about?: string): void;
  /** Shows what the step has done. */
  ended(message: string): Promise<void>;
  /** Tells the user something that stays, and that nothing has to be done about. */
  info(message: string): Promise<void>;
  /** Warns the user of something; it stays. */
  warn(message: string): Promise<void>;
  /** As `warn`, once in a process for each message. */
  warnOnce(message: string): Promise<void>;
}

/**
 * The end of a step's time, in milliseconds since the epoch: no request and no wait begins after it. What the step has waited for
 * a place in its network does not count.
 */
export function deadlineOf({ deadlineMs, place }: Session): number {
  return deadlineMs + (place?.queuedMs() ?? 0);
}

/** How the client is to make a request of this session. */
export function optionsOf(session: Session): RequestOptions {
  const { status } = session;
  return { deadlineMs: deadlineOf(session), onRetry: (message) => status(message, "retry") };
}

/**
 * Runs a step that writes when nothing else in this process writes to the same thing; its time begins with its turn.
 * @param readAhead makes the read that the step begins with, while the step waits for its place and is among the next
 */
export function inTurn<T>(
  session: Session,
  networkId: string,
  subject: string,
  readAhead: (session: Session) => Promise<unknown>,
  run: (session: Session) => Promise<T>,
): Promise<T> {
  const { client, clock, limits, status, timeoutMs } = session;
  let isNear = false;
  return limits.write(
    networkId,
    subject,
    async (place) => {
      if (!isNear) client.openAhead();
      return turnOf({ ...session, place }, run);
    },
    {
      onWait: (before) => status(`waits for its turn in network ${networkId}: ${before} before it`),
      onNear: () => {
        isNear = true;
        client.openAhead();
        // The step reads by itself where this fails, and hears of the trouble.
        readAhead({ ...session, deadlineMs: clock.elapsed() + timeoutMs }).catch(() => undefined);
      },
    },
  );
}

/** As {@link inTurn}, of a step that writes nothing: it waits for none that writes to other things. */
export function alone<T>(
  session: Session,
  networkId: string,
  subject: string,
  run: (session: Session) => Promise<T>,
): Promise<T> {
  return session.limits.alone(networkId, subject, () => turnOf(session, run));
}

async function turnOf<T>(session: Session, run: (session: Session) => Promise<T>): Promise<T> {
  const { clock, timeoutMs } = session;
  const beganAtMs = clock.elapsed();
  const turn = { ...session, deeds: [], deadlineMs: beganAtMs + timeoutMs };
  const result = await run(turn);
  await turn.ended(deedsInWords(turn.deeds, clock.elapsed() - beganAtMs));
  return result;
}

/** Forgets the writes that are over, where the engine is there to store how they ended. */
export async function closeJournal(
  { journal, isEngineThere }: Session,
  isOver: (write: PendingWrite) => boolean,
): Promise<void> {
  if (await isEngineThere()) await journal.clear(isOver);
}

/** Which writes are over with a step: those to its group, and those that its row knew of. */
export function overWith(
  groupId: string | undefined,
  known: readonly PendingWrite[],
): (write: PendingWrite) => boolean {
  return (write) =>
    (groupId !== undefined && write.groupId === groupId) || known.some((each) => isSameWrite(each, write));
}

/** Whether the journal has a creation of the resource, or a write to its group, that was not brought to an end. */
export async function isUnfinished({ journal }: Session, id: string, origin: Origin): Promise<boolean> {
  const entries = await journal.entries();
  return entries.some((write) => (isOpenCreation(write) ? origin === "created" : write.groupId === id));
}
