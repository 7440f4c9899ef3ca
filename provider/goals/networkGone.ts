import { NetworkNotVisibleError } from "../converge/errors";
import { isFrom } from "../converge/failure";
import { lookUntil } from "../converge/observe";
import { closeJournal, optionsOf, overWith, type Session } from "../converge/session";
import type { State } from "../model/state";
import { NotFoundError } from "../service/errors";
import { networkOf } from "./refresh";

/** For so long a network is looked for before the resource that was replaced lets go of its group. */
const CONFIRMING_NETWORK_GONE_MS = 60_000;

/**
 * Runs the deletion of a replaced resource, which lets go of its group if the network is gone as well: it was deleted, or belongs
 * to another account.
 * @throws NetworkNotVisibleError when that cannot be proven
 */
export async function lettingGo(
  session: Session,
  groupId: string,
  state: State,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!isFrom(error, NetworkNotVisibleError) && !isFrom(error, NotFoundError)) throw error;
    const networkId = networkOf(state);
    if (!(await isNetworkGone(session, networkId, groupId))) throw error;
    await session.warn(
      `not deleted: group ${groupId} in network ${networkId}, since neither is visible to this key at ${session.host}; if you changed accounts, delete it there.`,
    );
    await closeJournal(session, overWith(groupId, state.pending));
  }
}

/** Finds out if neither group nor network is found for a while, and the networks are listed without it. */
async function isNetworkGone(session: Session, networkId: string, groupId: string): Promise<boolean> {
  const { client } = session;
  const isHidden = async () =>
    (await isNotFound(() => client.readGroup(networkId, groupId, optionsOf(session)))) &&
    (await isNotFound(() => client.readNetwork(networkId, optionsOf(session)))) &&
    (await isListedWithout(session, networkId));
  const endMs = session.clock.elapsed() + CONFIRMING_NETWORK_GONE_MS;
  const isShown = await lookUntil(
    session,
    endMs,
    async () => !(await isHidden()),
    (found) => found,
  );
  // The deadline of the step may have come first.
  return !isShown && session.clock.elapsed() >= endMs;
}

async function isNotFound(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return false;
  } catch (error) {
    if (error instanceof NotFoundError) return true;
    throw error;
  }
}

async function isListedWithout(session: Session, networkId: string): Promise<boolean> {
  const networks = await session.client.listNetworks(optionsOf(session));
  return networks.length > 0 && !networks.some(({ id }) => id === networkId);
}
