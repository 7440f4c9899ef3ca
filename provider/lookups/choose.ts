import { byText, edits } from "../model/text";

/** A thing that the service has, as people speak of it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What a person asks for: by one of the two. */
export interface Wanted {
  readonly name?: string | undefined;
  readonly id?: string | undefined;
}

/** Nothing or several are what was asked for. */
export class ChoiceError extends Error {
  override readonly name: "NotFoundError" | "AmbiguousError";

  constructor(name: "NotFoundError" | "AmbiguousError", message: string) {
    super(message);
    this.name = name;
  }
}

const MOST_NAMED = 10;

/**
 * The one that is wanted.
 * @throws ChoiceError that lists what there is, the closest first
 */
export function choose<T extends Named>(
  things: readonly T[],
  wanted: Wanted,
  is: (thing: T) => boolean = (thing) => thing.id === wanted.id || thing.name === wanted.name,
): T {
  const [found, ...others] = things.filter(is);
  if (found === undefined) throw new ChoiceError("NotFoundError", missingText(things, wanted));
  if (others.length === 0) return found;
  const ids = [found, ...others].map(({ id }) => id).toSorted();
  const text = `${ids.length} have that name: ${ids.join(", ")}. Take the id of the one that is meant.`;
  throw new ChoiceError("AmbiguousError", text);
}

function missingText(things: readonly Named[], { name, id }: Wanted): string {
  const missing = `there is none of that ${name === undefined ? "id" : "name"}.`;
  if (things.length === 0) return `${missing} There are none at all.`;
  const sorted = closestFirst(things, name ?? id ?? "");
  const named = sorted.slice(0, MOST_NAMED).map((thing) => `"${thing.name}" (${thing.id})`);
  const more = sorted.length > MOST_NAMED ? ` and ${sorted.length - MOST_NAMED} more` : "";
  return `${missing} There ${sorted.length === 1 ? "is" : "are"} ${named.join(", ")}${more}.`;
}

/** A name given as an id, and an id given as a name, are close too. */
function closestFirst(things: readonly Named[], wanted: string): readonly Named[] {
  const sized = things.map((thing) => ({ thing, size: Math.min(edits(thing.name, wanted), edits(thing.id, wanted)) }));
  return sized.toSorted((a, b) => a.size - b.size || byText(a.thing.name, b.thing.name)).map(({ thing }) => thing);
}
