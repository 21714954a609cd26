/** A change that a pool cannot have is reported at the changed property. A fault that state already has is a warning. */
import assert from "node:assert/strict";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, host, hosts, pool } from "./declare";
import { type Declared, Stack } from "./program";
import { refusals } from "./refusals";

const RANGE = { start: "10.0.0.100", end: "10.0.0.160" };
const net = (args: object = {}, as = "net") => pool({ pools: [RANGE], ...args }, as);
/** w2 holds .102. w127 and w128 hold addresses that a prefix of 25 makes edges. */
const w2 = host("w2", { address: "10.0.0.102" });
const w127 = host("w127", { address: "10.0.0.127" });
const w128 = host("w128", { address: "10.0.0.128" });

const isReserved = (address: string, name: string) =>
  `${address} is reserved for ${name} (stack metal/dev, resource ${name})`;
const becomes = (address: string, name: string, role: string, otherwise: string) =>
  `${isReserved(address, name)} of IPPool metal3/net, and would become ${role}, which a host cannot use. ${otherwise}, move the host ` +
  "first, or set `allowReserved: true`.";
const taken = (address: string, name: string, otherwise: string) =>
  `${isReserved(address, name)} of IPPool metal3/net. ${otherwise}, or move the holder first.`;
const stranded = (address: string, name: string) =>
  `no longer offers ${address}, held by ${name} (stack metal/dev, resource ${name}). Keep these addresses in \`pools\`. ` +
  "To remove them with their holders, use two updates: first the holders, then the addresses.";

