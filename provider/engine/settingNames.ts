import { edits, nearest } from "../model/text";
import { configKey, VARIABLES } from "./settings";

const NAMESPACE = configKey("");
const KNOWN = Object.keys(VARIABLES);
const MOST_EDITS = 2;

/** The stack's configuration as a program sees it. */
export interface ProgramConfiguration {
  readonly keys: readonly string[];
  /** The project's name: its own keys stand in the namespace of that name. */
  readonly project: string;
  isSecret(key: string): boolean;
}

/** What the names in a stack's configuration tell before anything is done. */
export interface NameFindings {
  /** Settings that do not exist. */
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

/** Finds names in the package's namespace that are none of its settings, and a key that is stored in clear. */
export function checkSettingNames({ keys, project, isSecret }: ProgramConfiguration): NameFindings {
  const names = keys.filter((key) => key.startsWith(NAMESPACE)).map((key) => key.slice(NAMESPACE.length));
  const unknown = names.filter((name) => !KNOWN.includes(name));
  const isOurs = `${project}:` === NAMESPACE;
  const inClear = names.filter((name) => name === "apiKey" && !isSecret(configKey(name))).map(inClearText);
  return isOurs
    ? { failures: [], warnings: [...unknown.filter(isNearMiss).map(nearMissText), ...inClear] }
    : { failures: unknown.map(unknownText), warnings: inClear };
}

function isNearMiss(name: string): boolean {
  return KNOWN.some((known) => edits(name, known) <= MOST_EDITS);
}

function meantBy(name: string): string {
  return configKey(nearest(name, KNOWN) ?? "");
}

function unknownText(name: string): string {
  return `${configKey(name)} in the stack's configuration is not a setting; did you mean ${meantBy(name)}? There are ${KNOWN.join(", ")}.`;
}

function nearMissText(name: string): string {
  return `${configKey(name)} is taken for the project's own: it is no setting of pulumi-harmony-sase. Did you mean ${meantBy(name)}?`;
}

function inClearText(name: string): string {
  const key = configKey(name);
  return `${key} is stored in clear, in the stack's file and in state: make a new API key, run pulumi config set --secret ${key}, then pulumi up, and revoke the old one.`;
}
