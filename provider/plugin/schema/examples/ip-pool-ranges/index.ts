import { IPPool } from "pulumi-metal3-ipam";

const workload = new IPPool("workload", {
  pools: [
    { start: "192.168.10.10", end: "192.168.10.99" },
    { start: "192.168.20.10", end: "192.168.20.99", gateway: "192.168.20.1" },
  ],
  prefix: 24,
  gateway: "192.168.10.1",
  dnsServers: ["192.168.10.2"],
  dhcpRanges: ["192.168.10.200-192.168.10.250"], // an overlap is an error
});

export const workloadCapacity = workload.capacity;
