/** BareMetalHosts and their network, created only after every address that they will ask for is reserved. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { IPPool, PreAllocation, PreAllocationSet } from "pulumi-metal3-ipam/dynamic";

// A BMC has its address already, so it is pinned. The addresses of the provisioning network are proposed.
const inventory = [
  { name: "node-0", bootMAC: "00:16:3e:21:00:10", bmc: "172.21.0.10" },
  { name: "node-1", bootMAC: "00:16:3e:21:00:11", bmc: "172.21.0.11" },
  { name: "node-2", bootMAC: "00:16:3e:21:00:12", bmc: "172.21.0.12" },
];
const clusterName = "bare-metal"; // the pools have it, too, so that `clusterctl move` takes them along with their Cluster

const bmcs = new IPPool("bmc", {
  clusterName,
  pools: [{ subnet: "172.21.0.0/24" }],
  prefix: 24,
  gateway: "172.21.0.1",
  excludeReserved: true,
});
const provisioning = new IPPool("provisioning", {
  clusterName,
  pools: [{ subnet: "172.22.0.0/24" }],
  prefix: 24,
  gateway: "172.22.0.1",
  dnsServers: ["172.22.0.2"],
  excludes: ["172.22.0.2"],
  excludeReserved: true,
});
const { name: pool, namespace } = provisioning; // CAPM3 claims a host's address in the host's own namespace

// CAPM3 asks for the address of `<BareMetalHost>-<IPPool>`, so `hosts` are the exact names of the BareMetalHosts.
const nodes = new PreAllocationSet("nodes", { pool, hosts: inventory.map(({ name }) => name), start: "172.22.0.100" });

// It contains no address that would make it wait, only the pool's name. So it needs `dependsOn`. CAPM3 refuses later changes of it.
// A new template has a new name, and Machines are rolled out to use it.
const spec = {
  clusterName,
  metaData: {
    objectNames: ["name", "local-hostname", "local_hostname"].map((key) => ({ key, object: "machine" })),
    ipAddressesFromPool: [{ key: "provisioningIP", name: pool }],
    prefixesFromPool: [{ key: "provisioningCIDR", name: pool }],
  },
  networkData: {
    links: { ethernets: [{ id: "enp1s0", type: "phy", macAddress: { fromHostInterface: "enp1s0" } }] },
    networks: {
      ipv4: [
        {
          id: "provisioning",
          link: "enp1s0",
          ipAddressFromIPPool: pool,
          routes: [{ network: "0.0.0.0", prefix: 0, gateway: { fromIPPool: pool } }],
        },
      ],
    },
    services: { dnsFromIPPool: pool },
  },
};
const dataTemplate = {
  apiVersion: "infrastructure.cluster.x-k8s.io/v1beta2", // CAPM3 1.13 and newer. In v1beta1 some fields have other names
  kind: "Metal3DataTemplate",
  metadata: { name: "nodes", namespace },
  spec,
};
new CustomResource("nodes", dataTemplate, { dependsOn: nodes });

const config = new pulumi.Config();
const credentials = new Secret("bmc-credentials", {
  metadata: { name: "bmc-credentials", namespace },
  stringData: { username: config.require("bmcUser"), password: config.requireSecret("bmcPassword") },
});

for (const { name, bootMAC, bmc } of inventory) {
  const { address } = new PreAllocation(`${name}-bmc`, { pool: bmcs.name, host: name, address: bmc });
  const host = {
    apiVersion: "metal3.io/v1alpha1",
    kind: "BareMetalHost",
    metadata: { name, namespace },
    spec: {
      online: true,
      bootMACAddress: bootMAC,
      bmc: {
        // The reserved address, not the inventory's, so that the host waits for it.
        address: pulumi.interpolate`redfish-virtualmedia://${address}/redfish/v1/Systems/1`,
        credentialsName: credentials.metadata.name,
      },
    },
  };
  new CustomResource(name, host, { dependsOn: nodes }); // for its provisioning address, which it does not contain
}

/** Host → its address on the provisioning network, before it is switched on for the first time. */
export const addresses = nodes.addresses;
