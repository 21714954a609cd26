import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { describeStoreContract } from "./contract";
import { describeEmbeddedStore } from "./embedded-contract";
import { poolManifest } from "./manifests";

const open = async () => ({ store: openMemoryStore(), close: async () => undefined });

describeStoreContract("memory store", open);
describeEmbeddedStore("memory store", open);

describe("memory store: injected sources", () => {
  it("are the only source of uid, resourceVersion and creationTimestamp", async () => {
    const store = openMemoryStore({
      mintUid: () => "uid-1",
      mintResourceVersion: () => "rv-1",
      now: () => new Date(0),
    });
    const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
    assert.deepEqual(metadata, {
      name: "pool1",
      namespace: "default",
      uid: "uid-1",
      resourceVersion: "rv-1",
      creationTimestamp: "1970-01-01T00:00:00.000Z",
    });
  });
});
