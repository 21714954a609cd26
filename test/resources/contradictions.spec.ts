/**
 * Pools that contradict themselves. Metal3 accepts them all, so they get a warning and are not refused. There is one warning
 * for each kind.
 */
import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { pool } from "./declare";
import { Stack } from "./program";

const range = (start: string, end: string, network: object = {}) => ({ start, end, ...network });
const TEN = range("10.0.0.10", "10.0.0.19");
const SIX = range("fd00::10", "fd00::19");
const NO_PREFIX = "no prefix, so hosts do not learn the size of their network.";
const WIDER = "is wider than the subnet. Hosts take the addresses around the subnet for their own network.";
const NARROWER = "is narrower than the subnet. Hosts reach the rest of the subnet only through a gateway.";
const SUBNETS = "If you do not mean that, write the subnet's length.";
const OVER =
  "Hosts of one network do not reach the others directly. Set a shorter prefix, or write one entry for each network.";
const OUTSIDE = "Hosts do not reach it without a route of its own. Choose a gateway inside, or correct the prefix.";
const FAMILIES =
  "`pools` has IPv4 and IPv6. A claim gets one address, from the first entry that has a free one. Create a pool for each family.";
const BEGIN = "Set `start` to start elsewhere.";
const IDLE = "Correct it, or leave it out.";
const handsOut = (what: string) =>
  `offers ${what}. Metal3 gives such addresses to hosts. Set \`excludeReserved: true\`, or add them to \`excludes\`.`;

