import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { annotate, type OpenedStore } from "./contract";
import { poolManifest } from "./manifests";

const key = { namespace: "default", name: "pool1" };

/** The promises of stores without an API server. */
export function describeEmbeddedStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name}: an embedded store`, () => {
    // An API server prunes what a CRD's schema does not know.
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
  });
}
