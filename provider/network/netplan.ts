/** Netplan's format, which is also cloud-init's network-config version 2. */
import { type Family, formatAddress } from "../core/address";
import { formatSubnet } from "../core/range";
import { BOND_OPTIONS, isBondOption } from "./bond-options";
import { type Device, dnsDevice, isMember } from "./devices";
import { allRoutes, isStatic, type Layout } from "./layout";

export function netplan(layout: Layout, devices: readonly Device[]): object {
  const written = (device: Device) => ({ ...linkOf(device), ...ipOf(device), ...dnsOf(layout, devices, device) });
  const section = (type: Device["type"]) => {
    const ofType = devices.filter((device) => device.type === type);
    return ofType.length > 0 && Object.fromEntries(ofType.map((device) => [device.name, written(device)]));
  };
  const [ethernets, bonds, vlans] = [section("nic"), section("bond"), section("vlan")];
  return {
    network: { version: 2, ...(ethernets && { ethernets }), ...(bonds && { bonds }), ...(vlans && { vlans }) },
  };
}

function linkOf(device: Device): object {
  const mtu = device.mtu !== undefined && { mtu: device.mtu };
  switch (device.type) {
    case "nic":
      return { match: { macaddress: device.mac }, "set-name": device.name, ...mtu };
    case "bond": {
      const { members, mode, options } = device.of;
      const said = Object.entries(options).map(([option, value]) => [
        isBondOption(option) ? BOND_OPTIONS[option].netplan : option,
        value,
      ]);
      const mac = device.keepsMac && { macaddress: device.mac };
      return { interfaces: members, parameters: { mode, ...Object.fromEntries(said) }, ...mac, ...mtu };
    }
    case "vlan":
      return { id: device.of.id, link: device.of.link, ...mtu };
  }
}

function ipOf(device: Device): object {
  if (isMember(device)) return {};
  const { networks } = device;
  const addresses = networks.filter(isStatic).map(formatSubnet);
  const routes = networks.flatMap((network) =>
    allRoutes(network).map(({ to, via, metric }) => ({
      to: to.prefixLength === 0 ? "default" : formatSubnet(to),
      via: formatAddress(via),
      ...(metric !== undefined && { metric }),
    })),
  );
  const kinds = networks.map(({ kind }) => kind);
  return {
    ...(kinds.includes("ipv4") && { dhcp4: true }),
    ...(kinds.includes("ipv6") && { dhcp6: true }),
    // A device takes an address from any router advertisement unless this forbids it.
    "accept-ra": kinds.includes("ipv6") || kinds.includes("slaac"),
    ...(addresses.length > 0 && { addresses }),
    ...(routes.length > 0 && { routes }),
  };
}

function dnsOf({ dnsServers, dnsSearch }: Layout, devices: readonly Device[], device: Device): object {
  const families = ([4, 6] as const).filter((family) => dnsDevice(devices, family) === device);
  const isOf = (family: Family) => families.includes(family);
  const addresses = dnsServers.filter(({ family }) => isOf(family)).map(formatAddress);
  const search = families.length > 0 ? dnsSearch : [];
  if (addresses.length === 0 && search.length === 0) return {};
  return {
    nameservers: { ...(addresses.length > 0 && { addresses }), ...(search.length > 0 && { search }) },
  };
}
