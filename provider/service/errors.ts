/** What is known of the request that an error is about. */
export interface ErrorDetails {
  /** What was being done, in words: `update tunnel group Tg41…`. */
  readonly operation?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** The status of the answer; undefined when there was none. */
  readonly status?: number | undefined;
  /** What the network layer calls the trouble: `ECONNRESET`. */
  readonly code?: string | undefined;
  /** The operation of the service that was being waited for. */
  readonly statusId?: string | undefined;
  /** How long the service asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** Base of all that can go wrong with the service. Messages are free of secrets; no cause is kept, since it may hold some. */
export class HarmonySaseError extends Error {
  override readonly name: string = "HarmonySaseError";
  readonly operation: string | undefined;
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly statusId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message);
    this.operation = details.operation;
    this.method = details.method;
    this.path = details.path;
    this.status = details.status;
    this.code = details.code;
    this.statusId = details.statusId;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The service refused, and nothing has happened: do not repeat as it is. */
export class RefusedError extends HarmonySaseError {
  override readonly name: string = "RefusedError";
  /** What the service complained about, one entry each. */
  readonly reasons: readonly string[];

  constructor(message: string, details: ErrorDetails & { readonly reasons?: readonly string[] } = {}) {
    super(message, details);
    this.reasons = details.reasons ?? [];
  }
}

/** The thing is not there: a JSON 404. */
export class NotFoundError extends RefusedError {
  override readonly name = "NotFoundError";
}

/** Something else is in the way (409): another writer, or what is there already. */
export class ConflictError extends RefusedError {
  override readonly name = "ConflictError";
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
  /** How long it makes sense to try again, in milliseconds: none for a redirect or a refused certificate. */
  readonly patienceMs: number;

  constructor(message: string, details: ErrorDetails & { readonly patienceMs?: number } = {}) {
    super(message, details);
    this.patienceMs = details.patienceMs ?? Number.POSITIVE_INFINITY;
  }
}

/** The time for a step is over. The service goes on with what it has accepted. */
export class DeadlineError extends HarmonySaseError {
  override readonly name = "DeadlineError";
  /** How long the operation had been under way, in milliseconds. */
  readonly elapsedMs: number | undefined;
  /** What was last heard of the operation. */
  readonly lastStatus: string | undefined;
  /** The object that the operation makes, where the service has named it already. */
  readonly resourceId: string | undefined;

  constructor(
    message: string,
    details: ErrorDetails & {
      readonly elapsedMs?: number | undefined;
      readonly lastStatus?: string | undefined;
      readonly resourceId?: string | undefined;
    } = {},
  ) {
    super(message, details);
    this.elapsedMs = details.elapsedMs;
    this.lastStatus = details.lastStatus;
    this.resourceId = details.resourceId;
  }
}

/** How an operation failed. */
export interface Failure {
  /** What the operation was to do, in words. */
  readonly operation: string;
  readonly statusCode?: number;
  readonly reasons: readonly string[];
  readonly resourceId?: string;
}

/** The service accepted a change and then failed to carry it out. */
export class OperationFailedError extends HarmonySaseError {
  override readonly name = "OperationFailedError";
  readonly statusCode: number | undefined;
  readonly reasons: readonly string[];
  /** The object that the service named, although the operation failed. */
  readonly resourceId: string | undefined;

  constructor({ operation, statusCode, reasons, resourceId }: Failure) {
    const said = reasons.length > 0 ? reasons.map((reason) => `"${reason}"`).join(", ") : "no reason";
    const code = statusCode === undefined ? "" : ` with ${statusCode}`;
    super(`The operation to ${operation} failed${code}; the API gave ${said}.`, { operation, status: statusCode });
    this.statusCode = statusCode;
    this.reasons = reasons;
    this.resourceId = resourceId;
  }
}
