/** What the programs are known to lose or to add. A limit that no layout meets any more fails the test. */
import { type DeviceFacts, eachDevice, type Facts, withOneDynamicIPv6 } from "./facts";
import type { Applied } from "./programs";

export interface Limit {
  readonly readers: readonly (keyof Applied)[];
  /** The program and the beginnings of its versions. */
  readonly program: string;
  readonly versions: readonly string[];
  /** In the words of docs/networks.md. */
  readonly what: string;
  /** What is left of the facts. */
  readonly left: (facts: Facts) => Facts;
}

const isIPv6 = (text: string) => text.includes(":");
const isMember = ({ is }: DeviceFacts) => is.startsWith("nic ") && is.includes(" in ");

const addressesOf = ({ devices }: Facts) => Object.values(devices).flatMap(({ addresses }) => addresses);

function withNumberedBonds(facts: Facts): Facts {
  const bonds = Object.entries(facts.devices).flatMap(([name, { is }]) => (is.startsWith("bond ") ? name : []));
  const numbers = new Map(bonds.map((name, index) => [name, `bond${index}`]));
  const renamed = (text: string) => text.replace(/(?<=^| )([a-z0-9]+)(?=$|\.)/, (name) => numbers.get(name) ?? name);
  const devices = Object.entries(facts.devices).map(([name, device]): [string, DeviceFacts] => [
    renamed(name),
    { ...device, is: / (in|on) /.test(device.is) ? renamed(device.is) : device.is },
  ]);
  return { ...facts, devices: Object.fromEntries(devices) };
}

/** A member of a bond has no addresses, so no program asks for any. */
function withAdvertisements(device: DeviceFacts): DeviceFacts {
  const isDynamic = device.dynamic.some((kind) => kind !== "ipv4");
  return isDynamic || isMember(device) ? device : { ...device, dynamic: [...device.dynamic, "ra"] };
}

export const LIMITS: readonly Limit[] = [
  {
    readers: ["cloudInitNetplan"],
    program: "cloud-init",
    versions: ["22.4", "25.1"],
    what: "loses the routes of a dynamic network",
    left: (facts) =>
      eachDevice(facts, (device) => ({
        ...device,
        routes: device.routes.filter((route) => device.dynamic.every((kind) => isIPv6(route) === (kind === "ipv4"))),
      })),
  },
  {
    readers: ["cloudInitNetplan"],
    program: "cloud-init",
    versions: ["22.4", "25.1"],
    what: "loses the DNS servers and the search domains of a host without a static network",
    left: (facts) => (addressesOf(facts).length > 0 ? facts : { ...facts, dns: [], search: [] }),
  },
  {
    readers: ["cloudInitNetplan", "cloudInitIfupdown"],
    program: "cloud-init",
    versions: ["22.4", "25.1"],
    what: "calls the bonds bond0, bond1 and so on, whatever their names are",
    left: withNumberedBonds,
  },
  {
    readers: ["cloudInitNetplan"],
    program: "cloud-init",
    versions: ["22.4", "25.1"],
    what: "has DHCP for both ways to a dynamic IPv6 address",
    left: (facts) =>
      eachDevice(facts, (device) => ({
        ...device,
        dynamic: device.dynamic.map((kind) => (kind === "slaac" ? "ipv6" : kind)),
      })),
  },
  {
    readers: ["cloudInitNetplan"],
    program: "cloud-init",
    versions: ["22.4", "25.1"],
    what: "does not forbid router advertisements on a device without IPv6",
    left: (facts) =>
      eachDevice(facts, (device) => (device.addresses.some(isIPv6) ? device : withAdvertisements(device))),
  },
  {
    readers: ["cloudInitIfupdown"],
    program: "cloud-init",
    versions: ["22.4", "25.1"],
    what: "forbids router advertisements only on a device with a static IPv6 address and no IPv4",
    left: (facts) =>
      eachDevice(facts, (device) => {
        const hasIPv4 = device.dynamic.includes("ipv4") || device.addresses.some((address) => !isIPv6(address));
        return hasIPv4 || device.addresses.length === 0 ? withAdvertisements(device) : device;
      }),
  },
  {
    readers: ["cloudInitNetplan", "cloudInitIfupdown"],
    program: "cloud-init",
    versions: ["22.4", "25.1"],
    what: "sets a bond's MAC address in spite of `fail_over_mac`, and the kernel ignores it",
    left: (facts) =>
      eachDevice(facts, (device, name) => {
        const first = Object.values(facts.devices).find(({ is }) => is.endsWith(` in ${name}`));
        const [, mac = ""] = first?.is.split(" ") ?? [];
        return device.is.includes("fail_over_mac=")
          ? { ...device, is: device.is.replace(/^(bond \S+)/, `$1 ${mac}`) }
          : device;
      }),
  },
  {
    readers: ["nmstate", "networkManager", "nmstateNetworkManager"],
    program: "network-manager",
    versions: ["1.42", "1.52"],
    what: "has one word for both ways to a dynamic IPv6 address",
    left: withOneDynamicIPv6,
  },
  {
    readers: ["nmstate", "nmstateNetworkManager"],
    program: "nmstate",
    versions: ["2.2"],
    what: "writes a metric for a route without one: 0 for IPv4 and 1024 for IPv6",
    left: (facts) =>
      eachDevice(facts, (device) => ({
        ...device,
        routes: device.routes.map((route) =>
          route.split(" ").length > 2 ? route : `${route} ${isIPv6(route) ? 1024 : 0}`,
        ),
      })),
  },
];

/** The limits of a reader in the versions of this machine. */
export function limitsOf(reader: keyof Applied, versions: Readonly<Record<string, string>>): Limit[] {
  return LIMITS.filter(
    ({ readers, program, versions: known }) =>
      readers.includes(reader) && known.some((version) => versions[program]?.startsWith(version)),
  );
}
