/** What a program or a format says about a host. The code that reads it shares nothing with the renderers. */

export interface Facts {
  /** By name. */
  readonly devices: Readonly<Record<string, DeviceFacts>>;
  /** In the order of each family, IPv4 first. */
  readonly dns: readonly string[];
  readonly search: readonly string[];
}

export interface DeviceFacts {
  /** `nic 52:54:00:00:00:10 in bond0`, `bond 802.3ad 52:54:00:00:00:10 miimon=100` or `vlan 100 on bond0`. */
  readonly is: string;
  readonly mtu?: number | undefined;
  readonly addresses: readonly string[];
  /** `10.20.0.0/16 10.0.0.1 50`: destination, gateway, metric. */
  readonly routes: readonly string[];
  /** `ipv4`, `ipv6` and `slaac`. `ra`: router advertisements are not forbidden, though no network is dynamic. */
  readonly dynamic: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: each reader takes the format apart, and a wrong member fails the test.
export type Parsed = any;

export const nicText = (mac: string, bond?: string) => `nic ${mac.toLowerCase()}${bond ? ` in ${bond}` : ""}`;

/** `options` by the kernel's names, with `miimon`. */
export function bondText(mode: string, mac: string | undefined, options: Readonly<Record<string, string>>): string {
  const said = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return ["bond", mode, ...(mac ? [mac.toLowerCase()] : []), ...said.sort()].join(" ");
}

export const vlanText = (id: number | string, link: string) => `vlan ${id} on ${link}`;

export function routeText({ to, via, metric }: { to: string; via: string; metric?: number | string }): string {
  const network = to === "default" ? (via.includes(":") ? "::/0" : "0.0.0.0/0") : to;
  return [network, via, ...(metric === undefined ? [] : [metric])].join(" ");
}

export function deviceFacts(
  is: string,
  { mtu, addresses = [], routes = [], dynamic = [] }: Partial<DeviceFacts>,
): DeviceFacts {
  return {
    is,
    ...(mtu !== undefined && { mtu }),
    addresses: [...addresses].sort(),
    routes: [...routes].sort(),
    dynamic: [...dynamic].sort(),
  };
}

export function facts(
  devices: Iterable<readonly [name: string, facts: DeviceFacts]>,
  dns: readonly string[],
  search: readonly string[],
): Facts {
  const servers = [...new Set(dns)];
  const isIPv6 = (server: string) => server.includes(":");
  return {
    devices: Object.fromEntries(devices),
    dns: [...servers.filter((one) => !isIPv6(one)), ...servers.filter(isIPv6)],
    search: [...new Set(search)],
  };
}

/** The same facts, with other ones of each device. */
export function eachDevice(said: Facts, change: (device: DeviceFacts, name: string) => DeviceFacts): Facts {
  const devices = Object.entries(said.devices).map(([name, device]) => [name, change(device, name)]);
  return { ...said, devices: Object.fromEntries(devices) };
}

/** The facts of a reader that has one word for both ways to a dynamic IPv6 address. */
export function withOneDynamicIPv6(said: Facts): Facts {
  return eachDevice(said, (device) => ({
    ...device,
    dynamic: device.dynamic.map((kind) => (kind === "ipv6" ? "slaac" : kind)),
  }));
}
