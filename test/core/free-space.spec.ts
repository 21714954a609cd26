import assert from "node:assert/strict";
import fc from "fast-check";
import { formatAddress } from "../../provider/core/address";
import { FreeSpace } from "../../provider/core/free-space";
import { compilePool, type Pool } from "../../provider/core/pool";
import type { AddressRange } from "../../provider/core/range";
import { everyAddress, smallRange, smallRanges, someAddress, texts } from "./universe";
import { address, poolSpec, range } from "./written";

const poolOf = (ranges: readonly AddressRange[]): Pool =>
  compilePool({ entries: ranges.map(({ first, last }) => ({ start: first, end: last })) });

describe("FreeSpace", () => {
  it("counts addresses that the pool offers, and remembers those that it does not offer", () => {
    const free = new FreeSpace(poolOf([range("10.0.0.1-10.0.0.4")]), ["10.0.0.2", "10.0.0.2", "10.0.0.9"].map(address));
    assert.deepEqual([free.used, free.free], [1n, 3n]);
    assert.equal(free.take(address("10.0.0.9")), false); // outside, and taken from the beginning
    assert.equal(free.take(address("10.0.0.8")), true);
    assert.equal(free.take(address("10.0.0.8")), false);
    free.give(address("10.0.0.8"));
    assert.equal(free.take(address("10.0.0.8")), true);
    assert.deepEqual([free.used, free.free], [1n, 3n]); // outside does not count
    assert.ok(
      !free.isFree(address("10.0.0.8")) && !free.isFree(address("10.0.0.7")) && free.isFree(address("10.0.0.1")),
    );
  });

  it("changes nothing if an address is given back that was not taken", () => {
    const free = new FreeSpace(poolOf([range("::1-::2")]));
    free.give(address("::1"));
    free.give(address("::9"));
    assert.deepEqual([free.used, free.free, free.offers(address("::9"))], [0n, 2n, false]);
  });

  it("works in a /0", () => {
    const free = new FreeSpace(compilePool(poolSpec({ pools: [{ start: "::" }] })), ["::", "::1", "::3"].map(address));
    const [offer] = free.pool.offers;
    assert.deepEqual(free.nextFree(address("::"), offer!.range), address("::2"));
    assert.deepEqual(free.nextFree(address("::3"), offer!.range), address("::4"));
    assert.equal(free.used, 3n);
    assert.equal(free.free, 2n ** 128n - 3n); // the mapped block is offered as IPv4
  });

  it("has no next address across families or beyond the range", () => {
    const free = new FreeSpace(poolOf([range("10.0.0.1-10.0.0.4")]));
    assert.equal(free.nextFree(address("::"), range("10.0.0.1-10.0.0.4")), undefined);
    assert.equal(free.nextFree(address("10.0.0.5"), range("10.0.0.1-10.0.0.4")), undefined);
    assert.equal(free.nextFree(address("10.0.0.1"), range("10.0.0.5-10.0.0.9")), undefined);
    assert.deepEqual(free.nextFree(address("10.0.0.0"), range("10.0.0.2-10.0.0.9")), address("10.0.0.2"));
  });

  it("behaves like a Set of texts, step by step", () => {
    const step = fc.tuple(fc.constantFrom("take", "give"), someAddress);
    fc.assert(
      fc.property(
        smallRanges,
        fc.array(someAddress, { maxLength: 30 }),
        fc.array(step, { maxLength: 60 }),
        fc.array(fc.tuple(someAddress, smallRange), { maxLength: 10 }),
        (ranges, initial, steps, questions) => {
          const offered = texts(ranges);
          const taken = new Set(initial.map(formatAddress));
          const free = new FreeSpace(poolOf(ranges), initial);
          for (const [verb, each] of steps) {
            const text = formatAddress(each);
            if (verb === "take") {
              assert.equal(free.take(each), !taken.has(text), `take ${text}`);
              taken.add(text);
            } else {
              free.give(each);
              taken.delete(text);
            }
            assert.equal(free.used, BigInt([...taken].filter((one) => offered.has(one)).length), `${verb} ${text}`);
          }
          const left = everyAddress.filter(
            (each) => offered.has(formatAddress(each)) && !taken.has(formatAddress(each)),
          );
          assert.equal(free.free, BigInt(left.length));
          for (const each of everyAddress) {
            assert.equal(free.offers(each), offered.has(formatAddress(each)));
            assert.equal(free.isFree(each), left.includes(each));
          }
          for (const [place, each] of left.entries()) assert.deepEqual(free.freeAt(BigInt(place)), each);
          assert.equal(free.freeAt(BigInt(left.length)), undefined);
          for (const [from, within] of questions) {
            const expected = left.find(
              (each) =>
                each.family === from.family && each.value >= from.value && texts([within]).has(formatAddress(each)),
            );
            assert.deepEqual(free.nextFree(from, within), expected);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
