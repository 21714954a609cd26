/** Random layouts of hosts without a fault, as arguments of renderNetworkConfig. Their addresses are in canonical form. */
import fc from "fast-check";
import type { Properties } from "../../provider/resources/handler";
import { allocation } from "./layouts";

type Options = Readonly<Record<string, string>>;

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const mac = (index: number) => `52:54:00:00:00:${String(index + 10)}`;

/** The networks of a device: none, one family or both, each static or dynamic. */
const families = fc.record({
  ipv4: fc.constantFrom("none", "static", "two static", "ipv4"),
  ipv6: fc.constantFrom("none", "static", "two static", "ipv6", "slaac"),
  isRouted: fc.boolean(),
  hasLocalRouter: fc.boolean(),
});

/** Modes with options of the kernel's driver. The members' names are eno1 and so on. */
const BONDS: readonly (readonly [mode: string, options: (first: string) => Options | undefined])[] = [
  ["802.3ad", () => undefined],
  ["802.3ad", () => ({ lacp_rate: "fast", xmit_hash_policy: "layer3+4", min_links: "1", ad_select: "bandwidth" })],
  ["active-backup", () => undefined],
  ["active-backup", (primary) => ({ primary, primary_reselect: "better", miimon: "50" })],
  ["active-backup", () => ({ fail_over_mac: "active" })],
  ["balance-xor", () => ({ xmit_hash_policy: "layer2+3", updelay: "200", downdelay: "400" })],
  ["balance-rr", () => undefined],
];

const shape = fc.record({
  nics: fc.integer({ min: 1, max: 5 }),
  /** How many of the NICs are in the first bond, and in the second. */
  bonded: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })),
  bondNames: fc.constantFrom("bond", "bond", "lacp"),
  bonds: fc.tuple(fc.constantFrom(...BONDS), fc.constantFrom(...BONDS)),
  /** Of each base of VLANs. */
  mtus: fc.array(maybe(fc.constantFrom(1500, 4000, 9000)), { minLength: 5, maxLength: 5 }),
  vlans: fc.uniqueArray(
    fc.record({ id: fc.integer({ min: 1, max: 4094 }), on: fc.nat(), mtu: maybe(fc.constantFrom(1400, 1500)) }),
    { maxLength: 3, selector: ({ id }) => id },
  ),
  on: fc.array(families, { minLength: 8, maxLength: 8 }),
  defaultOf: fc.record({ ipv4: fc.boolean(), ipv6: fc.boolean() }),
  dnsServers: maybe(fc.subarray(["10.0.0.53", "fd00::53", "192.0.2.53", "2001:db8::53"])),
  search: fc.subarray(["lab.example", "example.org"]),
});

export const layouts: fc.Arbitrary<Properties> = shape.map((one) => {
  const names = Array.from({ length: one.nics }, (_, index) => `eno${index + 1}`);
  const [first, second] = one.bonded;
  const groups = [names.slice(0, first), names.slice(first, first + second)].filter(({ length }) => length > 0);
  const bonds = groups.map((members, index) => {
    const [mode, options] = one.bonds[index]!;
    return { name: `${one.bondNames}${index}`, members, mode, mtu: one.mtus[index], options: options(members[0]!) };
  });
  const free = names.slice(groups.flat().length).map((name, index) => ({ name, mtu: one.mtus[index + groups.length] }));
  const bases = [...bonds, ...free];
  const vlans = one.vlans.map(({ id, on, mtu }) => ({ link: bases[on % bases.length]!.name, id, mtu }));
  const devices = [...bases.map(({ name }) => name), ...vlans.map(({ link, id }) => `${link}.${id}`)];
  const networks = devices.flatMap((link, index) => networksOf(link, index + 1, one.on[index % one.on.length]!));
  for (const family of ["ipv4", "ipv6"] as const) {
    const network = networks.find(({ name }) => name.startsWith(`static-${family}`));
    if (network && one.defaultOf[family]) network.defaultRoute = true;
  }
  const hasFamily = (server: string) =>
    networks.some(({ name }) => name.includes(server.includes(":") ? "-ipv6-" : "-ipv4-"));
  return {
    host: "worker-0",
    nics: names.map((name, index) => ({ name, mac: mac(index), mtu: free.find((nic) => nic.name === name)?.mtu })),
    bonds,
    vlans,
    networks,
    dnsServers: one.dnsServers?.filter(hasFamily),
    dnsSearch: networks.length > 0 ? one.search : [],
  };
});

interface Network {
  readonly name: string;
  readonly link: string;
  defaultRoute?: boolean;
  readonly [others: string]: unknown;
}

function networksOf(
  link: string,
  index: number,
  on: { ipv4: string; ipv6: string; isRouted: boolean; hasLocalRouter: boolean },
): Network[] {
  const routed = (to: string, via: string) => (on.isRouted ? [{ to, via }] : undefined);
  const router = on.hasLocalRouter ? "fe80::1" : `fd00:${index}::1`;
  return [
    ...networks(link, `ipv4-${index}`, on.ipv4, routed(`10.20${index}.0.0/16`, `10.${index}.0.2`), (host) =>
      allocation(`10.${index}.0.${host}`, 24, { gateway: `10.${index}.0.1`, dnsServers: [`10.${index}.0.1`] }),
    ),
    ...networks(link, `ipv6-${index}`, on.ipv6, routed(`fd00:a${index}::/48`, `fd00:${index}::2`), (host) =>
      allocation(`fd00:${index}::${host}`, 64, { gateway: router, dnsServers: [`fd00:${index}::1`] }),
    ),
  ];
}

function networks(
  link: string,
  family: string,
  kind: string,
  routes: readonly object[] | undefined,
  addressOf: (host: number) => object,
): Network[] {
  if (kind === "none") return [];
  const address = { name: `static-${family}`, link, routes, allocation: addressOf(10) };
  if (kind === "static") return [address];
  if (kind === "two static") return [address, { name: `more-${family}`, link, allocation: addressOf(11) }];
  return [{ name: `${kind}-${family}`, link, routes, dhcp: kind }];
}
