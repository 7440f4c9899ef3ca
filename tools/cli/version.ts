/** The version that is downloaded or built; `pulumi-cli/go.mod` names the same. */
export const VERSION = "3.257.0";

/** From this version on a dynamic provider's `read` can return inputs, which drift needs. */
export const OLDEST_VERSION = "3.216.0";
