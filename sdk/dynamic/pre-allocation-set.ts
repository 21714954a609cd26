import type * as pulumi from "@pulumi/pulumi";
import { providerOf } from "../../provider/dynamic/providers";
import { DynamicResource } from "./resource";

/** For states: see resource.ts. */
export const preAllocationSet: pulumi.dynamic.ResourceProvider = providerOf("preAllocationSet");

export interface PreAllocationSetArgs {
  /** Name of the IPPool. Use `pool.name`, so that Pulumi knows the order. */
  pool: pulumi.Input<string>;
  /** The pool's namespace. Default: `metal3-ipam:namespace`, or else `default`. */
  namespace?: pulumi.Input<string>;
  /**
   * Names of BareMetalHosts, which need not exist yet. New hosts get consecutive free addresses in this order. The other
   * hosts keep their addresses. A host that is no longer listed is released. Exactly one of `hosts` and `claimNames`.
   */
  hosts?: pulumi.Input<pulumi.Input<string>[]>;
  /** Names of the claims that will get the addresses, if they are not the claims of hosts. */
  claimNames?: pulumi.Input<pulumi.Input<string>[]>;
  /** Host (or claim name) to the address it must have, in any spelling. */
  pins?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** The start of the consecutive addresses. Default: a place in the pool that follows from the set's name. */
  start?: pulumi.Input<string>;
  /** `byName` (default): from `start`. `lowest`: from the pool's lowest free address. */
  placement?: pulumi.Input<"byName" | "lowest">;
  /** The reaction to a pinned address that is taken. Default: `error`. */
  fallback?: pulumi.Input<"error" | "next">;
  /** Takes over existing reservations of these claims from another owner. Default: false. */
  adopt?: pulumi.Input<boolean>;
}

/** The address of one host, and its network. */
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
 * The preview shows the addresses. If the list is partly unknown, only new addresses are unknown.
 */
export class PreAllocationSet extends DynamicResource {
  declare readonly pool: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  /** Host (or claim name) to address. */
  declare readonly addresses: pulumi.Output<Record<string, string>>;
  /** Host (or claim name) to its address and network. */
  declare readonly allocations: pulumi.Output<Record<string, Allocation>>;

  constructor(name: string, args: PreAllocationSetArgs, opts?: pulumi.CustomResourceOptions) {
    super({ kind: "PreAllocationSet", provider: "preAllocationSet" }, name, { ...args }, OUTPUTS, opts);
  }
}
