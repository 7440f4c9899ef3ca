import { z } from "zod";
import type { Traits } from "./fields";
import { durationSeconds, networkOf, traitsOf } from "./fields";

/** One field of a schema: where it stands and what the service does with it. */
export interface Field {
  readonly path: readonly string[];
  readonly traits: Traits;
}

/** The fields of an object schema, nested objects walked through, in the order of the schema. */
export function fieldsOf(schema: z.ZodObject, path: readonly string[] = []): readonly Field[] {
  return Object.entries(schema.shape).flatMap(([name, member]) => {
    const inner = member instanceof z.ZodOptional ? member.unwrap() : member;
    const here = [...path, name];
    return inner instanceof z.ZodObject ? fieldsOf(inner, here) : [{ path: here, traits: traitsOf(member) }];
  });
}

/** The value of a field, undefined where any part of its path is missing. */
export function valueAt(source: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined,
    source,
  );
}

/** `source` with a field set, or left out where `value` is undefined; a parent left empty goes with it. */
export function withValueAt<T>(source: T, path: readonly string[], value: unknown): T {
  const [name, ...rest] = path;
  if (name === undefined) return value as T;
  const { [name]: before, ...others } = (source ?? {}) as Readonly<Record<string, unknown>>;
  const after = withValueAt(before, rest, value);
  const isGone = after === undefined || (rest.length > 0 && isMap(after) && Object.keys(after).length === 0);
  return (isGone ? others : { ...others, [name]: after }) as T;
}

/** Whether a value has members by name: neither a list nor a plain value. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether two values of a field mean the same. Between program and state the order of an algorithm list counts
 * (`ordered`), since it may be a preference; the service keeps sets.
 */
export function isSame(traits: Traits, a: unknown, b: unknown, order: "ordered" | "unordered"): boolean {
  if (traits.compare === "text") return textOf(a) === textOf(b);
  if (a === undefined || b === undefined) return a === b;
  return canonical(traits, a, order) === canonical(traits, b, order);
}

/** Space around a text means nothing, and none is the same as an empty one. */
function textOf(value: unknown): unknown {
  return typeof (value ?? "") === "string" ? String(value ?? "").trim() : JSON.stringify(value);
}

function canonical(traits: Traits, value: unknown, order: "ordered" | "unordered"): string {
  if (traits.compare === "duration") return JSON.stringify(durationSeconds(value) ?? value);
  if (traits.compare === "pem" && typeof value === "string") return value.replace(/\s+/g, "\n").trim();
  if (Array.isArray(value) && traits.compare === "subnets")
    return value
      .map((entry) => networkOf(String(entry)))
      .sort()
      .join();
  if (Array.isArray(value) && traits.compare === "preference" && order === "unordered") return [...value].sort().join();
  return JSON.stringify(value);
}

/** The fields in which `a` and `b` differ. */
export function differences(
  fields: readonly Field[],
  a: unknown,
  b: unknown,
  order: "ordered" | "unordered",
): readonly Field[] {
  return fields.filter(({ path, traits }) => !isSame(traits, valueAt(a, path), valueAt(b, path), order));
}

/** `shown` in the spelling of `spelled` wherever both mean the same: `8h` stays `8h` when the service says `480m`. */
export function inSpellingOf<T>(fields: readonly Field[], shown: T, spelled: unknown): T {
  return fields.reduce((result, { path, traits }) => {
    const mine = valueAt(spelled, path);
    return mine !== undefined && isSame(traits, valueAt(shown, path), mine, "unordered")
      ? withValueAt(result, path, mine)
      : result;
  }, shown);
}

/** `over` on top of `under`, field by field: what `over` is silent about comes from `under`. */
export function overlay<T>(fields: readonly Field[], under: unknown, over: T): T {
  return fields.reduce((result, { path }) => {
    const value = valueAt(over, path) ?? valueAt(under, path);
    return value === undefined ? result : withValueAt(result, path, value);
  }, over);
}

/** The members of `source` for which `keep` says so. */
export function picked<T>(fields: readonly Field[], source: T, keep: (field: Field) => boolean): Partial<T> {
  return fields
    .filter(keep)
    .reduce((result, { path }) => withValueAt(result, path, valueAt(source, path)), {} as Partial<T>);
}

/** The top-level names of fields. */
export function fieldNames(fields: readonly Field[]): ReadonlySet<string> {
  return new Set(fields.map(({ path }) => path[0] as string));
}

/** The value under a key that a user chose: `constructor` is a key like any other. */
export function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
