/** Layouts of hosts, as arguments of renderNetworkConfig: one for the examples, and random ones. */
import fc from "fast-check";
import { renderNetworkConfig } from "../../provider/resources/functions/render-network-config";
import type { InvokeResponse, Properties } from "../../provider/resources/handler";

export const [MAC_1, MAC_2] = ["52:54:00:aa:bb:01", "52:54:00:12:34:56"] as const;

/** An allocation as a pool gives it. */
export function allocation(address: string, prefix = 24, others: Properties = {}) {
  return { claimName: "worker-0-net", address, prefix, ...others };
}

/** A bond with a VLAN: two families on the bond, and storage without a gateway on the VLAN. */
export const full = {
  host: "worker-0",
  nics: [
    { name: "eno1", mac: "52:54:00:AA:BB:01" },
    { name: "eno2", mac: "52-54-00-12-34-56" },
  ],
  bonds: [{ name: "bond0", members: ["eno1", "eno2"], mode: "802.3ad", mtu: 9000, options: { miimon: "100" } }],
  vlans: [{ link: "bond0", id: 100, mtu: 9000 }],
  networks: [
    {
      name: "provisioning",
      link: "bond0",
      allocation: allocation("172.22.0.10", 24, { gateway: "172.22.0.1", dnsServers: ["172.22.0.1", "fd00::1"] }),
      defaultRoute: true,
    },
    {
      name: "provisioning6",
      link: "bond0",
      allocation: allocation("fd00::10", 64, { gateway: "fd00::1" }),
      defaultRoute: true,
    },
    {
      name: "storage",
      link: "bond0.100",
      allocation: allocation("10.100.0.10"),
      routes: [{ to: "10.200.0.0/16", via: "10.100.0.1" }],
    },
  ],
  dnsSearch: ["lab.example"],
};

export function asked(given: Properties): InvokeResponse {
  return renderNetworkConfig.answer(given);
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const mac = (index: number) => `52:54:00:00:00:${String(index + 10)}`;

/** The networks of a device: none, one family or both, each static or dynamic. */
const families = fc.record({
  ipv4: fc.constantFrom("none", "static", "ipv4"),
  ipv6: fc.constantFrom("none", "static", "ipv6", "slaac"),
  isRouted: fc.boolean(),
});

const shape = fc.record({
  nics: fc.integer({ min: 1, max: 4 }),
  /** How many of the NICs are in a bond. */
  bonded: fc.integer({ min: 0, max: 4 }),
  mode: fc.constantFrom("802.3ad", "active-backup", "balance-xor"),
  mtu: maybe(fc.constantFrom(1500, 4000, 9000)),
  vlans: fc.uniqueArray(fc.integer({ min: 1, max: 4094 }), { maxLength: 3 }),
  on: fc.array(families, { minLength: 8, maxLength: 8 }),
  defaultOf: fc.record({ ipv4: fc.boolean(), ipv6: fc.boolean() }),
  search: fc.subarray(["lab.example", "example.org"]),
});

/** Layouts without a fault. */
export const layouts: fc.Arbitrary<Properties> = shape.map((one) => {
  const nics = Array.from({ length: one.nics }, (_, index) => ({ name: `eno${index + 1}`, mac: mac(index) }));
  const members = nics.slice(0, Math.min(one.bonded, one.nics)).map(({ name }) => name);
  const bonds = members.length > 0 ? [{ name: "bond0", members, mode: one.mode, mtu: one.mtu }] : [];
  const base = bonds[0]?.name ?? nics[0]!.name;
  const vlans = one.vlans.map((id) => ({ link: base, id }));
  const free = [
    ...nics.map(({ name }) => name).filter((name) => !members.includes(name)),
    ...bonds.map(({ name }) => name),
  ];
  const devices = [...free, ...vlans.map(({ link, id }) => `${link}.${id}`)];
  const networks = devices.flatMap((link, index) => {
    const { ipv4, ipv6, isRouted } = one.on[index % one.on.length]!;
    return [...network(link, index, 4, ipv4, isRouted), ...network(link, index, 6, ipv6, isRouted)];
  });
  for (const family of ["ipv4", "ipv6"] as const) {
    const first = networks.find(({ name }) => name.startsWith(`static-${family}`));
    if (first && one.defaultOf[family]) first.defaultRoute = true;
  }
  return { host: "worker-0", nics, bonds, vlans, networks, dnsSearch: networks.length > 0 ? one.search : [] };
});

function network(link: string, index: number, family: 4 | 6, kind: string, isRouted: boolean) {
  if (kind === "none") return [];
  const [subnet, beyond] =
    family === 4 ? [`10.${index}.0.`, `10.20${index}.0.0/16`] : [`fd00:${index}::`, `fd00:a${index}::/48`];
  const named = { name: `${kind}-ipv${family}-${index}`, link, defaultRoute: undefined as boolean | undefined };
  const routes = isRouted ? [{ to: beyond, via: `${subnet}2` }] : undefined;
  if (kind !== "static") return [{ ...named, dhcp: kind, routes }];
  const others = { gateway: `${subnet}1`, dnsServers: [`${subnet}1`] };
  return [{ ...named, routes, allocation: allocation(`${subnet}10`, family === 4 ? 24 : 64, others) }];
}
