import type * as pulumi from "@pulumi/pulumi";
import { providerOf } from "../../provider/dynamic/providers";
import type { OwnerReferenceArgs } from "./ip-claim";
import { DynamicResource } from "./resource";

/** For states: see resource.ts. */
export const ipAddressClaim: pulumi.dynamic.ResourceProvider = providerOf("ipAddressClaim");

/** A pool of any provider of Cluster API. */
export interface PoolRefArgs {
  /** API group of the pool, without a version, for example `ipam.cluster.x-k8s.io`. */
  apiGroup: pulumi.Input<string>;
  /** Kind of the pool, for example `InClusterIPPool`. */
  kind: pulumi.Input<string>;
  /** Name of the pool. */
  name: pulumi.Input<string>;
}

export interface IPAddressClaimArgs {
  /** Name of the IPAddressClaim object. Default: the resource's logical name, without a suffix. */
  name?: pulumi.Input<string>;
  /**
   * Namespace of the claim, and of its pool. Default: `metal3-ipam:namespace`, or else the namespace of the kubeconfig's
   * context, or else `default`.
   */
  namespace?: pulumi.Input<string>;
  /** The pool that gives the address. A change replaces the claim. */
  poolRef: pulumi.Input<PoolRefArgs>;
  /**
   * Name of the CAPI Cluster to which the claim belongs. Providers serve no claim of a Cluster that does not exist. A change
   * replaces the claim.
   */
  clusterName?: pulumi.Input<string>;
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Owners of the claim, for example a CAPI Machine. The address is freed when the last of them is gone. */
  ownerReferences?: pulumi.Input<pulumi.Input<OwnerReferenceArgs>[]>;
}

/** A pool, as outputs name it. */
export interface PoolRef {
  apiGroup: string;
  kind: string;
  name: string;
}

const OUTPUTS = [
  "name",
  "namespace",
  "poolRef",
  "address",
  "prefix",
  "gateway",
] as const satisfies readonly (keyof IPAddressClaim)[];

/**
 * Asks the provider of any Cluster API pool for an address: CAPI's in-cluster provider, Infoblox, NetBox, Metal3 and others.
 *
 * The resource creates a CAPI IPAddressClaim (`ipam.cluster.x-k8s.io`) and waits until the pool's provider has served it. The
 * provider chooses the address, so the first preview does not know it. A claim that is created again may get another
 * address.
 *
 * In a Metal3 pool, a {@link PreAllocation} with `claimKind: IPAddressClaim` and the claim's name keeps the address, and the
 * preview shows it there. This resource needs a cluster with Cluster API's CRDs.
 *
 * A preview of drift shows an input `drift`, which the provider adds. It says what was found, what was expected, and who
 * made the change if that is known.
 */
export class IPAddressClaim extends DynamicResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  declare readonly poolRef: pulumi.Output<PoolRef>;
  /** The claim's address. The first preview does not know it, because the pool's provider chooses it. */
  declare readonly address: pulumi.Output<string>;
  /** Length of the network mask in bits. */
  declare readonly prefix: pulumi.Output<number | undefined>;
  declare readonly gateway: pulumi.Output<string | undefined>;

  constructor(name: string, args: IPAddressClaimArgs, opts?: pulumi.CustomResourceOptions) {
    const served = { kind: "IPAddressClaim", provider: "ipAddressClaim" };
    super(served, name, { ...args, name: args.name || name }, OUTPUTS, opts);
  }

  /** An existing claim that is not managed here. `id`: `<namespace>/<name>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): IPAddressClaim {
    return new IPAddressClaim(name, { poolRef: { apiGroup: "", kind: "", name: "" } }, { ...opts, id });
  }
}
