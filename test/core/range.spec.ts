import assert from "node:assert/strict";
import fc from "fast-check";
import { formatAddress } from "../../provider/core/address";
import {
  formatRange,
  formatSubnet,
  makeRange,
  overlapOf,
  parseRange,
  parseSubnet,
  rangeContains,
  rangeSize,
  subnetRange,
} from "../../provider/core/range";
import { enumerate, everyAddress, smallRange, texts } from "./universe";
import { address, must, range } from "./written";

describe("parseSubnet", () => {
  const rows: [text: string, canonical: string, whole: string, size: bigint][] = [
    ["10.0.0.0/24", "10.0.0.0/24", "10.0.0.0-10.0.0.255", 256n],
    ["192.168.0.10/24", "192.168.0.10/24", "192.168.0.0-192.168.0.255", 256n], // host bits are kept
    ["10.0.0.6/30", "10.0.0.6/30", "10.0.0.4-10.0.0.7", 4n],
    ["10.0.0.1/31", "10.0.0.1/31", "10.0.0.0-10.0.0.1", 2n],
    ["10.0.0.7/32", "10.0.0.7/32", "10.0.0.7", 1n],
    ["0.0.0.0/0", "0.0.0.0/0", "0.0.0.0-255.255.255.255", 1n << 32n],
    ["2001:DB8::5/127", "2001:db8::5/127", "2001:db8::4-2001:db8::5", 2n],
    ["2001:db8::5/128", "2001:db8::5/128", "2001:db8::5", 1n],
    ["2001:db8::/48", "2001:db8::/48", "2001:db8::-2001:db8:0:ffff:ffff:ffff:ffff:ffff", 1n << 80n],
    ["::/0", "::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1n << 128n],
  ];
  for (const [text, canonical, whole, size] of rows) {
    it(text, () => {
      const subnet = must(parseSubnet(text));
      assert.equal(formatSubnet(subnet), canonical);
      assert.equal(formatRange(subnetRange(subnet)), whole);
      assert.equal(rangeSize(subnetRange(subnet)), size);
    });
  }
});

describe("parseRange", () => {
  const rows: [text: string, canonical: string][] = [
    ["10.0.0.5", "10.0.0.5"],
    ["10.0.0.5-10.0.0.5", "10.0.0.5"], // one address, written as a range
    ["10.0.0.5-10.0.1.2", "10.0.0.5-10.0.1.2"],
    ["10.0.0.0/30", "10.0.0.0-10.0.0.3"], // the whole network, both edges
    ["10.0.0.7/32", "10.0.0.7"],
    ["2001:DB8::A-2001:db8::f", "2001:db8::a-2001:db8::f"],
    ["10.0.0.1 - 10.0.0.9", "10.0.0.1-10.0.0.9"],
    ["10.0.0.1-  10.0.0.9", "10.0.0.1-10.0.0.9"],
    ["::-::fffe", "::-::fffe"],
    ["::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ];
  for (const [text, canonical] of rows) it(text, () => assert.equal(formatRange(range(text)), canonical));

  it("reads what formatRange wrote", () => {
    fc.assert(fc.property(smallRange, (one) => assert.deepEqual(must(parseRange(formatRange(one))), one)));
  });
});

describe("makeRange", () => {
  it("names both ends when it refuses", () => {
    const reason = (first: string, last: string): string => {
      const made = makeRange(address(first), address(last));
      return made.ok ? "" : made.reason;
    };
    assert.match(reason("10.0.0.9", "10.0.0.1"), /"10.0.0.9-10.0.0.1" .* Write 10.0.0.1-10.0.0.9.$/);
    assert.match(reason("10.0.0.9", "::1"), /"10.0.0.9-::1" .* mixes IPv4 and IPv6\.$/);
  });
});

describe("ranges and their enumeration", () => {
  it("agree on size and membership", () => {
    fc.assert(
      fc.property(smallRange, (one) => {
        const members = texts([one]);
        assert.equal(rangeSize(one), BigInt(members.size));
        for (const each of everyAddress) assert.equal(rangeContains(one, each), members.has(formatAddress(each)));
      }),
    );
  });

  it("agree on the overlap of two ranges", () => {
    fc.assert(
      fc.property(smallRange, smallRange, (a, b) => {
        const both = enumerate(a)
          .map(formatAddress)
          .filter((text) => texts([b]).has(text));
        const overlap = overlapOf(a, b);
        assert.deepEqual(overlap ? enumerate(overlap).map(formatAddress) : [], both);
      }),
      { numRuns: 1000 },
    );
  });
});
