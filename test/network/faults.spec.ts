/** Faults that no reader of the formats reports in time: each with its path and its message, and all at once. */
import assert from "node:assert/strict";
import type { Properties } from "../../provider/resources/handler";
import { allocation, eno1, eno2, gateway, lan, linesOf, on } from "./layouts";

const bond0 = { name: "bond0", members: ["eno1", "eno2"], mode: "active-backup" };
const bonded = (others: object, ...networks: object[]) => ({ ...on(...networks), bonds: [{ ...bond0, ...others }] });

const rows: Readonly<Record<string, [given: Properties, ...lines: string[]]>> = {
  "a MAC address twice": [
    { ...on(), nics: [eno1, { name: "eno2", mac: "52-54-00-AA-BB-01" }] },
    "nics[1].mac: 52:54:00:aa:bb:01 is the MAC address of eno1 as well. Each NIC has its own.",
  ],
  "a multicast MAC address": [
    { ...on(), nics: [{ name: "eno1", mac: "01:00:5e:00:00:01" }] },
    'nics[0].mac: "01:00:5e:00:00:01" is not the MAC address of a NIC. It is a multicast address.',
  ],
  "a name twice": [
    { ...on(), nics: [eno1, { ...eno2, name: "eno1" }] },
    'nics[1].name: "eno1" is the name of another device as well. Choose another.',
  ],
  "a long name": [
    { ...on(), nics: [{ ...eno1, name: "enp129s0f0np0v12" }] },
    'nics[0].name: "enp129s0f0np0v12" has more than 15 characters, and Linux allows no more.',
  ],
  "a long name of a VLAN": [
    { ...on(), nics: [{ ...eno1, name: "enp129s0f0np0" }], vlans: [{ link: "enp129s0f0np0", id: 100 }] },
    'vlans[0]: makes the device name "enp129s0f0np0.100" of 17 characters. Linux allows 15. Give enp129s0f0np0 a shorter name.',
  ],
  "a member that is not there": [
    bonded({ members: ["eno1", "eno3"] }),
    'bonds[0].members[1]: "eno3" is not a NIC. Choose eno1 or eno2.',
  ],
  "a member of two bonds": [
    { ...on(), bonds: [bond0, { ...bond0, name: "bond1", members: ["eno2"] }] },
    "bonds[1].members[0]: eno2 is a member of bond0 already. Remove one of the two.",
  ],
  "a member twice": [
    bonded({ members: ["eno1", "eno1"] }),
    "bonds[0].members[1]: eno1 is a member of bond0 already. Remove one of the two.",
  ],
  "a network on a member": [
    bonded({}, lan),
    "networks[0].link: eno1 is a member of bond0, so it has no network. Write bond0.",
  ],
  "a VLAN on a member": [
    { ...bonded({}), vlans: [{ link: "eno1", id: 5 }] },
    "vlans[0].link: eno1 is a member of bond0. Build the VLAN on bond0.",
  ],
  "a VLAN on nothing": [
    { ...on(), vlans: [{ link: "bond0", id: 5 }] },
    'vlans[0].link: "bond0" is not a NIC or a bond, and a VLAN needs one of them. Choose eno1 or eno2.',
  ],
  "another MTU than the bond's": [
    { ...on(), nics: [{ ...eno1, mtu: 9000 }, eno2], bonds: [bond0] },
    "bonds[0].members[0]: eno1 has the MTU 9000, but bond0 has no `mtu`, so its MTU is 1500. Set `mtu` on the bond only.",
  ],
  "a VLAN with more than its base's MTU": [
    { ...bonded({ mtu: 4000 }), vlans: [{ link: "bond0", id: 5, mtu: 9000 }] },
    "vlans[0].mtu: 9000 is too large: bond0 has the MTU 4000. Set `mtu: 9000` on bond0 as well.",
  ],
  "IPv6 with a small MTU": [
    { ...on({ name: "lan", link: "eno1", dhcp: "slaac" }), nics: [{ ...eno1, mtu: 1000 }] },
    "networks[0].link: eno1 has the MTU 1000, but IPv6 needs 1280 or more. Raise its `mtu`.",
  ],
  "an unknown option of a bond": [
    bonded({ options: { "lacp-rate": "fast" } }),
    'bonds[0].options["lacp-rate"]: is not an option. Choose miimon, updelay, downdelay, lacp_rate, ad_select, min_links, ' +
      "xmit_hash_policy, primary, primary_reselect or fail_over_mac.",
  ],
  "an option of another mode": [
    bonded({ options: { lacp_rate: "fast" } }),
    "bonds[0].options.lacp_rate: has no meaning in mode active-backup. It needs 802.3ad.",
  ],
  "an option without another": [
    bonded({ options: { primary_reselect: "better" } }),
    "bonds[0].options.primary_reselect: has no effect without `primary`. Set both.",
  ],
  "a primary that is no member": [
    bonded({ options: { primary: "eno3" } }),
    'bonds[0].options.primary: "eno3" is not possible. Choose eno1 or eno2.',
  ],
  "a value that an option does not take": [
    bonded({ mode: "802.3ad", options: { lacp_rate: "1", miimon: "100\n[ipv4]" } }),
    'bonds[0].options.miimon: "100\\n[ipv4]" is not a positive number.',
    'bonds[0].options.lacp_rate: "1" is not possible. Choose slow or fast.',
  ],
  "an unknown mode": [
    bonded({ mode: "lacp" }),
    'bonds[0].mode: "lacp" is not a mode. Choose one of 802.3ad, active-backup, balance-xor, balance-rr, broadcast, balance-tlb, balance-alb.',
  ],
  "two default routes": [
    on(
      { ...lan, defaultRoute: true },
      {
        name: "san",
        link: "eno2",
        allocation: allocation("10.1.0.9", 24, { gateway: "10.1.0.1" }),
        defaultRoute: true,
      },
    ),
    "networks[1].defaultRoute: is the second one: lan has a default route of IPv4 already. Keep one of the two.",
  ],
  "a default route that is also written": [
    on({ ...lan, defaultRoute: true, routes: [{ to: "0.0.0.0/0", via: "10.0.0.2" }] }),
    "networks[0].routes[0].to: is the second one: lan has a default route of IPv4 already. Keep one of the two.",
  ],
  "a route twice": [
    on({
      ...lan,
      routes: [
        { to: "10.9.0.0/16", via: "10.0.0.1" },
        { to: "10.9.0.0/16", via: "10.0.0.2" },
      ],
    }),
    "networks[0].routes[1].to: is the second one: lan has a route to 10.9.0.0/16 already. Keep one of the two.",
  ],
  "a gateway that is not on the link": [
    on({ ...lan, allocation: allocation("10.0.0.10", 24, { gateway: "10.0.1.1" }), defaultRoute: true }),
    "networks[0].allocation.gateway: 10.0.1.1 is not on the link of lan, which is 10.0.0.0/24. Correct the pool, or leave `defaultRoute` out.",
  ],
  "a gateway that is the host": [
    on({ ...lan, allocation: allocation("10.0.0.1", 24, gateway), defaultRoute: true }),
    "networks[0].allocation.gateway: 10.0.0.1 is an address of the host itself. Correct the pool, or leave `defaultRoute` out.",
  ],
  "a default route without a gateway": [
    on({ ...lan, allocation: allocation("10.0.0.10"), defaultRoute: true }),
    "networks[0].defaultRoute: needs a gateway, and the pool gives none. Set `gateway` on the IPPool, or leave `defaultRoute` out.",
  ],
  "a default route of a dynamic network": [
    on({ name: "lan", link: "eno1", dhcp: "ipv4", defaultRoute: true }),
    "networks[0].defaultRoute: is for an allocation. With `dhcp`, the DHCP server or the router decides. Leave it out.",
  ],
  "no prefix": [
    on({ ...lan, allocation: { claimName: "c", address: "10.0.0.10" } }),
    "networks[0].allocation.prefix: is required, and the pool gives none. Set `prefix` on the IPPool.",
  ],
  "a prefix of IPv4 that Ironic refuses": [
    on({ ...lan, allocation: allocation("10.0.0.10", 32) }),
    "networks[0].allocation.prefix: 32 is refused by Ironic for IPv4. Use 31 or less.",
  ],
  "a prefix that is none": [
    on({ ...lan, allocation: allocation("10.0.0.10", 64) }),
    "networks[0].allocation.prefix: 64 is not a prefix of IPv4. It is between 1 and 32.",
  ],
  "an address twice": [
    on(lan, { ...lan, name: "san", link: "eno2" }),
    "networks[1].allocation.address: 10.0.0.10 is the address of lan as well. Each network needs its own.",
  ],
  "a network's name twice": [
    on(lan, { name: "lan", link: "eno2", dhcp: "ipv4" }),
    'networks[1].name: "lan" is the name of two networks. Choose another. A device can have several networks.',
  ],
  "a network on nothing": [
    { ...on({ ...lan, link: "eno9" }), vlans: [{ link: "eno1", id: 5 }] },
    'networks[0].link: "eno9" is not a device. Choose eno1, eno2 or eno1.5.',
  ],
  "an address and DHCP": [
    on({ ...lan, dhcp: "ipv4" }),
    "networks[0].dhcp: cannot be set together with `allocation`. Remove one of them.",
  ],
  "no address and no DHCP": [
    on({ name: "lan", link: "eno1" }),
    "networks[0].allocation: is required. Give the address of the host, or set `dhcp` instead.",
  ],
  "a static and a dynamic network of one family": [
    on(lan, { name: "more", link: "eno1", dhcp: "ipv4" }),
    "networks[1]: IPv4 of eno1 comes from lan already, and one of the two is dynamic. Remove one.",
  ],
  "two dynamic networks of one family": [
    on({ name: "lan", link: "eno1", dhcp: "ipv6" }, { name: "more", link: "eno1", dhcp: "slaac" }),
    "networks[1]: IPv6 of eno1 comes from lan already, and one of the two is dynamic. Remove one.",
  ],
  "a route of the other family": [
    on({ ...lan, routes: [{ to: "fd00::/64", via: "10.0.0.1" }] }),
    "networks[0].routes[0].to: fd00::/64 is not IPv4, as lan is. Move the route to an IPv6 network.",
  ],
  "a route to one address": [
    on({ ...lan, routes: [{ to: "10.9.0.1/32", via: "10.0.0.1" }] }),
    "networks[0].routes[0].to: 10.9.0.1/32 is one address. Ironic refuses such a route for IPv4. Use 31 or less.",
  ],
  "a route with host bits": [
    on({ ...lan, routes: [{ to: "10.9.0.1/16", via: "10.0.0.1" }] }),
    'networks[0].routes[0].to: "10.9.0.1/16" is not a network. It has host bits. Write 10.9.0.0/16.',
  ],
  "a route over a gateway that is not on the link": [
    on({ ...lan, routes: [{ to: "10.9.0.0/16", via: "10.1.0.1" }] }),
    "networks[0].routes[0].via: 10.1.0.1 is not on the link of lan, which is 10.0.0.0/24. Name a router on this link.",
  ],
  "a route over the host itself": [
    on({ ...lan, routes: [{ to: "10.9.0.0/16", via: "10.0.0.10" }] }),
    "networks[0].routes[0].via: 10.0.0.10 is an address of the host itself. Name a router on this link.",
  ],
  "a gateway that is another address of the host": [
    on(
      { ...lan, allocation: allocation("10.0.0.10", 24, { gateway: "10.0.0.11" }), defaultRoute: true },
      { ...lan, name: "more", link: "eno2", allocation: allocation("10.0.0.11") },
    ),
    "networks[0].allocation.gateway: 10.0.0.11 is an address of the host itself. Correct the pool, or leave `defaultRoute` out.",
  ],
  "a gateway of the other family": [
    on({ ...lan, allocation: allocation("10.0.0.10", 24, { gateway: "fd00::1" }), defaultRoute: true }),
    "networks[0].allocation.gateway: fd00::1 is not on the link of lan, which is 10.0.0.0/24. Correct the pool, or leave `defaultRoute` out.",
  ],
  "the broadcast address": [
    on({ ...lan, allocation: allocation("10.0.0.255", 24) }),
    "networks[0].allocation.address: 10.0.0.255 is the broadcast address of 10.0.0.0/24, and no host can have it. Exclude it from the pool.",
  ],
  "the network address": [
    on({ ...lan, allocation: allocation("10.0.0.0", 24) }),
    "networks[0].allocation.address: 10.0.0.0 is the network address of 10.0.0.0/24, and no host can have it. Exclude it from the pool.",
  ],
  "a multicast address": [
    on({ ...lan, allocation: allocation("ff02::1", 64) }),
    "networks[0].allocation.address: ff02::1 is a multicast address, and no host can have it. Exclude it from the pool.",
  ],
  "a route over a loopback address": [
    on({ name: "lan", link: "eno1", dhcp: "ipv4", routes: [{ to: "10.9.0.0/16", via: "127.0.0.1" }] }),
    "networks[0].routes[0].via: 127.0.0.1 is a loopback address. Name a router on this link.",
  ],
  "a name of the system": [
    { ...on(), nics: [{ ...eno1, name: "all" }] },
    'nics[0].name: "all" is a name of the system. Choose another.',
  ],
  "a name of digits": [
    { ...on(), nics: [{ ...eno1, name: "0o17" }] },
    'nics[0].name: "0o17" must consist of letters, digits, _, . and -, and must start with a letter.',
  ],
  "a network's name with a line break": [
    on({ ...lan, name: "a\nb" }),
    'networks[0].name: "a\\nb" must consist of at most 63 letters, digits, _, . and -.',
  ],
  "search domains without a network": [
    { ...on(), dnsSearch: ["lab.example"] },
    "dnsSearch: has no effect, because the host has no network. Leave it out.",
  ],
  "no look for lost links": [
    bonded({ options: { miimon: "0" } }),
    'bonds[0].options.miimon: "0" is not a positive number.',
  ],
  "a DNS server of a family that the host lacks": [
    { ...on(lan), dnsServers: ["10.0.0.1", "fd00::1"] },
    "dnsServers[1]: fd00::1 cannot be reached, because the host has no IPv6 network. Remove it.",
  ],
  "a link-local DNS server": [
    { ...on(lan, { ...lan, name: "lan6", allocation: allocation("fd00::10", 64) }), dnsServers: ["fe80::53"] },
    "dnsServers[0]: fe80::53 is link-local, and a list of DNS servers does not say on which device. Give another address of the server.",
  ],
  "a pool with a link-local DNS server": [
    on({ ...lan, allocation: allocation("fd00::10", 64, { dnsServers: ["fd00::53", "fe80::53"] }) }),
    "networks[0].allocation.dnsServers[1]: fe80::53 is link-local, and a list of DNS servers does not say on which device. Give another address of the server.",
  ],
  "a search domain with a dot at its end": [
    { ...on(lan), dnsSearch: ["lab.example."] },
    'dnsSearch[0]: "lab.example." is not a domain. Write one without a dot at its end, as in lab.example.',
  ],
  "several faults": [
    { ...on({ ...lan, link: "eno9" }), vlans: [{ link: "eno9", id: 4094 }], dnsServers: ["fd00::1"] },
    'vlans[0].link: "eno9" is not a NIC or a bond, and a VLAN needs one of them. Choose eno1 or eno2.',
    'networks[0].link: "eno9" is not a device. Choose eno1, eno2 or eno9.4094.',
    "dnsServers[0]: fd00::1 cannot be reached, because the host has no IPv6 network. Remove it.",
  ],
};

describe("a layout with", () => {
  for (const [what, [given, ...expected]] of Object.entries(rows)) {
    it(what, () => assert.deepEqual(linesOf(given), expected));
  }
});
