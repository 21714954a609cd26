/** BareMetalHosts that boot with their reserved addresses: dual stack on a bond, and a storage network on a VLAN. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { IPPool, PreAllocationSet } from "pulumi-metal3-ipam";
import { HostNetworks } from "pulumi-metal3-ipam/hosts";

// A BMC has its address already, so it is pinned. The storage addresses of Ceph's monitors are pinned, because they never change.
const inventory = [
  { name: "cp-0", controlPlane: true, bmc: "172.21.0.10", eno1: "00:16:3e:21:00:10", eno2: "00:16:3e:21:01:10" },
  { name: "worker-0", bmc: "172.21.0.20", eno1: "00:16:3e:21:00:20", eno2: "00:16:3e:21:01:20", ceph: "10.100.0.20" },
  { name: "worker-1", bmc: "172.21.0.21", eno1: "00:16:3e:21:00:21", eno2: "00:16:3e:21:01:21", ceph: "10.100.0.21" },
];
const clusterName = "bare-metal"; // the pools have it, too, so that `clusterctl move` takes them along with their Cluster

const bmcs = new IPPool("bmc", {
  clusterName,
  pools: [{ subnet: "172.21.0.0/24" }],
  prefix: 24,
  gateway: "172.21.0.1",
  excludeReserved: true,
});
const v4 = new IPPool("provisioning-v4", {
  clusterName,
  pools: [{ subnet: "172.22.0.0/24" }],
  prefix: 24,
  gateway: "172.22.0.1",
  dnsServers: ["172.22.0.2"],
  excludes: ["172.22.0.2"],
  excludeReserved: true,
});
const v6 = new IPPool("provisioning-v6", {
  clusterName,
  pools: [{ start: "fd00:22::100", end: "fd00:22::1ff", subnet: "fd00:22::/64" }],
  prefix: 64,
  gateway: "fd00:22::1",
});
const storage = new IPPool("storage", {
  clusterName,
  pools: [{ subnet: "10.100.0.0/24" }],
  prefix: 24,
  excludeReserved: true,
});

const bmcAddresses = new PreAllocationSet("bmcs", {
  pool: bmcs.name,
  hosts: inventory.map(({ name }) => name),
  pins: Object.fromEntries(inventory.map(({ name, bmc }) => [name, bmc])),
}).addresses;

const config = new pulumi.Config();
const credentials = new Secret("bmc-credentials", {
  metadata: { name: "bmc-credentials", namespace: v4.namespace },
  stringData: { username: config.require("bmcUser"), password: config.requireSecret("bmcPassword") },
});

const rack = new HostNetworks("rack", {
  hosts: Object.fromEntries(
    inventory.map(({ name, controlPlane, eno1, eno2, ceph }) => [
      name,
      {
        controlPlane,
        nics: { eno1, eno2 },
        pins: { storage: ceph },
        bareMetalHost: {
          labels: { role: controlPlane ? "control-plane" : "worker" },
          spec: {
            bootMACAddress: eno1,
            // The reserved address, not the inventory's, so that the host waits for it.
            bmc: { address: pulumi.interpolate`redfish-virtualmedia://${bmcAddresses[name]}/redfish/v1/Systems/1` },
          },
        },
      },
    ]),
  ),
  bareMetalHosts: { spec: { online: true, bmc: { credentialsName: credentials.metadata.name } } },
  bonds: [{ name: "bond0", members: ["eno1", "eno2"], mode: "802.3ad", mtu: 9000, options: { lacp_rate: "fast" } }],
  vlans: [{ link: "bond0", id: 100, mtu: 9000 }],
  networks: {
    "provisioning-v4": { pool: v4.name, link: "bond0", defaultRoute: true, start: "172.22.0.100" },
    "provisioning-v6": { pool: v6.name, link: "bond0", defaultRoute: true, start: "fd00:22::100" },
    storage: { pool: storage.name, link: "bond0.100" }, // no gateway: only its own subnet is reachable
  },
  dnsSearch: ["lab.example"],
});

// It has no `networkData`, so the hosts keep theirs. With the pools here, CAPM3 makes an IPClaim for each address, and no update
// frees an address with a live claim. CAPM3 refuses later changes of a template: give a new one a new name.
const metaData = {
  objectNames: ["name", "local-hostname", "local_hostname"].map((key) => ({ key, object: "machine" })),
  ipAddressesFromPool: [v4, v6, storage].map((pool) => ({ key: pool.name, name: pool.name })),
};
new CustomResource(
  "nodes",
  {
    apiVersion: "infrastructure.cluster.x-k8s.io/v1beta2", // CAPM3 1.13 and newer. In v1beta1 some fields have other names
    kind: "Metal3DataTemplate",
    metadata: { name: "nodes", namespace: v4.namespace },
    spec: { clusterName, metaData },
  },
  { dependsOn: rack }, // it contains only the names of the pools, so it would not wait for the addresses
);

/** Host → network → address, before the host is switched on for the first time. */
export const hosts = rack.addresses;
