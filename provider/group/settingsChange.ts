import type { AdvancedSettings, SharedSettings } from "../api/fields";
import { PlanError } from "./errors";
import { differences, type Field, valueAt } from "./meaning";
import { ADVANCED_FIELDS, SHARED_FIELDS } from "./schema";

function changedSettings(fields: readonly Field[], desired: unknown, current: unknown): readonly Field[] {
  return differences(fields, desired, current, "ordered").filter(({ path }) => valueAt(desired, path) !== undefined);
}

/** A settings block needs these of its members whenever it is sent; what the user is silent about goes as it was read. */
function completed(
  block: string,
  fields: readonly Field[],
  desired: unknown,
  current: unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(fields.map(({ path }) => path[0] as string))].map((name) => [
      name,
      nested(
        block,
        name,
        fields.filter(({ path }) => path[0] === name),
        desired,
        current,
      ),
    ]),
  );
}

function nested(block: string, name: string, fields: readonly Field[], desired: unknown, current: unknown): unknown {
  const [field] = fields;
  if (fields.length === 1 && field?.path.length === 1) {
    const value = valueAt(desired, [name]) ?? valueAt(current, [name]);
    if (value !== undefined) return value;
    throw new PlanError(
      `${block}.${name} must be given: the service wants it beside the change of ${block}, and it cannot be read.`,
    );
  }
  return completed(
    `${block}.${name}`,
    fields.map(({ path, traits }) => ({ path: path.slice(1), traits })),
    valueAt(desired, [name]),
    valueAt(current, [name]),
  );
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
