import type * as pulumi from "@pulumi/pulumi";
import { providerOf } from "../../provider/dynamic/providers";
import { DynamicResource } from "./resource";

/** For states: see resource.ts. */
export const preAllocationSet: pulumi.dynamic.ResourceProvider = providerOf("preAllocationSet");

export interface PreAllocationSetArgs {
  /** Name of the IPPool. Pass the pool's output `name`, not a string, so that Pulumi creates the pool first. */
  pool: pulumi.Input<string>;
  /**
   * Namespace of the pool and of its claims. Metal3 serves claims only in the pool's namespace. Default:
   * `metal3-ipam:namespace`, or else the namespace of the kubeconfig's context, or else `default`.
   */
  namespace?: pulumi.Input<string>;
  /**
   * Names of BareMetalHosts, which need not exist yet. New hosts get consecutive free addresses in this order, and no other
   * host ever moves. The address of a host that leaves the list is released. Give exactly one of `hosts` and `claimNames`.
   */
  hosts?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Names of the claims that will get the addresses, if they do not belong to BareMetalHosts. Give exactly one of `hosts`
   * and `claimNames`.
   */
  claimNames?: pulumi.Input<pulumi.Input<string>[]>;
  /** Pinned addresses by host or claim name, in any valid notation. */
  pins?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** The consecutive addresses begin here. Default: a place in the pool that depends on the set's name. */
  start?: pulumi.Input<string>;
  /**
   * Says where the consecutive addresses begin if there is no `start`. Default: `byName`.
   * - `byName`: The name decides where in the pool the search for a free address begins. The preview shows the address.
   * - `lowest`: The claim gets the first free address in the order of `pools`, as with Metal3's controller. Several new claims
   *   get theirs in the order of their creation.
   */
  placement?: pulumi.Input<"byName" | "lowest">;
  /** Says what happens if a pinned address is taken. Default: `error`. */
  fallback?: pulumi.Input<"error" | "next">;
  /**
   * Says which kind of claims will get the addresses. Default: `IPClaim`. `IPAddressClaim` needs `claimNames`, because no
   * controller asks for an IPAddressClaim by the name of a host. A change replaces the set, and the addresses stay.
   * - `IPClaim`: Metal3's IPClaim, as CAPM3 creates it for hosts.
   * - `IPAddressClaim`: Cluster API's IPAddressClaim for a Metal3 IPPool. This needs Cluster API's CRDs in the cluster.
   */
  claimKind?: pulumi.Input<"IPClaim" | "IPAddressClaim">;
  /**
   * Takes over reservations of these claims that another stack or a person has made. Without it, such a reservation is an
   * error. Default: false.
   */
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
 * Reserves the addresses of many hosts in one pool, with one resource and one write.
 *
 * The preview already shows the addresses. If a host name is unknown in the preview, existing hosts still show
 * their addresses. New hosts show theirs after the update.
 *
 * A preview of drift shows an input `drift`, which the provider adds. It says what was found, what was expected, and who
 * made the change if that is known.
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
