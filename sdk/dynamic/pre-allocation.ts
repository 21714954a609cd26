import type * as pulumi from "@pulumi/pulumi";
import { providerOf } from "../../provider/dynamic/providers";
import { DynamicResource } from "./resource";

/** For states: see resource.ts. */
export const preAllocation: pulumi.dynamic.ResourceProvider = providerOf("preAllocation");

export interface PreAllocationArgs {
  /** Name of the IPPool. Pass the pool's output `name`, not a string, so that Pulumi creates the pool first. */
  pool: pulumi.Input<string>;
  /**
   * Namespace of the pool and of its claims. Metal3 serves claims only in the pool's namespace. Default:
   * `metal3-ipam:namespace`, or else the namespace of the kubeconfig's context, or else `default`.
   */
  namespace?: pulumi.Input<string>;
  /**
   * Name of the BareMetalHost, which need not exist yet. The claim is called `<host>-<pool>`, as in CAPM3 with
   * `--enable-bmh-name-based-preallocation`. Give exactly one of `host` and `claimName`.
   */
  host?: pulumi.Input<string>;
  /**
   * Name of the claim that will get the address, if it does not belong to a BareMetalHost. Give exactly one of `host` and
   * `claimName`.
   */
  claimName?: pulumi.Input<string>;
  /** Pins the address, in any valid notation. Default: `placement` chooses once, and the host keeps that address. */
  address?: pulumi.Input<string>;
  /** Says what happens if the pinned address is taken. Default: `error`. */
  fallback?: pulumi.Input<"error" | "next">;
  /**
   * Says which free address is taken if none is pinned. Default: `byName`, which makes `node-1` and `node-2` neighbours. If
   * there are several new siblings, `lowest` leaves the address unknown until the update. For many hosts, use a
   * PreAllocationSet.
   * - `byName`: The name decides where in the pool the search for a free address begins. The preview shows the address.
   * - `lowest`: The claim gets the first free address in the order of `pools`, as with Metal3's controller. Several new claims
   *   get theirs in the order of their creation.
   */
  placement?: pulumi.Input<"byName" | "lowest">;
  /**
   * Says which kind of claim will get the address. Default: `IPClaim`. `IPAddressClaim` needs `claimName`, because no
   * controller asks for an IPAddressClaim by the name of a host. A change replaces the resource, and the address stays.
   * - `IPClaim`: Metal3's IPClaim, as CAPM3 creates it for hosts.
   * - `IPAddressClaim`: Cluster API's IPAddressClaim for a Metal3 IPPool. This needs Cluster API's CRDs in the cluster.
   */
  claimKind?: pulumi.Input<"IPClaim" | "IPAddressClaim">;
  /**
   * Takes over a reservation of this claim that another stack or a person has made. Without it, such a reservation is an
   * error. Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

const OUTPUTS = [
  "pool",
  "namespace",
  "host",
  "claimName",
  "claimKind",
  "address",
  "prefix",
  "gateway",
  "dnsServers",
] as const satisfies readonly (keyof PreAllocation)[];

/**
 * Reserves one host's address before its BareMetalHost exists, and keeps it when the host is rebuilt.
 *
 * The reservation is an entry in `preAllocations` of a Metal3 IPPool, and an IPAddress object that keeps others off the
 * address. The preview already shows the address. A pin that the pool does not offer is an error. If a pin is taken,
 * `fallback` decides: by default the preview fails, and the error names the holder.
 *
 * A preview of drift shows an input `drift`, which the provider adds. It says what was found, what was expected, and who
 * made the change if that is known.
 */
export class PreAllocation extends DynamicResource {
  declare readonly pool: pulumi.Output<string>;
  declare readonly namespace: pulumi.Output<string>;
  declare readonly host: pulumi.Output<string | undefined>;
  /** The key in `preAllocations`. */
  declare readonly claimName: pulumi.Output<string>;
  /** The kind of claim that will get the address. Absent for an IPClaim by default. */
  declare readonly claimKind: pulumi.Output<"IPClaim" | "IPAddressClaim" | undefined>;
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
