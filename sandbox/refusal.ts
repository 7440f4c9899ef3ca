/** An answer that refuses a request; nothing has happened. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    message: string,
    /** What the answer says besides: all complaints at once, as a 400 lists them, or other members. */
    private readonly more: readonly string[] | Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  /** All complaints of a 400. */
  get errors(): readonly string[] {
    return isList(this.more) ? this.more : [];
  }

  /** The body of the answer. */
  body(id: string): object {
    return { id, message: this.message, ...(isList(this.more) ? { data: { errors: this.more } } : this.more) };
  }
}

function isList(more: readonly string[] | Readonly<Record<string, unknown>>): more is readonly string[] {
  return Array.isArray(more);
}
