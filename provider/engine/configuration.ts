import { baseUrlFrom } from "./baseUrl";
import { parseDuration } from "./duration";
import {
  type ConfigSource,
  ConfigurationError,
  configKey,
  engineSettings,
  environmentSettings,
  given,
  type SettingKey,
  type SettingSource,
  VARIABLES,
} from "./settings";

/** Where the API key came from; it decides what helps when it is refused. */
export type ApiKeySource = "explicit provider" | "environment" | "current configuration" | "stack configuration";

/** How to reach the service, and how much of it to take. */
export interface Configuration {
  readonly apiKey: string;
  readonly apiKeySource: ApiKeySource;
  /** Ends in `/rest`. */
  readonly baseUrl: string;
  /** Deadline of one create, update, delete or read. */
  readonly timeoutMs: number;
  /** How long a write whose outcome is unknown is looked for, and a successful one may take to show. */
  readonly settlingMs: number;
  /** Requests in any five minutes, of the 500 that the service allows an address. */
  readonly requestsPerWindow: number;
  /** Writes under way on one network at once; the service refuses a sixth. */
  readonly writesPerNetwork: number;
}

/** Where the engine's CLI keeps a key that destroy and refresh see as it is now; it lives in the SDK's own namespace. */
const CURRENT_KEY = "pulumi-nodejs:harmonySaseApiKey";
/** Set by the explicit `Provider`, so that its inputs can be told from a stack's configuration. */
export const EXPLICIT_MARK = "explicit";

/**
 * Reads the configuration: an explicit `Provider`'s, or else the stack's, goes before the environment. The API key alone
 * is different. An explicit `Provider` must have its own; without one, the environment's key goes before the stack's,
 * since on destroy and refresh the engine hands over the configuration of the last `up`.
 * @throws ConfigurationError
 */
export function readConfiguration(config: ConfigSource, env: NodeJS.ProcessEnv): Configuration {
  const sources = [engineSettings(config), environmentSettings(env)];
  return {
    ...apiKeyFrom(config, env),
    baseUrl: baseUrlFrom(sources),
    timeoutMs: durationFrom(sources, "timeout", "30m"),
    settlingMs: durationFrom(sources, "settlingTime", "5m"),
    requestsPerWindow: numberFrom(sources, "requestsPerWindow", 250, 500),
    writesPerNetwork: numberFrom(sources, "writesPerNetwork", 5, 5),
  };
}

function apiKeyFrom(config: ConfigSource, env: NodeJS.ProcessEnv): Pick<Configuration, "apiKey" | "apiKeySource"> {
  const own = engineSettings(config).get("apiKey");
  if (config.get(configKey(EXPLICIT_MARK)) !== undefined) {
    if (own !== undefined) return { apiKey: own, apiKeySource: "explicit provider" };
    throw new ConfigurationError("The explicit Provider has no apiKey: give it one. It takes none from elsewhere.");
  }
  const candidates: readonly (readonly [ApiKeySource, string | undefined])[] = [
    ["environment", environmentSettings(env).get("apiKey")],
    ["current configuration", currentKey(env.PULUMI_CONFIG)],
    ["stack configuration", own],
  ];
  for (const [apiKeySource, apiKey] of candidates) {
    if (apiKey !== undefined) return { apiKey, apiKeySource };
  }
  throw new ConfigurationError(
    `There is no API key: set the environment variable ${VARIABLES.apiKey}, or run pulumi config set --secret ${configKey("apiKey")}.`,
  );
}

function currentKey(json: string | undefined): string | undefined {
  try {
    const value: unknown = (JSON.parse(json ?? "{}") as Record<string, unknown>)[CURRENT_KEY];
    return typeof value === "string" ? given(value) : undefined;
  } catch {
    return undefined;
  }
}

function durationFrom(sources: readonly SettingSource[], key: SettingKey, fallback: string): number {
  const { name, text } = firstGiven(sources, key, fallback);
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new ConfigurationError(`${name} must be a duration such as ${fallback}; got "${text}".`);
}

function numberFrom(sources: readonly SettingSource[], key: SettingKey, fallback: number, most: number): number {
  const { name, text } = firstGiven(sources, key, String(fallback));
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new ConfigurationError(`${name} must be a whole number in 1..${most}; got "${text}".`);
}

function firstGiven(sources: readonly SettingSource[], key: SettingKey, fallback: string) {
  const source = sources.find((each) => each.get(key) !== undefined);
  return { name: source?.nameOf(key) ?? configKey(key), text: source?.get(key) ?? fallback };
}

/** What helps when the service refuses the API key. */
export function credentialsHint({ apiKeySource }: Configuration): string {
  return {
    "explicit provider": "The key is that of the explicit Provider in state: give it the new one and run pulumi up.",
    environment: `The key came from ${VARIABLES.apiKey}.`,
    "current configuration": `The key came from ${CURRENT_KEY}.`,
    "stack configuration": `The key came from the stack's configuration, which destroy and refresh take from the last pulumi up: set ${VARIABLES.apiKey}, or run pulumi config set --secret ${CURRENT_KEY}, or correct ${configKey("apiKey")} and run pulumi up.`,
  }[apiKeySource];
}

/** How long a step may take, in milliseconds: as `customTimeouts` says, where zero is the engine's "not set", else as configured. */
export function timeoutFor(
  kind: "create" | "update" | "delete" | "read",
  timeouts: unknown,
  { timeoutMs }: Configuration,
): number {
  const own: unknown =
    typeof timeouts === "object" && timeouts !== null ? (timeouts as Record<string, unknown>)[kind] : undefined;
  return (typeof own === "string" ? parseDuration(own) : undefined) || timeoutMs;
}
