import type { Desired } from "../model/schema";
import type { State } from "../model/state";

/**
 * True if a change from state to the program gives a group its name. An owned group always has the declared one. An
 * existing group has a name of its own, which the program changes only by giving another than state has.
 */
export function isNameGiven({ tunnelName }: Desired, { origin, inputs }: Pick<State, "origin" | "inputs">): boolean {
  return tunnelName !== undefined && (origin === "created" || tunnelName !== inputs.tunnelName);
}

/** The desired group for a plan: without its name where every request is to carry the present one. */
export function withKeptName(declared: Desired, state: Pick<State, "origin" | "inputs">): Desired {
  if (isNameGiven(declared, state)) return declared;
  const { tunnelName: _, ...rest } = declared;
  return rest;
}
