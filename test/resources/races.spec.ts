/** Each of these cases once gave an address twice, lost one, or left something behind. */
import assert from "node:assert/strict";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, hostsClaim, pool } from "./declare";
import { assertSound, failingAt, goneFrom, justBefore, stranger, upMeddled } from "./meddling";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

const NET = { namespace: "metal3", name: "net" };

describe("a reservation that fails halfway", () => {
  for (const swap of [false, true]) {
    it(`${swap ? "swap" : "move"} and a new pin that another owner takes: everything is as before`, async () => {
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
          const isFirst = !isTaken;
          isTaken = true;
          if (isFirst) await stranger(store, "10.0.0.15", "stranger");
        },
      );
      assert.match(String(error), /10\.0\.0\.15 of IPPool metal3\/net is held by claim stranger/);
      const { locks, entries } = await held(store);
      assert.deepEqual(entries, before.entries);
      assert.deepEqual(locks, { ...before.locks, stranger: "10.0.0.15" });
    });
  }

  it("leaves nothing behind, whatever write fails", async () => {
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

  it("keeps an entry that was written by hand", async () => {
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

  it("leaves no lock of its own if another stack wins the name of its IPClaim", async () => {
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
    assert.match(String(error), /IPClaim metal3\/vip already exists \(stack metal\/winner, resource vip\)/);
    assert.deepEqual(await held(store), { entries: {}, locks: { vip: "10.0.0.12" }, claims: ["vip"] });
  });

  it("of a swap, at every write: the next update repairs it, and so does the old program", async () => {
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
        const all = goesOn === "forward" ? ["a-net", "b-net", "d-net"] : ["a-net", "b-net", "c-net"];
        assert.deepEqual(Object.keys(entries).sort(), all, `killed at write ${write}, then ${goesOn}`);
        // An entry keeps its address without a lock, as after the life of a host.
        assert.deepEqual({ ...entries, ...locks }, entries, `killed at write ${write}, then ${goesOn}`);
        await stack.destroy();
        assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
      }
    }
  });
});

describe("a host that goes from one resource to another", () => {
  it("keeps its address when the set gives its old one to another host", async () => {
    const stack = new Stack(openMemoryStore());
    await stack.up([pool(), hosts(["d"], { pins: { d: "10.0.0.15" } })]);
    const program = [pool(), host("d"), hosts(["e"], { pins: { e: "10.0.0.15" } })];
    await assert.rejects(
      stack.up(program),
      /10\.0\.0\.15 of IPPool metal3\/net is (held by|already reserved in this program, for)/,
    );
    await assert.rejects(
      stack.up([...program].reverse()),
      /10\.0\.0\.15 of IPPool metal3\/net is (held by|already reserved in this program, for)/,
    );
  });

  it("keeps its address when the old resource is renamed back after an interrupted update", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up([pool(), host("a", {}, "r1")]);
    const before = await held(store);
    // The new name has taken over, and the delete of the old one did not run.
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

describe("a claim that comes while its address is given up", () => {
  /** The host is provisioned just before the lock is removed: Metal3 points its claim at the lock. */
  const comes = (store: Store, name: string) =>
    justBefore("remove", "ipaddresses", () => store.create(IP_CLAIM, hostsClaim(name)));
  const lockOf = (store: Store, name: string) => store.get(IP_ADDRESS, { namespace: "metal3", name });

  for (const [kind, open] of [
    ["one object", openMemoryStore],
    ["two halves", openServedStore],
  ] as const) {
    it(`keeps its lock in a release (${kind})`, async () => {
      const store = open();
      const stack = new Stack(store);
      const program = [pool(), host("a", { address: "10.0.0.15" }), hosts(["b", "c"])];
      await stack.up(program);
      const before = await lockOf(store, "net-10-0-0-15");
      assert.equal(await upMeddled(stack, [pool(), hosts(["b", "c"])], comes(store, "a-net")), undefined);
      const after = await lockOf(store, "net-10-0-0-15");
      assert.deepEqual([after?.spec, after?.metadata.annotations], [before?.spec, {}]);
      assert.equal((await held(store)).entries["a-net"], undefined);
    });

    it(`keeps its address in a change (${kind})`, async () => {
      const store = open();
      const stack = new Stack(store);
      const pinned = (a: string) => [pool(), hosts(["a", "b"], { pins: { a } })];
      await stack.up(pinned("10.0.0.15"));
      const before = await held(store);
      const error = await upMeddled(stack, pinned("10.0.0.16"), comes(store, "a-net"));
      assert.match(String(error), /10\.0\.0\.15 of IPPool metal3\/net is used by a, whose IPClaim is alive/);
      assert.deepEqual(await held(store), { ...before, claims: ["a-net"] });
    });
  }
});

describe("a release while another stack takes the claim over", () => {
  const program = [pool(), host("a", { address: "10.0.0.15" })];
  const takes = (store: Store) => new Stack(store, "metal/other").update([host("a", { adopt: true })]);

  it("leaves the entry that the other stack has found correct", async () => {
    const store = openMemoryStore();
    const stack = new Stack(store);
    await stack.up(program);
    const meddle = justBefore("patch", "ippools", () => takes(store));
    assert.equal(await upMeddled(stack, [pool()], meddle), undefined);
    assert.deepEqual(await held(store), {
      entries: { "a-net": "10.0.0.15" },
      locks: { "a-net": "10.0.0.15" },
      claims: [],
    });
  });

  it("leaves the object with the other stack's token, though the mirror was read before", async () => {
    const store = openServedStore();
    const stack = new Stack(store);
    await stack.up(program);
    let isTaken = false;
    const late = stack.over({
      ...store,
      async get(kind, key) {
        const isFirst = !isTaken && kind.plural === IP_ADDRESS.plural && kind.group === IP_ADDRESS.group;
        isTaken ||= isFirst;
        if (isFirst) await takes(store);
        return store.get(kind, key);
      },
    });
    await late.update([pool()]);
    assert.deepEqual(await held(store), {
      entries: { "a-net": "10.0.0.15" },
      locks: { "a-net": "10.0.0.15" },
      claims: [],
    });
  });
});
