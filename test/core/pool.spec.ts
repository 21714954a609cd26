import assert from "node:assert/strict";
import fc from "fast-check";
import { type Address, formatAddress, MAPPED_FIRST, MAPPED_LAST, sameAddress } from "../../provider/core/address";
import { FreeSpace } from "../../provider/core/free-space";
import {
  capacityOnWire,
  compilePool,
  networkOf,
  type PoolEntry,
  whyNotOffered,
  withoutAddresses,
} from "../../provider/core/pool";
import { formatRange, formatSubnet, type Subnet, subnetRange } from "../../provider/core/range";
import { RangeSet } from "../../provider/core/range-set";
import { placeLowest } from "./placed";
import { enumerate, everyAddress, smallRanges, someAddress } from "./universe";
import { address, poolSpec, range, rangeSet, type WrittenEntry } from "./written";

const offered = (...pools: WrittenEntry[]): string =>
  compilePool(poolSpec({ pools }))
    .offers.map(({ index, range }) => `${index}:${formatRange(range)}`)
    .join(" ");

describe("compilePool", () => {
  const top = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  const rows: [what: string, entry: WrittenEntry, expected: string][] = [
    ["/32", { subnet: "10.0.0.7/32" }, ""], // written address + 1 lies outside
    ["/32 with a start", { subnet: "10.0.0.7/32", start: "10.0.0.7" }, "0:10.0.0.7"],
    ["/31", { subnet: "10.0.0.0/31" }, "0:10.0.0.1"],
    ["/31 at the top", { subnet: "255.255.255.254/31" }, "0:255.255.255.255"],
    ["/30", { subnet: "10.0.0.0/30" }, "0:10.0.0.1-10.0.0.3"], // broadcast is given out
    ["/128", { subnet: "2001:db8::7/128" }, ""],
    ["/128 at the top", { subnet: `${top}/128` }, ""],
    ["/127", { subnet: "2001:db8::/127" }, "0:2001:db8::1"],
    ["host bits", { subnet: "192.168.0.10/24" }, "0:192.168.0.11-192.168.0.255"],
    ["subnet and end", { subnet: "10.0.0.0/29", end: "10.0.0.2" }, "0:10.0.0.1-10.0.0.7"], // end is ignored
    ["start below the subnet", { subnet: "10.0.0.16/28", start: "10.0.0.14", end: "10.0.0.20" }, ""],
    [
      "end beyond the subnet",
      { subnet: "10.0.0.16/28", start: "10.0.0.30", end: "10.0.0.40" },
      "0:10.0.0.30-10.0.0.31",
    ],
    [
      "start at the network address",
      { subnet: "10.0.0.16/28", start: "10.0.0.16", end: "10.0.0.17" },
      "0:10.0.0.16-10.0.0.17",
    ],
    ["start alone", { start: "10.0.0.254" }, "0:10.0.0.254-255.255.255.255"],
    ["start alone, IPv6", { start: "2001:db8::1" }, `0:2001:db8::1-${top}`],
    ["end alone", { end: "10.0.0.9" }, ""],
    ["nothing", {}, ""],
    ["end before start", { start: "10.0.0.9", end: "10.0.0.1" }, ""],
    ["IPv4 start, IPv6 end", { start: "255.255.255.254", end: "2001:db8::1" }, "0:255.255.255.254-255.255.255.255"],
    ["IPv4 start, low IPv6 end", { start: "10.0.0.1", end: "::9" }, ""],
    ["IPv6 start, IPv4 end", { start: "2001:db8::1", end: "10.0.0.9" }, ""],
    ["low IPv6 start, IPv4 end", { start: "::1", end: "0.0.0.9" }, "0:::1-::fffe:ffff:ffff 0:0.0.0.0-0.0.0.9"],
    [
      "through the mapped block",
      { start: "::fffe:ffff:ffff", end: "::1:0:0:0" },
      "0:::fffe:ffff:ffff 0:0.0.0.0-255.255.255.255 0:::1:0:0:0",
    ],
    ["IPv6 start, IPv4 subnet", { start: "::1", subnet: "10.0.0.0/24" }, ""],
    ["/48", { subnet: "2001:db8::/48" }, "0:2001:db8::1-2001:db8:0:ffff:ffff:ffff:ffff:ffff"],
    ["IPv4 /0", { subnet: "0.0.0.0/0" }, "0:0.0.0.1-255.255.255.255"],
    ["IPv6 /0", { subnet: "::/0" }, "0:::1-::fffe:ffff:ffff"], // Go's ::/0 does not contain 0.0.0.0: the count ends
    ["IPv6 /0 above the mapped block", { subnet: "::/0", start: "::1:0:0:0" }, `0:::1:0:0:0-${top}`],
  ];
  for (const [what, entry, expected] of rows) it(what, () => assert.equal(offered(entry), expected));

  it("counts overlapping offers once", () => {
    const pools = [{ start: "10.0.0.1", end: "10.0.0.9" }, {}, { start: "10.0.0.5", end: "10.0.0.12" }];
    const pool = compilePool(poolSpec({ pools }));
    assert.deepEqual(
      pool.offers.map(({ index }) => index),
      [0, 2],
    );
    assert.equal(pool.capacity, 12n);
    assert.deepEqual(pool.addresses, rangeSet("10.0.0.1-10.0.0.12"));
  });

  it("offers what Metal3's loop reaches, counting from the base until the first error", () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const { offers } = compilePool({ entries: [entry] });
        assert.deepEqual(
          first(
            40,
            offers.flatMap(({ range }) => enumerateSome(range)),
          ),
          first(40, counted(entry)),
        );
      }),
      { numRuns: 4000 },
    );
  });
});

