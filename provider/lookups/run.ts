import * as pulumi from "@pulumi/pulumi";
import { adviceFor } from "../advice";
import { messageOf } from "../converge/failure";
import { type Configuration, configurationFaults, readConfiguration } from "../engine/configuration";
import { createPace } from "../engine/pace";
import type { ProviderSettings } from "../provider";
import { createClient } from "../service/client";
import { systemClock } from "../service/clock";
import { CredentialsError, DeadlineError, HarmonySaseError } from "../service/errors";
import { createLimits } from "../service/pace/limits";
import { createRedactor, type Redactor } from "../service/redact";
import { type Account, createAccount } from "./account";
import { ChoiceError } from "./choose";
import { LookupError } from "./error";
import { type Args, LOOKUPS, type LookupName } from "./find";

/** A lookup as the program asks for it. */
export interface Asked {
  /** What stands for the run: several can share a process. */
  readonly stack: object;
  readonly lookup: LookupName;
  readonly args: Readonly<Record<string, unknown>>;
  /** Of an explicit `Provider`; else the stack's configuration and the environment count. */
  readonly settings: ProviderSettings | undefined;
  readonly isAfterwards: boolean;
}

/** An account as it is used in one run. */
interface Used {
  readonly account: Account;
  readonly configuration: Configuration;
  readonly redactor: Redactor;
}

/** One token, one budget and one memory for all lookups of a run that are configured alike. */
const used = new WeakMap<object, Map<string, Used>>();

/**
 * Makes a lookup.
 * @throws LookupError
 */
export async function run({ stack, lookup, args: given, settings, isAfterwards }: Asked): Promise<object> {
  const args = checked(lookup, given);
  const { account, configuration, redactor } = usedIn(stack, configurationOf(settings));
  try {
    const found = await LOOKUPS[lookup].find(account, args, { isAfterwards });
    const isSecret = "passphrases" in found && found.passphrases !== undefined;
    return isSecret ? { ...found, passphrases: pulumi.secret(found.passphrases) } : found;
  } catch (error) {
    const why = [messageOf(error), wayOut(error, configuration)].filter(Boolean).join(" ");
    const message = redactor.redact(`Cannot ${LOOKUPS[lookup].words(args)}: ${why}`);
    throw new LookupError(message, error instanceof Error ? error.name : "Error");
  }
}

function checked(lookup: LookupName, given: Readonly<Record<string, unknown>>): Args {
  const takes: readonly string[] = LOOKUPS[lookup].takes;
  const isEither = takes.includes("id");
  const refuse = (why: string) => new LookupError(`${lookup}: ${why}`, "ArgumentError");
  for (const name of takes) {
    const value = given[name];
    if (value === undefined && isEither && name !== "networkId") continue;
    if (typeof value !== "string" || value.trim() === "") {
      throw refuse(`${name} must be a text that is not empty; of an Output make it with ${lookup}Output.`);
    }
  }
  if (isEither && (given.name === undefined) === (given.id === undefined)) throw refuse("give one of name and id.");
  return given as unknown as Args;
}

function configurationOf(settings: ProviderSettings | undefined): Configuration {
  // The program's configuration is as it is now, also where the environment does not hold it.
  const env = { ...process.env, PULUMI_CONFIG: JSON.stringify(pulumi.runtime.allConfig()) };
  const source = { get: (key: string) => (settings === undefined ? pulumi.runtime.getConfig(key) : settings[key]) };
  const faults = configurationFaults(source, env);
  if (faults.length > 0) throw new LookupError(faults.join(" "), "ConfigurationError");
  return readConfiguration(source, env);
}

function usedIn(stack: object, configuration: Configuration): Used {
  const accounts = used.get(stack) ?? new Map<string, Used>();
  used.set(stack, accounts);
  const key = JSON.stringify(configuration);
  const known = accounts.get(key) ?? use(configuration);
  accounts.set(key, known);
  return known;
}

function use(configuration: Configuration): Used {
  const { baseUrl, apiKey, timeoutMs } = configuration;
  const clock = systemClock;
  const redactor = createRedactor();
  const limits = createLimits({ ...configuration, clock });
  const isDue = createPace(() => clock.now());
  const onRetry = (message: string) => {
    if (isDue(message)) void pulumi.log.info(redactor.redact(message), undefined, undefined, true);
  };
  const client = createClient({ baseUrl, apiKey, clock, limits, redactor });
  const account = createAccount(client, () => ({ deadlineMs: clock.now() + timeoutMs, onRetry }));
  return { account, configuration, redactor };
}

/** What to do about a failure, as a sentence of its own. */
function wayOut(error: unknown, { apiKeySource }: Configuration): string | undefined {
  if (error instanceof ChoiceError) return undefined;
  if (error instanceof CredentialsError) return `The key came from the ${apiKeySource}.`;
  if (error instanceof DeadlineError) return "Run the same command again, or raise harmony-sase:timeout.";
  return error instanceof HarmonySaseError ? adviceFor(error) : undefined;
}
