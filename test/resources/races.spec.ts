/** Each of these once gave an address twice, lost one, or never ended. */
import assert from "node:assert/strict";
import { addressObjectName } from "../../provider/api/ip-address";
import { apiVersionOf, IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/kinds";
import { parseAddress } from "../../provider/core/address";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, pool } from "./declare";
import { failingAt, goneFrom, type Interference, meddledStore } from "./faulty-store";
import { type Declared, Stack } from "./program";

const NET = { namespace: "metal3", name: "net" };

/** Another writer's lock, for a claim of its own. */
async function stranger(store: Store, text: string, claimName: string, poolName = "net"): Promise<void> {
  const parsed = parseAddress(text);
  assert.ok(parsed.ok);
  await store.create(IP_ADDRESS, {
    apiVersion: apiVersionOf(IP_ADDRESS),
    kind: "IPAddress",
    metadata: { name: addressObjectName(poolName, parsed.value), namespace: "metal3" },
    spec: { address: text, pool: { name: poolName }, claim: { name: claimName } },
  });
}

/** An `up` whose preview sees the store as it is, and whose update meets `meddle`. */
async function upMeddled(stack: Stack, program: readonly Declared[], meddle: Interference): Promise<unknown> {
  const meddled = new Stack(meddledStore(stack.store, meddle), stack.name, stack.environment);
  meddled.state = stack.state;
  return meddled.up(program).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** No address in two locks, no claim with two, and entries that agree with locks. */
async function assertSound(store: Store): Promise<void> {
  const locks = (await store.list(IP_ADDRESS)).map((lock) => lock.spec as { address: string; claim: { name: string } });
  assert.equal(new Set(locks.map((lock) => lock.address)).size, locks.length, "one lock for each address");
  assert.equal(new Set(locks.map((lock) => lock.claim.name)).size, locks.length, "one lock for each claim");
}

describe("a reservation that fails half way", () => {
  for (const swap of [false, true]) {
    it(`${swap ? "swap" : "move"} and a new pin that somebody else takes: everything is as before`, async () => {
      const store = openMemoryStore();
      const stack = new Stack(store);
      await stack.up([pool(), hosts(["a", "b"], { pins: { a: "10.0.0.10", b: "10.0.0.11" } })]);
      const before = await held(store);
      const pins = swap ? { a: "10.0.0.11", b: "10.0.0.10" } : { a: "10.0.0.12", b: "10.0.0.11" };
      let isTaken = false;
      const error = await upMeddled(
        stack,
        [pool(), hosts(["a", "b", "c"], { pins: { ...pins, c: "10.0.0.15" } })],
        async () => {
          if (!isTaken) await stranger(store, "10.0.0.15", "stranger");
          isTaken = true;
        },
      );
      assert.match(String(error), /10\.0\.0\.15 of IPPool metal3\/net is held by claim stranger/);
      const { locks, entries } = await held(store);
      assert.deepEqual(entries, before.entries);
      assert.deepEqual(locks, { ...before.locks, stranger: "10.0.0.15" });
    });
  }

  it("leaves nothing behind, whichever write fails", async () => {
    for (let write = 2; write < 12; write++) {
      const store = openMemoryStore();
      const stack = new Stack(store);
      await stack.up([pool()]);
      const error = await upMeddled(stack, [pool(), hosts(["a", "b", "c"])], failingAt(write - 1));
      if (!error) continue;
      assert.match(String(error), /the backend was gone/);
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] }, `write ${write - 1}`);
    }
  });

  it("keeps an entry that somebody had written by hand", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool()]);
    await store.patch(IP_POOL, NET, { spec: { preAllocations: { "x-net": "10.0.0.12" } } });
    let isTaken = false;
    await upMeddled(stack, [pool(), hosts(["x", "y"], { pins: { y: "10.0.0.17" } })], async () => {
      if (!isTaken) await stranger(store, "10.0.0.17", "stranger");
      isTaken = true;
    });
    assert.deepEqual(await held(store), {
      entries: { "x-net": "10.0.0.12" },
      locks: { stranger: "10.0.0.17" },
      claims: [],
    });
  });

  it("of an IPClaim whose name another stack wins leaves no lock of its own", async () => {
    const store = openMemoryStore();
    await new Stack(store, "metal/first").up([pool()]);
    const [winner, loser] = [new Stack(store, "metal/winner"), new Stack(store, "metal/loser")];
    const owner = { stack: winner.name, resource: "vip" };
    const news = claim("vip", { address: "10.0.0.12" }).args;
    const { ipClaim } = winner.handlers();
    const { inputs } = await ipClaim.check({ owner, olds: undefined, news });
    const error = await upMeddled(loser, [claim("vip", { address: "10.0.0.15" })], async (_verb, plural) => {
      if (plural === "ipclaims") await ipClaim.create({ owner, inputs });
    });
    assert.match(String(error), /IPClaim metal3\/vip exists already \(stack metal\/winner, resource vip\)/);
    assert.deepEqual(await held(store), { entries: {}, locks: { vip: "10.0.0.12" }, claims: ["vip"] });
  });

  it("of a swap, at every write: the next update puts it right, or the old program does", async () => {
    const first = [pool(), hosts(["a", "b", "c"], { pins: { a: "10.0.0.10", b: "10.0.0.11" } })];
    const second = [pool(), hosts(["a", "b", "d"], { pins: { a: "10.0.0.11", b: "10.0.0.10" } })];
    for (let write = 1; write < 14; write++) {
      for (const [goesOn, next] of [
        ["forward", second],
        ["back", first],
      ] as const) {
        const store = openMemoryStore();
        const stack = new Stack(store);
        await stack.up(first);
        await upMeddled(stack, second, goneFrom(write));
        await stack.up(next);
        await assertSound(store);
        const { entries, locks } = await held(store);
        assert.deepEqual(entries, locks, `killed at write ${write}, then ${goesOn}`);
        await stack.destroy();
        assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
      }
    }
  });
});

