import type * as pulumi from "@pulumi/pulumi";
import { providerOf } from "../../provider/dynamic/providers";
import { DynamicResource } from "./resource";

/** For states: see resource.ts. */
export const ipPool: pulumi.dynamic.ResourceProvider = providerOf("ipPool");

/**
 * One range of a pool: `start` to `end`, both included, or a `subnet`, or a `subnet` that `start` and `end` limit.
 *
 * Source: Metal3 ip-address-manager, api/v1alpha1, type `Pool`.
 */
export interface PoolEntryArgs {
  /** First address of the range. Default: the address after the subnet's network address. */
  start?: pulumi.Input<string>;
  /** Last address of the range. Default: the last address of the subnet. Without a `subnet`, it needs a `start`. */
  end?: pulumi.Input<string>;
  /** Subnet in CIDR notation, for example `192.168.0.0/24`. */
  subnet?: pulumi.Input<string>;
  /** Length of the network mask in bits, which the host gets with its address. Default: the pool's `prefix`. */
  prefix?: pulumi.Input<number>;
  /** Gateway of these addresses. Default: the pool's `gateway`. */
  gateway?: pulumi.Input<string>;
  /** DNS servers of these addresses. Default: the pool's `dnsServers`. */
  dnsServers?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A {@link PoolEntryArgs} in the program's form. In the IPPool object, entries are split to leave out excluded addresses.
 */
export interface PoolEntry {
  readonly start?: string;
  readonly end?: string;
  readonly subnet?: string;
  readonly prefix?: number;
  readonly gateway?: string;
  readonly dnsServers?: string[];
}

/** Addresses are texts in any spelling. All addresses of a pool belong to one family. */
export interface IPPoolArgs {
  /**
   * Name of the IPPool object. Default: the resource's logical name. Pulumi adds no random suffix to this name, because
   * claim names contain it.
   */
  name?: pulumi.Input<string>;
  /**
   * Namespace of the IPPool object. Default: `metal3-ipam:namespace`, or else the namespace of the kubeconfig's context, or
   * else `default`.
   */
  namespace?: pulumi.Input<string>;
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * The CAPI Cluster that owns the pool. Metal3 serves no claim before the Cluster exists. `clusterctl move` moves the pool
   * with the Cluster.
   */
  clusterName?: pulumi.Input<string>;
  /**
   * Prefix of the IPAddress objects, which are called `<namePrefix>-<address>`. It cannot change while an address is held.
   * Default: `name`.
   */
  namePrefix?: pulumi.Input<string>;
  /**
   * The addresses on offer, as ranges and subnets. Metal3's controller uses them in this order. All of them must be IPv4, or
   * all IPv6.
   */
  pools: pulumi.Input<pulumi.Input<PoolEntryArgs>[]>;
  /** Length of the network mask in bits, for entries without a `prefix` of their own. */
  prefix?: pulumi.Input<number>;
  /** Gateway for entries without one of their own, in any valid notation. */
  gateway?: pulumi.Input<string>;
  /** DNS servers for entries without their own, in any valid notation. */
  dnsServers?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Says how Metal3's controller chooses for claims without a reservation. It cannot change while an address is held.
   * Default: `sequential`. `random` needs Metal3 IPAM 1.14.
   */
  allocationStrategy?: pulumi.Input<"sequential" | "random">;
  /**
   * Reserved addresses by claim name. A PreAllocation does the same for one host, and makes the claim's name from the
   * host's.
   */
  preAllocations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Addresses, CIDRs and ranges `a-b` that are never given. Metal3's controller obeys too, because the stored entries leave
   * them out.
   */
  excludes?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Also excludes the network and broadcast address of each subnet, gateways and DNS servers. Metal3 itself would hand them
   * out. Default: false.
   */
  excludeReserved?: pulumi.Input<boolean>;
  /**
   * Allows hosts to be pinned to a gateway, a network address or a broadcast address. With `excludeReserved: true`,
   * this provider gives these addresses to pins only. Metal3's controller can still hand them out: after all others, or at
   * any time with `allocationStrategy: random`. Default: false.
   */
  allowReserved?: pulumi.Input<boolean>;
  /** Addresses, CIDRs and ranges `a-b` that a DHCP server hands out. An overlap with the pool's addresses is an error. */
  dhcpRanges?: pulumi.Input<pulumi.Input<string>[]>;
  /** Allows other pools in the namespace to offer the same addresses. Default: false. */
  allowOverlap?: pulumi.Input<boolean>;
  /** Takes over a pool that already exists. Without it, an existing pool is an error. Default: false. */
  adopt?: pulumi.Input<boolean>;
}

const OUTPUTS = [
  "name",
  "namespace",
  "namePrefix",
  "clusterName",
  "pools",
  "prefix",
  "gateway",
  "dnsServers",
  "preAllocations",
  "capacity",
] as const satisfies readonly (keyof IPPool)[];

/**
 * A Metal3 IPPool (`ipam.metal3.io/v1alpha1`): the addresses that hosts and claims can get.
 *
 * The preview checks the pool before anything is written. It refuses malformed addresses, a mix of IPv4 and IPv6, and
 * overlaps with other pools or a DHCP server. It also refuses a change that would take an address from its holder.
 *
 * A preview of drift shows an input `drift`, which the provider adds. It says what was found, what was expected, and who
 * made the change if that is known.
 */
export class IPPool extends DynamicResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  declare readonly namePrefix: pulumi.Output<string>;
  declare readonly clusterName: pulumi.Output<string | undefined>;
  declare readonly pools: pulumi.Output<PoolEntry[]>;
  declare readonly prefix: pulumi.Output<number | undefined>;
  declare readonly gateway: pulumi.Output<string | undefined>;
  declare readonly dnsServers: pulumi.Output<string[] | undefined>;
  /** The entries of this resource. Those of `PreAllocation`s belong to their own resources. */
  declare readonly preAllocations: pulumi.Output<Record<string, string> | undefined>;
  /** Number of addresses on offer. It is a decimal text if a JavaScript number is not exact (beyond 2^53). */
  declare readonly capacity: pulumi.Output<number | string>;

  constructor(name: string, args: IPPoolArgs, opts?: pulumi.CustomResourceOptions) {
    super({ kind: "IPPool", provider: "ipPool" }, name, { ...args, name: args.name || name }, OUTPUTS, opts);
  }

  /** An existing pool that is not managed here. `id`: `<namespace>/<name>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): IPPool {
    return new IPPool(name, { pools: [] }, { ...opts, id });
  }
}
