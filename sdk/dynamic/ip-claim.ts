import type * as pulumi from "@pulumi/pulumi";
import { providerOf } from "../../provider/dynamic/providers";
import { DynamicResource } from "./resource";

/** For states: see resource.ts. */
export const ipClaim: pulumi.dynamic.ResourceProvider = providerOf("ipClaim");

/** Kubernetes ObjectMeta, `metadata.ownerReferences[]`. */
export interface OwnerReferenceArgs {
  apiVersion: pulumi.Input<string>;
  kind: pulumi.Input<string>;
  name: pulumi.Input<string>;
  uid: pulumi.Input<string>;
  controller?: pulumi.Input<boolean>;
  blockOwnerDeletion?: pulumi.Input<boolean>;
}

export interface IPClaimArgs {
  /** Name of the IPClaim object. Default: the resource's logical name, without a suffix. */
  name?: pulumi.Input<string>;
  /**
   * Namespace of the pool and of its claims. Metal3 serves claims only in the pool's namespace. Default:
   * `metal3-ipam:namespace`, or else the namespace of the kubeconfig's context, or else `default`.
   */
  namespace?: pulumi.Input<string>;
  /** Name of the IPPool. Pass the pool's output `name`, not a string, so that Pulumi creates the pool first. */
  pool: pulumi.Input<string>;
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Owners of the claim, for example a CAPI Machine. The address is freed when the last of them is gone. */
  ownerReferences?: pulumi.Input<pulumi.Input<OwnerReferenceArgs>[]>;
  /** Pins the address, in any valid notation. Default: `placement` chooses once, and the claim keeps that address. */
  address?: pulumi.Input<string>;
  /** Says what happens if the pinned address is taken. Default: `error`. */
  fallback?: pulumi.Input<"error" | "next">;
  /**
   * Says which free address is taken if none is pinned. Default: `byName`, which the preview shows. `controller` leaves the
   * address unknown until the update. So does `lowest` if there are several new claims.
   * - `byName`: The name decides where in the pool the search for a free address begins. The preview shows the address.
   * - `lowest`: The claim gets the first free address in the order of `pools`, as with Metal3's controller. Several new claims
   *   get theirs in the order of their creation.
   * - `controller`: Metal3's controller chooses, so the address is known after the update. This needs a cluster.
   */
  placement?: pulumi.Input<"byName" | "lowest" | "controller">;
  /**
   * Waits until Metal3's controller has served the claim. This needs a cluster. Default: true with `placement: controller`,
   * or else false.
   */
  waitForController?: pulumi.Input<boolean>;
}

const OUTPUTS = [
  "name",
  "namespace",
  "pool",
  "address",
  "prefix",
  "gateway",
  "dnsServers",
  "addressName",
] as const satisfies readonly (keyof IPClaim)[];

/**
 * Reserves an address for something that is not a host, for example a virtual IP or a load balancer.
 *
 * The resource locks the address first, and then creates a Metal3 IPClaim (`ipam.metal3.io/v1alpha1`).
 *
 * For hosts, use {@link PreAllocation} or {@link PreAllocationSet}. CAPM3 creates the claims of hosts itself, and waits
 * forever if another program has created one.
 *
 * A preview of drift shows an input `drift`, which the provider adds. It says what was found, what was expected, and who
 * made the change if that is known.
 */
export class IPClaim extends DynamicResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  declare readonly pool: pulumi.Output<string>;
  /**
   * The claim's address. With `placement: controller` and `waitForController: false`, the first update shows no address. A
   * later update shows it, after Metal3's controller has served the claim.
   */
  declare readonly address: pulumi.Output<string>;
  /** Length of the network mask in bits. */
  declare readonly prefix: pulumi.Output<number | undefined>;
  declare readonly gateway: pulumi.Output<string | undefined>;
  declare readonly dnsServers: pulumi.Output<string[] | undefined>;
  /** Name of the Metal3 IPAddress object that holds the address. */
  declare readonly addressName: pulumi.Output<string>;

  constructor(name: string, args: IPClaimArgs, opts?: pulumi.CustomResourceOptions) {
    super({ kind: "IPClaim", provider: "ipClaim" }, name, { ...args, name: args.name || name }, OUTPUTS, opts);
  }

  /** An existing claim that is not managed here. `id`: `<namespace>/<name>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): IPClaim {
    return new IPClaim(name, { pool: "" }, { ...opts, id });
  }
}
