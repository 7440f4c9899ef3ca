/** The type of a tunnel group in state; resources of it are handled by the engine's process for dynamic providers. */
export const RESOURCE_TYPE = "pulumi-nodejs:dynamic/harmony-sase:DynamicTunnelGroup";

/** The provider's text in state. It is constant and names a subpath, so that old states run with new versions. */
export const PROVIDER_TEXT = 'exports.handler=()=>require("pulumi-harmony-sase/lifecycle")';
