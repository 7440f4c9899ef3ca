import { z } from "zod";
import { fieldsOf } from "./compare";
import { advancedSettings, description, id, sharedSettings, tunnelDetails } from "./fields";
import { health } from "./health";
import { rollout } from "./rollout";

/** What a tunnel's key may be, in words. */
export const KEY_RULE = "key must begin with a letter and have at most 63 letters, digits, - and _";

/** What users write, apart from what the constructor adds. Shapes of the API keep the API's names, letter for letter. */
export const groupArgs = z.strictObject({
  networkId: id(),
  dynamicTunnelId: id().optional(),
  tunnelName: z
    .string({ error: "must be text" })
    .regex(/^[A-Za-z0-9]{3,15}$/, { error: "must be 3..15 letters and digits" })
    .optional(),
  description: description(),
  tunnels: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, { error: KEY_RULE }), tunnelDetails, {
    error: "must be a map of tunnels, each under a key of yours",
  }),
  sharedSettings: sharedSettings.optional(),
  advancedSettings: advancedSettings.optional(),
  unmanagedTunnels: z.enum(["keep", "remove"], { error: "must be one of keep, remove" }).optional(),
  forceDestroy: z.boolean({ error: "must be true or false" }).optional(),
  health: health.optional(),
  rollout: rollout.optional(),
});

/** What check receives and returns: the user's arguments, and what the constructor and refresh add. */
export const groupInputs = groupArgs.extend({
  /** Tunnels nobody declared, by id, as the last refresh found them; only with `unmanagedTunnels: "remove"`. */
  unmanaged: z.record(z.string(), z.string()).optional(),
  __urn: z.string().optional(),
  /** Where the program gave a secret, as paths: providers get every value in clear. */
  __secrets: z.array(z.string()).optional(),
  /** What the resource option of that name says; the engine applies it before check sees the inputs. */
  __ignoreChanges: z.array(z.string()).optional(),
  __timeouts: z.record(z.string(), z.string()).optional(),
  __provider: z.string().optional(),
});

/** Checked inputs of a group. */
export type GroupInputs = z.output<typeof groupInputs>;
/** Checked inputs of a group that the resource owns: check demands its name. */
export type OwnedInputs = GroupInputs & { readonly tunnelName: string };
/** What is to become of a group; it keeps its name where nothing is said of it. */
export type Desired = GroupInputs;
/** The settings of a group as a whole, tunnels apart. */
export type Settings = Pick<GroupInputs, "description" | "sharedSettings" | "advancedSettings">;
/** How a resource came about: decided in create, kept for ever. */
export type Origin = "created" | "adopted";

/** Every field of a tunnel. */
export const TUNNEL_FIELDS = fieldsOf(tunnelDetails);
/** Every field of the shared settings. */
export const SHARED_FIELDS = fieldsOf(sharedSettings);
/** Every field of the advanced settings. */
export const ADVANCED_FIELDS = fieldsOf(advancedSettings);
/** Every setting of the group as a whole, tunnels apart. */
export const SETTING_FIELDS = fieldsOf(z.object({ description: description(), sharedSettings, advancedSettings }));
/** The members that tell one tunnel of a group from another. */
export const IDENTITY = ["regionID", "remotePublicIP", "remoteID"] as const;
