import { getIPPoolOutput, IPPool, PreAllocationSet } from "pulumi-metal3-ipam";

const tenant = new IPPool("tenant", { pools: [{ subnet: "10.20.0.0/24" }], prefix: 24, excludeReserved: true });
const hosts = new PreAllocationSet("tenant-hosts", { pool: tenant.name, hosts: ["db-0", "db-1"] });

// Pass an output of the set: Pulumi then creates the pool and the set first.
const found = getIPPoolOutput({ name: hosts.pool });

export const tenantUse = { used: found.used, free: found.free };
