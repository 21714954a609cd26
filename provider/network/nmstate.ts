/** A desired state of nmstate (nmstate.io), which `nmstatectl gc` turns into keyfiles of NetworkManager. */
import { type Address, type Family, formatAddress } from "../core/address";
import { formatSubnet } from "../core/range";
import { type Device, networksOf } from "./devices";
import { allRoutes, isStatic, type Layout } from "./layout";

export function nmstate({ dnsServers, dnsSearch, networks }: Layout, devices: readonly Device[]): object {
  const routes = networks.flatMap((network) =>
    allRoutes(network).map(({ to, via, metric }) => ({
      destination: formatSubnet(to),
      "next-hop-address": formatAddress(via),
      "next-hop-interface": network.link,
      ...(metric !== undefined && { metric }),
    })),
  );
  const dns = {
    ...(dnsServers.length > 0 && { server: byFamily(dnsServers).map(formatAddress) }),
    ...(dnsSearch.length > 0 && { search: dnsSearch }),
  };
  return {
    interfaces: devices.map(interfaceOf),
    ...(routes.length > 0 && { routes: { config: routes } }),
    ...(Object.keys(dns).length > 0 && { "dns-resolver": { config: dns } }),
  };
}

/** nmstate 2.2 refuses a server of one family between two of the other. */
function byFamily(servers: readonly Address[]): Address[] {
  const isOfFirst = ({ family }: Address) => family === servers[0]?.family;
  return [...servers.filter(isOfFirst), ...servers.filter((server) => !isOfFirst(server))];
}

function interfaceOf(device: Device): object {
  const { name, mtu } = device;
  const common = { state: "up", ...(mtu !== undefined && { mtu }), ipv4: ipOf(device, 4), ipv6: ipOf(device, 6) };
  switch (device.type) {
    case "nic":
      // Without `identifier`, nmstate finds the NIC by name and sets the MAC address.
      return { name, type: "ethernet", identifier: "mac-address", "mac-address": device.mac, ...common };
    case "bond": {
      const { mode, members, options } = device.of;
      const mac = device.keepsMac && { "mac-address": device.mac };
      return { name, type: "bond", ...mac, ...common, "link-aggregation": { mode, port: members, options } };
    }
    case "vlan": {
      const { link, id } = device.of;
      return { name, type: "vlan", ...common, vlan: { "base-iface": link, id } };
    }
  }
}

function ipOf(device: Device, family: Family): object {
  const networks = networksOf(device, family);
  if (networks.length === 0) return { enabled: false };
  const address = networks.filter(isStatic).map((network) => ({
    ip: formatAddress(network.address),
    "prefix-length": network.prefixLength,
  }));
  const kinds = networks.map(({ kind }) => kind);
  if (family === 4) return { enabled: true, dhcp: kinds.includes("ipv4"), ...(address.length > 0 && { address }) };
  // NetworkManager has one method for both: a router advertisement says whether to ask a DHCP server. A DHCP server alone
  // gives no route.
  const isDynamic = kinds.some((kind) => kind !== "static");
  return { enabled: true, dhcp: isDynamic, autoconf: isDynamic, ...(address.length > 0 && { address }) };
}
