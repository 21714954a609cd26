/** Values by key, against a slow oracle that has a list for each key. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Groups } from "../../provider/core/groups";

const someSteps = fc.array(
  fc.record({ isAdded: fc.boolean(), key: fc.constantFrom("a", "b"), value: fc.constantFrom("x", "y", "z") }),
);

describe("groups", () => {
  it("hold the values of each key once, in the order of adding", () => {
    fc.assert(
      fc.property(someSteps, (steps) => {
        const groups = new Groups<string, string>();
        const expected: Record<string, string[]> = { a: [], b: [] };
        for (const { isAdded, key, value } of steps) {
          const others = expected[key]!.filter((one) => one !== value);
          if (!isAdded) expected[key] = others;
          else if (!expected[key]!.includes(value)) expected[key]!.push(value);
          if (isAdded) groups.add(key, value);
          else groups.remove(key, value);
        }
        for (const [key, values] of Object.entries(expected)) {
          assert.deepEqual([groups.at(key), groups.has(key)], [values, values.length > 0]);
        }
      }),
    );
  });
});
