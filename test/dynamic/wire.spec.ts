import assert from "node:assert/strict";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { fromWire, toWire } from "../../provider/dynamic/wire";
import { UNKNOWN } from "../../provider/resources/handler";

describe("wire", () => {
  const wire = {
    pool: unknownValue, // top level
    pools: [{ start: unknownValue, prefix: 24 }, unknownValue], // in an object, and where an object is expected
    addresses: { "node-0": unknownValue, "node-1": "10.0.0.2" },
    adopt: false,
    gateway: null,
  };
  const words = {
    pool: UNKNOWN,
    pools: [{ start: UNKNOWN, prefix: 24 }, UNKNOWN],
    addresses: { "node-0": UNKNOWN, "node-1": "10.0.0.2" },
    adopt: false,
    gateway: null,
  };

  it("turns Pulumi's unknown value at any depth into ours, and back", () => {
    assert.deepEqual(fromWire(wire), words);
    assert.deepEqual(toWire(words), wire);
  });

  it("leaves out what is undefined, at any depth", () => {
    assert.deepEqual(toWire({ a: undefined, b: { c: undefined, d: 1 } }), { b: { d: 1 } });
  });
});
