/** The service was changed, or may have been, and the step failed: what is known of the outcome must reach the state. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";

  /**
   * @param id the resource's id
   * @param properties outputs as they are to be kept in state
   * @param reasons what the user is told; the engine shows nothing else
   * @param cause the error that it came from, one of this package's own
   */
  constructor(
    readonly id: string,
    readonly properties: Readonly<Record<string, unknown>>,
    readonly reasons: readonly string[],
    cause: unknown,
  ) {
    super(reasons.join(" "), { cause });
  }
}

/** What any error has to say. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether an error, or one that it came from, is of a class. */
export function isFrom(error: unknown, kind: new (...args: never[]) => Error): boolean {
  return error instanceof kind || (error instanceof Error && error.cause !== undefined && isFrom(error.cause, kind));
}