/** All warnings of a preview of the pool. A text that starts with `offers` has no colon before it. */
const TOLD: Record<string, [args: object, ...warnings: string[]]> = {
  "no prefix": [
    { pools: [TEN], prefix: undefined },
    `pools[0] (10.0.0.10-10.0.0.19) has ${NO_PREFIX} Set \`prefix\` to its length.`,
  ],
  "no prefix, but a subnet": [
    { pools: [{ subnet: "10.0.0.0/24" }], prefix: undefined, excludeReserved: true },
    `pools[0] (10.0.0.0/24) has ${NO_PREFIX} Set \`prefix: 24\`, as the subnet says.`,
  ],
  "prefix 0, which Metal3 takes for none": [
    { pools: [{ ...SIX, subnet: "fd00::/64" }], prefix: 0, gateway: "fd00::1" },
    `pools[0] (fd00::/64) has ${NO_PREFIX} Set \`prefix: 64\`, as the subnet says.`,
  ],
  "no prefix in the second entry alone": [
    { pools: [{ ...TEN, prefix: 24 }, range("10.0.0.30", "10.0.0.39")], prefix: undefined },
    `pools[1] (10.0.0.30-10.0.0.39) has ${NO_PREFIX} Set \`prefix\` to its length.`,
  ],
  "no prefix in many entries": [
    {
      pools: Array.from({ length: 7 }, (_, at) => range(`10.0.${at}.10`, `10.0.${at}.19`)),
      prefix: undefined,
    },
    `pools[0] (10.0.0.10-10.0.0.19), pools[1] (10.0.1.10-10.0.1.19), pools[2] (10.0.2.10-10.0.2.19), ` +
      `pools[3] (10.0.3.10-10.0.3.19), pools[4] (10.0.4.10-10.0.4.19) and 2 more have ${NO_PREFIX} Set \`prefix\` to its length.`,
  ],
  "a prefix that is wider than the subnet": [
    { pools: [{ subnet: "10.0.0.64/26" }], prefix: 24, excludes: ["10.0.0.127"] },
    `prefix 24 of pools[0] (10.0.0.64/26) ${WIDER} ${SUBNETS}`,
  ],
  "a prefix that is narrower than the subnet": [
    { pools: [{ ...TEN, subnet: "10.0.0.0/16" }], prefix: 24 },
    `prefix 24 of pools[0] (10.0.0.0/16) ${NARROWER} ${SUBNETS}`,
  ],
  "an entry's own prefix, wider in IPv6": [
    { pools: [{ ...SIX, subnet: "fd00::/112", prefix: 64 }], prefix: 112, gateway: "fd00::1" },
    `prefix 64 of pools[0] (fd00::/112) ${WIDER} ${SUBNETS}`,
  ],
  "a range that is wider than its prefix": [
    { pools: [range("10.0.0.200", "10.0.1.200", { gateway: "10.0.1.1" })], prefix: 24, excludeReserved: true },
    "pools[0] (10.0.0.200-10.0.1.200) spans several networks of prefix 24 (`prefix: 23` makes it one). " + OVER,
  ],
  "a range over four networks": [
    { pools: [range("10.0.0.60", "10.0.0.250")], prefix: 26, excludeReserved: true },
    "pools[0] (10.0.0.60-10.0.0.250) spans several networks of prefix 26 (`prefix: 24` makes it one). " + OVER,
  ],
  "a range of IPv6 that is wider than its prefix": [
    { pools: [range("fd00::ff00", "fd00::1:10")], prefix: 112, gateway: "fd00::1", excludeReserved: true },
    "pools[0] (fd00::ff00-fd00::1:10) spans several networks of prefix 112 (`prefix: 111` makes it one). " + OVER,
  ],
  "a gateway outside": [
    { pools: [TEN], gateway: "10.0.1.1" },
    `gateway 10.0.1.1 of pools[0] (10.0.0.10-10.0.0.19) is outside of its network 10.0.0.0-10.0.0.255 (prefix 24). ${OUTSIDE}`,
  ],
  "a gateway outside of a small prefix": [
    { pools: [TEN], prefix: 28, gateway: "10.0.0.17", excludeReserved: true },
    `pools[0] (10.0.0.10-10.0.0.19) spans several networks of prefix 28 (\`prefix: 27\` makes it one). ${OVER}`,
  ],
  "a gateway of the next small network": [
    { pools: [range("10.0.0.3", "10.0.0.9")], prefix: 28, gateway: "10.0.0.17" },
    `gateway 10.0.0.17 of pools[0] (10.0.0.3-10.0.0.9) is outside of its network 10.0.0.0-10.0.0.15 (prefix 28). ${OUTSIDE}`,
  ],
  "a gateway outside of a subnet that alone says the length": [
    { pools: [{ ...TEN, subnet: "10.0.0.0/27" }], prefix: undefined, gateway: "10.0.0.33" },
    `pools[0] (10.0.0.0/27) has ${NO_PREFIX} Set \`prefix: 27\`, as the subnet says.`,
    `gateway 10.0.0.33 of pools[0] (10.0.0.0/27) is outside of its network 10.0.0.0-10.0.0.31 (prefix 27). ${OUTSIDE}`,
  ],
  "an entry's own gateway outside": [
    { pools: [TEN, range("10.0.5.1", "10.0.5.9", { gateway: "10.0.6.1" })] },
    `gateway 10.0.6.1 of pools[1] (10.0.5.1-10.0.5.9) is outside of its network 10.0.5.0-10.0.5.255 (prefix 24). ${OUTSIDE}`,
  ],
  "the pool's gateway outside of the second entry": [
    { pools: [TEN, range("10.0.5.1", "10.0.5.9")] },
    `gateway 10.0.0.1 of pools[1] (10.0.5.1-10.0.5.9) is outside of its network 10.0.5.0-10.0.5.255 (prefix 24). ${OUTSIDE}`,
  ],
  "a gateway outside in IPv6": [
    { pools: [SIX], prefix: 64, gateway: "fd01::1" },
    `gateway fd01::1 of pools[0] (fd00::10-fd00::19) is outside of its network fd00::-fd00::ffff:ffff:ffff:ffff (prefix 64). ${OUTSIDE}`,
  ],
  "a gateway that is the broadcast address": [
    { gateway: "10.0.0.255" },
    "gateway 10.0.0.255 is the broadcast address of 10.0.0.0/24. Routers do not use such an address. Choose another gateway, or correct the prefix.",
  ],
  "a gateway that is the network address of a small prefix": [
    { pools: [range("10.0.0.33", "10.0.0.40")], prefix: 28, gateway: "10.0.0.32" },
    "gateway 10.0.0.32 is the network address of 10.0.0.32/28. Routers do not use such an address. Choose another gateway, or correct the prefix.",
  ],
  "two families": [{ pools: [TEN, { ...SIX, prefix: 64 }], gateway: undefined }, FAMILIES],
  "two families, IPv6 first, each well by itself": [
    {
      pools: [
        { ...SIX, prefix: 64, gateway: "fd00::1" },
        { ...TEN, gateway: "10.0.0.1" },
      ],
      gateway: undefined,
    },
    FAMILIES,
  ],
  "host bits in a subnet": [
    { pools: [{ subnet: "10.0.0.10/24" }], excludeReserved: true },
    `pools[0] (10.0.0.10/24) has host bits, so Metal3 starts after them, at 10.0.0.11 (write 10.0.0.0/24 for all of it). ${BEGIN}`,
  ],
  "host bits in a subnet of IPv6": [
    { pools: [{ subnet: "fd00::1:0/96" }], prefix: 96, gateway: "fd00::1" },
    `pools[0] (fd00::1:0/96) has host bits, so Metal3 starts after them, at fd00::1:1 (write fd00::/96 for all of it). ${BEGIN}`,
  ],
  "the pool of Metal3's API page": [
    {
      prefix: 24,
      gateway: "192.168.1.1",
      pools: [
        range("192.168.0.10", "192.168.0.30", { prefix: 25, gateway: "192.168.0.1" }),
        { subnet: "192.168.1.1/26" },
        { subnet: "192.168.1.128/25" },
      ],
    },
    handsOut("192.168.1.63 (broadcast), 192.168.1.255 (broadcast)"),
    `prefix 24 of pools[1] (192.168.1.1/26), prefix 24 of pools[2] (192.168.1.128/25) ${WIDER} ${SUBNETS}`,
    `pools[1] (192.168.1.1/26) has host bits, so Metal3 starts after them, at 192.168.1.2 (write 192.168.1.0/26 for all of it). ${BEGIN}`,
  ],
  "an exclude that overlaps nothing": [
    { excludes: ["10.0.0.12", "10.0.9.0/24"] },
    `excludes[1] (10.0.9.0/24) overlaps no address of \`pools\`. ${IDLE}`,
  ],
  "an exclude beside the range": [
    { excludes: ["10.0.0.20-10.0.0.29"] },
    `excludes[0] (10.0.0.20-10.0.0.29) overlaps no address of \`pools\`. ${IDLE}`,
  ],
  "an exclude of the other family": [
    { excludes: ["fd00::10"] },
    `excludes[0] (fd00::10) is IPv6, but no entry of \`pools\` is. ${IDLE}`,
  ],
  "a DHCP range in another network": [
    { dhcpRanges: ["10.0.0.100-10.0.0.199", "10.0.1.100-10.0.1.199"] },
    `dhcpRanges[1] (10.0.1.100-10.0.1.199) overlaps no network of \`pools\`. ${IDLE}`,
  ],
  "a DHCP range of the other family": [
    { pools: [SIX], prefix: 64, gateway: "fd00::1", dhcpRanges: ["10.0.0.100"] },
    `dhcpRanges[0] (10.0.0.100) is IPv4, but no entry of \`pools\` is. ${IDLE}`,
  ],
  "both, of the other family": [
    { excludes: ["fd00::10"], dhcpRanges: ["fd00::/120"] },
    `excludes[0] (fd00::10) is IPv6, but no entry of \`pools\` is. ${IDLE}`,
    `dhcpRanges[0] (fd00::/120) is IPv6, but no entry of \`pools\` is. ${IDLE}`,
  ],
  "a DNS server on offer": [{ dnsServers: ["10.0.0.12", "1.1.1.1"] }, handsOut("10.0.0.12 (DNS server)")],
  "an entry's DNS server on offer, beside the gateway": [
    { pools: [{ ...TEN, dnsServers: ["10.0.0.19"] }], gateway: "10.0.0.10" },
    handsOut("10.0.0.10 (gateway), 10.0.0.19 (DNS server)"),
  ],
  "all at once": [
    {
      pools: [{ subnet: "10.0.0.10/24" }, { ...SIX, prefix: 64, gateway: "fd00::1" }],
      prefix: 25,
      gateway: "10.0.0.200",
      excludes: ["10.0.7.0"],
      dhcpRanges: ["10.0.8.0"],
      excludeReserved: true,
    },
    `prefix 25 of pools[0] (10.0.0.10/24) ${NARROWER} ${SUBNETS}`,
    FAMILIES,
    `pools[0] (10.0.0.10/24) has host bits, so Metal3 starts after them, at 10.0.0.11 (write 10.0.0.0/24 for all of it). ${BEGIN}`,
    `excludes[0] (10.0.7.0) overlaps no address of \`pools\`. ${IDLE}`,
    `dhcpRanges[0] (10.0.8.0) overlaps no network of \`pools\`. ${IDLE}`,
  ],
};

