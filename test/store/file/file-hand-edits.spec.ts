import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { IP_ADDRESS, IP_POOL } from "../../../provider/api/metal3/kinds";
import { renderManifest } from "../../../provider/store/file/file-manifest";
import { openFileStore } from "../../../provider/store/file/file-store";
import { isStoreError, type Store } from "../../../provider/store/store";
import { addressManifest, poolManifest } from "../manifests";
import { openFolder, unsyncedFiles } from "./folder";

const key = { namespace: "default", name: "pool1" };

describe("file store: edits by hand", () => {
  let directory: string;
  let store: Store;
  let close: () => Promise<void>;
  let manifest: string;
  let versions: string;
  beforeEach(async () => {
    ({ directory, store, close } = await openFolder(unsyncedFiles));
    manifest = join(directory, "default/ippools/pool1.yaml");
    versions = join(directory, ".versions/default/ippools.ipam.metal3.io/pool1");
  });
  afterEach(() => close());

  const edit = async (from: string, to: string) => {
    const text = await readFile(manifest, "utf8");
    assert.ok(text.includes(from), text);
    await writeFile(manifest, text.replace(from, to));
  };
  const annotate = (note: string) => ({ metadata: { annotations: { note } } });
  const put = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  const snapshot = async () =>
    Promise.all(
      (await readdir(directory, { recursive: true }))
        .sort()
        .map(async (path) => `${path} ${(await stat(join(directory, path))).mtimeMs}`),
    );

  it("are the newest content: get and list return them", async () => {
    const created = await store.create(IP_POOL, poolManifest("pool1"));
    await edit("10.0.0.30", "10.0.0.40");
    const edited = await store.get(IP_POOL, key);
    assert.deepEqual(edited?.spec, { ...(created.spec as object), pools: [{ start: "10.0.0.10", end: "10.0.0.40" }] });
    assert.equal(edited?.metadata.uid, created.metadata.uid);
    assert.equal(edited?.metadata.creationTimestamp, created.metadata.creationTimestamp);
    assert.deepEqual(await store.list(IP_POOL), [edited]);
  });

  it("have a time: managedFields has the file's", async () => {
    await store.create(IP_POOL, poolManifest("pool1"));
    await edit("10.0.0.30", "10.0.0.40");
    await utimes(manifest, 1_700_000_000, 1_700_000_000);
    const edited = await store.get(IP_POOL, key);
    const time = "2023-11-14T22:13:20.000Z";
    assert.deepEqual(edited?.metadata.managedFields, [{ manager: "hand edit", operation: "Update", time }]);
  });

  it("have a resourceVersion of their own, another for another text", async () => {
    const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
    const seen = new Set([metadata.resourceVersion]);
    for (const [from, to] of [
      ["10.0.0.30", "10.0.0.40"],
      ["10.0.0.40", "10.0.0.50"],
    ] as const) {
      await edit(from, to);
      const first = await store.get(IP_POOL, key);
      assert.deepEqual(await store.get(IP_POOL, key), first);
      seen.add(first!.metadata.resourceVersion);
    }
    assert.equal(seen.size, 3);
  });

  it("turn an older precondition into a Conflict, and fulfil their own", async () => {
    const created = await store.create(IP_POOL, poolManifest("pool1"));
    await edit("10.0.0.30", "10.0.0.40");
    for (const write of [
      () => store.patch(IP_POOL, key, annotate("x"), { resourceVersion: created.metadata.resourceVersion }),
      () => store.remove(IP_POOL, key, { resourceVersion: created.metadata.resourceVersion }),
    ]) {
      await assert.rejects(write(), { reason: "Conflict" });
    }
    const { resourceVersion } = (await store.get(IP_POOL, key))!.metadata;
    const patched = await store.patch(IP_POOL, key, annotate("x"), { resourceVersion });
    assert.match(JSON.stringify(patched.spec), /10\.0\.0\.40/);
    assert.match(await readFile(manifest, "utf8"), /note: x/);
  });

  it("become a version of their own before the next version is written", async () => {
    await store.create(IP_POOL, poolManifest("pool1"));
    await edit("10.0.0.30", "10.0.0.40");
    await store.patch(IP_POOL, key, annotate("x"));
    assert.deepEqual((await readdir(versions)).sort(), ["1", "2", "3", "3.published"]);
    const [, body] = (await readFile(join(versions, "2"), "utf8")).split("\n");
    assert.equal(JSON.parse(body!).object.spec.pools[0].end, "10.0.0.40");
  });

  it("are not stored by a refused write", async () => {
    await store.create(IP_POOL, poolManifest("pool1"));
    await edit("10.0.0.30", "10.0.0.40");
    const before = await snapshot();
    await assert.rejects(store.patch(IP_POOL, key, { kind: "Other" }), { reason: "Invalid" });
    await assert.rejects(store.create(IP_POOL, poolManifest("pool1")), { reason: "AlreadyExists" });
    assert.deepEqual(await snapshot(), before);
  });

  it("are read without writing anything", async () => {
    await store.create(IP_POOL, poolManifest("pool1"));
    await edit("10.0.0.30", "10.0.0.40");
    const before = await snapshot();
    const reader = openFileStore(directory);
    await reader.get(IP_POOL, key);
    await reader.list(IP_POOL);
    await reader.get(IP_POOL, { ...key, name: "none" });
    assert.deepEqual(await snapshot(), before);
  });

  it("do not count if only the form changes: comments, key order, quotes, flow style", async () => {
    const created = await store.create(IP_POOL, poolManifest("pool1"));
    const { apiVersion, kind, spec } = poolManifest("pool1");
    const reordered = { spec, metadata: { namespace: "default", name: "pool1" }, kind, apiVersion };
    await writeFile(manifest, `# reviewed by ops\n${JSON.stringify(reordered, null, 3)}\n`);
    assert.deepEqual(await store.get(IP_POOL, key), created);
  });

  it("do not count for fields that a manifest does not show: a kubectl dump", async () => {
    const created = await store.create(IP_POOL, poolManifest("pool1"));
    await edit("metadata:\n", "metadata:\n  uid: abc\n  resourceVersion: '12'\n  generation: 3\n");
    assert.deepEqual(await store.get(IP_POOL, key), created);
  });

  it("keep the ownerReferences that the manifest does not show", async () => {
    const ownerReferences = [{ apiVersion: "v1", kind: "Cluster", name: "c", uid: "u" }];
    const pool = poolManifest("pool1");
    await store.create(IP_POOL, { ...pool, metadata: { ...pool.metadata, ownerReferences } });
    await edit("10.0.0.30", "10.0.0.40");
    await store.patch(IP_POOL, key, annotate("x"));
    assert.deepEqual((await store.get(IP_POOL, key))?.metadata.ownerReferences, ownerReferences);
    assert.doesNotMatch(await readFile(manifest, "utf8"), /ownerReferences|uid|resourceVersion|managedFields|creation/);
  });

  it("back to an older text count if the newer one had been published", async () => {
    await store.create(IP_POOL, poolManifest("pool1"));
    const old = await readFile(manifest, "utf8");
    await store.patch(IP_POOL, key, annotate("x"));
    await writeFile(manifest, old);
    const read = await store.get(IP_POOL, key);
    assert.equal(read?.metadata.annotations, undefined);
    assert.equal(read?.metadata.managedFields?.[0]?.manager, "hand edit");
  });

  it("an older text that a killed writer left does not count: the version does, and the next write publishes", async () => {
    await store.create(IP_POOL, poolManifest("pool1"));
    const old = await readFile(manifest, "utf8");
    const patched = await store.patch(IP_POOL, key, annotate("x"));
    await writeFile(manifest, old);
    await rm(join(versions, "2.published")); // as if killed between link and rename
    assert.deepEqual(await store.get(IP_POOL, key), patched);
    assert.equal(await readFile(manifest, "utf8"), old);
    await store.patch(IP_POOL, key, annotate("third"));
    assert.match(await readFile(manifest, "utf8"), /note: third/);
  });

  describe("a manifest removed by hand", () => {
    beforeEach(async () => {
      await store.create(IP_POOL, poolManifest("pool1"));
      await rm(manifest);
    });

    it("is gone for get, list, patch and remove", async () => {
      assert.equal(await store.get(IP_POOL, key), undefined);
      assert.deepEqual(await store.list(IP_POOL), []);
      await assert.rejects(store.patch(IP_POOL, key, {}), { reason: "NotFound" });
      await assert.rejects(store.remove(IP_POOL, key), { reason: "NotFound" });
    });

    it("can be created again, as a new object", async () => {
      const again = await store.create(IP_POOL, poolManifest("pool1"));
      assert.equal(again.metadata.resourceVersion, "2");
      assert.deepEqual(await store.get(IP_POOL, key), again);
      assert.ok(await readFile(manifest, "utf8"));
    });

    it("counts as removed together with its whole folder too", async () => {
      await rm(join(directory, "default"), { recursive: true });
      assert.deepEqual(await store.list(IP_POOL), []);
      await store.create(IP_POOL, poolManifest("pool1"));
      assert.equal((await store.list(IP_POOL)).length, 1);
    });
  });

  it("a version that was never published is kept, although it has no manifest", async () => {
    const created = await store.create(IP_POOL, poolManifest("pool1"));
    await rm(manifest);
    await rm(join(versions, "1.published")); // as if killed between link and rename
    assert.deepEqual(await store.get(IP_POOL, key), created);
    await assert.rejects(store.create(IP_POOL, poolManifest("pool1")), { reason: "AlreadyExists" });
  });

  describe("a manifest put there by hand", () => {
    beforeEach(() => put(manifest, renderManifest(poolManifest("pool1"))));

    it("is an object; edits keep its uid", async () => {
      const read = (await store.get(IP_POOL, key))!;
      assert.deepEqual(read.spec, poolManifest("pool1").spec);
      assert.match(read.metadata.uid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
      await edit("10.0.0.30", "10.0.0.40");
      const edited = (await store.get(IP_POOL, key))!;
      assert.equal(edited.metadata.uid, read.metadata.uid);
      assert.notEqual(edited.metadata.resourceVersion, read.metadata.resourceVersion);
      assert.equal((await store.patch(IP_POOL, key, annotate("x"))).metadata.uid, read.metadata.uid);
      assert.equal((await store.get(IP_POOL, key))?.metadata.uid, read.metadata.uid);
    });

    it("cannot be created", () =>
      assert.rejects(store.create(IP_POOL, poolManifest("pool1")), { reason: "AlreadyExists" }));

    it("can be removed; if it is put there again, it has another uid", async () => {
      const { uid } = (await store.get(IP_POOL, key))!.metadata;
      await store.remove(IP_POOL, key, { uid });
      assert.equal(await store.get(IP_POOL, key), undefined);
      await assert.rejects(readFile(manifest), { code: "ENOENT" });
      await put(manifest, renderManifest(poolManifest("pool1")));
      const again = (await store.get(IP_POOL, key))!;
      assert.notEqual(again.metadata.uid, uid);
      await assert.rejects(store.remove(IP_POOL, key, { uid }), { reason: "Conflict" });
    });
  });

  it("a removal that was killed before it removed the manifest counts", async () => {
    await store.create(IP_POOL, poolManifest("pool1"));
    const text = await readFile(manifest, "utf8");
    await store.remove(IP_POOL, key);
    await writeFile(manifest, text);
    await rm(join(versions, "2.published"));
    assert.equal(await store.get(IP_POOL, key), undefined);
    await store.create(IP_POOL, poolManifest("pool1"));
    assert.equal((await store.list(IP_POOL)).length, 1);
  });

  describe("in a list", () => {
    it("other files are ignored", async () => {
      await store.create(IP_POOL, poolManifest("pool1"));
      for (const name of [
        "README.md",
        ".pool2.yaml",
        ".pool1.yaml.swp",
        "pool3.yml",
        "pool4.yaml~",
        "pool5.json",
        "yaml",
      ]) {
        await put(join(directory, "default/ippools", name), "not: [a manifest");
      }
      for (const name of ["notes", "kustomization.yaml", ".git/config", "Docs/ippools/x.yaml"]) {
        await put(join(directory, name), "not: [a manifest");
      }
      assert.equal((await store.list(IP_POOL)).length, 1);
    });

    it("a file name that no object can have is not ignored: the file is read like any other", async () => {
      await put(join(directory, "default/ippools/My_Pool.yaml"), renderManifest(poolManifest("pool1")));
      assert.deepEqual(
        (await store.list(IP_POOL)).map(({ metadata }) => metadata.name),
        ["pool1"],
      );
    });

    it("all malformed files are named, and other kinds and namespaces are still listed", async () => {
      await store.create(IP_POOL, poolManifest("good"));
      await store.create(IP_POOL, poolManifest("pool1", "other"));
      await store.create(IP_ADDRESS, addressManifest("a"));
      for (const name of ["bad1", "bad2"]) await put(join(directory, `default/ippools/${name}.yaml`), "a: [");
      for (const namespace of [undefined, "default"]) {
        await assert.rejects(store.list(IP_POOL, namespace), (error) => {
          assert.ok(isStoreError(error, "Malformed"));
          assert.match(
            error.message,
            /^Cannot list IPPool default\/bad1: default\/ippools\/bad1\.yaml in .*bad2\.yaml in .*$/,
          );
          return true;
        });
      }
      assert.equal((await store.list(IP_POOL, "other")).length, 1);
      assert.equal((await store.list(IP_ADDRESS)).length, 1);
    });
  });
});
