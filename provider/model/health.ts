import { z } from "zod";
import { parseDuration } from "./duration";
import { objectError } from "./fields";
import { rolloutOf } from "./rollout";

/** What the service says of a tunnel: `unknown` until it has been probed. */
export type TunnelHealth = "passing" | "critical" | "unknown";

/** How long tunnels are waited for where the program does not say. */
const LONGEST_WAIT = "5m";

/** Whether the tunnels that a change touches are waited for. */
export const health = z.strictObject(
  {
    wait: z.enum(["none", "warn", "require"], { error: "must be one of none, warn, require" }).optional(),
    timeout: z
      .string({ error: "must be text" })
      .refine((text) => (parseDuration(text) ?? 0) > 0, { error: "must be a duration such as 5m or 1h30m" })
      .optional(),
  },
  { error: objectError },
);

/** How the health of tunnels matters to a group. */
export interface HealthWish {
  readonly wait: "none" | "warn" | "require";
  readonly timeoutMs: number;
}

/** What inputs, or state, say of health; what cannot be read there counts as left out. */
export function healthWishOf(inputs: { readonly health?: unknown }): HealthWish {
  const { wait = "none", timeout = LONGEST_WAIT } = health.safeParse(inputs.health).data ?? {};
  return { wait, timeoutMs: parseDuration(timeout) ?? 0 };
}

/** Whether a group asks for the health of its tunnels: then outputs show it, and reads of it are worth their requests. */
export function isHealthAsked(inputs: { readonly health?: unknown; readonly rollout?: unknown }): boolean {
  return healthWishOf(inputs).wait !== "none" || rolloutOf(inputs) !== undefined;
}