describe("a host that goes from one resource to another", () => {
  it("is not robbed by what the set gives its old address to", async () => {
    const stack = new Stack(openMemoryStore());
    await stack.up([pool(), hosts(["d"], { pins: { d: "10.0.0.15" } })]);
    const program = [pool(), host("d"), hosts(["e"], { pins: { e: "10.0.0.15" } })];
    await assert.rejects(stack.up(program), /10\.0\.0\.15 of IPPool metal3\/net is (held|promised)/);
    await assert.rejects(stack.up([...program].reverse()), /10\.0\.0\.15 of IPPool metal3\/net is (held|promised)/);
  });

  it("keeps its address when the old resource is renamed back after an interrupted update", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), host("a", {}, "r1")]);
    const before = await held(store);
    // The new name has taken over; the delete of the old one did not come about.
    const owner = { stack: stack.name, resource: "r2" };
    const handlers = stack.handlers();
    const { inputs } = await handlers.preAllocation.check({ owner, olds: undefined, news: { pool: "net", host: "a" } });
    const { id, outputs } = await handlers.preAllocation.create({ owner, inputs });
    stack.state.set("r2", { kind: "preAllocation", id, inputs, outputs });
    await stack.up([pool(), host("a", {}, "r1")]);
    assert.deepEqual(await held(store), before);
    assert.deepEqual(await stack.up([pool(), host("a", {}, "r1")]), ["same net", "same r1"]);
    await stack.destroy();
    assert.deepEqual((await held(store)).locks, {});
  });

  it("can be released after a take-over that was killed before state was written", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), host("a", {}, "r1")]);
    const owner = { stack: stack.name, resource: "r2" };
    const { preAllocation } = stack.handlers();
    const { inputs } = await preAllocation.check({ owner, olds: undefined, news: { pool: "net", host: "a" } });
    await preAllocation.create({ owner, inputs });
    assert.deepEqual(await stack.up([pool(), host("a", {}, "r1")]), ["same net", "update r1"]);
    await stack.destroy();
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
  });
});

