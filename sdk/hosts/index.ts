/** Components over `@pulumi/kubernetes` for the hosts that use the reserved addresses. */
export type {
  BareMetalHostArgs,
  BareMetalHostSpecArgs,
  DynamicNetworkArgs,
  HostArgs,
  HostNetworksArgs,
  NetworkArgs,
  NicArgs,
  StaticNetworkArgs,
} from "./arguments";
export { HostNetworks } from "./host-networks";
