import assert from "node:assert/strict";
import fc from "fast-check";
import { formatAddress } from "../../provider/core/address";
import type { FreeSpace } from "../../provider/core/free-space";
import { type Placement, placeRandom } from "../../provider/core/placement";
import { rangeContains } from "../../provider/core/range";
import { placeByName, placeLowest, shown, space, wide } from "./placed";
import { enumerate } from "./universe";
import { address, range } from "./written";

const offset = (placed: Placement, base: string): bigint => {
  assert.ok(placed.kind === "placed");
  return placed.address.value - address(base).value;
};

const WINDOW = 65_536n;

describe("placeLowest", () => {
  const overlapping = [
    { start: "10.0.0.2", end: "10.0.0.3" },
    { start: "10.0.0.1", end: "10.0.0.5" },
  ];
  const rows: [what: string, free: FreeSpace, expected: string][] = [
    ["/31", space([{ subnet: "10.0.0.0/31" }]), "10.0.0.1"],
    ["/32", space([{ subnet: "10.0.0.7/32" }]), "0 of 0 used"],
    ["/32 with a start", space([{ subnet: "10.0.0.7/32", start: "10.0.0.7" }]), "10.0.0.7"],
    ["/32, taken", space([{ subnet: "10.0.0.7/32", start: "10.0.0.7" }], "10.0.0.7"), "1 of 1 used"],
    ["/127", space([{ subnet: "2001:db8::/127" }]), "2001:db8::1"],
    ["/128", space([{ subnet: "2001:db8::1/128" }]), "0 of 0 used"],
    ["entry order beats address order", space(overlapping), "10.0.0.2"],
    ["then the second entry from below", space(overlapping, "10.0.0.2", "10.0.0.3"), "10.0.0.1"],
    ["over what the first has", space(overlapping, "10.0.0.1", "10.0.0.2", "10.0.0.3"), "10.0.0.4"],
    ["/48", space([{ subnet: "2001:db8::/48" }], "2001:db8::1"), "2001:db8::2"],
    ["/0", space([{ subnet: "::/0" }]), "::1"],
    ["no entry", space([]), "0 of 0 used"],
  ];
  for (const [what, free, expected] of rows) it(what, () => assert.equal(shown(placeLowest(free)), expected));
});

