/** The service was changed, or may have been, and the step failed: what is known of the outcome must reach the state. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";

  /**
   * @param id the resource's id
   * @param properties outputs as they are to be kept in state
   * @param reasons what the user is told; the engine shows nothing else
   */
  constructor(
    readonly id: string,
    readonly properties: Readonly<Record<string, unknown>>,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join(" "));
  }
}

/** What any error has to say. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