const LOOP = 40;
const first = (count: number, addresses: Address[]): string[] => addresses.slice(0, count).map(formatAddress);
const enumerateSome = ({ first: { family, value }, last }: { first: Address; last: Address }): Address[] =>
  enumerate({
    first: { family, value },
    last: last.value - value > LOOP ? { family, value: value + BigInt(LOOP) } : last,
  });

/** More ends: those of the IPv6 space below and above the mapped block. */
const nearMapped = fc
  .constantFrom(MAPPED_FIRST - 3n, MAPPED_FIRST - 1n, MAPPED_LAST + 1n, MAPPED_LAST + 4n)
  .map((value): Address => ({ family: 6, value }));
const end = fc.oneof({ arbitrary: someAddress, weight: 6 }, { arbitrary: nearMapped, weight: 1 });
const anyEntry: fc.Arbitrary<PoolEntry> = fc
  .record({
    start: end,
    end,
    base: end,
    shorter: fc.constantFrom(0, 1, 2, 3, 4, 16, 32, 96),
    used: fc.integer({ min: 0, max: 7 }),
  })
  .map(({ start, end: last, base, shorter, used }) => ({
    ...(used & 1 && { start }),
    ...(used & 2 && { end: last }),
    ...(used & 4 && { subnet: { address: base, prefixLength: Math.max(0, (base.family === 4 ? 32 : 128) - shorter) } }),
  }));

/** GetIPAddress(entry, 0), GetIPAddress(entry, 1), ...: 16-byte numbers, Contains by family, as in Metal3's Go. */
function counted(entry: PoolEntry): Address[] {
  const to16 = ({ family, value }: Address): bigint => (family === 4 ? value + MAPPED_FIRST : value);
  const base = entry.start ?? entry.subnet?.address;
  const found: Address[] = [];
  if (!base) return found;
  for (let index = 0n; index < LOOP; index++) {
    const number = to16(base) + index + (entry.start ? 0n : 1n);
    if (base.family === 4 ? number > MAPPED_LAST : number >= 1n << 128n) return found; // IP address overflow
    if (entry.start && entry.end && number > to16(entry.end)) return found; // out of bonds
    const isV4 = number >= MAPPED_FIRST && number <= MAPPED_LAST;
    const given: Address = isV4 ? { family: 4, value: number - MAPPED_FIRST } : { family: 6, value: number };
    if (entry.subnet && !contains(entry.subnet, given)) return found;
    found.push(given);
  }
  return found;
}

