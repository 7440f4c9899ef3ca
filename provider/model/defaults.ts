import { valueAt, withValueAt } from "./compare";
import { type GroupInputs, SETTING_FIELDS } from "./schema";

/**
 * The inputs of a group that this program creates, with every setting that the user is silent about at its default, so
 * that preview, state and drift know it. What isn't known yet stays untouched, a whole block included.
 */
export function withDefaults(inputs: GroupInputs): GroupInputs {
  return SETTING_FIELDS.reduce((result, { path, traits }) => {
    const fallback = path[0] === "description" ? "" : traits.default;
    const isOpen = path.every((_, depth) => isFillable(valueAt(result, path.slice(0, depth)), depth));
    return fallback === undefined || !isOpen || valueAt(result, path) !== undefined
      ? result
      : withValueAt(result, path, fallback);
  }, inputs);
}

/** A block that is not known yet is no object. */
function isFillable(parent: unknown, depth: number): boolean {
  return depth === 0 || parent === undefined || (typeof parent === "object" && parent !== null);
}
