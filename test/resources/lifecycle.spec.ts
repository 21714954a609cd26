import assert from "node:assert/strict";
import { claim, held, host, hosts, pool } from "./declare";
import { Refused, type Stack } from "./program";
import { onEachStore } from "./stores";

async function refusal(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
  return "not refused";
}

describe("the life cycle of an address", () => {
  onEachStore((open) => {
    it("starts in the preview, is reserved by the update, kept by the next one, and ends with destroy", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      const program = [pool(), host("a"), host("b"), claim("vip"), hosts(["r-1", "r-2", "r-3"])];
      const shown = await stack.preview(program);
      assert.deepEqual(await stack.up(program), ["create net", "create a", "create b", "create vip", "create rack"]);
      for (const as of ["a", "b", "vip"]) assert.equal(stack.outputs(as).address, shown.inputs.get(as)?.address, as);
      assert.deepEqual(stack.outputs("rack").addresses, shown.inputs.get("rack")?.addresses);
      const { entries, locks } = await held(store);
      assert.deepEqual(entries, {
        "a-net": stack.outputs("a").address,
        "b-net": stack.outputs("b").address,
        ...rackEntries(stack),
      });
      assert.deepEqual(locks, { ...entries, vip: stack.outputs("vip").address });
      assert.deepEqual(await stack.up(program), ["same net", "same a", "same b", "same vip", "same rack"]);
      await stack.destroy();
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    });

    it("writes the effective network on the lock: the entry's wins over the pool's", async () => {
      const { stackOf } = open();
      const stack = stackOf();
      const pools = [{ start: "10.0.0.10", end: "10.0.0.19", gateway: "10.0.0.2", dnsServers: ["10.0.0.53"] }];
      await stack.up([pool({ pools }), host("a")]);
      const { prefix, gateway, dnsServers } = stack.outputs("a");
      assert.deepEqual({ prefix, gateway, dnsServers }, { prefix: 24, gateway: "10.0.0.2", dnsServers: ["10.0.0.53"] });
      assert.deepEqual(await stack.up([pool(), host("a")]), ["update net", "update a"]);
      assert.equal(stack.outputs("a").gateway, "10.0.0.1");
      assert.equal(stack.outputs("a").dnsServers, undefined);
    });

    it("ends with its host, and no other host moves", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), host("a"), host("b"), hosts(["r-1", "r-2", "r-3"])]);
      const before = await held(store);
      assert.deepEqual(await stack.up([pool(), host("b"), hosts(["r-3", "r-1"])]), [
        "same net",
        "same b",
        "update rack",
        "delete a",
      ]);
      const { "a-net": _a, "r-2-net": _r2, ...rest } = before.entries;
      assert.deepEqual((await held(store)).entries, rest);
      assert.deepEqual((await held(store)).locks, rest);
    });

    it("does not change when it is pinned to its own address, or unpinned", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), host("a")]);
      const { address } = stack.outputs("a");
      assert.deepEqual(await stack.up([pool(), host("a", { address })]), ["same net", "same a"]);
      assert.deepEqual(await stack.up([pool(), host("a")]), ["same net", "same a"]);
      assert.deepEqual((await held(store)).entries, { "a-net": address });
    });

    it("moves to a new pin in place, and the old address is free", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), host("a", { address: "10.0.0.12" })]);
      assert.deepEqual(await stack.up([pool(), host("a", { address: "10.0.0.15" })]), ["same net", "update a"]);
      assert.deepEqual(await held(store), {
        entries: { "a-net": "10.0.0.15" },
        locks: { "a-net": "10.0.0.15" },
        claims: [],
      });
      assert.deepEqual(
        await stack.up([pool(), host("a", { address: "10.0.0.15" }), host("b", { address: "10.0.0.12" })]),
        ["same net", "same a", "create b"],
      );
    });

    it("is a replacement for an IPClaim whose pin changes", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), claim("vip", { address: "10.0.0.12" })]);
      assert.deepEqual(await stack.up([pool(), claim("vip", { address: "10.0.0.13" })]), ["same net", "replace vip"]);
      assert.deepEqual(await held(store), { entries: {}, locks: { vip: "10.0.0.13" }, claims: ["vip"] });
    });

    it("lets a set swap the pins of two hosts in one update", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), hosts(["a", "b", "c"], { pins: { a: "10.0.0.11", b: "10.0.0.12" } })]);
      const { "c-net": c } = (await held(store)).entries;
      await stack.up([pool(), hosts(["a", "b", "c"], { pins: { a: "10.0.0.12", b: "10.0.0.11" } })]);
      const now = { "a-net": "10.0.0.12", "b-net": "10.0.0.11", "c-net": c };
      assert.deepEqual(await held(store), { entries: now, locks: now, claims: [] });
    });

    it("goes from a host that leaves a set to a new host in one update", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), hosts(["old"], { pins: { old: "10.0.0.11" } })]);
      await stack.up([pool(), hosts(["new"], { pins: { new: "10.0.0.11" } })]);
      const now = { "new-net": "10.0.0.11" };
      assert.deepEqual(await held(store), { entries: now, locks: now, claims: [] });
    });

    it("gives new hosts of a set consecutive addresses from start, in the order of the list", async () => {
      const stack = open().stackOf();
      const from = { start: "10.0.0.13" };
      await stack.up([pool(), host("x", { address: "10.0.0.14" }), hosts(["b", "a"], from)]);
      assert.deepEqual(stack.outputs("rack").addresses, { b: "10.0.0.13", a: "10.0.0.15" });
      await stack.up([pool(), host("x", { address: "10.0.0.14" }), hosts(["c", "a", "b"], from)]);
      assert.deepEqual(stack.outputs("rack").addresses, { b: "10.0.0.13", a: "10.0.0.15", c: "10.0.0.16" });
    });

    it("follows Metal3's sequential rule with placement lowest", async () => {
      const stack = open().stackOf();
      const lowest = { placement: "lowest" };
      const program = [pool(), host("a", lowest), claim("v", lowest), hosts(["s-1", "s-2"], lowest)];
      const shown = await stack.preview(program);
      assert.equal(shown.inputs.get("a")?.address, undefined);
      await stack.up(program);
      assert.equal(stack.outputs("a").address, "10.0.0.10");
      assert.equal(stack.outputs("v").address, "10.0.0.11");
      assert.deepEqual(stack.outputs("rack").addresses, { "s-1": "10.0.0.12", "s-2": "10.0.0.13" });
      assert.deepEqual(await stack.up(program), ["same net", "same a", "same v", "same rack"]);
    });

    it("survives a pool that grows, and refuses by name a pool that shrinks below it", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([pool(), host("a", { address: "10.0.0.18" })]);
      const grown = { pools: [{ start: "10.0.0.10", end: "10.0.0.99" }] };
      assert.deepEqual(await stack.up([pool(grown), host("a", { address: "10.0.0.18" })]), ["update net", "same a"]);
      const shrunk = { pools: [{ start: "10.0.0.10", end: "10.0.0.15" }] };
      const text = await refusal(stack.up([pool(shrunk), host("a")]));
      assert.equal(
        text.split("\n")[0],
        "net: pools: no longer offers 10.0.0.18, held by a (stack metal/dev, resource a). Keep these addresses in `pools`. " +
          "To remove them with their holders, use two updates: first the holders, then the addresses.",
      );
      assert.deepEqual((await held(store)).entries, { "a-net": "10.0.0.18" });
    });

    it("can be declared by the pool itself, as a promise like all others", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      const own = { preAllocations: { "x-net": "10.0.0.11" } };
      await stack.up([pool(own), host("a")]);
      assert.equal((await held(store)).locks["x-net"], "10.0.0.11");
      const text = await refusal(stack.preview([pool(own), host("x")]));
      assert.equal(
        text,
        "x: : x is declared twice for IPPool metal3/net in this program: by IPPool net and by PreAllocation x. Remove one of them.",
      );
      assert.deepEqual(await stack.up([pool(), host("a")]), ["update net", "same a"]);
      assert.deepEqual(Object.keys((await held(store)).locks), ["a-net"]);
    });

    it("is refused if the pool is full, with both numbers", async () => {
      const stack = open().stackOf();
      const tiny = { pools: [{ start: "10.0.0.10", end: "10.0.0.11" }] };
      const text = await refusal(stack.up([pool(tiny), hosts(["a", "b", "c"])]));
      assert.equal(
        text,
        "rack: : IPPool metal3/net has no room for 3 more: 0 of 2 addresses are in use. Add a range to its `pools`, or remove hosts that are gone.",
      );
    });
  });
});

function rackEntries(stack: Stack): Record<string, unknown> {
  const addresses = stack.outputs("rack").addresses as Record<string, string>;
  return Object.fromEntries(Object.entries(addresses).map(([name, address]) => [`${name}-net`, address]));
}
