/** An IPPool that is read after an earlier version of it is read as if there had been none. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { StoredManifest } from "../../provider/api/meta";
import { type IPPool, readIPPool } from "../../provider/api/metal3/ip-pool";

const claim = fc.constantFrom("a", "b", "c", "d", "toString", "__proto__");
const valid = fc.constantFrom("10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2", "FD00:0::1", "fd00::0001");
const odd = fc.constantFrom("10.0.0", "", 7, null, ["10.0.0.1"]);
const entriesOf = (text: fc.Arbitrary<unknown>) =>
  fc.uniqueArray(fc.tuple(claim, text), { selector: ([key]) => key }).map((pairs) => Object.fromEntries(pairs));

function poolWith(preAllocations: unknown): StoredManifest {
  const metadata = { name: "net", namespace: "metal3", uid: "u", resourceVersion: "1" };
  const spec = { pools: [{ subnet: "10.0.0.0/24" }], ...(preAllocations !== undefined && { preAllocations }) };
  return { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPPool", metadata, spec };
}

function poolOf(preAllocations: unknown): IPPool {
  const read = readIPPool(poolWith(preAllocations));
  assert(read.ok);
  return read.value;
}

describe("the entries of a pool", () => {
  it("are the same with and without a version before", () => {
    const before = fc.option(entriesOf(valid), { nil: undefined });
    const after = fc.oneof(entriesOf(valid), entriesOf(fc.oneof(valid, odd)), fc.constantFrom(undefined, null, [], 7));
    fc.assert(
      fc.property(before, after, (former, entries) => {
        const [plain, later] = [readIPPool(poolWith(entries)), readIPPool(poolWith(entries), poolOf(former))];
        const ordered = (read: typeof plain) =>
          read.ok ? [...read.value.preAllocations, ...read.value.misspelt] : read.faults;
        assert.deepEqual(later, plain);
        assert.deepEqual(ordered(later), ordered(plain));
      }),
    );
  });

  it("are gone if they have no value any more", () => {
    const read = readIPPool(poolWith({ a: null }), poolOf({ a: "10.0.0.1" }));
    assert.deepEqual(read.ok && [...read.value.preAllocations], []);
  });

  it("keep their address objects from the version before", () => {
    const before = poolOf({ a: "10.0.0.1", b: "10.0.0.2" });
    const read = readIPPool(poolWith({ a: "10.0.0.3", b: "10.0.0.2" }), before);
    assert(read.ok);
    assert.equal(read.value.preAllocations.get("b"), before.preAllocations.get("b"));
    assert.deepEqual(read.value.preAllocations.get("a"), { family: 4, value: 0x0a00_0003n });
  });
});
