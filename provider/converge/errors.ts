/** The change cannot be made as declared; found before any request was sent. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}

/** The group does not exist (any more), and its network does. */
export class GroupGoneError extends Error {
  override readonly name = "GroupGoneError";

  constructor(groupId: string, networkId: string) {
    super(
      `There is no tunnel group ${groupId} in network ${networkId}. If it was deleted elsewhere, run pulumi up --refresh to see what that means.`,
    );
  }
}

/** The engine that ran the step has been killed: what would be written now, it could not store. */
export class EngineGoneError extends Error {
  override readonly name = "EngineGoneError";

  constructor() {
    super("The engine that started this is gone: nothing is sent any more.");
  }
}

/** The service reported success, and reading back disproves it. */
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