const BLAMED: Record<string, [before: object, after: object, hosts: Declared[], ...says: string[]]> = {
  "a gateway on a host": [
    {},
    { gateway: "10.0.0.102" },
    [w2],
    `gateway: ${becomes("10.0.0.102", "w2", "the gateway", "Choose another gateway")}`,
  ],
  "a gateway on a host, beside a change of DNS servers": [
    {},
    { gateway: "10.0.0.102", dnsServers: ["1.1.1.1"] },
    [w2],
    `gateway: ${becomes("10.0.0.102", "w2", "the gateway", "Choose another gateway")}`,
  ],
  "an entry's gateway on a host": [
    {},
    { pools: [{ ...RANGE, gateway: "10.0.0.102" }] },
    [w2],
    `pools[0].gateway: ${becomes("10.0.0.102", "w2", "the gateway", "Choose another gateway")}`,
  ],
  "a gateway on a host, kept back": [
    { excludeReserved: true },
    { excludeReserved: true, gateway: "10.0.0.102" },
    [w2],
    `gateway: ${taken("10.0.0.102", "w2", "Choose another gateway")}`,
  ],
  "an entry's gateway on a host, kept back": [
    { excludeReserved: true },
    { excludeReserved: true, pools: [{ ...RANGE, gateway: "10.0.0.102" }] },
    [w2],
    `pools[0].gateway: ${taken("10.0.0.102", "w2", "Choose another gateway")}`,
  ],
  "a prefix that makes a host's address an edge": [
    {},
    { prefix: 25 },
    [w127, w128],
    `prefix: ${becomes("10.0.0.127", "w127", "a broadcast address", "Choose another prefix")}`,
    `prefix: ${becomes("10.0.0.128", "w128", "a network address", "Choose another prefix")}`,
  ],
  "a prefix that makes a host's address an edge, kept back": [
    { excludeReserved: true },
    { excludeReserved: true, prefix: 25 },
    [w127],
    `prefix: ${taken("10.0.0.127", "w127", "Choose another prefix")}`,
  ],
  "a DNS server on a host, kept back": [
    { excludeReserved: true },
    { excludeReserved: true, dnsServers: ["1.1.1.1", "10.0.0.102"] },
    [w2],
    `dnsServers: ${taken("10.0.0.102", "w2", "Choose another DNS server, leave `excludeReserved` out")}`,
  ],
  "excludeReserved over a host on the DNS server": [
    { dnsServers: ["10.0.0.102"] },
    { dnsServers: ["10.0.0.102"], excludeReserved: true },
    [w2],
    `excludeReserved: ${taken("10.0.0.102", "w2", "Leave `excludeReserved` out, set `allowReserved: true` as well")}`,
  ],
  "an exclude over a host": [
    { excludes: ["10.0.0.150"] },
    { excludes: ["10.0.0.150", "10.0.0.101-10.0.0.103"] },
    [w2],
    `excludes[1]: ${taken("10.0.0.102", "w2", "Leave it on offer")}`,
  ],
  "two excludes over two hosts": [
    {},
    { excludes: ["10.0.0.102", "10.0.0.127/32"] },
    [w2, w127],
    `excludes[0]: ${taken("10.0.0.102", "w2", "Leave it on offer")}`,
    `excludes[1]: ${taken("10.0.0.127", "w127", "Leave it on offer")}`,
  ],
  "entries that end before a host": [
    {},
    { pools: [{ ...RANGE, end: "10.0.0.101" }] },
    [w2],
    `pools: ${stranded("10.0.0.102", "w2")}`,
  ],
  "entries and excludes at once": [
    {},
    { pools: [{ ...RANGE, end: "10.0.0.120" }], excludes: ["10.0.0.102"] },
    [w2, w127],
    `excludes[0]: ${taken("10.0.0.102", "w2", "Leave it on offer")}`,
    `pools: ${stranded("10.0.0.127", "w127")}`,
  ],
  "allowReserved taken back under a host": [
    { gateway: "10.0.0.102", allowReserved: true, excludeReserved: true },
    { gateway: "10.0.0.102", excludeReserved: true },
    [w2],
    `allowReserved: ${taken("10.0.0.102", "w2", "Keep `allowReserved: true`")}`,
  ],
  "a DHCP range over what is on offer": [
    {},
    { dhcpRanges: ["10.0.0.150-10.0.0.199"] },
    [],
    "dhcpRanges[0]: 10.0.0.150-10.0.0.199 overlaps 10.0.0.100-10.0.0.160 of pools[0]. Make them disjoint, or add the DHCP range to `excludes`.",
  ],
  "an entry over a DHCP range": [
    { dhcpRanges: ["10.0.0.170-10.0.0.199"] },
    { dhcpRanges: ["10.0.0.170-10.0.0.199"], pools: [{ ...RANGE, end: "10.0.0.180" }] },
    [],
    "pools[0]: 10.0.0.170-10.0.0.199 overlaps 10.0.0.100-10.0.0.180 of pools[0]. Make them disjoint, or add the DHCP range to `excludes`.",
  ],
};

const meets = (offer: string) =>
  `${offer} overlaps 10.0.0.100-10.0.0.160 of IPPool metal3/net (both have 10.0.0.160). Make them disjoint, or set ` +
  "`allowOverlap: true`. To move addresses from one pool to the other, use two updates.";
const NEXT = { start: "10.0.0.160", end: "10.0.0.170" };

const NEIGHBOURS: Record<string, [before: object, after: object, says: string]> = {
  "an exclude that is taken back": [
    { pools: [NEXT], excludes: ["10.0.0.160"] },
    { pools: [NEXT] },
    `excludes: ${meets("10.0.0.160-10.0.0.170")}`,
  ],
  "allowOverlap that is taken back": [
    { pools: [NEXT], allowOverlap: true },
    { pools: [NEXT] },
    `allowOverlap: ${meets("10.0.0.160-10.0.0.170")}`,
  ],
  "entries that grow": [
    { pools: [{ ...NEXT, start: "10.0.0.165" }] },
    { pools: [NEXT] },
    `pools: ${meets("10.0.0.160-10.0.0.170")}`,
  ],
};

