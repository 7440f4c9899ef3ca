export type {
  AdvancedSettingsArgs,
  DynamicTunnelGroupArgs,
  FeaturesArgs,
  HealthArgs,
  PhaseArgs,
  SharedSettingsArgs,
  SwitchArgs,
  TunnelArgs,
} from "./args";
export { DynamicTunnelGroup } from "./dynamicTunnelGroup";
export { LookupError } from "./lookups/error";
export {
  getNetwork,
  getNetworkOutput,
  getNetworks,
  getNetworksOutput,
  getRegion,
  getRegionOutput,
  getRegions,
  getRegionsOutput,
  getTunnelGroup,
  getTunnelGroupOutput,
  getTunnelGroups,
  getTunnelGroupsOutput,
  getTunnelHealth,
  getTunnelHealthOutput,
} from "./lookups/lookups";
export type {
  FoundTunnel,
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
  ProbedTunnelResult,
} from "./lookups/shapes";
export { Provider, type ProviderArgs } from "./provider";
export { validate } from "./validate";
