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
  /** First address on offer. Default: the address after the subnet's network address. */
  start?: pulumi.Input<string>;
  /** Last address on offer. Default: the last address of the subnet. Without a subnet, `end` needs a `start`. */
  end?: pulumi.Input<string>;
  /** CIDR, `192.168.0.0/24`. */
  subnet?: pulumi.Input<string>;
  /** Length of the network mask in bits, as the host gets it. Default: the pool's. */
  prefix?: pulumi.Input<number>;
  /** Default: the pool's. */
  gateway?: pulumi.Input<string>;
  /** Default: the pool's. */
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
   * Name of the Kubernetes object. Default: the resource's logical name, without a suffix, because claim names contain it.
   */
  name?: pulumi.Input<string>;
  /** Default: `metal3-ipam:namespace`, or else `default`. */
  namespace?: pulumi.Input<string>;
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * The CAPI Cluster that owns the pool. Metal3 serves no claim before the Cluster exists, and `clusterctl move` moves the
   * pool with it.
   */
  clusterName?: pulumi.Input<string>;
  /** IPAddress objects have the name `<namePrefix>-<address>`. It cannot change later. Default: `name`. */
  namePrefix?: pulumi.Input<string>;
  /** The addresses on offer. Earlier entries are used first. */
  pools: pulumi.Input<pulumi.Input<PoolEntryArgs>[]>;
  /** Length of the network mask in bits, for entries that have none. */
  prefix?: pulumi.Input<number>;
  /** For entries that have none. */
  gateway?: pulumi.Input<string>;
  /** For entries that have none. */
  dnsServers?: pulumi.Input<pulumi.Input<string>[]>;
  /** How Metal3 chooses for claims without a reservation. Default: `sequential`. `random` needs Metal3 IPAM 1.14. */
  allocationStrategy?: pulumi.Input<"sequential" | "random">;
  /** Claim name to address. A `PreAllocation` does the same for one host and knows the claim's name. */
  preAllocations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Addresses, CIDRs and ranges `a-b` that are never on offer. Metal3's controller follows this too, because the entries are
   * split.
   */
  excludes?: pulumi.Input<pulumi.Input<string>[]>;
  /** Also excludes each subnet's network and broadcast address, gateways and DNS servers, which Metal3 gives away. Default: false. */
  excludeReserved?: pulumi.Input<boolean>;
  /**
   * Allows hosts to be pinned to a gateway, a network address or a broadcast address. With `excludeReserved`, this provider
   * gives these addresses only to pins, and Metal3's controller gives them out last. Default: false.
   */
  allowReserved?: pulumi.Input<boolean>;
  /** Ranges `a-b` or CIDRs that a DHCP server gives out. An overlap with what the pool offers is an error. */
  dhcpRanges?: pulumi.Input<pulumi.Input<string>[]>;
  /** Allows other pools of the namespace to offer the same addresses. Default: false. */
  allowOverlap?: pulumi.Input<boolean>;
  /** Takes over an existing pool instead of failing. Default: false. */
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
 * A Metal3 IPPool (`ipam.metal3.io/v1alpha1`), checked before anything is written. The preview fails for malformed
 * addresses, mixed families, and overlaps with other pools or a DHCP server. It also fails for changes that would take an
 * address from its holder.
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
