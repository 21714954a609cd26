/** Locks whose object is gone, given away, or garbage collected before the next step. */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS } from "../../provider/api/capi/kinds";
import { apiVersionOf } from "../../provider/api/kinds";
import type { Manifest } from "../../provider/api/meta";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { held, host, hosts, pool } from "./declare";
import { justBefore, stranger, upMeddled } from "./meddling";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

const LOCK = { namespace: "metal3", name: "net-10-0-0-15" };
const CLAIM = { namespace: "metal3", name: "a-net" };
const HOST = host("a", { address: "10.0.0.15" });

/** A claim that the controller has pointed at the lock: the host lives. */
function living(addressName = LOCK.name): Manifest {
  return {
    apiVersion: apiVersionOf(IP_CLAIM),
    kind: "IPClaim",
    metadata: CLAIM,
    spec: { pool: { name: "net" } },
    status: { address: { name: addressName, namespace: "metal3" } },
  } as Manifest;
}

describe("a lock that is lost", () => {
  let store: Store;
  let stack: Stack;
  beforeEach(() => {
    store = openServedStore();
    stack = new Stack(store);
  });
  const lock = () => store.get(IP_ADDRESS, LOCK);

  for (const [what, one] of [
    ["PreAllocation", HOST],
    ["PreAllocationSet", hosts(["a"], { pins: { a: "10.0.0.15" } })],
  ] as const) {
    it(`is drift while its host lives, and is created again (${what})`, async () => {
      const program = [pool(), one];
      await stack.up(program);
      await store.create(IP_CLAIM, living());
      await store.remove(IP_ADDRESS, LOCK);
      assert.deepEqual((await stack.preview(program)).drift, ["a: the IPAddress of 10.0.0.15 was deleted"]);
      assert.deepEqual(await stack.up(program), ["same net", `update ${one.as}`]);
      assert.equal((await held(store)).locks["a-net"], "10.0.0.15");
      assert.deepEqual((await stack.preview(program)).steps, ["same net", `same ${one.as}`]);
    });
  }

  it("is not drift while its host starts: its address object is newer than the list", async () => {
    await stack.up([pool(), HOST]);
    const made = await lock();
    await store.remove(IP_ADDRESS, LOCK);
    await store.create(IP_CLAIM, living());
    const late: Store = {
      ...store,
      list: async (kind, namespace) => {
        const found = await store.list(kind, namespace);
        if (kind.plural === "ipclaims") await store.create(IP_ADDRESS, made!);
        return found;
      },
    };
    assert.deepEqual((await stack.over(late).preview([pool(), HOST])).drift, []);
  });

  it("is created again for a live host whose reservation is released", async () => {
    await stack.up([pool(), HOST]);
    const { spec } = (await lock())!;
    await store.create(IP_CLAIM, living());
    await store.remove(IP_ADDRESS, LOCK);
    await stack.up([pool()]);
    const again = await lock();
    assert.deepEqual([again?.spec, again?.metadata.annotations], [spec, {}]);
    const others = new Stack(store, "metal/other");
    await assert.rejects(
      others.up([host("q", { address: "10.0.0.15" })]),
      /10\.0\.0\.15 .* is used by a, whose IPClaim is alive/,
    );
  });

  it("is created again by the run after a killed one that did not restore it", async () => {
    await stack.up([pool(), HOST]);
    let isDead = false;
    const comes = justBefore("remove", "ipaddresses", () => store.create(IP_CLAIM, living()));
    const killed = await upMeddled(stack, [pool()], async (verb, plural, write) => {
      isDead ||= verb === "create";
      if (isDead) throw new Error("killed");
      await comes(verb, plural, write);
    });
    assert.match(String(killed), /killed/);
    assert.equal(await lock(), undefined);
    await stack.up([pool()]);
    assert.equal((await held(store)).locks["a-net"], "10.0.0.15");
  });

  it("no longer belongs to the set if its host lives on without a reservation", async () => {
    await stack.up([pool(), hosts(["a", "b"], { pins: { a: "10.0.0.15" } })]);
    await store.create(IP_CLAIM, living());
    const program = [pool(), hosts(["b"])];
    assert.deepEqual(await stack.up(program), ["same net", "update rack"]);
    assert.equal((await held(store)).locks["a-net"], "10.0.0.15");
    assert.deepEqual((await stack.preview(program)).steps, ["same net", "same rack"]);
    // Its stack may claim it again.
    const again = [pool(), hosts(["b", "a"])];
    await stack.up(again);
    assert.equal((await held(store)).entries["a-net"], "10.0.0.15");
    assert.deepEqual((await stack.preview(again)).steps, ["same net", "same rack"]);
  });

  it("stays if the controller created it for a claim that came just before the entry changed", async () => {
    await stack.up([pool(), HOST]);
    const { metadata: _metadata, ...made } = (await lock())!;
    const comes = justBefore("patch", "ippools", async () => {
      await store.create(IP_CLAIM, living());
      await store.create(IP_ADDRESS, { ...made, metadata: LOCK });
    });
    const error = await upMeddled(stack, [pool(), host("a", { address: "10.0.0.17" })], comes);
    assert.match(String(error), /10\.0\.0\.15 of IPPool metal3\/net is used by a, whose IPClaim is alive/);
    const { entries, locks } = await held(store);
    assert.deepEqual([entries, locks], [{ "a-net": "10.0.0.15" }, { "a-net": "10.0.0.15" }]);
    assert.equal((await store.list(IP_ADDRESS)).length, 1);
    assert.deepEqual((await stack.preview([pool(), HOST])).steps, ["same net", "same a"]);
  });

  it("is released if the controller gives a new claim another address", async () => {
    await stack.up([pool()]);
    const comes = justBefore("patch", "ippools", async () => {
      await store.create(IP_CLAIM, living("net-10-0-0-12"));
      await stranger(store, "10.0.0.12", "a-net");
    });
    const error = await upMeddled(stack, [pool(), HOST], comes);
    assert.match(String(error), /a already holds 10\.0\.0\.12 of IPPool metal3\/net/);
    assert.deepEqual(await held(store), { entries: {}, locks: { "a-net": "10.0.0.12" }, claims: ["a-net"] });
    assert.equal((await store.list(IP_ADDRESS)).length, 1);
    assert.deepEqual(await store.list(CAPI_IP_ADDRESS), []);
  });

  it("leaves no mirror behind if its address was given away", async () => {
    await stack.up([pool()]);
    const other = new Stack(store, "metal/other");
    await other.up([HOST]);
    await store.remove(IP_ADDRESS, LOCK);
    await store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { preAllocations: { "a-net": null } } });
    await stranger(store, "10.0.0.15", "z");
    await other.destroy();
    assert.deepEqual(await store.list(CAPI_IP_ADDRESS), []);
    assert.deepEqual((await held(store)).locks, { z: "10.0.0.15" });
  });

  it("belongs to the current pool, though that was created again in the meantime", async () => {
    await stack.up([pool()]);
    const key = { namespace: "metal3", name: "net" };
    const old = (await store.get(IP_POOL, key))!;
    const remade = justBefore("create", "ipaddresses", async () => {
      await store.remove(IP_POOL, key);
      await store.create(IP_POOL, old);
    });
    assert.equal(await upMeddled(stack, [pool(), HOST], remade), undefined);
    const now = (await store.get(IP_POOL, key))!.metadata.uid;
    assert.notEqual(now, old.metadata.uid);
    const halves = [...(await store.list(IP_ADDRESS)), ...(await store.list(CAPI_IP_ADDRESS))];
    assert.deepEqual(
      halves.map(({ metadata }) => metadata.ownerReferences?.map(({ uid }) => uid)),
      [[now], [now]],
    );
  });
});