describe("addresses that others have", () => {
  it("do not move a fallback at each update", async () => {
    const store = openMemoryStore();
    await new Stack(store, "metal/other").up([pool(), host("x", { address: "10.0.0.15" })]);
    const stack = new Stack(store, "metal/dev");
    const fallback = { address: "10.0.0.15", fallback: "next" };
    const program = [host("a", fallback), hosts(["b"], { pins: { b: "10.0.0.15" }, fallback: "next" })];
    await stack.up(program);
    const before = await held(store);
    assert.deepEqual(await stack.up(program), ["same a", "same rack"]);
    assert.deepEqual(await held(store), before);
  });

  it("of another pool with the same name prefix are known, and do not make a proposal turn in circles", async () => {
    const store = openMemoryStore();
    const shared = { namePrefix: "prov", allowOverlap: true };
    const pins = [host("a", { address: "10.0.0.10" }), host("b", { address: "10.0.0.11" })];
    await new Stack(store, "metal/first").up([pool(shared), ...pins]);
    const second = new Stack(store, "metal/second");
    const lowest = { placement: "lowest", pool: "two" };
    await second.up([pool(shared, "two"), host("c", lowest), host("d", lowest)]);
    assert.equal(second.outputs("c").address, "10.0.0.12");
    assert.equal(second.outputs("d").address, "10.0.0.13");
  });

  it("keep their pool: an entry whose lock went with its node is a promise too", async () => {
    const store = openMemoryStore();
    const owner = new Stack(store, "metal/pool");
    await owner.up([pool()]);
    await new Stack(store, "metal/hosts").up([host("q", { address: "10.0.0.12" })]);
    await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-12" });
    await assert.rejects(
      owner.destroy(),
      /IPPool metal3\/net is not deleted: it still holds 10\.0\.0\.12 \(preAllocations entry q-net\)/,
    );
    assert.deepEqual((await held(store)).entries, { "q-net": "10.0.0.12" });
  });

  it("do not block every update of a pool that never offered them", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool()]);
    await store.patch(IP_POOL, NET, { spec: { preAllocations: { foreign: "10.9.9.9" } } });
    assert.deepEqual(await stack.up([pool({ gateway: "10.0.0.2" })]), ["update net"]);
  });
});

describe("a live host", () => {
  it("keeps its address when its entry was edited: the entry is put right for its next life, and no second lock is made", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), host("a", { address: "10.0.0.10" })]);
    // Its node's end took the lock; the edit gave its next life another address, which the controller served.
    await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-10" });
    await store.patch(IP_POOL, NET, { spec: { preAllocations: { "a-net": "10.0.0.12" } } });
    await stranger(store, "10.0.0.12", "a-net");
    await store.create(IP_CLAIM, {
      apiVersion: apiVersionOf(IP_CLAIM),
      kind: "IPClaim",
      metadata: { name: "a-net", namespace: "metal3" },
      spec: { pool: { name: "net" } },
    });
    assert.deepEqual(await stack.up([pool(), host("a", { address: "10.0.0.10" })]), ["same net", "update a"]);
    const { entries, locks } = await held(store);
    assert.deepEqual(entries, { "a-net": "10.0.0.10" });
    assert.deepEqual(locks, { "a-net": "10.0.0.12" });
  });
});

describe("a single with placement lowest", () => {
  it("that somebody removed before the second update comes back with its address", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    const program = [pool(), host("x", { address: "10.0.0.10" }), host("a", { placement: "lowest" })];
    await stack.up(program);
    const before = await held(store);
    await store.patch(IP_POOL, NET, { spec: { preAllocations: { "a-net": null } } });
    await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-11" });
    assert.deepEqual(await stack.up(program), ["same net", "same x", "update a"]);
    assert.deepEqual(await held(store), before);
  });
});
