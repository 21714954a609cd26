import assert from "node:assert/strict";
import fc from "fast-check";
import { compareAddresses, formatAddress } from "../../provider/core/address";
import { formatRange } from "../../provider/core/range";
import { RangeSet } from "../../provider/core/range-set";
import { everyAddress, smallRanges, texts } from "./universe";
import { address, rangeSet } from "./written";

const written = (set: RangeSet): string => set.ranges.map(formatRange).join(" ");

function isNormal({ ranges }: RangeSet): void {
  for (const [index, next] of ranges.entries()) {
    assert.ok(next.first.family === next.last.family && next.first.value <= next.last.value);
    const previous = ranges[index - 1];
    if (!previous) continue;
    assert.ok(compareAddresses(previous.last, next.first) < 0, "sorted and disjoint");
    const touch = previous.last.family === next.first.family && previous.last.value + 1n === next.first.value;
    assert.ok(!touch, "merged");
  }
}

describe("RangeSet", () => {
  const rows: [what: string, got: RangeSet, expected: string][] = [
    ["two that touch are one", rangeSet("10.0.0.4-10.0.0.9", "10.0.0.1-10.0.0.3"), "10.0.0.1-10.0.0.9"],
    ["a gap of one stays", rangeSet("10.0.0.5-10.0.0.9", "10.0.0.1-10.0.0.3"), "10.0.0.1-10.0.0.3 10.0.0.5-10.0.0.9"],
    ["one inside another vanishes", rangeSet("10.0.0.1-10.0.0.9", "10.0.0.3"), "10.0.0.1-10.0.0.9"],
    ["the families do not touch", rangeSet("::-::5", "255.255.255.255"), "255.255.255.255 ::-::5"],
    [
      "a hole in the middle",
      rangeSet("10.0.0.0/29").subtract(rangeSet("10.0.0.3")),
      "10.0.0.0-10.0.0.2 10.0.0.4-10.0.0.7",
    ],
    ["a hole over both ends", rangeSet("10.0.0.4/30").subtract(rangeSet("10.0.0.0/24")), ""],
    ["one hole, two ranges", rangeSet("::1-::4", "::8-::b").subtract(rangeSet("::3-::9")), "::1-::2 ::a-::b"],
    ["the other family", rangeSet("0.0.0.0/0").subtract(rangeSet("::/0")), "0.0.0.0-255.255.255.255"],
    [
      "a /48 less one",
      rangeSet("2001:db8::/48").subtract(rangeSet("2001:db8::")),
      "2001:db8::1-2001:db8:0:ffff:ffff:ffff:ffff:ffff",
    ],
    [
      "a /0 less its ends",
      rangeSet("::/0").subtract(rangeSet("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")),
      "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
    ],
  ];
  for (const [what, got, expected] of rows) it(what, () => assert.equal(written(got), expected));

  it("is empty if it has no addresses", () => {
    assert.ok(RangeSet.empty.isEmpty && RangeSet.of([]).isEmpty);
    assert.equal(RangeSet.empty.size, 0n);
    assert.ok(!RangeSet.empty.contains(address("::")));
  });

  it("behaves like a Set of texts", () => {
    fc.assert(
      fc.property(smallRanges, smallRanges, (left, right) => {
        const a = RangeSet.of(left);
        const b = RangeSet.of(right);
        const inA = texts(left);
        const inB = texts(right);
        const same = (set: RangeSet, expected: (text: string) => boolean): void => {
          isNormal(set);
          const members = everyAddress.filter((each) => expected(formatAddress(each)));
          assert.equal(set.size, BigInt(members.length));
          for (const each of everyAddress) assert.equal(set.contains(each), expected(formatAddress(each)));
          for (const each of everyAddress) {
            const next = members.find((other) => other.family === each.family && other.value >= each.value);
            assert.deepEqual(set.nextMember(each), next);
          }
        };
        same(a, (text) => inA.has(text));
        same(a.union(b), (text) => inA.has(text) || inB.has(text));
        same(a.intersect(b), (text) => inA.has(text) && inB.has(text));
        same(a.subtract(b), (text) => inA.has(text) && !inB.has(text));
      }),
      { numRuns: 400 },
    );
  });

  it("does so for every pair of subsets of five addresses", () => {
    const five = [0n, 1n, 2n, 3n, 4n].map((step) => ({ family: 6 as const, value: 0x20010db8n + step }));
    const subset = (bits: number): RangeSet =>
      RangeSet.of(five.filter((_, place) => bits & (1 << place)).map((first) => ({ first, last: first })));
    const bitsOf = (set: RangeSet): number =>
      five.reduce((bits, each, place) => bits | (Number(set.contains(each)) << place), 0);
    for (let a = 0; a < 32; a++) {
      for (let b = 0; b < 32; b++) {
        const results = [subset(a).union(subset(b)), subset(a).intersect(subset(b)), subset(a).subtract(subset(b))];
        assert.deepEqual(results.map(bitsOf), [a | b, a & b, a & ~b]);
        results.forEach(isNormal);
      }
    }
  });
});
