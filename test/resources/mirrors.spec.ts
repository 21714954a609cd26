/** Locks of two objects, where CAPI's IPAddress is served in addition to Metal3's. */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS } from "../../provider/api/capi/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, hostsClaim, pool } from "./declare";
import { failingAt, stranger, upMeddled } from "./meddling";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

const NET = { namespace: "metal3", name: "net" };

/** claim → address of the objects in CAPI's group, as the store has them. */
async function mirrors(store: Store): Promise<Record<string, string>> {
  const found = await store.list(CAPI_IP_ADDRESS, "metal3");
  return Object.fromEntries(
    found.map(({ spec }) => {
      const { address, claimRef } = spec as { address: string; claimRef: { name: string } };
      return [claimRef.name, address];
    }),
  );
}

/** Address objects as the controller creates them: for a live claim, with owners and without marks. */
async function serve(store: Store, claimName: string, address: string, of: "metal3" | "capi"): Promise<void> {
  const kind = of === "metal3" ? IP_ADDRESS : CAPI_IP_ADDRESS;
  const { uid } = (await store.get(IP_POOL, NET))!.metadata;
  const owner = (kind: string, name: string) => ({ apiVersion: "v1", kind, name, uid });
  const spec =
    of === "metal3"
      ? { claim: { name: claimName }, pool: { name: "net" }, prefix: 24, gateway: "10.0.0.1" }
      : {
          claimRef: { name: claimName },
          poolRef: { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" },
          prefix: 24,
        };
  await store.create(kind, {
    apiVersion: `${kind.group}/${kind.version}`,
    kind: "IPAddress",
    metadata: {
      namespace: "metal3",
      name: `net-${address.replaceAll(".", "-")}`,
      ownerReferences: [owner("IPPool", "net"), owner(of === "metal3" ? "IPClaim" : "IPAddressClaim", claimName)],
    },
    spec: { address, ...spec },
  });
}

describe("a lock with a mirror", () => {
  let store: Store;
  let stack: Stack;
  beforeEach(() => {
    store = openServedStore();
    stack = new Stack(store);
  });

  it("is created and released as one lock, for hosts, sets and claims", async () => {
    await stack.up([pool(), host("a"), hosts(["b", "c"]), claim("v")]);
    const { locks } = await held(store);
    const expected = Object.entries(locks).map(([name, address]) => [`reserved-${name}`, address]);
    assert.deepEqual(Object.keys(locks).sort(), ["a-net", "b-net", "c-net", "v"]);
    assert.deepEqual(await mirrors(store), Object.fromEntries(expected));
    await stack.destroy();
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    assert.deepEqual(await mirrors(store), {});
  });

  it("has what CAPI requires: a prefix, the pool with its group, and the pool as owner", async () => {
    await stack.up([pool(), host("a", { address: "10.0.0.12" })]);
    const [mirror] = await store.list(CAPI_IP_ADDRESS, "metal3");
    assert.deepEqual(mirror?.spec, {
      address: "10.0.0.12",
      prefix: 24,
      gateway: "10.0.0.1",
      claimRef: { name: "reserved-a-net" },
      poolRef: { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "reserved-net" },
    });
    const live = await store.get(IP_POOL, NET);
    assert.deepEqual(
      mirror?.metadata.ownerReferences?.map(({ uid }) => uid),
      [live?.metadata.uid],
    );
    assert.equal(mirror?.metadata.annotations?.["pulumi-metal3-ipam/token"], stack.outputs("a").token);
  });

  it("leaves an address to the IPAddressClaim that has it, and removes nothing of it", async () => {
    await stack.up([pool()]);
    const program = [pool(), host("a", { address: "10.0.0.12" })];
    let isServed = false;
    const error = await upMeddled(stack, program, async () => {
      if (!isServed) await serve(store, "capi-host", "10.0.0.12", "capi");
      isServed = true;
    });
    assert.match(
      String(error),
      /10\.0\.0\.12 of IPPool metal3\/net is held by claim capi-host \(not made by this provider, in ipam\.cluster\.x-k8s\.io\)/,
    );
    assert.deepEqual(await mirrors(store), { "capi-host": "10.0.0.12" });
    assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
    await assert.rejects(stack.preview(program), /claim capi-host/);
  });

  it("is not created for a claim with the name of an IPAddressClaim of the pool", async () => {
    await stack.up([pool()]);
    await serve(store, "a-net", "10.0.0.12", "capi");
    const message = new RegExp(
      "An IPAddressClaim a-net already holds 10\\.0\\.0\\.12 of IPPool metal3/net\\. Metal3 cannot tell it from an IPClaim of the " +
        "same name\\. Choose another name, or delete it first\\.$",
    );
    const adopted = host("a", { address: "10.0.0.12", adopt: true });
    for (const one of [host("a"), host("a", { address: "10.0.0.15" }), adopted, hosts(["a"]), claim("a-net")]) {
      await assert.rejects(stack.preview([pool(), one]), message);
    }
    assert.deepEqual((await held(store)).locks, {});
    // An earlier reservation stays as it is.
    const program = [pool(), host("b", { address: "10.0.0.13" })];
    await stack.up(program);
    await serve(store, "b-net", "10.0.0.14", "capi");
    assert.deepEqual((await stack.preview(program)).steps, ["same net", "same b"]);
  });

  it("is undone if its second object belongs to another owner", async () => {
    await stack.up([pool()]);
    let isTaken = false;
    const error = await upMeddled(stack, [pool(), host("a", { address: "10.0.0.12" })], async (_, __, write) => {
      if (write === 2 && !isTaken) await stranger(store, "10.0.0.12", "stranger");
      if (write === 2) isTaken = true;
    });
    assert.match(String(error), /held by claim stranger/);
    assert.deepEqual(await mirrors(store), {});
    assert.deepEqual((await held(store)).locks, { stranger: "10.0.0.12" });
  });

  it("takes another address if only a proposal is lost", async () => {
    await stack.up([pool()]);
    const shown = (await stack.preview([pool(), host("a")])).inputs.get("a")?.address as string;
    let isTaken = false;
    await upMeddled(stack, [pool(), host("a")], async (_, __, write) => {
      if (write === 2 && !isTaken) await stranger(store, shown, "stranger");
      if (write === 2) isTaken = true;
    });
    const { locks } = await held(store);
    assert.notEqual(locks["a-net"], shown);
    assert.deepEqual(await mirrors(store), { "reserved-a-net": locks["a-net"] });
  });

  it("is complete again after a kill between its two objects", async () => {
    for (let write = 1; write < 5; write++) {
      store = openServedStore();
      stack = new Stack(store);
      await stack.up([pool()]);
      // The undo fails as well, as if the process had been killed there.
      const meddle = (_: string, __: string, n: number) => {
        if (n >= write) failingAt(n)("create", "any", n);
      };
      await upMeddled(stack, [pool(), host("a")], meddle);
      await stack.up([pool(), host("a")]);
      const { locks } = await held(store);
      assert.deepEqual(await mirrors(store), { "reserved-a-net": locks["a-net"] }, `killed at write ${write}`);
      assert.deepEqual((await stack.preview([pool(), host("a")])).steps, ["same net", "same a"]);
    }
  });

  it("stays ours when its host is deleted and created again", async () => {
    await stack.up([pool(), host("a", { address: "10.0.0.12" })]);
    const lock = { namespace: "metal3", name: "net-10-0-0-12" };
    for (const life of ["first", "second", "third"]) {
      await store.create(IP_CLAIM, hostsClaim("a-net"));
      if (life !== "first") await serve(store, "a-net", "10.0.0.12", "metal3");
      assert.deepEqual((await stack.preview([pool(), host("a", { address: "10.0.0.12" })])).drift, [], life);
      await store.remove(IP_CLAIM, { namespace: "metal3", name: "a-net" });
      await store.remove(IP_ADDRESS, lock);
      assert.deepEqual((await stack.preview([pool(), host("a", { address: "10.0.0.12" })])).drift, [], life);
      await assert.rejects(
        new Stack(store, "metal/other").preview([host("b", { address: "10.0.0.12" })]),
        /is held by a \(stack metal\/dev, resource a, in ipam\.cluster/,
      );
    }
    await stack.destroy();
    assert.deepEqual(await mirrors(store), {});
  });

  it("is removed without its Metal3 object while a live claim has that", async () => {
    await stack.up([pool(), host("a", { address: "10.0.0.12" })]);
    await store.create(IP_CLAIM, hostsClaim("a-net"));
    await stack.up([pool()]);
    assert.deepEqual(await held(store), { entries: {}, locks: { "a-net": "10.0.0.12" }, claims: ["a-net"] });
    assert.deepEqual(await mirrors(store), {});
  });

  it("is created by the next update if it is missing, after kubectl apply or after a later install of CAPI's CRDs", async () => {
    const program = [pool(), host("a"), hosts(["b", "c"]), claim("v")];
    await stack.up(program);
    const before = await mirrors(store);
    for (const { metadata } of await store.list(CAPI_IP_ADDRESS)) await store.remove(CAPI_IP_ADDRESS, metadata);
    const { steps, drift } = await stack.preview(program);
    assert.deepEqual(steps, ["same net", "update a", "update rack", "update v"]);
    assert.equal(drift.length, 4);
    assert.match(String(drift[0]), /^a: the IPAddress of 10\.0\.0\.1\d in ipam\.cluster\.x-k8s\.io does not exist$/);
    await stack.up(program);
    assert.deepEqual(await mirrors(store), before);
    assert.deepEqual((await stack.preview(program)).drift, []);
  });

  it("is adopted as one lock by another stack", async () => {
    await stack.up([pool(), host("a", { address: "10.0.0.12" })]);
    const other = new Stack(store, "metal/other");
    await other.up([host("a", { adopt: true })]);
    await stack.up([pool()]).catch(() => undefined);
    assert.deepEqual(await mirrors(store), { "reserved-a-net": "10.0.0.12" });
    assert.deepEqual((await held(store)).locks, { "a-net": "10.0.0.12" });
  });

  it("warns of a live host that uses another address, and does not change it", async () => {
    const program = [pool(), host("a", { address: "10.0.0.12" })];
    await stack.up(program);
    await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-12" });
    await store.patch(IP_POOL, NET, { spec: { preAllocations: { "a-net": "10.0.0.15" } } });
    await store.create(IP_CLAIM, hostsClaim("a-net"));
    await serve(store, "a-net", "10.0.0.15", "metal3");
    assert.deepEqual((await stack.preview(program)).drift, [
      "a: found 10.0.0.15 in IPPool metal3/net, expected 10.0.0.12",
    ]);
    assert.deepEqual(await stack.up(program), ["same net", "update a"]);
    assert.deepEqual(await held(store), {
      entries: { "a-net": "10.0.0.12" },
      locks: { "a-net": "10.0.0.15" },
      claims: ["a-net"],
    });
    const { steps, warnings } = await stack.preview(program);
    assert.deepEqual(steps, ["same net", "same a"]);
    assert.deepEqual(warnings, [
      "a is using 10.0.0.15 of IPPool metal3/net, and the address of a live host does not change. " +
        "It gets 10.0.0.12 when it is provisioned next time.",
    ]);
  });
});

describe("a pool whose strategy the cluster's Metal3 does not know", () => {
  /** Prunes unknown fields, as an API server does. */
  const older = (): Store => {
    const store = openServedStore();
    return {
      ...store,
      create: (kind, object) => {
        const { allocationStrategy: _dropped, ...spec } = object.spec as Record<string, unknown>;
        return store.create(kind, { ...object, spec });
      },
    };
  };

  it("is refused, and leaves nothing behind", async () => {
    const store = older();
    await assert.rejects(
      new Stack(store).up([pool({ allocationStrategy: "random" })]),
      /^IpamError: IPPool metal3\/net was not created, because Metal3 in this cluster does not know allocationStrategy "random"/,
    );
    assert.deepEqual(await store.list(IP_POOL), []);
  });

  it("is created, and stays unchanged, if the program writes the default", async () => {
    const stack = new Stack(older());
    await stack.up([pool({ allocationStrategy: "sequential" })]);
    assert.deepEqual((await stack.preview([pool({ allocationStrategy: "sequential" })])).steps, ["same net"]);
  });
});
