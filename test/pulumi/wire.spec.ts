import assert from "node:assert/strict";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { fromWire, openWire, toWire } from "../../provider/pulumi/wire";
import { UNKNOWN } from "../../provider/resources/handler";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

describe("wire", () => {
  const wire = {
    pool: unknownValue, // top level
    pools: [{ start: unknownValue, prefix: 24 }, unknownValue], // in an object, and instead of an object
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

  it("turns Pulumi's unknown value at any depth into this provider's, and back", () => {
    assert.deepEqual(fromWire(wire), words);
    assert.deepEqual(toWire(words), wire);
  });

  it("omits undefined values, at any depth", () => {
    assert.deepEqual(toWire({ a: undefined, b: { c: undefined, d: 1 } }), { b: { d: 1 } });
  });

  it("recognizes the unknown of every type, and an output value without a value", () => {
    const unknowns = [
      "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
      "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
      "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
      "030794c1-ac77-496b-92df-f27374a8bd58",
      "e48ece36-62e2-4504-bad9-02848725956a",
      "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
      { [SIGNATURE]: OUTPUT, dependencies: ["urn:a"] },
    ];
    assert.deepEqual(fromWire({ unknowns }), { unknowns: unknowns.map(() => UNKNOWN) });
  });

  it("unwraps secrets at any depth, and names the properties that have one", () => {
    const secret = (value: unknown) => ({ [SIGNATURE]: SECRET, value });
    const sent = {
      address: secret("10.0.0.1"),
      pins: { "cp-0": secret("10.0.0.2"), "cp-1": "10.0.0.3" },
      hosts: [{ [SIGNATURE]: OUTPUT, value: "cp-0", secret: true, dependencies: [] }],
      pool: { [SIGNATURE]: OUTPUT, value: "net", secret: false },
      start: secret(unknownValue),
    };
    const { properties, secrets } = openWire(sent);
    const plain = {
      address: "10.0.0.1",
      pins: { "cp-0": "10.0.0.2", "cp-1": "10.0.0.3" },
      hosts: ["cp-0"],
      pool: "net",
    };
    assert.deepEqual(properties, { ...plain, start: UNKNOWN });
    assert.deepEqual([...secrets].sort(), ["address", "hosts", "pins", "start"]);
    assert.deepEqual(toWire(properties, secrets), {
      address: secret("10.0.0.1"),
      pins: secret(plain.pins),
      hosts: secret(["cp-0"]),
      pool: "net",
      start: secret(unknownValue),
    });
  });

  it("hides a handler's own values, and ignores values of others under their names", () => {
    const words = { pool: "net", pinned: true, target: { id: "x" } };
    const sent = { pool: "net", __pinned: true, __target: { id: "x" } };
    assert.deepEqual(toWire(words), sent);
    assert.deepEqual(fromWire(sent), words);
    assert.deepEqual(fromWire({ pool: "net", pinned: true, target: "x" }), { pool: "net" });
  });
});
