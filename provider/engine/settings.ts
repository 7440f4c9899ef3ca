/** Configuration as the engine hands it to a provider: `namespace:key`, values as text. */
export interface ConfigSource {
  get(key: string): string | undefined;
}

/** A setting is missing or wrong; the message names the ways to give it. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** The settings that can be given, by their keys in the stack's configuration, and the variables that give them too. */
export const VARIABLES = {
  apiKey: "HARMONY_SASE_API_KEY",
  region: "HARMONY_SASE_REGION",
  baseUrl: "HARMONY_SASE_BASE_URL",
  timeout: "HARMONY_SASE_TIMEOUT",
  settlingTime: "HARMONY_SASE_SETTLING_TIME",
  requestsPerWindow: "HARMONY_SASE_REQUESTS_PER_WINDOW",
  writesPerNetwork: "HARMONY_SASE_WRITES_PER_NETWORK",
} as const;

/** The key of a setting. */
export type SettingKey = keyof typeof VARIABLES;

/** One place that settings come from. */
export interface SettingSource {
  /** What a setting is called there. */
  nameOf(key: SettingKey): string;
  /** The setting's text without the space around it; nothing but space counts as not set. */
  get(key: SettingKey): string | undefined;
  /** `; got "mars"` where a text from here may be quoted, else nothing. */
  quoted(text: string): string;
}

/** A longer text is no setting: it may be a key that was put in the wrong variable. */
const LONGEST_QUOTED = 12;

/** The name of a setting in the stack's configuration and in an explicit `Provider`. */
export function configKey(key: string): string {
  return `harmony-sase:${key}`;
}

/** Set by the explicit `Provider`, so that its inputs can be told from a stack's configuration. */
export const EXPLICIT_MARK = "explicit";

/** Whether what the engine hands over are the inputs of an explicit `Provider`. */
export function isExplicit(config: ConfigSource): boolean {
  return config.get(configKey(EXPLICIT_MARK)) !== undefined;
}

/**
 * The settings that the engine hands over: the inputs of an explicit `Provider`, else the stack's configuration. It does not say which
 * of it is secret, so that nothing of it is quoted.
 */
export function engineSettings(config: ConfigSource): SettingSource {
  const nameOf = isExplicit(config) ? (key: string) => `${key} of the explicit Provider` : configKey;
  return { nameOf, get: (key) => given(config.get(configKey(key))), quoted: () => "" };
}

/** What the environment says. */
export function environmentSettings(env: NodeJS.ProcessEnv): SettingSource {
  return {
    nameOf: (key) => VARIABLES[key],
    get: (key) => given(env[VARIABLES[key]]),
    quoted: (text) => (text.length <= LONGEST_QUOTED ? `; got "${text}"` : ""),
  };
}

/** A text that says something. */
export function given(text: string | undefined): string | undefined {
  return text?.trim() || undefined;
}