function contains({ address: { family, value }, prefixLength }: Subnet, given: Address): boolean {
  const bits = (family === 4 ? 32 : 128) - prefixLength;
  const network = (number: bigint): string =>
    number
      .toString(2)
      .padStart(128, "0")
      .slice(0, 128 - bits);
  return given.family === family && network(given.value) === network(value);
}

describe("networkOf", () => {
  const pool = compilePool(
    poolSpec({
      prefix: 24,
      gateway: "10.0.0.254",
      dnsServers: ["1.1.1.1"],
      pools: [
        { start: "10.0.0.1", end: "10.0.0.3", gateway: "10.0.0.9" },
        { start: "10.0.0.2", end: "10.0.0.5", prefix: 25, dnsServers: [] },
        { start: "10.0.0.6", end: "10.0.0.6", prefix: 0, dnsServers: ["9.9.9.9", "::1"] },
      ],
    }),
  );
  const rows: [text: string, prefixLength: number, gateway: string, dnsServers: string[]][] = [
    ["10.0.0.1", 24, "10.0.0.9", ["1.1.1.1"]], // field by field
    ["10.0.0.3", 24, "10.0.0.9", ["1.1.1.1"]], // both cover it: the first decides
    ["10.0.0.4", 25, "10.0.0.254", ["1.1.1.1"]], // an empty list is not given
    ["10.0.0.6", 24, "10.0.0.254", ["9.9.9.9", "::1"]], // prefix 0 is not given
  ];
  for (const [text, prefixLength, gateway, dnsServers] of rows) {
    it(text, () =>
      assert.deepEqual(networkOf(pool, address(text)), {
        prefixLength,
        gateway: address(gateway),
        dnsServers: dnsServers.map(address),
      }),
    );
  }
  it("is undefined outside, and empty if no network values are given", () => {
    assert.equal(networkOf(pool, address("10.0.0.7")), undefined);
    assert.deepEqual(networkOf(compilePool(poolSpec({ pools: [{ start: "::1", end: "::1" }] })), address("::1")), {});
  });
});

describe("withoutAddresses", () => {
  it("splits entries that lose addresses, keeps the others as written, drops empty ones", () => {
    const spec = poolSpec({
      prefix: 16,
      pools: [
        { subnet: "10.0.0.0/29", prefix: 29, gateway: "10.0.0.1", dnsServers: ["1.1.1.1"] },
        { subnet: "10.0.1.0/24" },
        { start: "10.0.0.3", end: "10.0.0.4" },
        { end: "10.0.0.3" }, // yields nothing: nothing to lose
      ],
    });
    const own = { prefix: 29, gateway: "10.0.0.1", dnsServers: ["1.1.1.1"] };
    const expected = poolSpec({
      prefix: 16,
      pools: [
        { start: "10.0.0.2", end: "10.0.0.2", ...own },
        { start: "10.0.0.5", end: "10.0.0.7", ...own },
        { subnet: "10.0.1.0/24" },
        { end: "10.0.0.3" },
      ],
    });
    assert.deepEqual(withoutAddresses(spec, rangeSet("10.0.0.1", "10.0.0.3-10.0.0.4", "2001:db8::/32")), expected);
  });

  it("gives out the same addresses and networks in the same order, except the excluded ones", () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 4 }), smallRanges, (written, ranges) => {
        // Bounded entries only: they are used up one by one.
        const entries = written
          .filter((entry) => compilePool({ entries: [entry] }).capacity < 64n)
          .map((entry, index) => ({ ...entry, prefixLength: index + 1 }));
        const excludes = RangeSet.of(ranges);
        const skipped = ranges.flatMap(enumerate);
        assert.deepEqual(usedUp(withoutAddresses({ entries }, excludes)), usedUp({ entries }, skipped));
        assert.deepEqual(withoutAddresses({ entries }, RangeSet.empty), { entries });
      }),
      { numRuns: 300 },
    );
  });
});

