import { IPPool, PreAllocationSet } from "pulumi-metal3-ipam";

const storage = new IPPool("storage", { pools: [{ subnet: "172.23.0.0/24" }], prefix: 24, excludeReserved: true });

const rack = new PreAllocationSet("rack-a", {
  pool: storage.name,
  hosts: ["worker-0", "worker-1", "worker-2"],
  start: "172.23.0.100", // worker-0 and worker-1 get consecutive addresses from here
  pins: { "worker-2": "172.23.0.50" },
});

export const rackAddresses = rack.addresses;
