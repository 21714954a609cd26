import { IPPool } from "pulumi-metal3-ipam";

const provisioning = new IPPool("provisioning", {
  pools: [{ subnet: "172.22.0.0/24" }],
  prefix: 24,
  gateway: "172.22.0.1",
  excludes: ["172.22.0.2-172.22.0.9"], // switches
  excludeReserved: true, // the gateway, the network address and the broadcast address
});

export const provisioningCapacity = provisioning.capacity;
