import { MessageError } from "../messageError";

/** A lookup has failed. The engine shows the message alone, which says what to do. */
export class LookupError extends MessageError {
  override readonly name = "LookupError";
  /**
   * What went wrong: `NotFoundError` (nothing fits), `AmbiguousError` (several fit), `ArgumentError`, `ConfigurationError`,
   * `CredentialsError`, `WrongRegionError`, `TooManyRequestsError`, `RefusedError`, `UnavailableError` or `DeadlineError`.
   */
  readonly kind: string;

  constructor(message: string, kind: string) {
    super(message);
    this.kind = kind;
  }
}
