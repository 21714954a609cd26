import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CAPI_IP_ADDRESS } from "../../../provider/api/capi/kinds";
import type { Kind } from "../../../provider/api/kinds";
import { IP_ADDRESS, IP_POOL } from "../../../provider/api/metal3/kinds";
import { openFileStore } from "../../../provider/store/file/file-store";
import { nodeFileSystem } from "../../../provider/store/file/file-system";
import { addressManifest, capiAddressManifest, poolManifest } from "../manifests";
import { errno, filesBut, openFolder } from "./folder";
import { sceneKey as key, manifestPath, versionsPath } from "./write-scenes";

describe("file store: the folder", () => {
  let folder: Awaited<ReturnType<typeof openFolder>>;
  beforeEach(async () => {
    folder = await openFolder();
  });
  afterEach(() => folder.close());

  it("is made by the first write, not by a read; for its owner only", async () => {
    const { directory, store } = folder;
    await store.get(IP_POOL, key);
    await store.list(IP_POOL);
    await assert.rejects(store.remove(IP_POOL, key), { reason: "NotFound" });
    await assert.rejects(stat(directory), { code: "ENOENT" });
    await store.create(IP_POOL, poolManifest("pool1"));
    await store.patch(IP_POOL, key, {});
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
    for (const path of await readdir(directory, { recursive: true })) {
      const found = await stat(join(directory, path));
      assert.equal(found.mode & 0o777, found.isDirectory() ? 0o700 : 0o600, path);
    }
  });

  it("has Metal3's kinds by their plural, other groups' by plural and group", async () => {
    const { directory, store } = folder;
    await store.create(IP_POOL, poolManifest("pool1"));
    await store.create(IP_ADDRESS, addressManifest("a"));
    await store.create(CAPI_IP_ADDRESS, capiAddressManifest("a"));
    const files = (await readdir(directory, { recursive: true })).filter((path) => path.endsWith(".yaml")).sort();
    assert.deepEqual(files, [
      "default/ipaddresses.ipam.cluster.x-k8s.io/a.yaml",
      "default/ipaddresses/a.yaml",
      "default/ippools/pool1.yaml",
    ]);
  });

  it("has a place for cluster-scoped kinds and for the core group", async () => {
    const node: Kind = { group: "", version: "v1", kind: "Node", plural: "nodes", namespaced: false };
    const created = await folder.store.create(node, { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } });
    assert.deepEqual(await folder.store.list(node), [created]);
    assert.ok(await readFile(join(folder.directory, "_cluster/nodes.core/n1.yaml")));
    await assert.rejects(folder.store.get(node, { namespace: "default", name: "n1" }), { reason: "Invalid" });
  });

  it("keeps eight versions, and numbers never restart", async () => {
    const { directory, store } = folder;
    await store.create(IP_POOL, poolManifest("pool1"));
    for (let i = 0; i < 10; i++) await store.patch(IP_POOL, key, {});
    await store.remove(IP_POOL, key);
    const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
    assert.equal(metadata.resourceVersion, "13");
    const kept = (await readdir(versionsPath(directory))).sort(
      (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
    );
    assert.deepEqual(kept, ["6", "7", "8", "9", "10", "11", "12", "13", "13.published"]);
  });

  for (const name of ["..", "../../etc/passwd", "a/b", "a\0b", "a\nb", ".versions", "x".repeat(251)]) {
    it(`does not accept a path as a name: ${JSON.stringify(name.slice(0, 20))}`, async () => {
      const bad = { namespace: "default", name };
      const invalid = { reason: "Invalid", message: /^[^\r\n\0]+$/ };
      await assert.rejects(folder.store.get(IP_POOL, bad), invalid);
      await assert.rejects(folder.store.get(IP_POOL, { namespace: name, name: "x" }), invalid);
      await assert.rejects(folder.store.list(IP_POOL, name), invalid);
      await assert.rejects(folder.store.create(IP_POOL, poolManifest(name)), invalid);
      await assert.rejects(folder.store.patch(IP_POOL, bad, {}), invalid);
      await assert.rejects(folder.store.remove(IP_POOL, bad), invalid);
    });
  }

  it("is one target wherever it is opened from", () => {
    const { directory, store } = folder;
    assert.deepEqual(openFileStore(`${directory}/../prod/`).target, store.target);
    assert.notEqual(openFileStore(`${directory}2`).target.id, store.target.id);
  });

  it("lists a thousand objects well under a second", async () => {
    const { directory, store } = folder;
    const names = Array.from({ length: 1000 }, (_, i) => `address-${i}`);
    await Promise.all(names.map((name) => store.create(IP_ADDRESS, addressManifest(name))));
    const start = performance.now();
    assert.equal((await openFileStore(directory).list(IP_ADDRESS)).length, 1000);
    assert.ok(performance.now() - start < 1000, `${performance.now() - start} ms`);
  });
});

