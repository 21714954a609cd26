/** A host that left the program keeps its address while its BareMetalHost is being deleted. */
import assert from "node:assert/strict";
import { BARE_METAL_HOST } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { type Store, StoreError } from "../../provider/store/store";
import { held, host, hosts, pool } from "./declare";
import { Stack } from "./program";
import { openServedStore } from "./served-store";

const key = (name: string) => ({ namespace: "metal3", name });

const bareMetalHost = (name: string) => ({
  apiVersion: "metal3.io/v1alpha1",
  kind: "BareMetalHost",
  metadata: key(name),
});

/** The store as if someone had deleted its BareMetalHosts, and a finalizer kept them. */
function whileEnding(store: Store): Store {
  return {
    ...store,
    get: async (kind, at) => {
      const found = await store.get(kind, at);
      if (kind !== BARE_METAL_HOST || !found) return found;
      return { ...found, metadata: { ...found.metadata, deletionTimestamp: "2026-12-01T10:00:00Z" } };
    },
  };
}

const LEFTOVER =
  /^IPPool metal3\/net still reserves 10\.0\.0\.14 \(b\), given up by this resource at .* or the host was still being/;

describe("the BareMetalHost of a host that left the program", () => {
  let store: Store;
  let stack: Stack;
  const all = [
    pool(),
    hosts(["a", "b"], { pins: { a: "10.0.0.13", b: "10.0.0.14" } }),
    host("c", { address: "10.0.0.15" }),
  ];
  const less = [pool(), hosts(["a"], { pins: { a: "10.0.0.13" } }), host("c", { address: "10.0.0.15" })];
  beforeEach(async () => {
    store = openServedStore();
    stack = new Stack(store);
    await stack.up(all);
  });

  it("keeps the address reserved until it is gone, and the next update then releases it", async () => {
    await store.create(BARE_METAL_HOST, bareMetalHost("b"));
    const meanwhile = stack.over(whileEnding(store));
    await meanwhile.up(less);
    assert.deepEqual((await held(store)).entries, { "a-net": "10.0.0.13", "b-net": "10.0.0.14", "c-net": "10.0.0.15" });
    const other = new Stack(store, "metal/other");
    await assert.rejects(other.preview([host("x", { address: "10.0.0.14" })]), /10\.0\.0\.14 .* is held by b/);
    const shown = await meanwhile.preview(less);
    assert.deepEqual([shown.steps, shown.warnings.length], [["same net", "update rack", "same c"], 1]);
    assert.match(shown.warnings[0] ?? "", LEFTOVER);
    await meanwhile.up(less);
    assert.equal((await held(store)).entries["b-net"], "10.0.0.14");
    await store.remove(BARE_METAL_HOST, key("b"));
    await stack.up(less);
    assert.deepEqual((await held(store)).entries, { "a-net": "10.0.0.13", "c-net": "10.0.0.15" });
    const { steps, warnings } = await stack.preview(less);
    assert.deepEqual([steps, warnings], [["same net", "same rack", "same c"], []]);
  });

  it("does not keep it if nobody deletes the BareMetalHost, or if there is none", async () => {
    await store.create(BARE_METAL_HOST, bareMetalHost("b"));
    await stack.up(less);
    assert.deepEqual((await held(store)).entries, { "a-net": "10.0.0.13", "c-net": "10.0.0.15" });
  });

  it("is not needed: without the right to read it, and without its CRD, the update releases the address", async () => {
    const inner = openMemoryStore();
    for (const served of [true, false]) {
      const other = new Stack(openServedStore(inner), `metal/${served}`);
      await other.up(all);
      const limited: Store = {
        ...openServedStore(inner),
        apiServer: {
          ...openServedStore(inner).apiServer!,
          served: async (kind) => (kind === BARE_METAL_HOST && !served ? undefined : kind),
        },
        get: async (kind, at) => {
          if (kind === BARE_METAL_HOST) throw new StoreError("Forbidden", "may not.");
          return inner.get(kind, at);
        },
      };
      await other.over(limited).up(less);
      assert.deepEqual((await held(inner)).entries, { "a-net": "10.0.0.13", "c-net": "10.0.0.15" });
      await other.destroy();
    }
  });

  it("is looked up once for each host that left, and not in other updates", async () => {
    const asked: string[] = [];
    const counting: Store = {
      ...store,
      get: async (kind, at) => {
        if (kind === BARE_METAL_HOST) asked.push(at.name);
        return store.get(kind, at);
      },
    };
    await stack.over(counting).up(all);
    await stack.over(counting).up(less);
    await stack.over(counting).up(less);
    assert.deepEqual(asked, ["b"]);
  });
});
