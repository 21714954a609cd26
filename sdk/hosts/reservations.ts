/** One PreAllocationSet for each network with a pool. */
// Imports of types have lines of their own because Pulumi's built-in TypeScript 3.8 reads them if a program has no compiler.
import * as pulumi from "@pulumi/pulumi";
import type { types } from "../nodejs";
import { PreAllocationSet } from "../nodejs";
import type { HostNetworksArgs, NetworkArgs, StaticNetworkArgs } from "./arguments";
import { hostsInOrder, reservedName } from "./inventory";

/** Host → network → its address. */
export type Allocations = Record<string, Record<string, types.output.Allocation>>;

interface ReservedNetwork {
  readonly network: string;
  readonly set: PreAllocationSet;
  /** Host → its address. */
  readonly allocations: pulumi.Output<Record<string, types.output.Allocation>>;
}

/** Reserves the addresses of all hosts. The sets are called `<name>-<network>`. */
export function reserveNetworks(
  name: string,
  args: HostNetworksArgs,
  options: pulumi.CustomResourceOptions,
): ReservedNetwork[] {
  const hosts = hostsInOrder(args);
  return Object.entries(args.networks).flatMap(([network, given]) => {
    if (!isStatic(given)) return [];
    const { link: _link, routes: _routes, defaultRoute: _route, claimSuffix: _suffix, dhcp: _dhcp, ...rest } = given;
    const names = hosts.map((host) => [host, reservedName(host, given)] as const);
    const pins = names.flatMap(([host, name]) => {
      const pin = args.hosts[host]?.pins?.[network];
      return pin === undefined ? [] : [[name, pin] as const];
    });
    const set = new PreAllocationSet(
      `${name}-${network}`,
      { ...rest, namespace: args.namespace, hosts: names.map(([, name]) => name), pins: Object.fromEntries(pins) },
      options,
    );
    const allocations = set.allocations.apply((all) =>
      Object.fromEntries(names.flatMap(([host, name]) => (all[name] ? [[host, all[name]] as const] : []))),
    );
    return [{ network, set, allocations }];
  });
}

/** Every host is in the result, also if it has no address. */
export function allocationsByHost(
  args: HostNetworksArgs,
  reserved: readonly ReservedNetwork[],
): pulumi.Output<Allocations> {
  const networks = reserved.map(({ network, allocations }) => allocations.apply((hosts) => ({ network, hosts })));
  return pulumi.all(networks).apply((networks) => {
    const ofHost = (host: string) =>
      networks.flatMap(({ network, hosts }) => (hosts[host] ? [[network, hosts[host]] as const] : []));
    return Object.fromEntries(hostsInOrder(args).map((host) => [host, Object.fromEntries(ofHost(host))]));
  });
}

function isStatic(network: NetworkArgs): network is StaticNetworkArgs {
  return network.pool !== undefined;
}
