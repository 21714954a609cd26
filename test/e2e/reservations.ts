/** The stack of the end-to-end tests: an IPv4 and an IPv6 pool, and an address of each for every host. */
import { stringify } from "yaml";
import type { Cluster } from "../testbed/cluster";
import type { ProjectSpec } from "../testbed/engine";
import type { RenderedNetworks } from "./machines";

export const CLUSTER = "edge";

/** Pool → its network, as in the program and as CAPM3 renders it. */
export const POOLS = {
  ipv4: {
    pools: [{ start: "10.0.0.10", end: "10.0.0.99" }],
    prefix: 24,
    gateway: "10.0.0.1",
    dnsServers: ["10.0.0.2", "10.0.0.3"],
  },
  ipv6: {
    pools: [{ start: "fd00::1:10", end: "fd00::1:99" }],
    prefix: 64,
    gateway: "fd00::1",
    dnsServers: ["fd00::2"],
  },
} as const;

export type PoolName = keyof typeof POOLS;

/** Pool → host → address, as the stack exports it. */
export type Reserved = Readonly<Record<PoolName, Readonly<Record<string, string>>>>;

/** `node-00`, `node-01`, … */
export const hostNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `node-${String(index).padStart(2, "0")}`);

/** A YAML program. `more`: resources in addition. */
export function reserving(hosts: readonly string[], more: object = {}): string {
  const resources = Object.entries(POOLS).flatMap(([name, spec]) => [
    [name, { type: "metal3-ipam:IPPool", properties: { clusterName: CLUSTER, ...spec } }],
    [`hosts-${name}`, { type: "metal3-ipam:PreAllocationSet", properties: { pool: `\${${name}.name}`, hosts } }],
  ]);
  const outputs = Object.keys(POOLS).map((name) => [name, `\${hosts-${name}.addresses}`]);
  return stringify(
    { resources: { ...Object.fromEntries(resources), ...more }, outputs: Object.fromEntries(outputs) },
    { aliasDuplicateObjects: false },
  );
}

/** The parts of its project for a namespace of a cluster. */
export async function inCluster(
  cluster: Cluster,
  namespace: string,
): Promise<Pick<ProjectSpec, "config" | "directory">> {
  const kubeconfig = await cluster.kubeconfig();
  return { directory: null, config: { "metal3-ipam:kubeconfig": kubeconfig, "metal3-ipam:namespace": namespace } };
}

/** The netmasks of the pools' prefixes, which network data has instead. */
const NETMASKS = { ipv4: "255.255.255.0", ipv6: "ffff:ffff:ffff:ffff::" };

/** Pool → what a host's network data says of it. */
export type NetworksOfHost = Readonly<Record<string, unknown>>;

/** The reservations of a host, with their pools' values. */
export function promised(reserved: Reserved, host: string): NetworksOfHost {
  const names = Object.keys(POOLS) as PoolName[];
  return Object.fromEntries(
    names.map((name) => {
      const { gateway, dnsServers } = POOLS[name];
      return [name, { address: reserved[name][host], netmask: NETMASKS[name], gateway, dnsServers: [...dnsServers] }];
    }),
  );
}

/** The same from the network data that CAPM3 has rendered. */
export function networksOf({ networks }: RenderedNetworks): NetworksOfHost {
  return Object.fromEntries(
    networks.map(({ id, ip_address, netmask, routes: [route] }) => {
      const dnsServers = route?.services.map(({ address }) => address);
      return [id, { address: ip_address, netmask, gateway: route?.gateway, dnsServers }];
    }),
  );
}

/** Network data with both networks. */
export const TEMPLATE = {
  networkData: {
    links: { ethernets: [{ id: "eth0", type: "phy", macAddress: { string: "52:54:00:00:00:01" } }] },
    networks: {
      ipv4: [network("ipv4", "0.0.0.0")],
      ipv6: [network("ipv6", "::")],
    },
  },
};

function network(pool: PoolName, everywhere: string) {
  const routes = [{ network: everywhere, prefix: 0, gateway: { fromIPPool: pool }, services: { dnsFromIPPool: pool } }];
  return { id: pool, link: "eth0", ipAddressFromIPPool: pool, routes };
}
