/**
 * What the engine's process for dynamic providers runs. States name this module for ever: its exports and what they take
 * are a contract.
 */

import { createProcess } from "./process";
import { systemClock } from "./service/clock";
import { createSteps, type Steps } from "./steps";

const steps: Steps = createSteps(
  // The engine gives its own address as the last argument.
  createProcess({ env: process.env, clock: systemClock, engineAddress: process.argv.at(-1) }),
);

export const { configure, check, diff, create, update, read } = steps;
const { delete: deleteGroup } = steps;

export { deleteGroup as delete };
