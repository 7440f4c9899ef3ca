import { type Field, valueAt, withValueAt } from "./compare";

/** Values that the service shows and this package's schema does not know, raw, by the paths of their fields. */
export type Foreign = Readonly<Record<string, unknown>>;

/** Something of which an answer shows values outside the schema, beside those that it understands. */
export interface WithForeign {
  /** Absent where the answer shows nothing of the kind. */
  readonly foreign?: Foreign | undefined;
}

/** The raw value outside the schema that is shown at a path; undefined where there is none. */
export function foreignAt({ foreign }: WithForeign, path: readonly string[]): unknown {
  const name = path.join(".");
  return foreign !== undefined && Object.hasOwn(foreign, name) ? foreign[name] : undefined;
}

/** The value that is shown at a path: the one that is understood, else the raw one; undefined where neither is there. */
export function shownAt(source: WithForeign, path: readonly string[]): unknown {
  return valueAt(source, path) ?? foreignAt(source, path);
}

/** As `picked` does, the members of `source` for which `keep` says so, with raw values where it has no others. */
export function pickedShown<T extends WithForeign>(
  fields: readonly Field[],
  source: T,
  keep: (field: Field) => boolean,
): Partial<Omit<T, "foreign">> {
  return fields
    .filter(keep)
    .reduce((result, { path }) => withValueAt(result, path, shownAt(source, path)), {} as Partial<Omit<T, "foreign">>);
}

/** `values` with raw values beside them, where there are any. */
export function withForeign<T extends object>(values: T, foreign: Foreign | undefined = {}): T & WithForeign {
  return Object.keys(foreign).length === 0 ? values : { ...values, foreign };
}

/** `source` with no raw value at a path. */
export function withoutForeignAt<T extends WithForeign>(source: T, path: readonly string[]): T {
  const { foreign = {}, ...values } = source;
  const { [path.join(".")]: _, ...left } = foreign;
  return withForeign(values, left) as T;
}

/** `source` with a value at a path that is understood, in place of a raw one if there was one. */
export function understoodAt<T extends WithForeign>(source: T, path: readonly string[], value: unknown): T {
  return withValueAt(withoutForeignAt(source, path), path, value);
}

const LONGEST_QUOTE = 200;

/** A value as messages quote it, on one line and cut to what one reads. */
export function inJson(value: unknown): string {
  if (value === undefined) return "not set";
  const text = JSON.stringify(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
