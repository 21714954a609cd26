import assert from "node:assert/strict";
import type { WireProperties } from "../../provider/pulumi/wire";
import { useMemory, useProcesses } from "./backend";
import type { ProviderProcess } from "./provider-process";
import { type Kind, Resource, secret, UNKNOWN } from "./verbs";

const pools = [{ start: "10.0.0.10", end: "10.0.0.19" }];

describe("Check", () => {
  const start = useProcesses(useMemory());
  let provider: ProviderProcess;
  const resource = (kind: Kind, name: string) => new Resource(provider, kind, name);

  beforeEach(async () => {
    provider = await start();
    await resource("ipPool", "net").made({ pools, prefix: 24, gateway: "10.0.0.1" });
  });

  it("reports all faults at once, each with its path, value and remedy, and prints no value itself", async () => {
    const faulty = {
      pools: [
        { start: "10.0.0.256", end: "10.0.1.9" },
        { start: "fd00::1", gatway: "x" },
      ],
      prefix: 200,
      gateway: ["10.0.1.1"],
      excludes: ["10.0.1.1-"],
      labels: { "a.b": 1 },
      allocationStrategy: "first",
    };
    const { faults } = await resource("ipPool", "other").check(faulty);
    assert.deepEqual(faults, [
      'labels["a.b"]: 1 is a number, but must be text.',
      'pools[0].start: "10.0.0.256" is not an IP address. Its part 256 is more than 255.',
      "pools[1].gatway: is not a property. Correct its spelling, or remove it.",
      "prefix: 200 is more than 128.",
      'gateway: ["10.0.1.1"] is a list, but must be text.',
      'allocationStrategy: "first" is not one of "sequential", "random".',
      'excludes[0]: "10.0.1.1-" is not a range. "" is not an IP address. It is empty.',
    ]);
  });

  const named: readonly (readonly [kind: Kind, args: WireProperties])[] = [
    ["ipPool", { pools: [{ start: "10.0.9.1", end: "10.0.9.9" }], allowOverlap: true }],
    ["ipClaim", { pool: "net" }],
  ];
  for (const [kind, args] of named) {
    it(`gives ${kind} the logical name if the program sets no name`, async () => {
      assert.equal((await resource(kind, "edge").checked(args)).name, "edge");
      assert.equal((await resource(kind, "edge").checked({ ...args, name: null })).name, "edge");
      assert.equal((await resource(kind, "edge").checked({ ...args, name: "vip" })).name, "vip");
      assert.equal((await resource(kind, "edge").checked({ ...args, name: UNKNOWN })).name, UNKNOWN);
    });
  }

  it("names the source of a logical name that is no valid object name", async () => {
    const { faults } = await resource("ipClaim", "My VIP").check({ pool: "net" });
    assert.match(faults.join("\n"), /^name: "My VIP" must /);
  });

  it("fills in the promised address, and hides its own inputs", async () => {
    const inputs = await resource("preAllocation", "cp-0").checked({ pool: "net", host: "cp-0" });
    const { __target: target, address, ...others } = inputs;
    assert.match(String(address), /^10\.0\.0\.1\d$/);
    assert.equal(typeof (target as { id: string }).id, "string");
    assert.deepEqual(others, {
      pool: "net",
      host: "cp-0",
      namespace: "metal3",
      claimName: "cp-0-net",
      prefix: 24,
      gateway: "10.0.0.1",
      __pinned: false,
    });
  });

  it("keeps everything unknown that depends on an unknown pool, hosts and pins", async () => {
    const unknownPool = await resource("preAllocation", "cp-0").checked({ pool: UNKNOWN, host: "cp-0" });
    assert.deepEqual([unknownPool.pool, unknownPool.address, unknownPool.claimName], [UNKNOWN, undefined, undefined]);
    const unknownHosts = await resource("preAllocationSet", "rack").checked({ pool: "net", hosts: UNKNOWN });
    assert.deepEqual([unknownHosts.hosts, unknownHosts.addresses], [UNKNOWN, undefined]);
    const oneUnknown = await resource("preAllocationSet", "rack").checked({ pool: "net", hosts: ["a", UNKNOWN] });
    assert.deepEqual([oneUnknown.hosts, oneUnknown.addresses], [["a", UNKNOWN], undefined]);
    const unknownPin = { pool: "net", hosts: ["a", "b"], pins: { a: UNKNOWN }, start: "10.0.0.15" };
    assert.deepEqual((await resource("preAllocationSet", "rack").checked(unknownPin)).pins, { a: UNKNOWN });
    const pinned = { pool: "net", host: "x", address: UNKNOWN };
    assert.equal((await resource("preAllocation", "x").checked(pinned)).address, UNKNOWN);
    const entries = await resource("ipPool", "other").checked({ pools: [UNKNOWN], gateway: UNKNOWN, labels: UNKNOWN });
    assert.deepEqual([entries.pools, entries.gateway, entries.labels], [[UNKNOWN], UNKNOWN, UNKNOWN]);
    assert.equal((await resource("ipPool", "other").checked({ pools: UNKNOWN })).capacity, undefined);
  });

  it("keeps the known addresses of a set with a partly unknown list", async () => {
    const rack = resource("preAllocationSet", "rack");
    const kept = await rack.made({ pool: "net", hosts: ["a", "b"] });
    const addresses = kept.outputs.addresses as Record<string, string>;
    const again = await rack.checked({ pool: "net", hosts: ["a", UNKNOWN] }, kept.inputs);
    assert.deepEqual(again.addresses, { a: addresses.a });
    const longer = await rack.checked({ pool: "net", hosts: ["a", "b", "c", UNKNOWN] }, kept.inputs);
    assert.deepEqual(longer.addresses, { ...addresses, c: UNKNOWN });
  });

  it("refuses faults in secrets without showing them", async () => {
    const { faults } = await resource("preAllocation", "cp-0").check({
      pool: "net",
      host: secret("Canary_1"),
      address: secret("10.0.0.canary"),
    });
    assert.equal(faults.length, 2);
    assert.match(faults[0]!, /^host: "\[secret\]"/);
    assert.equal(faults[1], 'address: "[secret]" is not an IP address.');
    const held = await resource("preAllocation", "cp-1").check({ pool: "net", host: "a", address: secret("10.0.7.7") });
    assert.match(held.faults[0]!, /^address: \[secret\] is outside of IPPool metal3\/net\. /);
    const nested = { pool: "net", hosts: ["a"], pins: { a: secret("10.0.0.300"), b: "10.0.0.11" } };
    const set = await resource("preAllocationSet", "rack").check(nested);
    assert.match(set.faults.join("\n"), /^pins\.a: "\[secret\]" is not an IP address/);
    assert.doesNotMatch(JSON.stringify([faults, held.faults, set.faults]), /canary|10\.0\.7\.7|10\.0\.0\.300/i);
  });

  it("shows no secrets in warnings", async () => {
    const gateway = secret("10.9.0.1");
    await resource("ipPool", "edge").check({ pools: [{ start: "10.9.0.1", end: "10.9.0.9" }], gateway });
    assert.match(provider.warnings().join("\n"), /^IPPool metal3\/edge offers \[secret\] \(gateway\)/);
  });
});