describe("file store: the disk in trouble", () => {
  let folder: Awaited<ReturnType<typeof openFolder>>;
  beforeEach(async () => {
    folder = await openFolder();
    await folder.store.create(IP_POOL, poolManifest("pool1"));
  });
  afterEach(() => folder.close());

  const message = (pattern: RegExp) => ({ name: "StoreError", reason: "Unavailable", message: pattern });

  it("full: the error says so, and nothing is left half done", async () => {
    const { directory } = folder;
    const before = await readdir(directory, { recursive: true });
    // As it happens: the file is there, its content is not.
    const createFile = (path: string) =>
      nodeFileSystem.createFile(path, "half of ").then(() => Promise.reject(errno("ENOSPC", path)));
    const store = openFileStore(directory, { files: filesBut({ createFile }) });
    const full = message(
      /^Cannot \w+ IPPool default\/pool\d: the disk is full \(ENOSPC\) at \.versions\/.+ in .+\. Nothing was changed\.$/,
    );
    await assert.rejects(store.patch(IP_POOL, key, {}), full);
    await assert.rejects(store.remove(IP_POOL, key), full);
    await assert.rejects(store.create(IP_POOL, poolManifest("pool2")), full);
    assert.equal(await store.get(IP_POOL, { ...key, name: "pool2" }), undefined);
    const after = (await readdir(directory, { recursive: true })).filter((path) => !path.endsWith("/pool2"));
    assert.deepEqual(after, before);
  });

  for (const [code, words] of [
    ["EACCES", "no permission"],
    ["EROFS", "the file system is read-only"],
  ] as const) {
    it(`${code} on the folder of manifests is noticed before the version is linked`, async () => {
      const checkWritable = (path: string) => Promise.reject(errno(code, path));
      const store = openFileStore(folder.directory, { files: filesBut({ checkWritable }) });
      const before = await folder.store.get(IP_POOL, key);
      await assert.rejects(
        store.patch(IP_POOL, key, {}),
        message(new RegExp(`: ${words} \\(${code}\\) at default/ippools in .+\\. Nothing was changed\\.$`)),
      );
      assert.deepEqual(await folder.store.get(IP_POOL, key), before);
    });

    it(`${code} on a read does not mean that the object is missing`, async () => {
      const readFile = (path: string) => Promise.reject(errno(code, path));
      const readDirectory = (path: string) => Promise.reject(errno(code, path));
      const unreadable = openFileStore(folder.directory, { files: filesBut({ readFile }) });
      await assert.rejects(unreadable.get(IP_POOL, key), message(/^Cannot get IPPool .+pool1\.yaml in /));
      await assert.rejects(unreadable.list(IP_POOL), message(/^Cannot list IPPool .+pool1\.yaml in /));
      const closed = openFileStore(folder.directory, { files: filesBut({ readDirectory }) });
      await assert.rejects(closed.list(IP_POOL), message(new RegExp(`^Cannot list IPPool objects: .+${code}`)));
    });
  }

  it("a manifest that cannot be published at once is published by a retry", async () => {
    let failures = 0;
    const rename = (from: string, to: string) =>
      to.endsWith("pool1.yaml") && ++failures <= 2 ? Promise.reject(errno("EIO", to)) : nodeFileSystem.rename(from, to);
    const store = openFileStore(folder.directory, { files: filesBut({ rename }) });
    await store.patch(IP_POOL, key, { metadata: { labels: { shown: "yes" } } });
    assert.match(await readFile(manifestPath(folder.directory), "utf8"), /shown: "yes"/);
  });

  it("read-only rights on the real folder", async function () {
    if (process.getuid?.() === 0) this.skip(); // root may write anywhere
    await chmod(join(folder.directory, "default/ippools"), 0o500);
    await assert.rejects(folder.store.patch(IP_POOL, key, {}), message(/EACCES/));
    await chmod(join(folder.directory, "default/ippools"), 0o700);
  });

  it("a file where the folder should be", async () => {
    const path = join(folder.directory, "default/ippools/pool1.yaml");
    const store = openFileStore(path);
    for (const call of [store.get(IP_POOL, key), store.list(IP_POOL), store.create(IP_POOL, poolManifest("pool1"))]) {
      await assert.rejects(call, message(/there is a file instead of a folder \(ENOTDIR\) at /));
    }
  });

  it("a damaged version: Malformed, not the one before", async () => {
    await folder.store.patch(IP_POOL, key, {});
    const version = join(versionsPath(folder.directory), "2");
    const { size } = await stat(version);
    const whole = await readFile(version, "utf8");
    for (const damage of [
      () => truncate(version, size - 9),
      () => truncate(version, 0),
      () => writeFile(version, whole.replace("10.0.0.30", "10.0.0.31")),
      () => writeFile(version, "0".repeat(size)),
    ]) {
      await damage();
      const damaged = {
        reason: "Malformed",
        message: /pool1\/2 in .+ is damaged\. Restore it, or move it away to go back/,
      };
      await assert.rejects(folder.store.get(IP_POOL, key), damaged);
      await assert.rejects(folder.store.list(IP_POOL), damaged);
      await assert.rejects(folder.store.patch(IP_POOL, key, {}), damaged);
    }
  });

  it("a link whose answer is lost (NFS) counts as the writer's own", async () => {
    const link = (from: string, to: string) =>
      nodeFileSystem.link(from, to).then(() => Promise.reject(errno("EEXIST", to)));
    const store = openFileStore(folder.directory, { files: filesBut({ link }) });
    const only = { resourceVersion: "1" };
    assert.equal((await store.patch(IP_POOL, key, {}, only)).metadata.resourceVersion, "2");
    await store.create(IP_POOL, poolManifest("pool2"));
  });

  it("versions removed by hand: the manifests are objects put there by hand", async () => {
    await folder.store.patch(IP_POOL, key, {});
    await rm(join(folder.directory, ".versions"), { recursive: true });
    assert.deepEqual((await folder.store.get(IP_POOL, key))?.spec, poolManifest("pool1").spec);
    await folder.store.patch(IP_POOL, key, { metadata: { labels: { a: "b" } } });
    assert.match(await readFile(manifestPath(folder.directory), "utf8"), /a: b/);
  });

  it("a folder of manifests removed while its versions stay can be written again", async () => {
    await rm(join(folder.directory, "default"), { recursive: true });
    await mkdir(join(folder.directory, "default"));
    await folder.store.create(IP_POOL, poolManifest("pool1"));
    assert.ok(await readFile(manifestPath(folder.directory)));
  });
});
