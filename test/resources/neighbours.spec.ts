/**
 * Addresses that others hold, edit or take over. Each of these cases once moved an address, blocked an update or never
 * ended.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiVersionOf } from "../../provider/api/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { handlersOver } from "../../provider/compose";
import { openPreviewMemory } from "../../provider/pulumi/preview-memory";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, held, host, hosts, pool } from "./declare";
import { failingAt, stranger, upMeddled } from "./meddling";
import { Stack, testEnvironment } from "./program";

const NET = { namespace: "metal3", name: "net" };

describe("addresses of other holders", () => {
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

  it("of another pool with the same name prefix are known, and do not make a proposal loop", async () => {
    const store = openMemoryStore();
    const shared = { namePrefix: "prov", allowOverlap: true };
    const pins = [host("a", { address: "10.0.0.10" }), host("b", { address: "10.0.0.11" })];
    await new Stack(store, "metal/first").up([pool(shared), ...pins]);
    // A program cannot create it.
    const spec = { namePrefix: "prov", pools: [{ start: "10.0.0.10", end: "10.0.0.19" }], prefix: 24 };
    const metadata = { namespace: "metal3", name: "two" };
    await store.create(IP_POOL, { apiVersion: apiVersionOf(IP_POOL), kind: "IPPool", metadata, spec });
    const second = new Stack(store, "metal/second");
    const lowest = { placement: "lowest", pool: "two" };
    await second.up([host("c", lowest), host("d", lowest)]);
    assert.equal(second.outputs("c").address, "10.0.0.12");
    assert.equal(second.outputs("d").address, "10.0.0.13");
  });

  it("keep their pool, because an entry without a lock is a promise too", async () => {
    const store = openMemoryStore();
    const owner = new Stack(store, "metal/pool");
    await owner.up([pool()]);
    await new Stack(store, "metal/hosts").up([host("q", { address: "10.0.0.12" })]);
    await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-12" });
    await assert.rejects(
      owner.destroy(),
      /IPPool metal3\/net is not deleted: after \d+ s it still holds 10\.0\.0\.12 \(q, an entry of preAllocations\)/,
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
  it("keeps its address when its entry was edited: the entry is corrected for its next life, and no second lock is created", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), host("a", { address: "10.0.0.10" })]);
    // The end of its node removed the lock. The edit gave its next life another address, which the controller served.
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
  it("gets its address back if a user removed it before the second update", async () => {
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

describe("take-overs and edits", () => {
  it("an address that two previews had shown to two hosts of a set goes to one of them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "metal3-ipam-previews-"));
    try {
      const previews = openPreviewMemory("target", () => 0, folder);
      const stack = new Stack(openMemoryStore(), "metal/dev", testEnvironment({ previews }));
      await stack.up([pool()]);
      const first = await stack.preview([pool(), hosts(["a", "c"])]);
      const { c } = first.inputs.get("rack")!.addresses as Record<string, string>;
      await stack.preview([pool(), hosts(["a"], { pins: { a: c } })]);
      const { inputs } = await stack.preview([pool(), hosts(["a", "c"])]);
      const shown = inputs.get("rack")?.addresses as Record<string, string>;
      assert.notEqual(shown.a, shown.c);
      await stack.up([pool(), hosts(["a", "c"])]);
      assert.deepEqual(stack.outputs("rack").addresses, shown);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("a pin on what another stack's entry was edited to is refused in the preview already", async () => {
    const store = openMemoryStore();
    await new Stack(store, "metal/first").up([pool(), host("a")]);
    await store.patch(IP_POOL, NET, { spec: { preAllocations: { "a-net": "10.0.0.18" } } });
    const second = new Stack(store, "metal/second");
    await assert.rejects(
      second.preview([host("p", { address: "10.0.0.18" })]),
      /10\.0\.0\.18 of IPPool metal3\/net is held by a \(an entry of preAllocations\)/,
    );
  });

  it("a PreAllocation that becomes an IPClaim of the same name leaves no entry", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), { kind: "preAllocation", as: "v", args: { pool: "net", claimName: "v" } }]);
    const { address } = stack.outputs("v");
    const handOver = [pool(), { ...claim("v"), as: "claim" }];
    await stack.up(handOver);
    assert.deepEqual(await held(store), { entries: {}, locks: { v: address }, claims: ["v"] });
    await stack.destroy();
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
  });

  it("another stack's adopt is reported in the preview of the first stack", async () => {
    const store = openMemoryStore();
    const first = new Stack(store, "metal/first");
    await first.up([pool(), host("a")]);
    await new Stack(store, "metal/second").up([host("a", { adopt: true }, "mine")]);
    await assert.rejects(
      first.preview([pool(), host("a")]),
      /a already holds .* \(stack metal\/second, resource mine\)/,
    );
  });

  it("an adopted host leaves the program of the first stack without a warning, and stays with the other stack", async () => {
    const store = openMemoryStore();
    const first = new Stack(store, "metal/first");
    const program = [pool(), host("a"), hosts(["r-1", "r-2"]), claim("v")];
    await first.up(program);
    const second = new Stack(store, "metal/second");
    await second.up([host("a", { adopt: true }, "mine"), hosts(["r-1"], { adopt: true }, "ours")]);
    const { entries, locks } = await held(store);
    // The engine also compares in a refresh, before it knows the program. A destroy never knows it.
    const handlers = handlersOver(store, testEnvironment(), "metal3");
    for (const [resource, { kind, id, inputs, outputs }] of first.state) {
      await handlers[kind].diff({ owner: { stack: "metal/first", resource }, id, olds: outputs, news: inputs });
    }
    assert.deepEqual(await first.up([pool(), hosts(["r-2"]), claim("v")]), [
      "same net",
      "update rack",
      "same v",
      "delete a",
    ]);
    assert.deepEqual(await held(store), { entries, locks, claims: ["v"] });
  });

  it("an entry that was edited goes with its lock", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), host("a"), hosts(["r-1"])]);
    await store.patch(IP_POOL, NET, { spec: { preAllocations: { "a-net": "10.0.0.18", "r-1-net": "10.0.0.19" } } });
    await stack.destroy();
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    assert.deepEqual(await store.list(IP_POOL), []);
  });

  it("a move whose old lock cannot be removed is undone", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), host("a", { address: "10.0.0.10" })]);
    const before = await held(store);
    const error = await upMeddled(stack, [pool(), host("a", { address: "10.0.0.15" })], failingAt(2));
    assert.match(String(error), /the backend was gone/);
    assert.deepEqual(await held(store), before);
  });
});
