import type * as pulumi from "@pulumi/pulumi";
import { providerOf } from "../../provider/dynamic/providers";
import { DynamicResource } from "./resource";

/** For states: see resource.ts. */
export const preAllocationSet: pulumi.dynamic.ResourceProvider = providerOf("preAllocationSet");

export interface PreAllocationSetArgs {
  /** Name of the IPPool: use `pool.name`, so that Pulumi knows the order. */
  pool: pulumi.Input<string>;
  /** The pool's. Default: `metal3-ipam:namespace`, else `default`. */
  namespace?: pulumi.Input<string>;
  /**
   * Names of BareMetalHosts, which need not exist yet. New ones get consecutive free addresses in this order; nobody
   * else ever moves, and who is no longer listed is released. Exactly one of `hosts` and `claimNames`.
   */
  hosts?: pulumi.Input<pulumi.Input<string>[]>;
  /** Names of the claims that will get the addresses, where they are not hosts'. */
  claimNames?: pulumi.Input<pulumi.Input<string>[]>;
  /** Host (or claim name) to the address it must have, in any spelling. */
  pins?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Where the consecutive addresses begin. Default: a place in the pool that the set's name decides. */
  start?: pulumi.Input<string>;
  /** `byName` (default): from `start`. `lowest`: from the pool's lowest free address. */
  placement?: pulumi.Input<"byName" | "lowest">;
  /** What happens if a pinned address is taken. Default: `error`. */
  fallback?: pulumi.Input<"error" | "next">;
  /** Takes over reservations of these claims that somebody else has made. Default: false. */
  adopt?: pulumi.Input<boolean>;
}

/** What one host gets. */
export interface Allocation {
  /** The key in the pool's `preAllocations`. */
  readonly claimName: string;
  readonly address: string;
  /** Length of the network mask in bits. */
  readonly prefix?: number;
  readonly gateway?: string;
  readonly dnsServers?: string[];
}

const OUTPUTS = [
  "pool",
  "namespace",
  "addresses",
  "allocations",
] as const satisfies readonly (keyof PreAllocationSet)[];

/**
 * The addresses of many hosts in one pool: a {@link PreAllocation} for each, in one resource and one write.
 *
 * The addresses are known in the preview; a partly unknown list leaves only new ones unknown.
 */
export class PreAllocationSet extends DynamicResource {
  declare readonly pool: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  /** Host (or claim name) to address. */
  declare readonly addresses: pulumi.Output<Record<string, string>>;
  /** Host (or claim name) to all that is known of its address. */
  declare readonly allocations: pulumi.Output<Record<string, Allocation>>;

  constructor(name: string, args: PreAllocationSetArgs, opts?: pulumi.CustomResourceOptions) {
    super({ kind: "PreAllocationSet", provider: "preAllocationSet" }, name, { ...args }, OUTPUTS, opts);
  }
}
