/** The change cannot be made as declared; found before any request was sent. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}
