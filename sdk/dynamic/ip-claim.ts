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
  /** Name of the Kubernetes object. Default: the resource's logical name. */
  name?: pulumi.Input<string>;
  /** Default: `metal3-ipam:namespace`, or else `default`. Metal3 serves only claims in their pool's namespace. */
  namespace?: pulumi.Input<string>;
  /** Name of the IPPool. Use `pool.name`, so that Pulumi knows the order. */
  pool: pulumi.Input<string>;
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** The owners of the claim. The address becomes free when they are deleted. Example: a CAPI Machine. */
  ownerReferences?: pulumi.Input<pulumi.Input<OwnerReferenceArgs>[]>;
  /** Pins the address, in any spelling. Default: `placement` decides once, and the claim keeps it. */
  address?: pulumi.Input<string>;
  /** The reaction to a pinned address that is taken. Default: `error`. */
  fallback?: pulumi.Input<"error" | "next">;
  /**
   * - `byName` (default): a place in the pool that follows from the claim's name. The preview shows it.
   * - `lowest`: the lowest free address, Metal3's own rule. With several new claims it is unknown until the update.
   * - `controller`: Metal3 chooses. The address is known after the update. Needs a cluster.
   */
  placement?: pulumi.Input<"byName" | "lowest" | "controller">;
  /** Waits until Metal3's controller has served the claim. Default: only with `placement: "controller"`. */
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
 * An address for something other than a host, such as a virtual IP or a load balancer. It becomes a Metal3 IPClaim
 * (`ipam.metal3.io/v1alpha1`), with its address locked first.
 *
 * For hosts use {@link PreAllocation} or {@link PreAllocationSet}. CAPM3 creates the claims of hosts itself, and waits for
 * ever for a claim that it did not create.
 */
export class IPClaim extends DynamicResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  declare readonly pool: pulumi.Output<string>;
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
