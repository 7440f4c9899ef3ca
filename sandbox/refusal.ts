/** An answer that refuses a request; nothing has happened. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    message: string,
    /** All complaints at once, as a 400 lists them. */
    readonly errors?: readonly string[],
  ) {
    super(message);
  }

  /** The body of the answer. */
  body(id: string): object {
    return { id, message: this.message, ...(this.errors === undefined ? {} : { data: { errors: this.errors } }) };
  }
}
