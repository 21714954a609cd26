/** A provisioning network that static hosts share with Ironic's DHCP server, and a storage network for all hosts. */
import * as pulumi from "@pulumi/pulumi";
import { IPPool, planSubnetOutput } from "pulumi-metal3-ipam";
import { HostNetworks } from "pulumi-metal3-ipam/hosts";

// Hosts that are registered by hand have static addresses.
const registered = {
  "cp-0": { nics: { eno1: "00:16:3e:22:00:10", eno3: "00:16:3e:22:01:10" }, controlPlane: true },
  "worker-0": { nics: { eno1: "00:16:3e:22:00:20", eno3: "00:16:3e:22:01:20" } },
};
// Hosts that Ironic has discovered and inspected: they keep DHCP on the provisioning network. Add those that it finds.
const discovered = {
  "rack-b-0": { nics: { eno1: "00:16:3e:22:00:30", eno3: "00:16:3e:22:01:30" } },
};

// The first 100 addresses are for static hosts, the rest is for DHCP. No address is in both parts.
const split = planSubnetOutput({
  subnet: "172.22.0.0/24",
  gateway: "172.22.0.1",
  reserved: ["172.22.0.2"], // Ironic itself
  static: { size: 100 },
});
const provisioning = new IPPool("provisioning", {
  pools: split.pools,
  prefix: split.prefix,
  gateway: split.gateway,
  dhcpRanges: split.dhcpRanges, // the pool refuses to grow into them
  dnsServers: ["172.22.0.2"],
});
const storage = new IPPool("storage", { pools: [{ subnet: "10.100.0.0/24" }], prefix: 24, excludeReserved: true });
const onStorage = { pool: storage.name, link: "eno3" }; // no gateway: only its own subnet is reachable

const known = new HostNetworks("known", {
  hosts: registered,
  networks: {
    provisioning: { pool: provisioning.name, link: "eno1", defaultRoute: true },
    storage: { ...onStorage, start: "10.100.0.10" },
  },
});
const found = new HostNetworks("found", {
  hosts: discovered,
  networks: {
    provisioning: { dhcp: "ipv4", link: "eno1" },
    storage: { ...onStorage, start: "10.100.0.100" },
  },
});

/** Host → network → address. */
export const hosts = pulumi.all([known.addresses, found.addresses]).apply(([a, b]) => ({ ...a, ...b }));
/** `spec.networking.dhcp` of the resource `Ironic`. */
export const ironicDhcp = split.ironicDhcp;
/** A discovered host: DHCP on one NIC, a static address on the other. */
export const nmstate = found.networkConfig("rack-b-0").nmstate;