/** Every address that the pool gives, in Metal3's order, with the entry's mark. */
function usedUp(spec: { entries: PoolEntry[] } | ReturnType<typeof withoutAddresses>, taken: Address[] = []): string[] {
  const pool = compilePool(spec);
  const free = new FreeSpace(pool, taken);
  const given: string[] = [];
  for (let next = placeLowest(free); next.kind === "placed"; next = placeLowest(free)) {
    free.take(next.address);
    given.push(`${formatAddress(next.address)}/${networkOf(pool, next.address)?.prefixLength}`);
  }
  return given;
}

describe("the universe of these tests", () => {
  it("holds each address once and no mapped one", () => {
    assert.equal(new Set(everyAddress.map(formatAddress)).size, everyAddress.length);
    const subnet = { address: address("10.0.0.6"), prefixLength: 30 };
    assert.equal(formatSubnet(subnet), "10.0.0.6/30");
    assert.ok(enumerate(subnetRange(subnet)).every((each) => contains(subnet, each)));
    assert.ok(!everyAddress.some((each) => sameAddress(each, { family: 6, value: MAPPED_FIRST })));
  });
});

describe("capacityOnWire", () => {
  const rows: [count: bigint, wire: number | string][] = [
    [0n, 0],
    [254n, 254],
    [2n ** 53n - 1n, 9007199254740991], // the last exact number
    [2n ** 53n, "9007199254740992"],
    [2n ** 53n + 1n, "9007199254740993"], // would round
    [2n ** 128n, "340282366920938463463374607431768211456"],
  ];
  for (const [count, wire] of rows) it(`${count}`, () => assert.equal(capacityOnWire(count), wire));
});

describe("whyNotOffered", () => {
  const pool = compilePool(
    poolSpec({
      prefix: 24,
      gateway: "10.0.0.1",
      dnsServers: ["10.0.0.53"],
      pools: [
        { start: "10.0.0.10", end: "10.0.0.19" },
        { start: "10.0.0.22", end: "10.0.0.29", gateway: "10.0.0.2" },
      ],
    }),
  );
  const excludes = [range("10.0.0.20-10.0.0.21"), range("10.0.0.1")];
  const rows: [what: string, written: string, plain: string, allowed: string][] = [
    ["the gateway, excluded as well", "10.0.0.1", "gateway", "excluded"],
    ["an entry's gateway", "10.0.0.2", "gateway", "outside"],
    ["the network address", "10.0.0.0", "network", "outside"],
    ["the broadcast address", "10.0.0.255", "broadcast", "outside"],
    ["a DNS server", "10.0.0.53", "DNS server", "outside"],
    ["an excluded address", "10.0.0.21", "excluded", "excluded"],
    ["an address of the network in no entry", "10.0.0.99", "outside", "outside"],
    ["an address of another network", "10.0.9.0", "outside", "outside"],
    ["an address of the other family", "2001:db8::", "outside", "outside"],
  ];
  for (const [what, written, plain, allowed] of rows) {
    it(what, () => {
      const reasons = [false, true].map((allowReserved) =>
        whyNotOffered(pool, address(written), { excludes, allowReserved }),
      );
      assert.deepEqual(reasons, [plain, allowed]);
    });
  }

  it("says outside for an excluded address if the caller does not name the excludes", () => {
    assert.equal(whyNotOffered(pool, address("10.0.0.21")), "outside");
  });
});
