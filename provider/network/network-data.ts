/**
 * OpenStack's network_data.json, in the words that Ironic's schema, cloud-init and glean all take. Id and name of each link are
 * the name of its device, because the readers do not agree on which of the two they use.
 */
import { type Address, addressBits, type Family, formatAddress } from "../core/address";
import type { Device } from "./devices";
import { allRoutes, familyOf, isStatic, type Layout, type LinkNetwork } from "./layout";

const DYNAMIC_TYPES = { ipv4: "ipv4_dhcp", ipv6: "ipv6_dhcp", slaac: "ipv6_slaac" } as const;

export function networkData({ networks, dnsServers, dnsSearch }: Layout, devices: readonly Device[]): object {
  // No reader takes search domains without a server, but for a key of a network. cloud-init with netplan reads it on a static
  // network only.
  const withSearch = dnsServers.length === 0 && dnsSearch.length > 0 && (networks.find(isStatic) ?? networks[0]);
  return {
    links: devices.map(linkOf),
    networks: networks.map((network) => ({
      ...networkOf(network),
      ...(network === withSearch && { dns_search: dnsSearch }),
    })),
    services: dnsServers.map((server) => ({
      type: "dns",
      address: formatAddress(server),
      ...(dnsSearch.length > 0 && { search: dnsSearch }),
    })),
  };
}

function linkOf(device: Device): object {
  const { name, mac, mtu } = device;
  const named = { id: name, name, ...(mtu !== undefined && { mtu }) };
  switch (device.type) {
    case "nic":
      return { ...named, type: "phy", ethernet_mac_address: mac };
    case "bond": {
      const { members, mode, options } = device.of;
      const said = Object.entries(options).map(([option, value]) => [`bond_${option}`, value]);
      const bond = { bond_mode: mode, bond_links: members, ...Object.fromEntries(said) };
      return { ...named, type: "bond", ethernet_mac_address: mac, ...bond };
    }
    case "vlan": {
      const { link, id } = device.of;
      return { ...named, type: "vlan", vlan_link: link, vlan_id: id, vlan_mac_address: mac };
    }
  }
}

function networkOf(network: LinkNetwork): object {
  const { name, link } = network;
  const family = familyOf(network);
  const routes = allRoutes(network).map(({ to, via, metric }) => ({
    network: formatAddress(to.address),
    netmask: maskText(family, to.prefixLength),
    gateway: formatAddress(via),
    // Not in OpenStack's schema, which allows more keys. cloud-init takes it.
    ...(metric !== undefined && { metric }),
  }));
  const named = { id: name, network_id: name, link };
  if (!isStatic(network)) return { ...named, type: DYNAMIC_TYPES[network.kind], routes };
  const { address, prefixLength } = network;
  const netmask = maskText(family, prefixLength);
  return { ...named, type: `ipv${family}`, ip_address: formatAddress(address), netmask, routes };
}

/** `255.255.255.0`, or `ffff:ffff:ffff:ffff::`. Ironic refuses a prefix length, and glean dies of one. */
function maskText(family: Family, prefixLength: number): string {
  const bits = BigInt(addressBits(family));
  const hostBits = bits - BigInt(prefixLength);
  const mask: Address = { family, value: ((1n << bits) - 1n) ^ ((1n << hostBits) - 1n) };
  return formatAddress(mask);
}
