import * as pulumi from "@pulumi/pulumi";
import type { DynamicTunnelGroupArgs } from "./args";
import { resolved } from "./outputs";
import { isMarkedSecret, secretPaths } from "./secretPaths";

/**
 * What the preview would refuse, for unit tests of programs: needs neither key nor network. Takes what is given to a
 * `DynamicTunnelGroup`, or what a mock was given in its place. What is not known yet passes.
 * @returns every failure, each with its path; empty when there is none
 */
export async function validate(args: DynamicTunnelGroupArgs): Promise<string[]> {
  // Programs that do not call it need not load what it takes.
  const { checkInputs } = require("./model/check") as typeof import("./model/check");
  const inputs = (await plainOf(args)) as Readonly<Record<string, unknown>>;
  return [...checkInputs({}, { ...inputs, __secrets: await secretPaths(args) }).failures];
}

/** Inputs as a provider gets them: outputs resolved, secrets in clear, nothing that is undefined. */
async function plainOf(value: unknown): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) {
    const known = await resolved(value);
    return known === undefined ? pulumi.runtime.unknownValue : plainOf(known.value);
  }
  if (value instanceof Promise) return plainOf(await value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map(plainOf));
  if (isMarkedSecret(value)) return plainOf(value.value);
  const members = await Promise.all(
    Object.entries(value).map(async ([name, member]) => [name, await plainOf(member)] as const),
  );
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}
