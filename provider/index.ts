export type {
  AdvancedSettingsArgs,
  DynamicTunnelGroupArgs,
  FeaturesArgs,
  PhaseArgs,
  SharedSettingsArgs,
  SwitchArgs,
  TunnelArgs,
} from "./args";
export { DynamicTunnelGroup } from "./dynamicTunnelGroup";
export { Provider, type ProviderArgs } from "./provider";
export { validate } from "./validate";
