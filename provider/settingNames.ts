import * as pulumi from "@pulumi/pulumi";
import { checkSettingNames } from "./engine/settingNames";
import { MessageError } from "./messageError";

/** What was said in each run: several can share a process. */
const said = new WeakMap<object, Set<string>>();
/** The errors of each run, by their texts. */
const thrown = new WeakMap<object, Map<string, MessageError>>();
/** Stands for a run that has no stack resource, as in unit tests. */
const NO_STACK = {};

/**
 * Looks at the names in the stack's configuration. Providers can't: they can only ask for names they know.
 * @throws MessageError when a name in the package's namespace is none of its settings
 */
export function demandKnownSettings(): void {
  const { failures, warnings } = checkSettingNames({
    keys: Object.keys(pulumi.runtime.allConfig()),
    project: pulumi.runtime.getProject(),
    isSecret,
  });
  if (failures.length > 0) throw errorOf(failures.join("\n"));
  for (const warning of warnings) warnOnce(warning);
}

/** Returns one error for one text in a run: the SDK prints an error that several calls have thrown only once. */
function errorOf(text: string): MessageError {
  const run = pulumi.runtime.getStackResource() ?? NO_STACK;
  const errors = thrown.get(run) ?? new Map<string, MessageError>();
  thrown.set(run, errors);
  const error = errors.get(text) ?? new MessageError(text);
  errors.set(text, error);
  return error;
}

/** Warns of something on the stack's row, once in a run. */
export function warnOnce(text: string): void {
  const run = pulumi.runtime.getStackResource() ?? NO_STACK;
  const before = said.get(run) ?? new Set();
  if (before.has(text)) return;
  said.set(run, before.add(text));
  void pulumi.log.warn(text);
}

/** The SDK keeps this to itself: where it can't tell, nothing is said. */
function isSecret(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as { readonly isConfigSecret?: (key: string) => boolean };
  return isConfigSecret?.(key) ?? true;
}
