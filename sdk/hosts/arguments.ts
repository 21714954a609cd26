/** The arguments of HostNetworks. Layout and networks have the words of renderNetworkConfig. */
import type { Input } from "@pulumi/pulumi";
import type { Dhcp, PreAllocationSetArgs, types } from "../nodejs";

export interface HostNetworksArgs {
  /**
   * The hosts by the exact names of their BareMetalHosts. New hosts get consecutive addresses, first those with
   * `controlPlane`, then the others, as the program lists them. No other host ever moves.
   */
  hosts: Record<string, HostArgs>;
  /** The networks by name. Every host is in all of them. Each one with a `pool` has a PreAllocationSet of its own. */
  networks: Record<string, NetworkArgs>;
  /** Bonds of the hosts' NICs. */
  bonds?: Input<Input<types.input.HostBondArgs>[]>;
  /** VLANs on the hosts' NICs and bonds. */
  vlans?: Input<Input<types.input.HostVlanArgs>[]>;
  /** Default: the DNS servers of the pools. */
  dnsServers?: Input<Input<string>[]>;
  /** Search domains. */
  dnsSearch?: Input<Input<string>[]>;
  /** Namespace of the pools, Secrets and BareMetalHosts. Default: that of the provider `metal3-ipam`. */
  namespace?: Input<string>;
  /**
   * Whether each host gets a Secret `<host>-network-data` with the keys `networkData` and `nmstate`. Default: the hosts with
   * a BareMetalHost get one.
   */
  secrets?: boolean;
  /** Parts that all BareMetalHosts share. Those of a host win. */
  bareMetalHosts?: BareMetalHostArgs;
  /**
   * Begins the logical names of the Secrets and BareMetalHosts, which are otherwise the hosts' names. It is for stacks with
   * two clusters that have hosts of one name. Default: empty, so that a host can go from one HostNetworks to another.
   */
  prefix?: string;
}

export interface HostArgs {
  /** MAC addresses by the NIC's name, such as `{ eno1: "52:54:00:aa:bb:01" }`. */
  nics: Record<string, string | NicArgs>;
  /** Pinned addresses by network. */
  pins?: Record<string, Input<string> | undefined>;
  /** `true`: its addresses come before those of the other hosts. Default: false. */
  controlPlane?: boolean;
  /** Asks for a BareMetalHost. It is created only when all addresses of the host are reserved. Default: none. */
  bareMetalHost?: BareMetalHostArgs;
}

export interface NicArgs {
  mac: string;
  /** In bytes. Default: 1500, or the MTU of its bond. */
  mtu?: number;
}

/** Where the host gets its address: exactly one of `pool` and `dhcp`. */
export type NetworkArgs = StaticNetworkArgs | DynamicNetworkArgs;

interface OnLink {
  /** Name of the device: a NIC, a bond, or a VLAN as `<link>.<id>`. */
  link: Input<string>;
  /** Routes on this device, in addition to the default route. */
  routes?: Input<Input<types.input.HostRouteArgs>[]>;
}

/** `start`, `placement`, `fallback` and `adopt` are arguments of the network's PreAllocationSet. */
export interface StaticNetworkArgs
  extends OnLink,
    Pick<PreAllocationSetArgs, "start" | "placement" | "fallback" | "adopt"> {
  /** Name of the IPPool. Pass the pool's output `name`, not a string, so that Pulumi creates the pool first. */
  pool: Input<string>;
  /** `true`: the hosts' default route goes over the pool's gateway. Default: false. */
  defaultRoute?: Input<boolean>;
  /**
   * For a second network of one pool: the claims are called `<host>-<suffix>-<pool>`. CAPM3 does not ask for these names.
   * Default: `<host>-<pool>`.
   */
  claimSuffix?: string;
  dhcp?: undefined;
}

export interface DynamicNetworkArgs extends OnLink {
  /** Where the host gets its address when it boots. */
  dhcp: Input<Dhcp>;
  pool?: undefined;
}

/** A part of a BareMetalHost (`metal3.io/v1alpha1`). */
export interface BareMetalHostArgs {
  labels?: Record<string, Input<string>>;
  annotations?: Record<string, Input<string>>;
  /** Fields of its `spec`. `networkData` and `preprovisioningNetworkDataName` name the host's Secret. */
  spec?: BareMetalHostSpecArgs;
}

export interface BareMetalHostSpecArgs {
  bmc?: { address?: Input<string>; credentialsName?: Input<string>; disableCertificateVerification?: Input<boolean> };
  bootMACAddress?: Input<string>;
  online?: Input<boolean>;
  [field: string]: unknown;
}
