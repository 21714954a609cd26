/** The devices and networks that a reader of each format understands. This code shares nothing with the renderers. */
import { parse } from "yaml";

export interface Fact {
  readonly mtu?: number | undefined;
  readonly addresses: readonly string[];
  /** `to via`. */
  readonly routes: readonly string[];
  readonly dynamic: readonly string[];
}
export type Facts = Readonly<Record<string, Fact>>;

// biome-ignore lint/suspicious/noExplicitAny: each reader takes the format apart, and a wrong member fails the test.
type Parsed = any;

const metricOf = ({ metric }: Parsed) => (metric === undefined ? "" : ` ${metric}`);

/** The facts of a reader that has one word for both ways to a dynamic IPv6 address: NetworkManager. */
export function withOneDynamicIPv6(facts: Facts): Facts {
  const one = (fact: Fact) => ({ ...fact, dynamic: fact.dynamic.map((kind) => (kind === "ipv6" ? "slaac" : kind)) });
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, one(fact)]));
}

const fact = (mtu: number | undefined, addresses: string[], routes: string[], dynamic: string[]): Fact => ({
  ...(mtu !== undefined && { mtu }),
  addresses: addresses.sort(),
  routes: routes.sort(),
  dynamic: dynamic.sort(),
});

export function factsOfNetworkData(text: string): Facts {
  const { links, networks }: Parsed = JSON.parse(text);
  return Object.fromEntries(
    links.map(({ id, mtu }: Parsed) => {
      const on: Parsed[] = networks.filter(({ link }: Parsed) => link === id);
      const addresses = on.filter((one) => one.ip_address).map((one) => `${one.ip_address}/${lengthOf(one.netmask)}`);
      const routes = on.flatMap((one) =>
        one.routes.map(
          (route: Parsed) => `${route.network}/${lengthOf(route.netmask)} ${route.gateway}${metricOf(route)}`,
        ),
      );
      const words: Record<string, string> = { ipv4_dhcp: "ipv4", ipv6_dhcp: "ipv6", ipv6_slaac: "slaac" };
      return [
        id,
        fact(
          mtu,
          addresses,
          routes,
          on.flatMap(({ type }) => words[type] ?? []),
        ),
      ];
    }),
  );
}

/** The number of leading ones of a mask. */
function lengthOf(mask: string): number {
  const [size, base, separator] = mask.includes(":") ? [16, 16, ":"] : [8, 10, "."];
  const groups = mask.split(separator).filter((group) => group !== "");
  return groups.reduce(
    (sum, group) => sum + Number.parseInt(group, base).toString(2).padStart(size, "0").replace(/0*$/, "").length,
    0,
  );
}

export function factsOfNmstate(text: string): Facts {
  const { interfaces, routes = { config: [] } }: Parsed = parse(text);
  return Object.fromEntries(
    interfaces.map(({ name, mtu, ipv4, ipv6 }: Parsed) => {
      const of = ({ address = [] }: Parsed) => address.map((one: Parsed) => `${one.ip}/${one["prefix-length"]}`);
      const on = routes.config.filter((route: Parsed) => route["next-hop-interface"] === name);
      const dynamic = [ipv4.dhcp && "ipv4", ipv6.dhcp && (ipv6.autoconf ? "slaac" : "ipv6")].filter(Boolean);
      const targets = on.map((route: Parsed) => `${route.destination} ${route["next-hop-address"]}${metricOf(route)}`);
      return [name, fact(mtu, [...of(ipv4), ...of(ipv6)], targets, dynamic as string[])];
    }),
  );
}

export function factsOfNetplan(text: string): Facts {
  const { ethernets = {}, bonds = {}, vlans = {} }: Parsed = parse(text).network;
  const devices = Object.entries({ ...ethernets, ...bonds, ...vlans });
  return Object.fromEntries(
    devices.map(([name, one]: [string, Parsed]) => {
      const isSlaac = one["accept-ra"] === true && one.dhcp6 !== true;
      const dynamic = [one.dhcp4 && "ipv4", one.dhcp6 && "ipv6", isSlaac && "slaac"].filter(Boolean);
      const routes = (one.routes ?? []).map((route: Parsed) => {
        const { to, via } = route;
        return `${to === "default" ? (via.includes(":") ? "::/0" : "0.0.0.0/0") : to} ${via}${metricOf(route)}`;
      });
      return [name, fact(one.mtu, one.addresses ?? [], routes, dynamic as string[])];
    }),
  );
}

export function factsOfKeyfiles(files: Readonly<Record<string, string>>): Facts {
  return Object.fromEntries(
    Object.entries(files).map(([file, text]) => {
      const sections: Record<string, Record<string, string>> = {};
      let section = "";
      for (const line of text.split("\n")) {
        const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
        const [, key, value] = /^([^=]+)=(.*)$/.exec(line) ?? [];
        if (name !== undefined) section = name;
        if (key !== undefined) sections[section] = { ...sections[section], [key]: value! };
      }
      const { ethernet = {}, ipv4 = {}, ipv6 = {} } = sections;
      const values = (pattern: RegExp) =>
        [ipv4, ipv6].flatMap((ip) => Object.entries(ip).flatMap(([key, value]) => (pattern.test(key) ? [value] : [])));
      const dynamic = [
        ipv4.method === "auto" && "ipv4",
        ipv6.method === "auto" && "slaac",
        ipv6.method === "dhcp" && "ipv6",
      ].filter(Boolean);
      const mtu = ethernet.mtu === undefined ? undefined : Number(ethernet.mtu);
      const routes = values(/^route/).map((route) => route.replaceAll(",", " "));
      return [file.replace(".nmconnection", ""), fact(mtu, values(/^address/), routes, dynamic as string[])];
    }),
  );
}
