import type { Client, Reading, RequestOptions } from "./client";
import type { Clock } from "./clock";
import { DeadlineError, NotFoundError, UnclearWriteError } from "./errors";
import { createForms } from "./forms";
import { keepAnswers } from "./kept";
import { groupIn, itemsOf, type ListedOperation, type Picture, provenIn } from "./picture";
import { unlessAborted, until } from "./until";
import type { ShownGroup } from "./wire";

/** A client whose reads of many groups of a network are served from its list, where that takes fewer requests. */
export interface SharingClient extends Client {
  /** A step begins that works in a network; it ends with the call of what is returned. */
  join(networkId: string): () => void;
  /**
   * Reads the next list of a network, where others are at work there, for the proof of an operation.
   * @returns the group, if the list proves the operation; undefined where it does not, or none was read
   */
  proofByList(operation: ListedOperation, options: RequestOptions): Promise<ShownGroup | undefined>;
}

/** What those who wait for the next list need of it. */
interface Wanted {
  askers: number;
  /** Whether each of them is content where entries may have been missed. */
  isRough: boolean;
  /** Whether one needs the list itself. */
  isNeeded: boolean;
  /** Whether one would have taken an older list, as others after it will take this one. */
  isLasting: boolean;
  readonly list: Promise<Picture | undefined>;
}

/** What is known of a network. */
interface Network {
  /** Steps that work in it. */
  steps: number;
  /** The list that begins next, once all have asked and the one under way has ended. */
  next: Wanted | undefined;
  current: Promise<unknown>;
  latest: Picture | undefined;
  /** The list under way, and when it was begun. */
  underWay: { readonly beganMs: number; readonly list: Promise<Picture | undefined> } | undefined;
  /** Of its list. */
  pages: number;
}

/** Steps that go on side by side ask for the same within about this time. */
export const GATHERING_MS = 250;
/** Where a list does not come in this time each reads by himself. */
const PATIENCE_MS = 10_000;
/** A network that was seen so long ago with this key still is. */
const VISIBLE_MS = 60_000;

/**
 * Shares reads: whoever asks while others work in the same network waits a moment, and then one list serves all who have
 * asked, if that takes fewer requests than reading each group. A list shows what is there, never what is not: a group that it
 * lacks is read by itself, so is one listed under a tunnel's own id (as static tunnels are), and one whose entries may show
 * less than a read would.
 */
