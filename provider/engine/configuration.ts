import { parseDuration } from "../model/duration";
import { baseUrlFrom } from "./baseUrl";
import {
  type ConfigSource,
  ConfigurationError,
  configKey,
  engineSettings,
  environmentSettings,
  given,
  isExplicit,
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

/** The bare name of a key that destroy and refresh see as it is now: the engine gives providers no other namespace so. */
const CURRENT_NAME = "harmonySaseApiKey";
/** The name by which a user sets that key: the SDK's own namespace goes before it. */
const CURRENT_KEY = `pulumi-nodejs:${CURRENT_NAME}`;
/** The settings with a default that serves in place of a wrong one. */
const WITH_DEFAULT = {
  timeoutMs: (sources) => durationFrom(sources, "timeout", "30m"),
  settlingMs: (sources) => durationFrom(sources, "settlingTime", "5m"),
  requestsPerWindow: (sources) => numberFrom(sources, "requestsPerWindow", 480, 500),
  writesPerNetwork: (sources) => numberFrom(sources, "writesPerNetwork", 5, 5),
} satisfies Partial<Record<keyof Configuration, (sources: readonly SettingSource[]) => number>>;

/**
 * Reads the configuration: an explicit `Provider`'s, or else the stack's, goes before the environment. The API key alone
 * is different. An explicit `Provider` must have its own; without one, the environment's key goes before the stack's,
 * since on destroy and refresh the engine hands over the configuration of the last `up`. What does not decide where
 * requests go has its default where it is wrong: {@link configurationFaults} tells of it in the preview, and a destroy
 * must not fail on what an earlier run has stored.
 * @throws ConfigurationError when it can't be told which key to use, or where
 */
export function readConfiguration(config: ConfigSource, env: NodeJS.ProcessEnv): Configuration {
  const sources = [engineSettings(config), environmentSettings(env)];
  const settled = (name: keyof typeof WITH_DEFAULT) => {
    const { value = WITH_DEFAULT[name]([]) } = attempted(() => WITH_DEFAULT[name](sources));
    return value;
  };
  return {
    ...apiKeyFrom(config, env),
    baseUrl: baseUrlFrom(sources),
    timeoutMs: settled("timeoutMs"),
    settlingMs: settled("settlingMs"),
    requestsPerWindow: settled("requestsPerWindow"),
    writesPerNetwork: settled("writesPerNetwork"),
  };
}

/** Everything that is wrong with the configuration of a run, each setting by its name in the source that gave it. */
export function configurationFaults(config: ConfigSource, env: NodeJS.ProcessEnv): readonly string[] {
  const sources = [engineSettings(config), environmentSettings(env)];
  const readings = [
    () => apiKeyFrom(config, env),
    () => baseUrlFrom(sources),
    ...Object.values(WITH_DEFAULT).map((read) => () => read(sources)),
  ];
  return readings.flatMap((read) => attempted<unknown>(read).fault ?? []);
}

function attempted<T>(read: () => T): { readonly value?: T; readonly fault?: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof ConfigurationError) return { fault: error.message };
    throw error;
  }
}

function apiKeyFrom(config: ConfigSource, env: NodeJS.ProcessEnv): Pick<Configuration, "apiKey" | "apiKeySource"> {
  const own = engineSettings(config).get("apiKey");
  const isEmpty = config.get(configKey("apiKey")) !== undefined;
  if (isExplicit(config)) {
    if (own !== undefined) return { apiKey: own, apiKeySource: "explicit provider" };
    const lack = isEmpty ? "The apiKey of the explicit Provider is empty" : "The explicit Provider has no apiKey";
    throw new ConfigurationError(`${lack}: give it one. It takes none from elsewhere.`);
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
    `${isEmpty ? `${configKey("apiKey")} is empty, and there is no other API key` : "There is no API key"}: set the environment variable ${VARIABLES.apiKey}, or run pulumi config set --secret ${configKey("apiKey")}.`,
  );
}

/**
 * `PULUMI_CONFIG` as the engine sets it for providers: of the SDK's own namespace, under bare names. Programs get all
 * namespaces under full names.
 */
export function providerVariable(getConfig: (key: string) => string | undefined): string {
  return JSON.stringify({ [CURRENT_NAME]: getConfig(CURRENT_KEY) });
}

function currentKey(json: string | undefined): string | undefined {
  try {
    const value: unknown = (JSON.parse(json ?? "{}") as Record<string, unknown>)[CURRENT_NAME];
    return typeof value === "string" ? given(value) : undefined;
  } catch {
    return undefined;
  }
}

function durationFrom(sources: readonly SettingSource[], key: SettingKey, fallback: string): number {
  const { name, text, got } = firstGiven(sources, key, fallback);
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new ConfigurationError(`${name} must be a duration such as ${fallback}${got}.`);
}

function numberFrom(sources: readonly SettingSource[], key: SettingKey, fallback: number, most: number): number {
  const { name, text, got } = firstGiven(sources, key, String(fallback));
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new ConfigurationError(`${name} must be a whole number in 1..${most}${got}.`);
}

function firstGiven(sources: readonly SettingSource[], key: SettingKey, fallback: string) {
  const source = sources.find((each) => each.get(key) !== undefined);
  const text = source?.get(key) ?? fallback;
  return { name: source?.nameOf(key) ?? configKey(key), text, got: source?.quoted(text) ?? "" };
}

/** What helps when the service refuses the API key. */
export function credentialsHint({ apiKeySource }: Configuration): string {
  return {
    "explicit provider":
      "The key is that of the explicit Provider in state: give it the new one and run pulumi up, or the same command again with --run-program.",
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
