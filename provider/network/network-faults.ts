/** Faults of networks, routes and DNS servers that a reader of the formats reports too late, or never. */
import { type Address, addressBits, formatAddress, isLinkLocal, quoted, sameAddress } from "../core/address";
import { formatSubnet, rangeContains, sameSubnet, subnetRange } from "../core/range";
import { effectiveMtu } from "./device-faults";
import { type LayoutFault, oneOfText } from "./fault";
import { DEFAULT_ROUTE, familyOf, isStatic, type Layout, type LinkNetwork, vlanName } from "./layout";
import { subnetOf, unusableRole } from "./unusable";

/** RFC 8200, section 5. */
const MIN_IPV6_MTU = 1280;

type Path = LayoutFault["path"];

export function networkFaults(layout: Layout): LayoutFault[] {
  const { networks } = layout;
  return [
    ...networks.flatMap((network, index) => {
      const [path, before] = [["networks", index], networks.slice(0, index)];
      return [
        ...nameFaults(network, before, path),
        ...linkFaults(layout, network, path),
        ...addressFaults(network, before, path),
        ...gatewayFaults(layout, network, path),
        ...familyFaults(network, before, path),
        ...routeFaults(layout, network, path),
      ];
    }),
    ...doubleRoutes(layout),
    ...dnsFaults(layout),
  ];
}

function nameFaults({ name }: LinkNetwork, before: readonly LinkNetwork[], path: Path): LayoutFault[] {
  const isTaken = before.some((other) => other.name === name);
  const reason = `${quoted(name)} is the name of two networks. Choose another. A device can have several networks.`;
  return isTaken ? [{ path: [...path, "name"], reason }] : [];
}

function linkFaults(layout: Layout, network: LinkNetwork, path: Path): LayoutFault[] {
  const { nics, bonds, vlans } = layout;
  const { link } = network;
  const fault = (reason: string) => [{ path: [...path, "link"], reason }];
  const devices = [...nics.map(({ name }) => name), ...bonds.map(({ name }) => name), ...vlans.map(vlanName)];
  if (!devices.includes(link)) return fault(`${quoted(link)} is not a device. Choose ${oneOfText(devices)}.`);
  const bond = bonds.find(({ members }) => members.includes(link));
  if (bond) return fault(`${link} is a member of ${bond.name}, so it has no network. Write ${bond.name}.`);
  const mtu = effectiveMtu(layout, link);
  if (familyOf(network) === 4 || mtu === undefined || mtu >= MIN_IPV6_MTU) return [];
  return fault(`${link} has the MTU ${mtu}, but IPv6 needs ${MIN_IPV6_MTU} or more. Raise its \`mtu\`.`);
}

function addressFaults(network: LinkNetwork, before: readonly LinkNetwork[], path: Path): LayoutFault[] {
  if (!isStatic(network)) return [];
  const { address, prefixLength } = network;
  const faults: LayoutFault[] = [];
  const fault = (property: string, reason: string) => faults.push({ path: [...path, "allocation", property], reason });
  const text = formatAddress(address);
  const other = before.filter(isStatic).find((one) => sameAddress(one.address, address));
  if (other) fault("address", `${text} is the address of ${other.name} as well. Each network needs its own.`);
  const bits = addressBits(address.family);
  if (prefixLength < 1 || prefixLength > bits) {
    fault("prefix", `${prefixLength} is not a prefix of IPv${address.family}. It is between 1 and ${bits}.`);
    return faults;
  }
  if (prefixLength === 32 && address.family === 4) {
    fault("prefix", "32 is refused by Ironic for IPv4. Use 31 or less.");
  }
  const role = unusableRole(address, network);
  if (role) fault("address", `${text} is ${role}, and no host can have it. Exclude it from the pool.`);
  return faults;
}

function gatewayFaults({ networks }: Layout, network: LinkNetwork, path: Path): LayoutFault[] {
  const via = isStatic(network) ? network.defaultVia : undefined;
  const why = via && viaFault(networks, network, via);
  if (!why) return [];
  const reason = `${formatAddress(via)} ${why} Correct the pool, or leave \`defaultRoute\` out.`;
  return [{ path: [...path, "allocation", "gateway"], reason }];
}

