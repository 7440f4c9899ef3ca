import { differences, type Field, ownValue, valueAt } from "../model/compare";
import { foreignAt, inJson, type WithForeign } from "../model/foreign";
import { type Desired, type GroupInputs, SETTING_FIELDS, TUNNEL_FIELDS } from "../model/schema";
import { type IsQuotable, quotableIn } from "../model/secrets";
import type { State } from "../model/state";
import type { Plan, TunnelPlan } from "./plan";

/**
 * What the plan from the service does beyond the plan from state: somebody else moved the group since state was written,
 * and no preview has shown it.
 */
export function driftWarnings(
  fromState: Plan,
  fromService: Plan,
  declared: Desired,
  present: WithForeign,
): readonly string[] {
  const isQuotable = quotableIn(declared);
  const expected = new Map(fromState.tunnels.map((each) => [each.key, each]));
  const tunnels = fromService.tunnels.flatMap((each) => {
    const before = expected.get(each.key);
    return before ? tunnelDrift(before, each, isQuotable) : [];
  });
  const settings = beyond(fromState.settings, fromService.settings, named(isQuotable, [], present));
  const name = fromService.isRenamed && !fromState.isRenamed ? "tunnelName" : "";
  const set = [name, settings].filter((each) => each !== "").join(", ");
  return [...tunnels, ...(set === "" ? [] : [`${set} was changed by somebody else; it is set back.`])];
}

function tunnelDrift(before: TunnelPlan, after: TunnelPlan, isQuotable: IsQuotable): readonly string[] {
  if (before.present === undefined) return [];
  if (after.present === undefined) return [`tunnels.${after.key} was removed by somebody else; it is added again.`];
  if (after.present.id !== before.present.id) {
    return [`tunnels.${after.key} was made anew by somebody else; it goes on as ${after.present.id}.`];
  }
  if (after.action !== "update") return [];
  const moved = beyond(before.fields, after.fields, named(isQuotable, ["tunnels", after.key], after.present));
  return moved === "" ? [] : [`tunnels.${after.key}: ${moved} was changed by somebody else; it is set back.`];
}

function beyond(before: readonly Field[], after: readonly Field[], nameOf: (field: Field) => string): string {
  const expected = new Set(before.map(({ path }) => path.join(".")));
  return after
    .filter(({ path }) => !expected.has(path.join(".")))
    .map(nameOf)
    .join(", ");
}

/** Names fields, with the value where it is outside the schema and no secret. */
function named(isQuotable: IsQuotable, start: readonly string[], present: WithForeign): (field: Field) => string {
  return ({ path }) => {
    const value = foreignAt(present, path);
    const name = path.join(".");
    return value !== undefined && isQuotable([...start, ...path], value) ? `${name} (now ${inJson(value)})` : name;
  };
}

/**
 * How a group as a refresh has found it differs from the inputs in state, with both values where neither is a secret.
 * @param before the inputs in state
 */
export function driftNotes(before: GroupInputs, found: State): readonly string[] {
  const isQuotable = quotableIn(before);
  const tunnels = Object.entries(before.tunnels ?? {}).flatMap(([key, tunnel]) => {
    const now = ownValue(found.tunnels, key);
    if (now === undefined) return [`tunnels.${key} is gone.`];
    const fields = differences(TUNNEL_FIELDS, tunnel, now, "unordered");
    return fields.map((field) => moved(isQuotable, ["tunnels", key], field, tunnel, now));
  });
  const settings = differences(SETTING_FIELDS, before, found.inputs, "unordered").map((field) =>
    moved(isQuotable, [], field, before, found.inputs),
  );
  const { tunnelName } = found.inputs;
  return [
    ...tunnels,
    ...settings,
    ...(tunnelName === before.tunnelName ? [] : [moved(isQuotable, [], NAME, before, found.inputs)]),
    ...Object.entries(found.inputs.unmanaged ?? {})
      .filter(([id]) => ownValue(before.unmanaged ?? {}, id) === undefined)
      .map(([id, text]) => `${id} (${text}) is a tunnel that this resource does not declare.`),
  ];
}

/** The name is no field of the schema's: the service decorates it, so it is compared apart. */
const NAME: Field = { path: ["tunnelName"], traits: {} };

function moved(
  isQuotable: IsQuotable,
  start: readonly string[],
  { path, traits }: Field,
  a: unknown,
  b: unknown,
): string {
  const whole = [...start, ...path];
  const name = whole.join(".");
  const [before, now] = [valueAt(a, path), valueAt(b, path)];
  if (traits.compare === "pem" || !isQuotable(whole, [before, now])) return `${name} is another now.`;
  return `${name} is ${inJson(now)}, was ${inJson(before)}.`;
}
