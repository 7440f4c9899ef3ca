import { PlanError } from "../plan/error";

/** The group does not exist (any more), and its network does. */
export class GroupGoneError extends Error {
  override readonly name = "GroupGoneError";

  constructor(groupId: string, networkId: string, wayOn: string) {
    super(`There is no tunnel group ${groupId} in network ${networkId}. ${wayOn}`);
  }
}

/** A list that may lack entries says nothing about what it does not show. */
export class IncompleteListError extends PlanError {
  constructor(networkId: string, tunnelName: string) {
    super(
      `${incompleteListText(networkId)}, so that it cannot be told whether an interrupted creation has made tunnel group "${tunnelName}": look in the administration portal.`,
    );
  }
}

/** The beginning of what is said of a list that may lack entries. */
export function incompleteListText(networkId: string): string {
  return `The API's list of the tunnels of network ${networkId} does not show all that there are, or keeps changing`;
}

/** The engine that ran the step has been killed: what would be written now, it could not store. */
export class EngineGoneError extends Error {
  override readonly name = "EngineGoneError";

  constructor() {
    super("The engine that started this is gone: nothing is sent any more.");
  }
}

/** A write was accepted, or may have been, and what it was to bring about does not show. */
export class NotAppliedError extends Error {
  override readonly name = "NotAppliedError";
}

/** The network is not there for these credentials: nothing can be said about what is in it. */
export class NetworkNotVisibleError extends Error {
  override readonly name = "NetworkNotVisibleError";

  constructor(networkId: string, host: string) {
    super(`network ${networkId} is not visible to this key at ${host}; wrong account or region?`);
  }
}

/** A change was carried out, and tunnels that it touched are not passing. */
export class NotHealthyError extends Error {
  override readonly name: string = "NotHealthyError";
}

/** A roll-out has touched no more tunnels, since some that it had touched are not passing. */
export class RolloutStoppedError extends NotHealthyError {
  override readonly name = "RolloutStoppedError";
}
