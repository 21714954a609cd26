import { getIPAddressOutput, IPPool, PreAllocation } from "pulumi-metal3-ipam";

const management = new IPPool("management", {
  pools: [{ subnet: "10.30.0.0/24" }],
  prefix: 24,
  gateway: "10.30.0.1",
  excludeReserved: true,
});
const bastion = new PreAllocation("bastion", { pool: management.name, host: "bastion", address: "10.30.0.5" });

// Pass outputs of the resource: Pulumi then creates the reservation first.
const ofClaim = getIPAddressOutput({ pool: bastion.pool, claimName: bastion.claimName });
const holder = getIPAddressOutput({ pool: bastion.pool, address: "10.30.0.5" });

export const bastionLookup = { address: ofClaim.address, gateway: ofClaim.gateway, holder: holder.claimName };
