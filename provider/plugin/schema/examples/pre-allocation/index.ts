import { IPPool, PreAllocation } from "pulumi-metal3-ipam";

const bmc = new IPPool("bmc", { pools: [{ subnet: "172.21.0.0/24" }], prefix: 24, excludeReserved: true });

// This host gets a free address, which the preview shows.
const first = new PreAllocation("cp-0", { pool: bmc.name, host: "cp-0" });
// This host must have a certain address.
const second = new PreAllocation("cp-1", { pool: bmc.name, host: "cp-1", address: "172.21.0.11" });

export const controlPlane = { "cp-0": first.address, "cp-1": second.address };
