import * as pulumi from "@pulumi/pulumi";
import { type Configuration, configurationFaults, providerVariable, readConfiguration } from "../engine/configuration";
import type { ProviderSettings } from "../provider";
import { LookupError } from "./error";
import { type Args, LOOKUPS, type LookupName } from "./find";
import { type Opened, openAccount } from "./opened";

/** A lookup as the program asks for it. */
export interface Asked {
  /** What stands for the run: several can share a process. */
  readonly stack: object;
  readonly lookup: LookupName;
  readonly args: Readonly<Record<string, unknown>>;
  /** Of an explicit `Provider`; else the stack's configuration and the environment count. */
  readonly settings: ProviderSettings | undefined;
  readonly isAfterwards: boolean;
  /** True if the program gave an argument as a secret: then no message quotes any. */
  readonly isSecret?: boolean;
}

/** The accounts of each run: lookups that are configured alike share one. */
const opened = new WeakMap<object, Map<string, Opened>>();

/**
 * Makes a lookup.
 * @throws LookupError
 */
export async function run({ stack, lookup, args: given, settings, isAfterwards, isSecret }: Asked): Promise<object> {
  const args = checked(lookup, given);
  const { account, failureText, hide } = openedIn(stack, configurationOf(settings));
  if (isSecret) for (const text of [args.networkId, args.name, args.id]) hide(text ?? "");
  try {
    const found = await LOOKUPS[lookup].find(account, args, { isAfterwards });
    const hasSecrets = "passphrases" in found && found.passphrases !== undefined;
    return hasSecrets ? { ...found, passphrases: pulumi.secret(found.passphrases) } : found;
  } catch (error) {
    const message = failureText(LOOKUPS[lookup].words(args), error);
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
  const env = { ...process.env, PULUMI_CONFIG: providerVariable(pulumi.runtime.getConfig) };
  const source = { get: (key: string) => (settings === undefined ? pulumi.runtime.getConfig(key) : settings[key]) };
  const faults = configurationFaults(source, env);
  if (faults.length > 0) throw new LookupError(faults.join(" "), "ConfigurationError");
  return readConfiguration(source, env);
}

function openedIn(stack: object, configuration: Configuration): Opened {
  const accounts = opened.get(stack) ?? new Map<string, Opened>();
  opened.set(stack, accounts);
  const key = JSON.stringify(configuration);
  const known = accounts.get(key) ?? openAccount(configuration, say);
  accounts.set(key, known);
  return known;
}

function say(message: string): void {
  void pulumi.log.info(message, undefined, undefined, true);
}
