/** Keyfiles of NetworkManager (nm-settings-keyfile(5)), one for each device. */
import { type Family, formatAddress } from "../core/address";
import { formatSubnet } from "../core/range";
import { type Device, dnsDevice, isMember, networksOf } from "./devices";
import { allRoutes, isStatic, type Layout } from "./layout";

/** Texts by the names of their files: `bond0.nmconnection`. */
export function keyfiles(layout: Layout, devices: readonly Device[]): Record<string, string> {
  const files = devices.map((device): [string, string] => {
    const sections = {
      ...linkSections(device, devices),
      ...(!isMember(device) && ipSections(layout, devices, device)),
    };
    return [`${device.name}.nmconnection`, keyfile(sections)];
  });
  return Object.fromEntries(files);
}

/** Values by key, by section. A key without a value and a section without keys are left out. */
type Sections = Readonly<Record<string, Section>>;
type Section = Readonly<Record<string, string | number | undefined>>;

function keyfile(sections: Sections): string {
  const texts = Object.entries(sections).map(([name, values]) => {
    const lines = Object.entries(values).filter(([, value]) => value !== undefined);
    return lines.length === 0 ? [] : [`[${name}]\n${lines.map(([key, value]) => `${key}=${value}\n`).join("")}`];
  });
  return texts.flat().join("\n");
}

function linkSections(device: Device, devices: readonly Device[]): Sections {
  const { name, mac, mtu } = device;
  switch (device.type) {
    case "nic": {
      const port = { master: device.bond, "slave-type": device.bond && "bond" };
      const hasVlan = devices.some((other) => other.type === "vlan" && other.of.link === name);
      // The MAC address finds the NIC, whatever its name is.
      return {
        connection: { id: name, uuid: hasVlan ? uuidOf(mac) : undefined, type: "ethernet", ...port },
        ethernet: { "mac-address": mac.toUpperCase(), mtu },
      };
    }
    case "bond": {
      const { mode, options } = device.of;
      const connection = { id: name, type: "bond", "interface-name": name };
      const cloned = device.keepsMac ? mac.toUpperCase() : undefined;
      return { connection, bond: { mode, ...options }, ethernet: { "cloned-mac-address": cloned, mtu } };
    }
    case "vlan": {
      const { link, id } = device.of;
      const connection = { id: name, type: "vlan", "interface-name": name };
      const nic = devices.find((other) => other.type === "nic" && other.name === link);
      // The UUID finds the NIC by its MAC address. The name of the link would have to be the kernel's.
      return { connection, vlan: { parent: nic ? uuidOf(nic.mac) : link, id }, ethernet: { mtu } };
    }
  }
}

/** One UUID for each MAC address, the same each time. Version 8 of RFC 9562 leaves the digits to the writer. */
function uuidOf(mac: string): string {
  return `b9a3c6f2-7c1e-8d40-9f52-${mac.replaceAll(":", "")}`;
}

function ipSections(layout: Layout, devices: readonly Device[], device: Device): Sections {
  const section = (family: Family) => ipSection(layout, dnsDevice(devices, family) === device, device, family);
  return { ipv4: section(4), ipv6: section(6) };
}

/** `hasDns`: whether the device has the DNS servers of the family. */
function ipSection({ dnsServers, dnsSearch }: Layout, hasDns: boolean, device: Device, family: Family): Section {
  const networks = networksOf(device, family);
  const addresses = networks.filter(isStatic).map(formatSubnet);
  const routes = networks.flatMap(allRoutes).map(({ to, via, metric }) => {
    return [formatSubnet(to), formatAddress(via), metric].filter((one) => one !== undefined).join(",");
  });
  const servers = dnsServers.filter((server) => hasDns && server.family === family).map(formatAddress);
  const search = hasDns ? dnsSearch : [];
  return {
    method: methodOf(networks.map(({ kind }) => kind)),
    ...numbered("address", addresses),
    ...numbered("route", routes),
    dns: servers.join(";") || undefined,
    "dns-search": search.join(";") || undefined,
  };
}

function numbered(key: string, values: readonly string[]): Section {
  return Object.fromEntries(values.map((value, index) => [`${key}${index + 1}`, value]));
}

/** `auto` is DHCP in IPv4. In IPv6 it is router advertisements, and DHCP if they ask for it: DHCP alone gives no route. */
function methodOf(kinds: readonly string[]): string {
  if (kinds.some((kind) => kind !== "static")) return "auto";
  return kinds.length > 0 ? "manual" : "disabled";
}
