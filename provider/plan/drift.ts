import type { Field } from "../model/compare";
import type { Plan, TunnelPlan } from "./plan";

/**
 * What the plan from the service does beyond the plan from state: somebody else moved the group since state was written,
 * and no preview has shown it.
 */
export function driftWarnings(fromState: Plan, fromService: Plan): readonly string[] {
  const expected = new Map(fromState.tunnels.map((each) => [each.key, each]));
  const tunnels = fromService.tunnels.flatMap((each) => {
    const before = expected.get(each.key);
    return before ? tunnelDrift(before, each) : [];
  });
  const settings = beyond(fromState.settings, fromService.settings);
  return [...tunnels, ...(settings === "" ? [] : [`${settings} was changed by somebody else; it is set back.`])];
}

function tunnelDrift(before: TunnelPlan, after: TunnelPlan): readonly string[] {
  if (before.present === undefined) return [];
  if (after.present?.id !== before.present.id) {
    return [`tunnels.${after.key} was removed by somebody else; it is added again.`];
  }
  if (after.action !== "update") return [];
  const moved = beyond(before.fields, after.fields);
  return moved === "" ? [] : [`tunnels.${after.key}: ${moved} was changed by somebody else; it is set back.`];
}

function beyond(before: readonly Field[], after: readonly Field[]): string {
  const expected = new Set(before.map(({ path }) => path.join(".")));
  return after
    .map(({ path }) => path.join("."))
    .filter((name) => !expected.has(name))
    .join(", ");
}
