import { NotFoundError, UnavailableError } from "../service/errors";
import { decodeGroup, decodeListedGroups, type ListedGroup, namesBelongTo, type PresentGroup } from "../service/wire";
import { NetworkNotVisibleError } from "./errors";
import { optionsOf, type Session } from "./session";

/**
 * Reads a group.
 * @returns undefined when it is gone: not found while its network is, with the same credentials
 * @throws NetworkNotVisibleError when the network isn't visible either, which says nothing about the group
 */
export async function look(session: Session, networkId: string, groupId: string): Promise<PresentGroup | undefined> {
  const options = optionsOf(session);
  try {
    const answer = await session.client.readGroup(networkId, groupId, options);
    const group = decodeGroup(answer);
    if (group === undefined) throw unreadable(groupId);
    return group;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    await demandNetwork(session, networkId);
    return undefined;
  }
}

/** A group that is not found is gone only if these credentials can see where it was. */
async function demandNetwork(session: Session, networkId: string): Promise<void> {
  try {
    await session.client.readNetwork(networkId, optionsOf(session));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NetworkNotVisibleError(networkId, session.host);
  }
}

/** The groups of a network that carry a name, apart from those that are known. */
export async function groupsNamed(
  session: Session,
  networkId: string,
  tunnelName: string,
): Promise<readonly ListedGroup[]> {
  const tunnels = await session.client.listTunnels(networkId, optionsOf(session));
  return decodeListedGroups(tunnels).filter(({ names }) => names.length > 0 && namesBelongTo(tunnelName, names));
}

function unreadable(groupId: string): UnavailableError {
  return new UnavailableError(
    `The API's answer about tunnel group ${groupId} cannot be read: it is no list of tunnels.`,
  );
}