describe("placeByName", () => {
  // Pinned: another hash would move every reservation of every user.
  const pinned: [name: string, expected: string][] = [
    ["worker-1", "10.0.101.217"],
    ["worker-2", "10.0.101.218"],
    ["node-01", "10.0.193.137"],
    ["", "10.0.28.20"],
    ["1", "10.0.28.21"],
  ];
  for (const [name, expected] of pinned) {
    it(`${JSON.stringify(name)} is always at the same slot`, () =>
      assert.equal(shown(placeByName(space(wide), name)), expected));
  }

  it("gives names that count up neighbouring slots, with or without leading zeros", () => {
    const at = (name: string): bigint => offset(placeByName(space(wide), name), "10.0.0.0");
    for (const [name, next] of [
      ["worker-1", "worker-2"],
      ["node-9", "node-10"],
      ["node-09", "node-10"],
      ["7", "8"],
    ]) {
      assert.equal((at(name!) + 1n) % WINDOW, at(next!));
    }
    assert.equal(at("node-1"), at("node-001"));
    assert.notEqual(at("node-1"), at("rack-1"));
  });

  it("takes a number of any length", () => {
    const huge = 10n ** 300n;
    const at = (name: string): bigint => offset(placeByName(space(wide), name), "10.0.0.0");
    assert.equal(at(`node-${huge + 1n}`), (at("node-0") + ((huge + 1n) % WINDOW)) % WINDOW);
  });

  it("stays in the window of the first 65,536 addresses, also over several entries", () => {
    const far = [{ start: "2001:db8::1:0", end: "2001:db8::1:ff" }, { subnet: "2001:db8:1::/48" }, { start: "::1" }];
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.ok(offset(placeByName(space(wide), name), "10.0.0.0") < WINDOW);
        const placed = placeByName(space(far), name);
        assert.ok(placed.kind === "placed");
        const { value } = placed.address;
        const inFirst = rangeContains(range("2001:db8::1:0-2001:db8::1:ff"), placed.address);
        const inSecond = value > address("2001:db8:1::").value && value <= address("2001:db8:1::ff00").value;
        assert.ok(inFirst || inSecond, formatAddress(placed.address));
      }),
    );
  });

  it("moves on from a taken slot, wraps in the window, and leaves it only when it is full", () => {
    const free = space(wide);
    const slot = placeByName(free, "host");
    assert.ok(slot.kind === "placed");
    const upTo = (first: string, last: string): void => {
      for (const each of enumerate(range(`${first}-${last}`))) free.take(each);
    };
    upTo(formatAddress(slot.address), "10.0.255.255");
    assert.equal(shown(placeByName(free, "host")), "10.0.0.0"); // wrapped
    upTo("10.0.0.0", "10.0.255.255");
    assert.equal(shown(placeByName(free, "host")), "10.1.0.0"); // beyond
  });

  it("depends only on the addresses that are taken at its slot", () => {
    const names = fc.array(fc.stringMatching(/^[a-z]{1,3}-[0-9]{1,2}$/), { maxLength: 20 });
    fc.assert(
      fc.property(names, fc.stringMatching(/^[a-z]{1,3}-[0-9]{1,2}$/), (siblings, name) => {
        const alone = placeByName(space(wide), name);
        assert.ok(alone.kind === "placed");
        const free = space(wide);
        for (const sibling of siblings) {
          const placed = placeByName(free, sibling);
          assert.ok(placed.kind === "placed" && free.take(placed.address));
        }
        if (free.isFree(alone.address)) assert.deepEqual(placeByName(free, name), alone);
      }),
    );
  });

  it("finds the last free address of a small pool, and then reports how full it is", () => {
    const entries = [{ subnet: "10.0.0.0/29" }, { start: "10.0.0.4", end: "10.0.0.9" }];
    for (const name of ["a", "b-1", "b-2", "host-77", ""]) {
      const all = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((last) => `10.0.0.${last}`);
      for (const last of all)
        assert.equal(shown(placeByName(space(entries, ...all.filter((one) => one !== last)), name)), last);
      assert.equal(shown(placeByName(space(entries, ...all), name)), "9 of 9 used");
    }
    assert.equal(shown(placeByName(space([]), "a")), "0 of 0 used");
  });
});

describe("placeRandom", () => {
  it("gives every free address about equally often", () => {
    const free = space(
      [
        { start: "10.0.0.1", end: "10.0.0.6" },
        { start: "::1", end: "::4" },
      ],
      "10.0.0.2",
      "::1",
    );
    const counts = new Map<string, number>();
    const random = mulberry(1);
    for (let draw = 0; draw < 8000; draw++) {
      const text = shown(placeRandom(free, random));
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    assert.deepEqual([...counts.keys()].sort(), [
      "10.0.0.1",
      "10.0.0.3",
      "10.0.0.4",
      "10.0.0.5",
      "10.0.0.6",
      "::2",
      "::3",
      "::4",
    ]);
    for (const [text, count] of counts) assert.ok(count > 850 && count < 1150, `${text}: ${count} of 8000`);
  });

  it("reaches all of a /48", () => {
    const free = space([{ subnet: "2001:db8::/48" }]);
    const random = mulberry(2);
    const quarters = new Set<bigint>();
    const lowBits = new Set<bigint>();
    for (let draw = 0; draw < 200; draw++) {
      const value = offset(placeRandom(free, random), "2001:db8::");
      assert.ok(value >= 1n && value < 1n << 80n);
      quarters.add(value >> 78n);
      lowBits.add(value & 3n);
    }
    assert.deepEqual([quarters.size, lowBits.size], [4, 4]);
  });

  it("ends with a constant random, and with a full pool", () => {
    assert.equal(shown(placeRandom(space([{ start: "::" }]), () => 0)), "0.0.0.0"); // Go writes ::ffff:0:0 as IPv4
    assert.ok(placeRandom(space([{ subnet: "10.0.0.0/29" }]), () => 1 - 2 ** -53).kind === "placed");
    assert.equal(shown(placeRandom(space([{ subnet: "10.0.0.0/31" }], "10.0.0.1"), Math.random)), "1 of 1 used");
  });
});

/** A small seeded generator, so that a failure can be seen again. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
