import { IPPool, planSubnetOutput } from "pulumi-metal3-ipam";

const split = planSubnetOutput({
  subnet: "10.70.0.0/24",
  gateway: "10.70.0.1",
  reserved: ["10.70.0.2"], // Ironic itself
  static: { size: 100 },
});
const inspection = new IPPool("inspection", {
  pools: split.pools,
  prefix: split.prefix,
  gateway: split.gateway,
  dhcpRanges: split.dhcpRanges,
});

export const inspectionPools = inspection.pools;
// `spec.networking.dhcp` of the resource `Ironic`.
export const ironicDhcp = split.ironicDhcp;
