import * as pulumi from "@pulumi/pulumi";
import { checkSettingNames } from "./engine/settingNames";

/** Runs whose configuration was looked at: each tells of it once, and several can share a process. */
const seen = new WeakSet<object>();
/** Stands for a run that has no stack resource, as in unit tests. */
const NO_STACK = {};

/**
 * Looks at the names in the stack's configuration, once a run. Providers can't: they can only ask for names they know.
 * @throws RunError when a name in the package's namespace is none of its settings
 */
export function demandKnownSettings(): void {
  const run = pulumi.runtime.getStackResource() ?? NO_STACK;
  if (seen.has(run)) return;
  const { failures, warnings } = checkSettingNames({
    keys: Object.keys(pulumi.runtime.allConfig()),
    project: pulumi.runtime.getProject(),
    isSecret,
  });
  if (failures.length > 0) throw new pulumi.RunError(failures.join("\n"));
  seen.add(run);
  for (const warning of warnings) void pulumi.log.warn(warning);
}

/** The SDK keeps this to itself: where it can't tell, nothing is said. */
function isSecret(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as { readonly isConfigSecret?: (key: string) => boolean };
  return isConfigSecret?.(key) ?? true;
}