/** Why no route can lead over this address. It follows the address. */
function viaFault(networks: readonly LinkNetwork[], network: LinkNetwork, via: Address): string | undefined {
  if (networks.filter(isStatic).some(({ address }) => sameAddress(address, via)))
    return "is an address of the host itself.";
  const role = unusableRole(via, network);
  if (role) return `is ${role}.`;
  if (isOnLink(network, via)) return undefined;
  return isStatic(network)
    ? `is not on the link of ${network.name}, which is ${formatSubnet(subnetOf(network))}.`
    : `is not of IPv${familyOf(network)}, as ${network.name} is.`;
}

function isOnLink(network: LinkNetwork, address: Address): boolean {
  if (address.family !== familyOf(network)) return false;
  // An IPv4 host uses a link-local router only if it has a link-local address itself.
  return (
    (address.family === 6 && isLinkLocal(address)) || !isStatic(network) || rangeContains(subnetRange(network), address)
  );
}

/** One family of one device is either static or dynamic. */
function familyFaults(network: LinkNetwork, before: readonly LinkNetwork[], path: Path): LayoutFault[] {
  const family = familyOf(network);
  const onLink = before.filter((other) => other.link === network.link && familyOf(other) === family);
  const other = onLink.find((one) => !isStatic(one) || !isStatic(network));
  if (!other) return [];
  const reason = `IPv${family} of ${network.link} comes from ${other.name} already, and one of the two is dynamic. Remove one.`;
  return [{ path, reason }];
}

function routeFaults({ networks }: Layout, network: LinkNetwork, path: Path): LayoutFault[] {
  const family = familyOf(network);
  return network.routes.flatMap(({ to, via }, index) => {
    const faults: LayoutFault[] = [];
    const fault = (property: string, reason: string) =>
      faults.push({ path: [...path, "routes", index, property], reason });
    if (to.address.family !== family) {
      const remedy = `Move the route to an IPv${to.address.family} network.`;
      fault("to", `${formatSubnet(to)} is not IPv${family}, as ${network.name} is. ${remedy}`);
    } else if (to.prefixLength === 32 && family === 4) {
      fault("to", `${formatSubnet(to)} is one address. Ironic refuses such a route for IPv4. Use 31 or less.`);
    }
    const why = viaFault(networks, network, via);
    if (why) fault("via", `${formatAddress(via)} ${why} Name a router on this link.`);
    return faults;
  });
}

/** A host with two routes to one place uses one of them, and no reader says which. */
function doubleRoutes({ networks }: Layout): LayoutFault[] {
  const routes = networks.flatMap((network, index) => {
    const path = ["networks", index];
    const via = isStatic(network) ? network.defaultVia : undefined;
    const own = via ? [{ name: network.name, to: DEFAULT_ROUTE[via.family], path: [...path, "defaultRoute"] }] : [];
    const said = network.routes.map(({ to }, at) => ({ name: network.name, to, path: [...path, "routes", at, "to"] }));
    return [...own, ...said];
  });
  return routes.flatMap(({ to, path }, index) => {
    const other = routes.slice(0, index).find((one) => sameSubnet(one.to, to));
    if (!other) return [];
    const what =
      to.prefixLength === 0 ? `a default route of IPv${to.address.family}` : `a route to ${formatSubnet(to)}`;
    return [{ path, reason: `is the second one: ${other.name} has ${what} already. Keep one of the two.` }];
  });
}

/** Whether a DNS server has an address that needs a device, which a list of servers cannot name. IPv4 needs none. */
export function isUnscoped(server: Address): boolean {
  return server.family === 6 && isLinkLocal(server);
}

/** It follows the path of the server. */
export function unscopedText(server: Address): string {
  return `${formatAddress(server)} is link-local, and a list of DNS servers does not say on which device. Give another address of the server.`;
}

function dnsFaults({ dnsServers, dnsSearch, networks }: Layout): LayoutFault[] {
  if (dnsSearch.length > 0 && networks.length === 0) {
    return [{ path: ["dnsSearch"], reason: "has no effect, because the host has no network. Leave it out." }];
  }
  return dnsServers.flatMap((server, index) => {
    if (isUnscoped(server)) return [{ path: ["dnsServers", index], reason: unscopedText(server) }];
    if (networks.some((network) => familyOf(network) === server.family)) return [];
    const reason = `${formatAddress(server)} cannot be reached, because the host has no IPv${server.family} network. Remove it.`;
    return [{ path: ["dnsServers", index], reason }];
  });
}
