import * as pulumi from "@pulumi/pulumi";
import { MessageError } from "../messageError";
import { RESOURCE_TYPE } from "../model/resourceType";
import { resolved } from "../outputs";
import { type ProviderSettings, settingsOf } from "../provider";
import { demandKnownSettings } from "../settingNames";
import { LookupError } from "./error";
import type { LookupName } from "./find";
import { endProgram, isUnderLanguageHost } from "./languageHost";
import type { Asked } from "./run";
import type { LookupOptions } from "./shapes";

/** Stands for a run that has no stack resource. */
const NO_STACK = {};

/**
 * Makes a lookup in the program, in previews too.
 * @param more how it is asked for, where that is known of the arguments
 */
export async function lookUp<Result>(
  lookup: LookupName,
  args: object,
  options: LookupOptions = {},
  more: Pick<Asked, "isAfterwards" | "isSecret"> = { isAfterwards: false },
): Promise<Result> {
  // Without an engine there are mocks, or nothing; the SDK says so then.
  if (pulumi.runtime.getEngine() === undefined) return mocked<Result>(lookup, args, options);
  demandKnownSettings();
  const settings = await known(providerSettings(options), lookup);
  // Programs that look nothing up need not load what it takes.
  const { run } = require("./run") as typeof import("./run");
  const stack = pulumi.runtime.getStackResource() ?? NO_STACK;
  return run({ stack, lookup, args: { ...args }, settings, ...more }) as Promise<Result>;
}

/** As {@link lookUp}, once the arguments are known; what they were made of the result is taken to be made of. */
export function lookUpOutput<Result>(
  lookup: LookupName,
  args: object,
  options: LookupOptions = {},
): pulumi.Output<Result> {
  // What is wrong already is thrown at once, as the constructor of a resource throws it.
  if (pulumi.runtime.getEngine() !== undefined) demandKnownSettings();
  const given = pulumi.output(args);
  const settings = pulumi.unsecret(pulumi.output(providerSettings(options)));
  return pulumi.all([given, settings]).apply(async ([plain]) => {
    const [isAfterwards, isSecret] = await Promise.all([comesFromResources(given), pulumi.isSecret(given)]);
    const found = await lookUp(lookup, plain as object, options, { isAfterwards, isSecret }).catch(failOutput);
    // A secret within makes a secret of the whole only where it is an output by itself.
    return pulumi.output(found);
  }) as pulumi.Output<Result>;
}

/** A failure in an output cannot be caught, so the program ends in any case: under the language host with the message alone. */
function failOutput(error: unknown): Promise<never> {
  if (error instanceof MessageError && isUnderLanguageHost()) return endProgram(error.message);
  throw error;
}

/** In a preview resources do nothing that could show. */
async function comesFromResources(output: pulumi.Output<unknown>): Promise<boolean> {
  const { allResources } = output as { readonly allResources?: () => Promise<ReadonlySet<pulumi.Resource>> };
  return !pulumi.runtime.isDryRun() && ((await allResources?.())?.size ?? 0) > 0;
}

/** @returns undefined for the stack's own account */
function providerSettings({ provider, parent }: LookupOptions): pulumi.Output<ProviderSettings> | undefined {
  const explicit = provider ?? parent?.getProvider(RESOURCE_TYPE);
  const settings = explicit && settingsOf(explicit);
  if (provider !== undefined && settings === undefined) {
    throw new LookupError("provider: must be a Provider of pulumi-harmony-sase.", "ArgumentError");
  }
  return settings;
}

async function known<T>(output: pulumi.Output<T> | undefined, lookup: LookupName): Promise<T | undefined> {
  if (output === undefined) return undefined;
  const found = await resolved(output);
  if (found !== undefined) return found.value;
  const text = `Cannot call ${lookup} yet: the configuration of the explicit Provider is not known. Call ${lookup}Output, which waits.`;
  throw new LookupError(text, "ArgumentError");
}

/** What the mocks of a unit test answer to a call of `harmony-sase:index:<lookup>`. */
async function mocked<Result>(lookup: LookupName, args: object, options: LookupOptions): Promise<Result> {
  const token = `harmony-sase:index:${lookup}`;
  const result: Record<string, unknown> = await pulumi.runtime.invoke(token, { ...args }, { ...options });
  return (result.passphrases === undefined
    ? result
    : { ...result, passphrases: pulumi.secret(result.passphrases) }) as unknown as Result;
}
