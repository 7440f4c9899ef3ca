import type * as pulumi from "@pulumi/pulumi";
import { lookUp, lookUpOutput } from "./program";
import type {
  GetNetworkArgs,
  GetNetworkOutputArgs,
  GetNetworkResult,
  GetNetworksResult,
  GetRegionArgs,
  GetRegionOutputArgs,
  GetRegionResult,
  GetRegionsArgs,
  GetRegionsOutputArgs,
  GetRegionsResult,
  GetTunnelGroupArgs,
  GetTunnelGroupOutputArgs,
  GetTunnelGroupResult,
  GetTunnelGroupsArgs,
  GetTunnelGroupsOutputArgs,
  GetTunnelGroupsResult,
  GetTunnelHealthArgs,
  GetTunnelHealthOutputArgs,
  GetTunnelHealthResult,
  LookupOptions,
} from "./shapes";

/**
 * Lists the networks of the account.
 * @throws LookupError
 */
export function getNetworks(options?: LookupOptions): Promise<GetNetworksResult> {
  return lookUp("getNetworks", {}, options);
}

/** As {@link getNetworks}, as an output. */
export function getNetworksOutput(options?: LookupOptions): pulumi.Output<GetNetworksResult> {
  return lookUpOutput("getNetworks", {}, options);
}

/**
 * Finds a network by its name or id.
 * @throws LookupError that lists what there is, the closest first, when nothing or several fit
 */
export function getNetwork(args: GetNetworkArgs, options?: LookupOptions): Promise<GetNetworkResult> {
  return lookUp("getNetwork", args, options);
}

/** As {@link getNetwork}, of outputs: what is not known yet is waited for. */
export function getNetworkOutput(args: GetNetworkOutputArgs, options?: LookupOptions): pulumi.Output<GetNetworkResult> {
  return lookUpOutput("getNetwork", args, options);
}

/**
 * Lists the regions of a network, with the public addresses of their gateways.
 * @throws LookupError
 */
export function getRegions(args: GetRegionsArgs, options?: LookupOptions): Promise<GetRegionsResult> {
  return lookUp("getRegions", args, options);
}

/** As {@link getRegions}, of outputs: what is not known yet is waited for. */
export function getRegionsOutput(args: GetRegionsOutputArgs, options?: LookupOptions): pulumi.Output<GetRegionsResult> {
  return lookUpOutput("getRegions", args, options);
}

/**
 * Finds a region of a network by its name.
 * @throws LookupError that lists what there is, the closest first, when nothing or several fit
 */
export function getRegion(args: GetRegionArgs, options?: LookupOptions): Promise<GetRegionResult> {
  return lookUp("getRegion", args, options);
}

/** As {@link getRegion}, of outputs: what is not known yet is waited for. */
export function getRegionOutput(args: GetRegionOutputArgs, options?: LookupOptions): pulumi.Output<GetRegionResult> {
  return lookUpOutput("getRegion", args, options);
}

/**
 * Lists the dynamic tunnel groups of a network that have tunnels.
 * @throws LookupError
 */
export function getTunnelGroups(args: GetTunnelGroupsArgs, options?: LookupOptions): Promise<GetTunnelGroupsResult> {
  return lookUp("getTunnelGroups", args, options);
}

/** As {@link getTunnelGroups}, of outputs: what is not known yet is waited for. */
export function getTunnelGroupsOutput(
  args: GetTunnelGroupsOutputArgs,
  options?: LookupOptions,
): pulumi.Output<pulumi.UnwrappedObject<GetTunnelGroupsResult>> {
  return lookUpOutput("getTunnelGroups", args, options);
}

/**
 * Finds a dynamic tunnel group of a network by its name or id.
 * @throws LookupError that lists what there is, the closest first, when nothing or several fit
 */
export function getTunnelGroup(args: GetTunnelGroupArgs, options?: LookupOptions): Promise<GetTunnelGroupResult> {
  return lookUp("getTunnelGroup", args, options);
}

/** As {@link getTunnelGroup}, of outputs: what is not known yet is waited for. */
export function getTunnelGroupOutput(
  args: GetTunnelGroupOutputArgs,
  options?: LookupOptions,
): pulumi.Output<pulumi.UnwrappedObject<GetTunnelGroupResult>> {
  return lookUpOutput("getTunnelGroup", args, options);
}

/**
 * Tells of each tunnel of a network whether packets can flow, as the service has found out by probing.
 * @throws LookupError
 */
export function getTunnelHealth(args: GetTunnelHealthArgs, options?: LookupOptions): Promise<GetTunnelHealthResult> {
  return lookUp("getTunnelHealth", args, options);
}

/** As {@link getTunnelHealth}, of outputs: what is not known yet is waited for. */
export function getTunnelHealthOutput(
  args: GetTunnelHealthOutputArgs,
  options?: LookupOptions,
): pulumi.Output<pulumi.UnwrappedObject<GetTunnelHealthResult>> {
  return lookUpOutput("getTunnelHealth", args, options);
}
