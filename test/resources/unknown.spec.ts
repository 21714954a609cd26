import assert from "node:assert/strict";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import { UNKNOWN } from "../../provider/resources/handler";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, host, hosts, pool } from "./declare";
import { Stack, testEnvironment } from "./program";

const netManifest = {
  apiVersion: "ipam.metal3.io/v1alpha1",
  kind: "IPPool",
  metadata: { name: "net", namespace: "metal3" },
  spec: { namePrefix: "net", pools: [{ start: "10.0.0.10", end: "10.0.0.19" }], prefix: 24 },
};

describe("values that are not known before the update", () => {
  async function settled() {
    const stack = new Stack(openMemoryStore());
    await stack.up([pool(), host("a"), hosts(["r-1", "r-2"], { start: "10.0.0.14" }), claim("vip")]);
    return stack;
  }

  it("keep the addresses of old hosts known in a partly unknown list, and make those of new hosts unknown", async () => {
    const { inputs } = await (await settled()).preview([pool(), hosts(["r-1", UNKNOWN as never, "new", "r-2"])]);
    assert.deepEqual(inputs.get("rack")?.addresses, { "r-1": "10.0.0.14", "r-2": "10.0.0.15", new: UNKNOWN });
  });

  it("make the address of a host unknown if its pin is, because it may move", async () => {
    const pins = { "r-1": UNKNOWN, "r-2": "10.0.0.15" };
    const { inputs } = await (await settled()).preview([pool(), hosts(["r-1", "r-2"], { pins })]);
    assert.deepEqual(inputs.get("rack")?.addresses, { "r-1": UNKNOWN, "r-2": "10.0.0.15" });
  });

  it("count as a possible change, and are not refused", async () => {
    const stack = await settled();
    for (const [one, step] of [
      [host("a", { address: UNKNOWN }), "update a"],
      [host("a", { pool: UNKNOWN }), "replace a"],
      [claim("vip", { pool: UNKNOWN }), "replace vip"],
      [claim("vip", { labels: { tier: UNKNOWN } }), "update vip"],
      [hosts(["r-1"], { pool: UNKNOWN }), "replace rack"],
      [hosts(["r-1", UNKNOWN as never, "r-2"]), "update rack"],
      [pool({ gateway: UNKNOWN }), "update net"],
      [pool({ pools: [{ start: UNKNOWN, end: "10.0.0.19" }] }), "update net"],
    ] as const) {
      assert.deepEqual((await stack.preview([one])).steps, [step]);
    }
  });

  it("name a pool that does not exist and is not declared yet, because its name may be misspelt", async () => {
    const { warnings } = await new Stack(openMemoryStore()).preview([pool(), host("a", { pool: "nte" }), host("b")]);
    assert.deepEqual(warnings, [
      "IPPool metal3/nte does not exist, and this program has not declared it so far, so its addresses are not known yet. " +
        "Pass `pool.name` of the resource (and its namespace, if that differs), or correct the name.",
    ]);
  });

  it("may be the ranges of a declared pool: its hosts wait without a warning", async () => {
    const unsure = pool({ pools: [{ start: UNKNOWN, end: "10.0.0.19" }] });
    const { inputs, warnings } = await new Stack(openMemoryStore()).preview([unsure, host("a")]);
    assert.deepEqual([inputs.get("a")?.address, warnings], [undefined, []]);
  });

  it("make the address of a claim unknown if its pool does not exist yet", async () => {
    const { inputs } = await new Stack(openMemoryStore()).preview([host("a"), claim("vip"), hosts(["r-1"])]);
    for (const as of ["a", "vip"]) assert.equal(inputs.get(as)?.address, undefined);
    assert.equal(inputs.get("rack")?.addresses, undefined);
  });

  it("do not exist in an update: a set without a pool, or with a bad pin, fails and moves no host", async () => {
    let sleeps = 0;
    const store = openMemoryStore();
    const first = await store.create(IP_POOL, netManifest);
    const back = async () => {
      if (++sleeps === 2) await store.create(IP_POOL, { ...first, metadata: netManifest.metadata });
    };
    const stack = new Stack(store, "metal/dev", testEnvironment({ sleep: back }));
    await stack.up([hosts(["x", "y"], { pins: { y: "10.0.0.12" } })]);
    const { x } = stack.outputs("rack").addresses as Record<string, unknown>;
    await assert.rejects(
      stack.update([hosts(["x", "y"], { pins: { x: "10.0.0.12" } })]),
      /10\.0\.0\.12 of IPPool metal3\/net is pinned to x, but y holds it\. Pin y to another address as well, /,
    );
    // All objects are gone, and the pool comes back while the update waits for it.
    for (const kind of [IP_POOL, IP_ADDRESS])
      for (const { metadata } of await store.list(kind, "metal3")) await store.remove(kind, metadata);
    assert.deepEqual(await stack.up([hosts(["new", "x", "y"])]), ["update rack"]);
    const { new: added, ...kept } = stack.outputs("rack").addresses as Record<string, unknown>;
    assert.deepEqual(kept, { x, y: "10.0.0.12" });
    assert.equal(typeof added, "string");
  });
});
