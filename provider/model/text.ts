import { distance } from "fastest-levenshtein";

/** Order by code points: the same on every machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How many letters of one name have to change until it is another one, whatever their case. */
export function edits(a: string, b: string): number {
  return distance(a.toLowerCase(), b.toLowerCase());
}

/** The first of the known names that are closest to what was typed; undefined where none is known. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  return known.toSorted((a, b) => edits(a, typed) - edits(b, typed))[0];
}
