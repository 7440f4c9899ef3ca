/** What is known of the request that an error is about. */
export interface ErrorDetails {
  /** What was being done, in words: `update tunnel group Tg41…`. */
  readonly operation?: string;
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
}

/** Base of all that can go wrong with the service. Messages are free of secrets; no cause is kept, since it may hold some. */
export class HarmonySaseError extends Error {
  override readonly name: string = "HarmonySaseError";
  readonly operation: string | undefined;
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly status: number | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message);
    this.operation = details.operation;
    this.method = details.method;
    this.path = details.path;
    this.status = details.status;
  }
}

/** The service refused, and nothing has happened: do not repeat as it is. */
export class RefusedError extends HarmonySaseError {
  override readonly name: string = "RefusedError";
}

/** The thing is not there: a JSON 404. */
export class NotFoundError extends RefusedError {
  override readonly name = "NotFoundError";
}

/** The service kept refusing for its load (429) until the deadline. */
export class TooManyRequestsError extends RefusedError {
  override readonly name = "TooManyRequestsError";
}

/** The key was refused, or may not do this. */
export class CredentialsError extends HarmonySaseError {
  override readonly name = "CredentialsError";
}

/** The address knows no such endpoint: a 404 in plain text, as the service answers to a key of another region. */
export class WrongRegionError extends HarmonySaseError {
  override readonly name = "WrongRegionError";
}

/** A write may or may not have been carried out: look before anything is sent again. */
export class UnclearWriteError extends HarmonySaseError {
  override readonly name = "UnclearWriteError";
}

/** The service could not be reached, or did not answer as it should; nothing was changed by this request. */
export class UnavailableError extends HarmonySaseError {
  override readonly name = "UnavailableError";
}

/** The time for a step is over. The service goes on with what it has accepted. */
export class DeadlineError extends HarmonySaseError {
  override readonly name = "DeadlineError";
  /** The object that the operation makes, where the service has named it already. */
  readonly resourceId: string | undefined;

  constructor(message: string, details: ErrorDetails & { readonly resourceId?: string | undefined } = {}) {
    super(message, details);
    this.resourceId = details.resourceId;
  }
}

/** The service accepted a change and then failed to carry it out. */
export class OperationFailedError extends HarmonySaseError {
  override readonly name = "OperationFailedError";
  readonly reasons: readonly string[];

  constructor({
    operation,
    statusCode,
    reasons,
  }: { operation: string; statusCode?: number; reasons: readonly string[] }) {
    const said = reasons.length > 0 ? reasons.map((reason) => `"${reason}"`).join(", ") : "no reason";
    const code = statusCode === undefined ? "" : ` with ${statusCode}`;
    super(`The operation to ${operation} failed${code}; the API gave ${said}.`, {
      operation,
      ...(statusCode === undefined ? {} : { status: statusCode }),
    });
    this.reasons = reasons;
  }
}
