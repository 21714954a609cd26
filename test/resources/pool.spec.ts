import assert from "node:assert/strict";
import fc from "fast-check";
import { openMemoryStore } from "../../provider/store/memory-store";
import { host, hosts, pool } from "./declare";
import { Refused, Stack } from "./program";

async function refusals(run: Promise<unknown>): Promise<string[]> {
  return run.then(
    () => [],
    (error: unknown) => {
      assert.ok(error instanceof Refused, String(error));
      return error.message.split("\n");
    },
  );
}

describe("an IPPool", () => {
  it("offers all but excludes, and with excludeReserved all but gateway, network and broadcast too", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 31 }), { maxLength: 8 }),
        fc.integer({ min: 0, max: 31 }),
        async (excluded, gateway) => {
          const address = (last: number) => `10.0.0.${last}`;
          const left = Array.from({ length: 32 }, (_, last) => last).filter(
            (last) => ![0, 31, gateway].includes(last) && !excluded.includes(last),
          );
          const args = {
            pools: [{ subnet: "10.0.0.0/27", start: "10.0.0.0" }],
            prefix: 27,
            gateway: address(gateway),
            excludes: excluded.map(address),
            excludeReserved: true,
          };
          const names = left.map((last) => `h-${last}`);
          const stack = new Stack(openMemoryStore());
          await stack.up([pool(args), hosts(names)]);
          const given = Object.values(stack.outputs("rack").addresses as Record<string, string>);
          assert.deepEqual(new Set(given), new Set(left.map(address)));
          assert.equal(stack.outputs("net").capacity, left.length);
          const [fault] = await refusals(stack.preview([pool(args), hosts([...names, "one-more"])]));
          assert.match(
            fault ?? "",
            new RegExp(`has no room for 1 more: ${left.length} of ${left.length} addresses are in use`),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it("gets a warning if Metal3 would give reserved addresses to hosts", async () => {
    const stack = new Stack(openMemoryStore());
    const args = { pools: [{ start: "10.0.0.0", end: "10.0.0.255", prefix: 24 }] };
    const { warnings } = await stack.preview([pool(args)]);
    assert.deepEqual(warnings, [
      "IPPool metal3/net offers 10.0.0.1 (gateway), 10.0.0.0 (network), 10.0.0.255 (broadcast). " +
        "Metal3 gives such addresses to hosts. Set `excludeReserved: true`, or add them to `excludes`.",
    ]);
    assert.deepEqual((await stack.preview([pool({ ...args, excludeReserved: true })])).warnings, []);
  });

  it("gets a warning if a pool of another namespace has the same addresses", async () => {
    const store = openMemoryStore();
    await new Stack(store, "metal/first").up([pool({ namespace: "rack-b" })]);
    const { warnings } = await new Stack(store, "metal/second").preview([pool()]);
    assert.deepEqual(warnings, [
      "IPPool metal3/net and IPPool rack-b/net both have 10.0.0.10-10.0.0.19. Pools of two namespaces do not see each " +
        "other's addresses. If they serve one network, make them disjoint.",
    ]);
  });

  it("gets a warning if Metal3 would have to count far for a pin", async () => {
    const stack = new Stack(openMemoryStore());
    const wide = pool({ pools: [{ subnet: "2001:db8::/64" }], prefix: 64, gateway: undefined });
    const farOut =
      /^2001:db8::1:0:0 is 4294967295 addresses into IPPool metal3\/net\. Metal3 counts up to a pinned address, /;
    for (const one of [
      host("a", { address: "2001:db8::1:0:0" }),
      hosts(["a"], { pins: { a: "2001:db8::1:0:0" } }),
      hosts(["a"], { start: "2001:db8::1:0:0" }),
    ]) {
      const { warnings } = await stack.preview([wide, one]);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? "", farOut);
    }
    assert.deepEqual((await stack.preview([wide, host("a"), hosts(["b", "c"])])).warnings, []);
  });

  it("counts its addresses exactly up to a whole /48, as a string if a number is not exact", async () => {
    const stack = new Stack(openMemoryStore());
    const args = { pools: [{ subnet: "2001:db8::/48" }], prefix: 48, gateway: undefined };
    await stack.up([pool(args), host("a")]);
    assert.equal(stack.outputs("net").capacity, (2n ** 80n - 1n).toString());
    assert.match(String(stack.outputs("a").address), /^2001:db8::[0-9a-f]{1,4}$/);
  });

  it("may not overlap its own DHCP range", async () => {
    const faults = await refusals(
      new Stack(openMemoryStore()).preview([pool({ dhcpRanges: ["10.0.0.18-10.0.0.30", "10.0.1.0/24"] })]),
    );
    assert.deepEqual(faults, [
      "net: dhcpRanges[0]: 10.0.0.18-10.0.0.30 overlaps 10.0.0.10-10.0.0.19 of pools[0]. Make them disjoint, or add the DHCP range to `excludes`.",
    ]);
  });

  it("has faults that name entries as written, even if excludes have split them", async () => {
    const args = { excludes: ["10.0.0.12"], dhcpRanges: ["10.0.0.18-10.0.0.30"] };
    assert.deepEqual(await refusals(new Stack(openMemoryStore()).preview([pool(args)])), [
      "net: dhcpRanges[0]: 10.0.0.18-10.0.0.30 overlaps 10.0.0.10-10.0.0.19 of pools[0]. Make them disjoint, or add the DHCP range to `excludes`.",
    ]);
    const excluded = { ...args, excludes: ["10.0.0.12", "10.0.0.18-10.0.0.30"] };
    assert.deepEqual(await refusals(new Stack(openMemoryStore()).preview([pool(excluded)])), []);
  });

  it("may not overlap another pool or its DHCP range, in the program or in the store, unless allowed", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    const other = (args: object = {}) =>
      pool({ pools: [{ start: "10.0.0.15", end: "10.0.0.25" }], gateway: undefined, ...args }, "other");
    const meets =
      "other: pools: 10.0.0.15-10.0.0.25 overlaps 10.0.0.10-10.0.0.19 of IPPool metal3/net (both have 10.0.0.15-10.0.0.19). " +
      "Make them disjoint, or set `allowOverlap: true`. To move addresses from one pool to the other, use two updates.";
    assert.deepEqual(await refusals(stack.preview([pool(), other()])), [meets]);
    assert.deepEqual(await refusals(stack.preview([pool(), other({ allowOverlap: true })])), []);
    await stack.up([pool()]);
    assert.deepEqual(await refusals(new Stack(store, "metal/second").preview([other()])), [meets]);
    const dhcp = { dhcpRanges: ["10.0.0.20-10.0.0.40"] };
    const beside = other({ pools: [{ start: "10.0.0.40", end: "10.0.0.50" }] });
    assert.deepEqual(await refusals(stack.preview([pool(dhcp), beside])), [
      "other: pools: 10.0.0.40-10.0.0.50 overlaps a DHCP range of IPPool metal3/net (both have 10.0.0.40). " +
        "Make them disjoint, or exclude the DHCP range.",
    ]);
  });

  it("is managed only with adopt if it exists already", async () => {
    const store = openMemoryStore();
    await new Stack(store, "metal/first").up([pool()]);
    const second = new Stack(store, "metal/second");
    assert.deepEqual(await refusals(second.preview([pool()])), [
      "net: name: IPPool metal3/net already exists (stack metal/first, resource net). " +
        "Give this stack its own namespace or directory (`metal3-ipam:namespace`, `:directory`), or choose another name. To manage it from here, set `adopt: true`.",
    ]);
    assert.deepEqual(await second.up([pool({ adopt: true, gateway: "10.0.0.2" })]), ["create net"]);
    assert.deepEqual(await second.destroy(), ["delete net"]);
  });

  it("fails in the preview if another stack has adopted it, and can leave the program without a warning", async () => {
    const store = openMemoryStore();
    const first = new Stack(store, "metal/first");
    await first.up([pool()]);
    const second = new Stack(store, "metal/second");
    await second.up([pool({ adopt: true })]);
    await assert.rejects(first.preview([pool({ gateway: "10.0.0.3" })]), {
      message:
        "IPPool metal3/net already exists (stack metal/second, resource net). " +
        "Give this stack its own namespace or directory (`metal3-ipam:namespace`, `:directory`), or choose another name. To manage it from here, set `adopt: true`.",
    });
    assert.deepEqual(await first.destroy(), ["delete net"]);
    assert.deepEqual(await second.up([pool({ adopt: true })]), ["same net"]);
  });

  it("cannot change its name or prefix while it holds addresses", async () => {
    const stack = new Stack(openMemoryStore());
    await stack.up([pool(), host("a", { address: "10.0.0.11" })]);
    assert.deepEqual(await refusals(stack.preview([pool({ namePrefix: "other" }), host("a")])), [
      "net: namePrefix: cannot change from net to other while IPPool metal3/net holds addresses: 10.0.0.11 (a). Remove them first.",
    ]);
    assert.deepEqual(await refusals(stack.preview([pool({ name: "renamed" })])), [
      "net: name: IPPool metal3/net cannot be renamed or moved while it holds addresses: 10.0.0.11 (a). " +
        "Remove them first, or keep name and namespace.",
    ]);
    await stack.up([pool()]);
    assert.deepEqual(await stack.up([pool({ name: "renamed" })]), ["replace net"]);
  });

  it("is checked in the preview, which reports all faults at once", async () => {
    const stack = new Stack(openMemoryStore());
    const faults = await refusals(
      stack.preview([
        pool({
          pools: [{ start: "10.0.0.20", end: "10.0.0.10" }, { end: "10.0.0.1" }],
          gateway: "10.0.0.256",
          prefix: 200,
        }),
        host("Bad_Name"),
        host("b", { address: "010.0.0.1", placement: "highest" }),
      ]),
    );
    assert.deepEqual(
      faults.map((fault) => fault.split(": ").slice(0, 2).join(": ")),
      ["net: prefix", "net: gateway", "net: pools[0]", "net: pools[1]", "Bad_Name: host", "b: address", "b: placement"],
    );
  });
});
