import { PlanError } from "../converge/errors";
import { differences, type Field, valueAt, withValueAt } from "../model/compare";
import type { AdvancedSettings, SharedSettings } from "../model/fields";
import { ADVANCED_FIELDS, SHARED_FIELDS } from "../model/schema";

function changedSettings(fields: readonly Field[], desired: unknown, current: unknown): readonly Field[] {
  return differences(fields, desired, current, "ordered").filter(({ path }) => valueAt(desired, path) !== undefined);
}

/** These members of a settings block; what the user is silent about goes as it was read. */
function completed(block: string, fields: readonly Field[], desired: unknown, current: unknown): object {
  return fields.reduce<object>((body, { path }) => {
    const value = valueAt(desired, path) ?? valueAt(current, path);
    if (value === undefined) throw new PlanError(incomplete(block, path));
    return withValueAt(body, path, value);
  }, {});
}

function incomplete(block: string, path: readonly string[]): string {
  const whole = path.length > 1 ? `${block}.${path[0]}` : block;
  return `${[block, ...path].join(".")} must be given: the service takes ${whole} only with it, and it cannot be read.`;
}

const isIn = (name: string) => (field: Field) => field.path[0] === name;

/**
 * The `sharedSettings` to send, undefined where none changed. The service wants both lists of subnets in it, and all
 * three features when one is sent: falses in place of them would switch the others off.
 * @throws PlanError when one of those is neither declared nor can be read
 */
export function sharedSettingsChange(
  desired: SharedSettings | undefined,
  current: SharedSettings | undefined,
): SharedSettings | undefined {
  const changed = changedSettings(SHARED_FIELDS, desired, current).filter(({ path }) => path[0] !== "leftASN");
  if (changed.length === 0) return undefined;
  const always = SHARED_FIELDS.filter(({ path }) => path[0]?.endsWith("GatewaySubnets"));
  const plain = changed.filter((field) => !isIn("features")(field) && !always.includes(field));
  const features = changed.some(isIn("features")) ? SHARED_FIELDS.filter(isIn("features")) : [];
  return completed("sharedSettings", [...always, ...plain, ...features], desired, current) as SharedSettings;
}

/**
 * The `advancedSettings` to send, undefined where none changed: only what changed, a phase always as a whole.
 * @throws PlanError when a part of such a phase is neither declared nor can be read
 */
export function advancedSettingsChange(
  desired: AdvancedSettings | undefined,
  current: AdvancedSettings | undefined,
): AdvancedSettings | undefined {
  const changed = changedSettings(ADVANCED_FIELDS, desired, current);
  if (changed.length === 0) return undefined;
  const touched = new Set(changed.map(({ path }) => path[0]));
  const fields = ADVANCED_FIELDS.filter(({ path }) => touched.has(path[0]));
  return completed("advancedSettings", fields, desired, current) as AdvancedSettings;
}
