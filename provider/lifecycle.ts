/**
 * What the engine's process for dynamic providers runs. States name this module for ever: its exports and what they take
 * are a contract.
 */

import type * as pulumi from "@pulumi/pulumi";
import { createProcess } from "./process";
import { systemClock } from "./service/clock";
import { createSteps } from "./steps";

const steps = createSteps(
  // The engine gives its own address as the last argument.
  createProcess({ env: process.env, clock: systemClock, engineAddress: process.argv.at(-1) }),
);

/** A method, typed by the SDK: what is published names no type of this package's inside. */
type Method<Name extends keyof pulumi.dynamic.ResourceProvider> = NonNullable<pulumi.dynamic.ResourceProvider[Name]>;

/** Takes the configuration, before any other step. */
export const configure: Method<"configure"> = steps.configure;
/** Validates inputs and fills in defaults. */
export const check: Method<"check"> = steps.check;
/** Compares state with new inputs. */
export const diff: Method<"diff"> = steps.diff;
/** Creates or adopts a group. */
export const create: Method<"create"> = steps.create;
/** Brings a group to what is declared. */
export const update: Method<"update"> = steps.update;
/** Reads a group for state. */
export const read: Method<"read"> = steps.read;
const deleteGroup: Method<"delete"> = steps.delete;

export { deleteGroup as delete };
