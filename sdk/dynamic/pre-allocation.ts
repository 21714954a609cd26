import type * as pulumi from "@pulumi/pulumi";
import { providerOf } from "../../provider/dynamic/providers";
import { DynamicResource } from "./resource";

/** For states: see resource.ts. */
export const preAllocation: pulumi.dynamic.ResourceProvider = providerOf("preAllocation");

export interface PreAllocationArgs {
  /** Name of the IPPool. Use `pool.name`, so that Pulumi knows the order. */
  pool: pulumi.Input<string>;
  /** The pool's namespace. Default: `metal3-ipam:namespace`, or else `default`. */
  namespace?: pulumi.Input<string>;
  /**
   * Name of the BareMetalHost, which need not exist yet. The claim is `<host>-<pool>`, the name that CAPM3 uses with
   * `--enable-bmh-name-based-preallocation`. Exactly one of `host` and `claimName`.
   */
  host?: pulumi.Input<string>;
  /** Name of the claim that will get the address, if it is not the claim of a host. */
  claimName?: pulumi.Input<string>;
  /** Pins the address, in any spelling. Default: `placement` decides once, and the host keeps it. */
  address?: pulumi.Input<string>;
  /** The reaction to a pinned address that is taken. Default: `error`. */
  fallback?: pulumi.Input<"error" | "next">;
  /**
   * - `byName` (default): a place in the pool that follows from the claim's name. `node-1` and `node-2` are neighbours.
   * - `lowest`: the lowest free address. With several new siblings it is unknown until the update.
   *
   * For many hosts use a `PreAllocationSet`.
   */
  placement?: pulumi.Input<"byName" | "lowest">;
  /** Takes over an existing reservation of this claim from another owner. Default: false. */
  adopt?: pulumi.Input<boolean>;
}

const OUTPUTS = [
  "pool",
  "namespace",
  "host",
  "claimName",
  "address",
  "prefix",
  "gateway",
  "dnsServers",
] as const satisfies readonly (keyof PreAllocation)[];

/**
 * One host's address, reserved before its BareMetalHost exists and kept over rebuilds. It is an entry in `preAllocations` of
 * a Metal3 IPPool, and a lock that keeps others off the address.
 *
 * The preview shows the address. A pin that is taken or out of range is an error there, which names the holder.
 */
export class PreAllocation extends DynamicResource {
  declare readonly pool: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  declare readonly host: pulumi.Output<string | undefined>;
  /** The key in `preAllocations`. */
  declare readonly claimName: pulumi.Output<string>;
  declare readonly address: pulumi.Output<string>;
  /** Length of the network mask in bits: that of the entry that offers the address, or else that of the pool. */
  declare readonly prefix: pulumi.Output<number | undefined>;
  declare readonly gateway: pulumi.Output<string | undefined>;
  declare readonly dnsServers: pulumi.Output<string[] | undefined>;

  constructor(name: string, args: PreAllocationArgs, opts?: pulumi.CustomResourceOptions) {
    super({ kind: "PreAllocation", provider: "preAllocation" }, name, { ...args }, OUTPUTS, opts);
  }

  /** An existing reservation that is not managed here. `id`: `<namespace>/<pool>/<claim>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): PreAllocation {
    return new PreAllocation(name, { pool: "" }, { ...opts, id });
  }
}
