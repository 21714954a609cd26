import assert from "node:assert/strict";
import fc from "fast-check";
import { faultLine } from "../../provider/api/fault";
import { planSubnet } from "../../provider/resources/functions/plan-subnet";
import type { Properties } from "../../provider/resources/handler";

const plan = (given: Properties) => planSubnet.answer(given);
const lines = (given: Properties): string[] => plan(given).failures.map(faultLine);

describe("planSubnet", () => {
  it("gives static hosts the beginning, and DHCP what is left over", () => {
    assert.deepEqual(plan({ subnet: "172.22.0.0/24", gateway: "172.22.0.1", static: { size: 100 } }), {
      result: {
        pools: [{ start: "172.22.0.2", end: "172.22.0.101" }],
        prefix: 24,
        gateway: "172.22.0.1",
        dhcpRanges: ["172.22.0.102-172.22.0.254"],
        ironicDhcp: { networkCIDR: "172.22.0.0/24", rangeBegin: "172.22.0.102", rangeEnd: "172.22.0.254" },
        provisioningDHCPRange: "172.22.0.102,172.22.0.254",
      },
      failures: [],
    });
  });

  it("counts a size of DHCP from the end, around addresses of others", () => {
    const { result } = plan({
      subnet: "10.0.0.0/27",
      reserved: ["10.0.0.3", "10.0.0.28-10.0.0.29"],
      static: { size: 3 },
      dhcp: { size: 4 },
    });
    assert.deepEqual(result.pools, [
      { start: "10.0.0.1", end: "10.0.0.2" },
      { start: "10.0.0.4", end: "10.0.0.4" },
    ]);
    assert.deepEqual(result.dhcpRanges, ["10.0.0.25-10.0.0.27", "10.0.0.30"]);
    assert.equal(result.provisioningDHCPRange, "10.0.0.25,10.0.0.27");
  });

  it("keeps a size away from the other part's ranges", () => {
    const { result } = plan({ subnet: "10.0.0.0/29", static: { size: 3 }, dhcp: { ranges: ["10.0.0.2-10.0.0.3"] } });
    assert.deepEqual(result.pools, [
      { start: "10.0.0.1", end: "10.0.0.1" },
      { start: "10.0.0.4", end: "10.0.0.5" },
    ]);
    assert.deepEqual(result.dhcpRanges, ["10.0.0.2-10.0.0.3"]);
  });

  it("splits a /64", () => {
    const { result } = plan({ subnet: "fd00::/64", gateway: "fd00::1", static: { size: 1000 } });
    assert.deepEqual(result.pools, [{ start: "fd00::2", end: "fd00::3e9" }]);
    assert.deepEqual(result.dhcpRanges, ["fd00::3ea-fd00::ffff:ffff:ffff:ffff"]);
  });

  it("takes a link-local router, which has no address of the subnet", () => {
    const { result, failures } = plan({ subnet: "fd00::/126", gateway: "fe80::1", static: { size: 3 } });
    assert.deepEqual(failures, []);
    assert.deepEqual(result.pools, [{ start: "fd00::1", end: "fd00::3" }]);
    assert.equal(result.gateway, "fe80::1");
  });

  it("has no DHCP range if static hosts have all", () => {
    const { result } = plan({ subnet: "10.0.0.0/30", static: { size: 2 } });
    assert.deepEqual(result, { pools: [{ start: "10.0.0.1", end: "10.0.0.2" }], prefix: 30, dhcpRanges: [] });
  });

  const refused: Readonly<Record<string, [given: Properties, ...lines: string[]]>> = {
    "a size that does not fit": [
      { subnet: "10.0.0.0/28", static: { size: 15 } },
      "static.size: 15 is too large: 10.0.0.0/28 has 14 addresses left. Choose 14 or less, or a larger subnet.",
    ],
    "a size of DHCP that does not fit": [
      { subnet: "10.0.0.0/28", static: { size: 10 }, dhcp: { size: 5 } },
      "dhcp.size: 5 is too large: 10.0.0.0/28 has 4 addresses left. Choose 4 or less, or a larger subnet.",
    ],
    "ranges that overlap": [
      { subnet: "10.0.0.0/24", static: { ranges: ["10.0.0.10-10.0.0.20"] }, dhcp: { ranges: ["10.0.0.20-10.0.0.30"] } },
      "dhcp.ranges[0]: 10.0.0.20-10.0.0.30 has 10.0.0.20, which static hosts have. Make the two disjoint.",
    ],
    "a range outside": [
      { subnet: "10.0.0.0/24", static: { ranges: ["10.0.1.10-10.0.1.20"] } },
      "static.ranges[0]: 10.0.1.10-10.0.1.20 is not in 10.0.0.0/24. Correct it.",
    ],
    "a range with the gateway": [
      { subnet: "10.0.0.0/24", gateway: "10.0.0.1", static: { ranges: ["10.0.0.1-10.0.0.9"] } },
      "static.ranges[0]: 10.0.0.1-10.0.0.9 has 10.0.0.1, which is the gateway, a network or broadcast address, or in `reserved`. Leave it out.",
    ],
    "a gateway outside": [
      { subnet: "10.0.0.0/24", gateway: "10.0.1.1", static: { size: 1 } },
      "gateway: 10.0.1.1 is not in 10.0.0.0/24. Correct one of the two.",
    ],
    "a gateway at the edge": [
      { subnet: "10.0.0.0/24", gateway: "10.0.0.255", static: { size: 1 } },
      "gateway: 10.0.0.255 is the network or the broadcast address of 10.0.0.0/24. Choose another.",
    ],
    "reserved addresses outside": [
      { subnet: "10.0.0.0/24", reserved: ["10.9.0.1"], static: { size: 1 } },
      "reserved[0]: 10.9.0.1 is not in 10.0.0.0/24. Correct it.",
    ],
    "a subnet without a free address": [
      { subnet: "10.0.0.0/32", reserved: ["10.0.0.0"], static: { size: 1 } },
      "static.size: 1 is too large: 10.0.0.0/32 has no address left. Choose a larger subnet.",
    ],
    "a subnet with host bits": [
      { subnet: "10.0.0.1/24", static: { size: 1 } },
      'subnet: "10.0.0.1/24" is not a network. It has host bits. Write 10.0.0.0/24.',
    ],
    "a part with neither": [
      { subnet: "10.0.0.0/24", static: {} },
      "static.size: is required. Give a number of addresses, or set `ranges` instead.",
    ],
    "a part with both": [
      { subnet: "10.0.0.0/24", static: { size: 1, ranges: ["10.0.0.9"] } },
      "static.ranges: cannot be set together with `size`. Remove one of them.",
    ],
  };
  for (const [what, [given, ...expected]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => assert.deepEqual(lines(given), expected));
  }

  it("gives parts of the asked sizes, disjoint and free of what is withheld", () => {
    const request = fc.record({
      bits: fc.integer({ min: 24, max: 29 }),
      gateway: fc.integer({ min: 1, max: 6 }),
      reserved: fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { maxLength: 5 }),
      sizes: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined })),
    });
    const numbers = (texts: readonly string[]) =>
      texts.flatMap((text) => {
        const [first = 0, last = first] = text.split("-").map((one) => Number(one.split(".")[3]));
        return Array.from({ length: last - first + 1 }, (_, index) => first + index);
      });
    fc.assert(
      fc.property(request, ({ bits, gateway, reserved, sizes: [size, dhcp] }) => {
        const last = 2 ** (32 - bits) - 1;
        const free = Array.from({ length: last + 1 }, (_, one) => one).filter(
          (one) => one !== 0 && one !== last && one !== gateway && !reserved.includes(one),
        );
        const { result, failures } = plan({
          subnet: `10.0.0.0/${bits}`,
          gateway: `10.0.0.${gateway}`,
          reserved: reserved.filter((one) => one <= last).map((one) => `10.0.0.${one}`),
          static: { size },
          ...(dhcp !== undefined && { dhcp: { size: dhcp } }),
        });
        if (size + (dhcp ?? 0) > free.length) return failures.length > 0;
        assert.deepEqual(failures, []);
        const pools = result.pools as { start: string; end: string }[];
        assert.deepEqual(numbers(pools.map(({ start, end }) => `${start}-${end}`)), free.slice(0, size));
        const expected = dhcp === undefined ? free.slice(size) : free.slice(free.length - dhcp);
        assert.deepEqual(numbers(result.dhcpRanges as string[]), expected);
        return true;
      }),
    );
  });
});
