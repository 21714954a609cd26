import assert from "node:assert/strict";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/kinds";
import { annotate, type OpenedStore, rejects } from "./contract";
import { poolManifest } from "./manifests";

const key = { namespace: "default", name: "pool1" };

/** What only a store without an API server promises. */
export function describeEmbeddedStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name}: an embedded store`, () => {
    it("keeps fields that it does not know, and ownerReferences", async () => {
      const { store, close } = await open();
      const owner = { apiVersion: "v1", kind: "Cluster", name: "c", uid: "u", controller: true };
      const pool = poolManifest("pool1");
      const known = { ...pool, extra: { deep: [1, null, "x", { y: false }] }, status: { indexes: {} } };
      const object = { ...known, metadata: { ...pool.metadata, ownerReferences: [owner], selfMade: "kept" } };
      await store.create(IP_POOL, object);
      await store.patch(IP_POOL, key, annotate("a", "1"));
      const { metadata, ...rest } = (await store.get(IP_POOL, key))!;
      const { metadata: _, ...expected } = known;
      assert.deepEqual(rest, expected);
      assert.deepEqual([metadata.ownerReferences, metadata.selfMade], [[owner], "kept"]);
      await close();
    });

    it("mints uid, resourceVersion and times itself", async () => {
      const { store, close } = await open();
      const marks = { uid: "mine", resourceVersion: "77", creationTimestamp: "1999-01-01T00:00:00Z" };
      const pool = poolManifest("pool1");
      const { metadata } = await store.create(IP_POOL, { ...pool, metadata: { ...pool.metadata, ...marks } });
      for (const [field, value] of Object.entries(marks)) assert.notEqual(metadata[field], value);
      await close();
    });

    it("refuses what JSON and YAML cannot carry", async () => {
      const { store, close } = await open();
      const bad: [unknown, RegExp][] = [
        [JSON.parse('{"__proto__": {"polluted": true}}'), /__proto__/],
        [Number.NaN, /NaN/],
        ["half \ud800", /surrogate/],
        [12n, /JSON/],
        ["x".repeat(1_600_000), /limit/],
      ];
      for (const [value, message] of bad) {
        await assert.rejects(store.create(IP_POOL, { ...poolManifest("pool1"), spec: { value } }), {
          reason: "Invalid",
          message,
        });
      }
      assert.equal(({} as { polluted?: boolean }).polluted, undefined);
      assert.deepEqual(await store.list(IP_POOL), []);
      await close();
    });

    it("refuses a manifest of another kind, and a missing namespace", async () => {
      const { store, close } = await open();
      await rejects("Invalid", store.create(IP_ADDRESS, poolManifest("pool1")));
      await rejects("Invalid", store.get(IP_POOL, { name: "pool1" }));
      await close();
    });

    it("takes a resourceVersion in the patch itself as a precondition", async () => {
      const { store, close } = await open();
      const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
      const { resourceVersion } = metadata;
      await store.patch(IP_POOL, key, { metadata: { resourceVersion, labels: { a: "1" } } });
      await rejects("Conflict", store.patch(IP_POOL, key, { metadata: { resourceVersion, labels: { a: "2" } } }));
      await close();
    });
  });
}