describe("a refused change of a pool", () => {
  for (const [what, [before, after, held, ...says]] of Object.entries(BLAMED)) {
    it(`${what}: is reported at the changed property`, async () => {
      const stack = new Stack(openMemoryStore());
      await stack.up([net(before), ...held]);
      assert.deepEqual(
        (await refusals(stack.preview([net(after), ...held]))).sort(),
        says.map((text) => `net: ${text}`).sort(),
      );
    });
  }

  for (const [what, [before, after, says]] of Object.entries(NEIGHBOURS)) {
    it(`${what}: is reported at the changed property`, async () => {
      const stack = new Stack(openMemoryStore());
      await stack.up([net(), net(before, "two")]);
      assert.deepEqual(await refusals(stack.preview([net(), net(after, "two")])), [`two: ${says}`]);
    });
  }

  it("warns of an overlap that state already has, because another pool was allowed to overlap since", async () => {
    const stack = new Stack(openMemoryStore());
    const program = [net(), net({ pools: [NEXT], allowOverlap: true }, "two")];
    await stack.up(program);
    const { warnings } = await stack.preview(program);
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? "",
      /^IPPool metal3\/net: 10\.0\.0\.100-10\.0\.0\.160 overlaps .* of IPPool metal3\/two \(both have/,
    );
  });

  it("accepts a gateway on a virtual IP, with allowReserved, and after the host has left", async () => {
    const stack = new Stack(openMemoryStore());
    const vip = claim("vip", { address: "10.0.0.102" });
    await stack.up([net(), vip]);
    await stack.up([net({ gateway: "10.0.0.102" }), vip]);
    const other = new Stack(openMemoryStore());
    await other.up([net(), w2]);
    await other.up([net({ gateway: "10.0.0.102", allowReserved: true }), w2]);
    await other.up([net({ gateway: "10.0.0.102" }), w2]);
    assert.deepEqual(await other.up([net({ gateway: "10.0.0.102" }), w2]), ["same net", "same w2"]);
  });
});

describe("a set's start outside of its pool", () => {
  const OFFERS = "10.0.0.100-10.0.0.160";
  const says = (start: string, begin: string, offers = OFFERS) =>
    `start ${start} is not an address of IPPool metal3/net. New hosts get addresses from ${begin} on. Choose a start in ${offers}.`;
  const STARTS: Record<string, [net: Declared, start: string, begin: string, offers?: string]> = {
    below: [net(), "10.0.0.9", "10.0.0.100"],
    above: [net(), "10.0.0.200", "10.0.0.100"],
    "in another network": [net(), "192.168.0.1", "10.0.0.100"],
    "of another family": [net(), "fd00::1", "10.0.0.100"],
    excluded: [
      net({ excludes: ["10.0.0.110"] }),
      "10.0.0.110",
      "10.0.0.111",
      "10.0.0.100-10.0.0.109, 10.0.0.111-10.0.0.160",
    ],
    "kept back": [
      net({ gateway: "10.0.0.100", excludeReserved: true }),
      "10.0.0.100",
      "10.0.0.101",
      "10.0.0.101-10.0.0.160",
    ],
    "between two entries": [
      net({
        pools: [
          { ...RANGE, end: "10.0.0.109" },
          { ...RANGE, start: "10.0.0.120" },
        ],
      }),
      "10.0.0.115",
      "10.0.0.120",
      "10.0.0.100-10.0.0.109, 10.0.0.120-10.0.0.160",
    ],
  };
  for (const [what, [one, start, begin, offers]] of Object.entries(STARTS)) {
    it(`${what}: warns, and says where new hosts begin`, async () => {
      const stack = new Stack(openMemoryStore());
      const program = [one, hosts(["a"], { start })];
      assert.deepEqual((await stack.preview(program)).warnings, [says(start, begin, offers)]);
      await stack.up(program);
      assert.deepEqual(stack.outputs("rack").addresses, { a: begin });
    });
  }
});
