import { z } from "zod";
import { integerIn, MOST_TUNNELS, objectError } from "./fields";

/** How changes that interrupt tunnels are spread over time. */
export const rollout = z.strictObject(
  {
    maxUnavailable: integerIn([[1, MOST_TUNNELS]]),
    rollback: z.boolean({ error: "must be true or false" }).optional(),
  },
  { error: objectError },
);

/** A wish for changes that are spread over time. */
export type Rollout = z.output<typeof rollout>;

/** What inputs, or state, say of it. @returns undefined where all goes at once, and where it is not known yet */
export function rolloutOf(inputs: { readonly rollout?: unknown }): Rollout | undefined {
  return rollout.safeParse(inputs.rollout).data;
}
