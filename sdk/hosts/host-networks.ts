import * as pulumi from "@pulumi/pulumi";
import type { RenderNetworkConfigResult } from "../nodejs";
import type { HostNetworksArgs } from "./arguments";
import { inventoryFaults } from "./faults";
import { createHostObjects } from "./host-objects";
import { type Rendering, renderHosts } from "./rendering";
import type { Allocations } from "./reservations";
import { allocationsByHost, reserveNetworks } from "./reservations";

/**
 * The networks of many hosts, from one inventory and one layout. It reserves all addresses, with one PreAllocationSet for
 * each network, and renders the network configuration of each host. On request it creates each host's Secret and
 * BareMetalHost, after all addresses are reserved.
 *
 * A host that leaves the inventory gives everything back, and nothing of the other hosts changes. The update deletes its
 * BareMetalHost first, and frees its addresses at the end.
 */
export class HostNetworks extends pulumi.ComponentResource {
  /** Host → network → its address. The preview shows them. */
  readonly addresses: pulumi.Output<Record<string, Record<string, string>>>;
  /** Host → network → its address, with the claim and the network's prefix, gateway and DNS servers. */
  readonly allocations: pulumi.Output<Allocations>;
  private readonly rendered: pulumi.Output<Rendering>;

  /** `opts.providers` can have `metal3-ipam` and `kubernetes`. The constructor throws all faults of the inventory at once. */
  constructor(
    private readonly name: string,
    private readonly args: HostNetworksArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    requireNone(name, inventoryFaults(args));
    super("metal3-ipam:index:HostNetworks", name, {}, opts);
    const reserved = reserveNetworks(name, args, { parent: this });
    const sets = reserved.map(({ set }) => set);
    this.allocations = allocationsByHost(args, reserved);
    this.addresses = this.allocations.apply((hosts) =>
      mapValues(hosts, (networks) => mapValues(networks, ({ address }) => address)),
    );
    this.rendered = renderHosts(args, this.allocations, { parent: this });
    // Reported here, because a Secret with a fault in its content would wrap the message.
    this.rendered.apply(({ faults }) => requireNone(name, faults));
    createHostObjects(args, {
      namespace: args.namespace ?? sets[0]?.namespace,
      secretData: (host) => this.networkConfig(host).secretData,
      dependencies: sets,
      parent: this,
    });
    this.registerOutputs({ addresses: this.addresses });
  }

  /** The network configuration of one host in all formats: `.networkData`, `.nmstate`, `.netplan`, and so on. */
  networkConfig(host: string): pulumi.Output<RenderNetworkConfigResult> {
    if (!Object.hasOwn(this.args.hosts, host))
      throw new pulumi.RunError(`HostNetworks ${this.name} has no host ${JSON.stringify(host)}.`);
    return this.rendered.apply(({ configs, faults }) => {
      // The preview fails nevertheless.
      if (faults.length > 0 && pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as RenderNetworkConfigResult;
      requireNone(this.name, faults);
      return configs[host]!;
    });
  }
}

function requireNone(name: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  const error = new pulumi.RunError(`HostNetworks ${name}:\n${faults.join("\n")}`);
  error.stack = ""; // Pulumi prints the trace of an output's error
  throw error;
}

function mapValues<From, To>(all: Record<string, From>, change: (one: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(all).map(([key, one]) => [key, change(one)]));
}