export function shareReads(client: Client, clock: Clock): SharingClient {
  const networks = new Map<string, Network>();
  const forms = createForms();
  const keep = keepAnswers<unknown>(clock);
  /** Reads of groups ahead of a write, until it asks. */
  const ahead = new Map<string, { readonly beganMs: number; readonly group: Promise<ShownGroup | undefined> }>();
  /** When this process has last written to something; infinite while that is under way, or unknown. */
  const writtenMs = new Map<string, number>();
  /** What is written to by an operation. */
  const subjects = new Map<string, readonly string[]>();

  function networkOf(networkId: string): Network {
    const fresh = {
      steps: 0,
      next: undefined,
      current: Promise.resolve(),
      latest: undefined,
      underWay: undefined,
      pages: 1,
    };
    const network = networks.get(networkId) ?? fresh;
    networks.set(networkId, network);
    return network;
  }

  function list(networkId: string, options: RequestOptions, reading: Reading): Promise<Picture | undefined> {
    const network = networkOf(networkId);
    const beganMs = clock.elapsed();
    const underWay = { beganMs, list: listed() };
    network.underWay = underWay;
    async function listed(): Promise<Picture | undefined> {
      try {
        const pass = await client.listTunnels(networkId, options, reading);
        if (pass === undefined) return undefined;
        network.pages = pass.pages;
        network.latest = { ...pass, beganMs };
        return network.latest;
      } finally {
        if (network.underWay === underWay) network.underWay = undefined;
      }
    }
    return underWay.list;
  }

  /** The list that begins after now, for all who ask until then; undefined where reading each group is cheaper. */
  function nextList(networkId: string, options: RequestOptions): Promise<Picture | undefined> {
    const network = networkOf(networkId);
    network.next ??= {
      askers: 0,
      isRough: true,
      isNeeded: false,
      isLasting: false,
      list: Promise.all([clock.sleep(GATHERING_MS), network.current]).then(() => {
        const wanted = network.next as Wanted;
        network.next = undefined;
        // Whoever has asked reads by himself where it fails, and hears of the trouble.
        const listed = listFor(networkId, wanted, options).catch(() => undefined);
        network.current = listed;
        return listed;
      }),
    };
    network.next.askers += 1;
    network.next.isRough &&= options.sharing?.tunnelIds !== undefined;
    network.next.isNeeded ||= options.sharing?.tunnelName !== undefined;
    network.next.isLasting ||= (options.sharing?.maxAgeMs ?? 0) > 0;
    return network.next.list;
  }

  async function listFor(
    networkId: string,
    { askers, isRough, isNeeded, isLasting }: Wanted,
    options: RequestOptions,
  ): Promise<Picture | undefined> {
    const network = networkOf(networkId);
    // Where so many ask at once for what may be older, as many again are to come, and this list serves them.
    const isWorth = (pages: number) => {
      network.pages = pages;
      const requests = isRough || pages === 1 ? pages : pages * 2;
      return isNeeded || (isRough || isLasting ? requests <= askers * 2 : requests < askers);
    };
    if (!isWorth(network.pages)) return undefined;
    return list(networkId, { ...options, patienceMs: PATIENCE_MS }, { isSure: !isRough, isWorth });
  }

  function isYoung({ beganMs }: Pick<Picture, "beganMs">, maxAgeMs: number, subject: string): boolean {
    return clock.elapsed() - beganMs < maxAgeMs && beganMs > (writtenMs.get(subject) ?? Number.NEGATIVE_INFINITY);
  }

  async function pictureFor(networkId: string, subject: string, options: RequestOptions): Promise<Picture | undefined> {
    const network = networkOf(networkId);
    const { latest, underWay } = network;
    const { maxAgeMs = 0 } = options.sharing ?? {};
    if (latest && isYoung(latest, maxAgeMs, subject)) return latest;
    if (underWay && isYoung(underWay, maxAgeMs, subject))
      return inTime(
        options,
        underWay.list.catch(() => undefined),
      );
    return network.steps > 1 ? inTime(options, nextList(networkId, options)) : undefined;
  }

  /** Waits for what others wait for too, until the asker's own deadline; it goes on for them. */
  function inTime<T>({ deadlineMs }: RequestOptions, shared: Promise<T>): Promise<T> {
    return until({ clock, deadlineMs, late: lateForShared }, (end) => unlessAborted(shared, end));
  }

  /** The group as it was read ahead, once; undefined where that is too old, or this process has written to it since. */
  function takeAhead(key: string, maxAgeMs: number): Promise<ShownGroup | undefined> | undefined {
    const read = ahead.get(key);
    ahead.delete(key);
    return read && isYoung(read, maxAgeMs, key) ? read.group : undefined;
  }

  async function writing<T extends { readonly statusId: string }>(
    networkId: string,
    of: readonly (string | undefined)[],
    write: () => Promise<T>,
  ): Promise<T> {
    const named = of.filter((each) => each !== undefined).map((each) => keyOf(networkId, each));
    const mark = (ms: number) => {
      for (const each of named) writtenMs.set(each, ms);
    };
    mark(Number.POSITIVE_INFINITY);
    try {
      const accepted = await write();
      subjects.set(accepted.statusId, named);
      return accepted;
    } catch (error) {
      if (!(error instanceof UnclearWriteError)) mark(clock.elapsed());
      throw error;
    }
  }

  /** An operation was seen at its end: what is read from now on shows it. */
  function ended(statusId: string): void {
    for (const each of subjects.get(statusId) ?? []) writtenMs.set(each, clock.elapsed());
    subjects.delete(statusId);
  }

  return {
    ...client,
    proofByList: async (operation, options) => {
      const { statusId, networkId, groupId, tunnelIds } = operation;
      if (networkOf(networkId).steps < 2) return undefined;
      const picture = await nextList(networkId, { ...options, sharing: { tunnelIds } });
      const listed = picture && provenIn(picture, operation);
      if (!listed) return undefined;
      const read = () => client.readGroup(networkId, groupId, options);
      const group = await forms.settle(listed, read).catch(() => undefined);
      if (group) ended(statusId);
      return group;
    },
    join: (networkId) => {
      const network = networkOf(networkId);
      network.steps += 1;
      return () => {
        network.steps -= 1;
      };
    },
    createGroup: (networkId, body, options) =>
      writing(networkId, [nameIn(body)], () => client.createGroup(networkId, body, options)),
    updateGroup: (networkId, groupId, body, options) =>
      writing(networkId, [groupId, nameIn(body)], () => client.updateGroup(networkId, groupId, body, options)),
    deleteGroup: (networkId, groupId, options) =>
      writing(networkId, [groupId], () => client.deleteGroup(networkId, groupId, options)),
    readStatus: async (statusId, options) => {
      const status = await client.readStatus(statusId, options);
      if (status.completed) ended(statusId);
      return status;
    },
    readGroup: async (networkId, groupId, options) => {
      // Whether it is there at all shows in any of its tunnels.
      const {
        isAhead,
        isDeleted = false,
        maxAgeMs = 0,
        tunnelIds = isDeleted ? [] : undefined,
      } = options.sharing ?? {};
      const key = keyOf(networkId, groupId);
      const early = isAhead ? undefined : takeAhead(key, maxAgeMs);
      const known = early && (await inTime(options, early));
      if (known) return known;
      const picture = await pictureFor(networkId, key, options);
      if (picture?.isSure && isDeleted && itemsOf(picture, groupId).length === 0) throw goneFrom(networkId, groupId);
      const listed = picture && groupIn(picture, groupId, tunnelIds);
      const read = () => {
        const group = client.readGroup(networkId, groupId, options);
        if (isAhead) ahead.set(key, { beganMs: clock.elapsed(), group: group.catch(() => undefined) });
        return group;
      };
      return listed ? forms.settle(listed, read) : read();
    },
    readNetwork: async (networkId, options) => {
      const { latest } = networkOf(networkId);
      const { maxAgeMs = 0 } = options.sharing ?? {};
      if (maxAgeMs > 0)
        return inTime(
          options,
          keep(networkId, maxAgeMs, () => client.readNetwork(networkId, options)),
        );
      const isSeen = latest && clock.elapsed() - latest.beganMs < VISIBLE_MS;
      return isSeen && options.sharing ? {} : client.readNetwork(networkId, options);
    },
    listTunnels: async (networkId, options, reading) => {
      const { tunnelName } = options.sharing ?? {};
      if (tunnelName === undefined) return client.listTunnels(networkId, options, reading);
      const picture = await pictureFor(networkId, keyOf(networkId, `name:${tunnelName}`), options);
      return picture?.isSure ? picture : list(networkId, options, { isSure: true });
    },
  };
}

function lateForShared(): DeadlineError {
  return new DeadlineError("The time was over before a read came that others wait for too.");
}

function goneFrom(networkId: string, groupId: string): NotFoundError {
  return new NotFoundError(`Tunnel group ${groupId} is not in the list of network ${networkId}.`, { status: 404 });
}

function keyOf(networkId: string, subject: string | undefined): string {
  return JSON.stringify([networkId, subject]);
}

function nameIn(body: object): string | undefined {
  const { tunnelName } = body as { readonly tunnelName?: unknown };
  return typeof tunnelName === "string" ? `name:${tunnelName}` : undefined;
}
