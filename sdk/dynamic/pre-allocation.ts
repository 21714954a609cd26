import type * as pulumi from "@pulumi/pulumi";
import { providerOf } from "../../provider/dynamic/providers";
import { DynamicResource } from "./resource";

/** For states: see resource.ts. */
export const preAllocation: pulumi.dynamic.ResourceProvider = providerOf("preAllocation");

export interface PreAllocationArgs {
  /** Name of the IPPool: use `pool.name`, so that Pulumi knows the order. */
  pool: pulumi.Input<string>;
  /** The pool's. Default: `metal3-ipam:namespace`, else `default`. */
  namespace?: pulumi.Input<string>;
  /**
   * Name of the BareMetalHost, which need not exist yet. The claim is `<host>-<pool>`, as CAPM3 calls it with
   * `--enable-bmh-name-based-preallocation`. Exactly one of `host` and `claimName`.
   */
  host?: pulumi.Input<string>;
  /** Name of the claim that will get the address, where it is not a host's. */
  claimName?: pulumi.Input<string>;
  /** Pins the address, in any spelling. Default: `placement` decides once, and the host keeps it. */
  address?: pulumi.Input<string>;
  /** What happens if the pinned address is taken. Default: `error`. */
  fallback?: pulumi.Input<"error" | "next">;
  /**
   * `byName` (default): a place in the pool that the claim's name decides; `node-1` and `node-2` are neighbours.
   * `lowest`: the lowest free address; with several new siblings unknown until the update. For many hosts take a
   * `PreAllocationSet`.
   */
  placement?: pulumi.Input<"byName" | "lowest">;
  /** Takes over a reservation of this claim that somebody else has made. Default: false. */
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
 * One host's address, reserved before its BareMetalHost exists and kept over rebuilds: an entry in `preAllocations` of a
 * Metal3 IPPool, and the lock that keeps others off the address.
 *
 * The address is known in the preview. A pin that is taken or out of range is an error there, which names the holder.
 */
export class PreAllocation extends DynamicResource {
  declare readonly pool: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  declare readonly host: pulumi.Output<string | undefined>;
  /** The key in `preAllocations`. */
  declare readonly claimName: pulumi.Output<string>;
  declare readonly address: pulumi.Output<string>;
  /** Length of the network mask in bits: of the entry that offers the address, else of the pool. */
  declare readonly prefix: pulumi.Output<number | undefined>;
  declare readonly gateway: pulumi.Output<string | undefined>;
  declare readonly dnsServers: pulumi.Output<string[] | undefined>;

  constructor(name: string, args: PreAllocationArgs, opts?: pulumi.CustomResourceOptions) {
    super({ kind: "PreAllocation", provider: "preAllocation" }, name, { ...args }, OUTPUTS, opts);
  }

  /** A reservation that exists and is not managed here. `id`: `<namespace>/<pool>/<claim>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): PreAllocation {
    return new PreAllocation(name, { pool: "" }, { ...opts, id });
  }
}
