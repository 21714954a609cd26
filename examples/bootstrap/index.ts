/** Every address of a bare-metal cluster, reserved and known before its first host exists. */
import type { Output } from "@pulumi/pulumi";
import { IPClaim, IPPool, PreAllocation, PreAllocationSet } from "pulumi-metal3-ipam/dynamic";
import inventory from "./inventory.json";

// One pool for each network and address family, and the first address of its workers.
const networks = {
  bmc: {
    pool: new IPPool("bmc", {
      pools: [{ subnet: "172.21.0.0/24" }],
      prefix: 24,
      gateway: "172.21.0.1",
      excludes: ["172.21.0.2-172.21.0.9"], // switches and power strips
      excludeReserved: true, // without it Metal3 gives the gateway and the broadcast address to hosts
    }),
    firstWorker: "172.21.0.100",
  },
  "provisioning-v4": {
    pool: new IPPool("provisioning-v4", {
      pools: [{ start: "172.22.0.10", end: "172.22.0.199", subnet: "172.22.0.0/24" }],
      prefix: 24,
      gateway: "172.22.0.1",
      dnsServers: ["172.22.0.2", "172.22.0.3"],
      excludes: ["172.22.0.20", "172.22.0.21"], // the switches of rack a and rack b
      dhcpRanges: ["172.22.0.200-172.22.0.250"], // for Ironic, which inspects hosts
    }),
    firstWorker: "172.22.0.100",
  },
  "provisioning-v6": {
    pool: new IPPool("provisioning-v6", {
      pools: [{ start: "fd00:22::1000", end: "fd00:22::1fff", subnet: "fd00:22::/64" }],
      prefix: 64,
      gateway: "fd00:22::1",
      dnsServers: ["fd00:22::2", "fd00:22::3"],
      excludes: ["fd00:22::1020-fd00:22::1021"],
    }),
    firstWorker: "fd00:22::1100",
  },
};

interface Host {
  name: string;
  rack: string;
  networks: string[];
  /** Addresses that the host has already and must keep, by network. */
  pins?: Record<string, string>;
}
const { controlPlane, workers }: { controlPlane: Host[]; workers: Host[] } = inventory;

// The addresses of each network, by host.
const addresses: Record<string, Record<string, Output<string>>> = {};

for (const [network, { pool, firstWorker }] of Object.entries(networks)) {
  const isMember = (host: Host) => host.networks.includes(network);
  const reserved: Record<string, Output<string>> = {};
  addresses[network] = reserved;

  // Control plane: a resource for each host, pinned if the inventory has a pin.
  for (const { name: host, pins } of controlPlane.filter(isMember)) {
    const args = { pool: pool.name, host, address: pins?.[network] };
    reserved[host] = new PreAllocation(`${host}-${network}`, args).address;
  }

  // Workers: one set, one write. New workers get the next free addresses. The others never move.
  const hosts = workers.filter(isMember).map(({ name }) => name);
  const set = new PreAllocationSet(`workers-${network}`, { pool: pool.name, hosts, start: firstWorker });
  for (const host of hosts) {
    reserved[host] = set.addresses[host];
  }
}

// Virtual addresses belong to no host, so they are claims.
const pool = networks["provisioning-v4"].pool.name;
const api = new IPClaim("api-vip", { pool, address: "172.22.0.10" }); // DNS points there already
const ingress = new IPClaim("ingress-vip", { pool });

/** For BareMetalHosts, network data and DNS. Known in the first preview. */
export const hosts = Object.fromEntries(
  [...controlPlane, ...workers].map(({ name, networks }) => [
    name,
    Object.fromEntries(networks.map((network) => [network, addresses[network][name]])),
  ]),
);
export const vips = { api: api.address, ingress: ingress.address };
