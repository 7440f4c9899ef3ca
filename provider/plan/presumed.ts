import { valueAt, withValueAt } from "../model/compare";
import { isDefaulted } from "../model/defaults";
import type { Desired } from "../model/schema";
import type { Plan, TunnelPlan } from "./plan";

/** What is to be reached for now, and what is told of the rest. */
export interface Postponed {
  readonly declared: Desired;
  readonly warnings: readonly string[];
}

/**
 * What is declared, with those defaults of tunnels as they are that state presumes: it does not know them, so that no preview
 * has shown what they would change of a tunnel that works. State knows them from now on, and the next preview shows it.
 */
export function untilShown(declared: Desired, fromState: Plan, fromService: Plan): Postponed {
  const shown = new Map(fromState.tunnels.map((each) => [each.key, each]));
  const postponed = fromService.tunnels
    .map((each) => ({ ...each, fields: unshownIn(each, shown.get(each.key)) }))
    .filter(({ fields }) => fields.length > 0);
  const tunnels = postponed.map(({ key, declared: tunnel, present, fields }) => [
    key,
    fields.reduce((result, { path }) => withValueAt(result, path, valueAt(present, path)), tunnel),
  ]);
  return {
    declared: { ...declared, tunnels: { ...declared.tunnels, ...Object.fromEntries(tunnels) } },
    warnings: postponed.map(
      ({ key, fields }) =>
        `tunnels.${key}: ${fields.map(({ path }) => path.join(".")).join(", ")} is not what is declared, which state did not know; it stays for now, and the next preview shows the change.`,
    ),
  };
}

function unshownIn({ present, fields }: TunnelPlan, before: TunnelPlan | undefined): TunnelPlan["fields"] {
  if (present === undefined || before?.present?.id !== present.id) return [];
  return fields.filter((field) => isDefaulted(field.path[0] as string) && !before.fields.includes(field));
}