/** Pools that Metal3 handles well, and that users write. */
const QUIET: Record<string, object> = {
  "a range in its network": {},
  "a subnet, without what it keeps for itself": { pools: [{ subnet: "10.0.0.0/24" }], excludeReserved: true },
  "the network address excluded, which Metal3 does not give anyway": {
    pools: [{ subnet: "10.0.0.0/24" }],
    excludes: ["10.0.0.0", "10.0.0.1", "10.0.0.255"],
  },
  "a link-local gateway": { pools: [SIX], prefix: 64, gateway: "fe80::1" },
  "a link-local gateway of IPv4": { gateway: "169.254.1.1" },
  "hosts without neighbours": { prefix: 32, gateway: "172.31.1.1" },
  "hosts of IPv6 without neighbours": { pools: [SIX], prefix: 128, gateway: "fd01::1" },
  "a /31": { pools: [range("10.0.0.2", "10.0.0.3")], prefix: 31, gateway: "10.0.0.1" },
  "an entry for each network": {
    pools: [TEN, range("10.0.1.10", "10.0.1.19", { gateway: "10.0.1.1" })],
  },
  "a subnet with host bits and a start": {
    pools: [{ subnet: "10.0.0.10/24", start: "10.0.0.20" }],
    excludeReserved: true,
  },
  "the anycast address of IPv6 as gateway": { pools: [SIX], prefix: 64, gateway: "fd00::" },
  "no gateway": { gateway: undefined },
  "a DHCP range beside the offer": { dhcpRanges: ["10.0.0.100-10.0.0.199"] },
  "a DNS server elsewhere": { dnsServers: ["10.0.0.2", "2001:4860:4860::8888"] },
  "a DNS server that is kept back": { dnsServers: ["10.0.0.12"], excludeReserved: true },
  "an anycast address that is not on offer": {
    pools: [{ subnet: "fd00::/64" }],
    prefix: 64,
    gateway: "fd00::1",
    excludeReserved: true,
  },
};

async function warningsOf(args: object): Promise<readonly string[]> {
  return (await new Stack(openMemoryStore()).preview([pool(args)])).warnings;
}

describe("a pool that contradicts itself", () => {
  for (const [what, [args, ...warnings]] of Object.entries(TOLD)) {
    it(`${what}: gets a warning`, async () => {
      const said = warnings.map((text) => `IPPool metal3/net${/^offers/.test(text) ? "" : ":"} ${text}`);
      assert.deepEqual(await warningsOf(args), said);
    });
  }

  for (const [what, args] of Object.entries(QUIET)) {
    it(`${what}: gets no warning`, async () => assert.deepEqual(await warningsOf(args), []));
  }

  it("is judged with the stored values too: a prefix that others have set counts", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool({ prefix: undefined })]);
    await store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { prefix: 24 } });
    assert.deepEqual((await stack.preview([pool({ prefix: undefined })])).warnings, []);
  });
});
