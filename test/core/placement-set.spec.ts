import assert from "node:assert/strict";
import fc from "fast-check";
import { type Address, formatAddress } from "../../provider/core/address";
import { FreeSpace } from "../../provider/core/free-space";
import { placeConsecutive, type SetOrigin } from "../../provider/core/placement";
import { compilePool, networkOf } from "../../provider/core/pool";
import { placeByName, placeLowest, shown, space, wide } from "./placed";
import { enumerate, smallRange, someAddress } from "./universe";
import { address } from "./written";

describe("placeConsecutive", () => {
  const two = [
    { start: "10.0.0.10", end: "10.0.0.14" },
    { start: "10.0.0.1", end: "10.0.0.3" },
  ];
  const rows: [what: string, free: FreeSpace, count: number, from: SetOrigin, expected: string][] = [
    ["lowest", space(two), 3, "lowest", "10.0.0.10 10.0.0.11 10.0.0.12"],
    [
      "lowest, into the next entry",
      space(two, "10.0.0.11"),
      6,
      "lowest",
      "10.0.0.10 10.0.0.12 10.0.0.13 10.0.0.14 10.0.0.1 10.0.0.2",
    ],
    [
      "from a start, over what is taken",
      space(two, "10.0.0.13"),
      2,
      { start: address("10.0.0.12") },
      "10.0.0.12 10.0.0.14",
    ],
    [
      "wrapping at the end of the pool",
      space(two),
      4,
      { start: address("10.0.0.2") },
      "10.0.0.2 10.0.0.3 10.0.0.10 10.0.0.11",
    ],
    [
      "wrapping in the entry of the start, last",
      space(two),
      8,
      { start: address("10.0.0.13") },
      "10.0.0.13 10.0.0.14 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.10 10.0.0.11 10.0.0.12",
    ],
    ["a start that is not offered", space(two), 1, { start: address("10.0.0.5") }, "10.0.0.10"],
    ["a start beyond all", space(two), 1, { start: address("10.9.0.0") }, "10.0.0.10"],
    ["a start of the other family", space(two), 1, { start: address("::1") }, "10.0.0.10"],
    ["one too many", space(two, "10.0.0.1"), 8, "lowest", "1 of 8 used"],
    ["none at all", space(two), 0, "lowest", ""],
    ["none of nothing", space([]), 0, { name: "a" }, ""],
    [
      "a /48 from afar",
      space([{ subnet: "2001:db8::/48" }]),
      2,
      { start: address("2001:db8:0:1::") },
      "2001:db8:0:1:: 2001:db8:0:1::1",
    ],
    [
      "over the top of a /0",
      space([{ start: "::5", subnet: "::/0" }]),
      2,
      { start: address("::fffe:ffff:ffff") },
      "::fffe:ffff:ffff ::5",
    ],
  ];
  for (const [what, free, count, from, expected] of rows) {
    it(what, () => assert.equal(shown(placeConsecutive(free, count, from)), expected));
  }

  it("begins at the name's slot", () => {
    const free = space(wide);
    const first = placeByName(free, "control-plane");
    assert.ok(first.kind === "placed");
    const set = placeConsecutive(free, 1000, { name: "control-plane" });
    assert.ok(set.kind === "placed");
    assert.deepEqual(set.addresses[0], first.address);
    assert.equal(new Set(set.addresses.map(({ value }) => value)).size, 1000);
    assert.equal(free.used, 0n); // nothing was taken
  });

  it("gives the same result as a walk through a list of all addresses", () => {
    const origin: fc.Arbitrary<SetOrigin> = fc.oneof(
      fc.constant("lowest" as const),
      someAddress.map((start) => ({ start })),
    );
    fc.assert(
      fc.property(
        fc.array(smallRange, { maxLength: 5 }),
        fc.array(someAddress, { maxLength: 20 }),
        fc.nat({ max: 20 }),
        origin,
        (ranges, taken, count, from) => {
          const pool = compilePool({ entries: ranges.map(({ first, last }) => ({ start: first, end: last })) });
          const free = new FreeSpace(pool, taken);
          const texts = [...new Set(ranges.flatMap(enumerate).map(formatAddress))]; // the walk: entry order, once each
          const place = from === "lowest" || "name" in from ? 0 : placeOf(texts.map(address), from.start);
          const occupied = new Set(taken.map(formatAddress));
          const left = [...texts.slice(place), ...texts.slice(0, place)].filter((text) => !occupied.has(text));
          const used = texts.length - left.length;
          const expected = left.length < count ? `${used} of ${texts.length} used` : left.slice(0, count).join(" ");
          assert.equal(shown(placeConsecutive(free, count, from)), expected);
          if (from !== "lowest") return;
          const [lowest] = left;
          assert.equal(shown(placeLowest(free)), lowest ?? `${used} of ${texts.length} used`);
          const byName = placeByName(free, `host-${count}`);
          assert.equal(byName.kind === "placed" && left.includes(formatAddress(byName.address)), left.length > 0);
          if (byName.kind === "placed") assert.ok(networkOf(pool, byName.address));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** The start's place in the walk; else that of the next higher address of its family; else 0. */
function placeOf(walk: Address[], start: Address): number {
  const above = walk.filter(({ family, value }) => family === start.family && value >= start.value);
  const [next] = above.sort((a, b) => (a.value < b.value ? -1 : 1));
  return next ? walk.findIndex(({ family, value }) => family === next.family && value === next.value) : 0;
}
