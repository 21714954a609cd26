import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { isStoreError, type Store } from "../../provider/store/store";
import { poolManifest } from "./manifests";
import { ACCEPTED, REFUSED } from "./metadata-table";

/** Each row of the table, in a create and in a patch. */
export async function takesMetadata(store: Store): Promise<void> {
  const key = { namespace: "default", name: "pool1" };
  await store.create(IP_POOL, poolManifest("pool1"));
  for (const [rows, expected] of [
    [ACCEPTED, "taken"],
    [REFUSED, "refused"],
  ] as const) {
    for (const [index, { what, metadata }] of rows.entries()) {
      const pool = poolManifest(`${expected}-${index}`);
      const made = store.create(IP_POOL, { ...pool, metadata: { ...pool.metadata, ...metadata } });
      assert.equal(await said(made), expected, what);
      await store.patch(IP_POOL, key, { metadata: { labels: null, annotations: null, ownerReferences: null } });
      assert.equal(await said(store.patch(IP_POOL, key, { metadata })), expected, `${what}, in a patch`);
    }
  }
  assert.equal((await store.list(IP_POOL, "default")).length, ACCEPTED.length + 1);
}

function said(write: Promise<unknown>): Promise<string> {
  return write.then(
    () => "taken",
    (error) => (isStoreError(error, "Invalid") ? "refused" : Promise.reject(error)),
  );
}
