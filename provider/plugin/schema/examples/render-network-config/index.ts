import { IPPool, PreAllocationSet, renderNetworkConfigOutput } from "pulumi-metal3-ipam";

const deployment = new IPPool("deployment", {
  pools: [{ subnet: "10.60.0.0/24" }],
  prefix: 24,
  gateway: "10.60.0.1",
  dnsServers: ["10.60.0.2"],
  excludeReserved: true,
});
const bay = new PreAllocationSet("bay", {
  pool: deployment.name,
  hosts: ["worker-0", "worker-1"],
  start: "10.60.0.20",
});

const workerNetwork = renderNetworkConfigOutput({
  host: "worker-0",
  nics: [
    { name: "eno1", mac: "52:54:00:aa:bb:01" },
    { name: "eno2", mac: "52:54:00:aa:bb:02" },
  ],
  bonds: [{ name: "bond0", members: ["eno1", "eno2"], mode: "802.3ad", mtu: 9000 }],
  vlans: [{ link: "bond0", id: 100 }],
  networks: [
    {
      name: "provisioning",
      link: "bond0",
      allocation: bay.allocations.apply((allocations) => allocations["worker-0"]!),
      defaultRoute: true,
    },
    { name: "storage", link: "bond0.100", dhcp: "ipv4" },
  ],
});

// The Secret's `stringData`. A BareMetalHost names the Secret in `networkData` and `preprovisioningNetworkDataName`.
export const workerSecret = workerNetwork.secretData;
