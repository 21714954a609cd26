import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { sha256 } from "../../../provider/store/file/canonical";
import { isStoreError, type Store } from "../../../provider/store/store";
import { poolManifest } from "../manifests";
import { openFolder } from "./folder";
import { MALFORMED_MANIFESTS } from "./malformed-manifests";

const key = { namespace: "default", name: "pool1" };

describe("file store: a manifest edited into nonsense", () => {
  let directory: string;
  let store: Store;
  let close: () => Promise<void>;
  before(async () => {
    ({ directory, store, close } = await openFolder());
    await store.create(IP_POOL, poolManifest("pool1"));
    await store.patch(IP_POOL, key, { metadata: { labels: { a: "b" } } });
  });
  after(() => close());

  const manifest = () => join(directory, "default/ippools/pool1.yaml");
  const allFiles = () => readdir(directory, { recursive: true });
  const verbs = {
    get: () => store.get(IP_POOL, key),
    list: () => store.list(IP_POOL),
    create: () => store.create(IP_POOL, poolManifest("pool1")),
    patch: () => store.patch(IP_POOL, key, { metadata: { labels: { a: "c" } } }),
    remove: () => store.remove(IP_POOL, key),
  };

  it(`has ${MALFORMED_MANIFESTS.length} ways`, () => assert.ok(MALFORMED_MANIFESTS.length >= 60));

  for (const { what, text, says } of MALFORMED_MANIFESTS) {
    it(`${what}: ${says}`, async () => {
      await writeFile(manifest(), text);
      const before = await allFiles();
      for (const [verb, call] of Object.entries(verbs)) {
        await assert.rejects(call(), (error) => {
          assert.ok(isStoreError(error, "Malformed"), `${verb}: ${error}`);
          assert.ok(
            error.message.startsWith(`Cannot ${verb} IPPool default/pool1: default/ippools/pool1.yaml in `),
            error.message,
          );
          assert.ok(error.message.includes(says), error.message);
          assert.ok(error.message.endsWith(" Correct the file. Nothing was overwritten."), error.message);
          assert.doesNotMatch(error.message, /[\r\n]/);
          assert.ok(error.message.length < 600, error.message);
          return true;
        });
      }
      assert.deepEqual(await readFile(manifest()), Buffer.from(text));
      assert.deepEqual(await allFiles(), before);
    });
  }

  it("is read again after it was corrected", async () => {
    await writeFile(manifest(), "[");
    await assert.rejects(verbs.get());
    await writeFile(manifest(), JSON.stringify(poolManifest("pool1")));
    assert.deepEqual((await store.get(IP_POOL, key))?.spec, poolManifest("pool1").spec);
  });

  it("is malformed without versions too, and as a folder", async () => {
    const path = join(directory, "default/ippools/pool2.yaml");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "[");
    await assert.rejects(store.create(IP_POOL, poolManifest("pool2")), { reason: "Malformed" });
    await mkdir(join(directory, "default/ippools/pool3.yaml"));
    await assert.rejects(store.get(IP_POOL, { ...key, name: "pool3" }), {
      reason: "Malformed",
      message: /It is a folder\./,
    });
  });

  it("is malformed if a version holds no version, or another object's, even with a correct checksum", async () => {
    const folder = await openFolder();
    await folder.store.create(IP_POOL, poolManifest("pool1"));
    const version = join(folder.directory, ".versions/default/ippools.ipam.metal3.io/pool1/1");
    const good = (await readFile(version, "utf8")).split("\n")[1]!;
    for (const body of [
      "{",
      "7",
      good.replace('"name":"pool1"', '"name":"pool2"'),
      good.replace('"default"', '"other"'),
    ]) {
      assert.notEqual(body, good);
      await writeFile(version, `${sha256(body)}\n${body}\n`);
      const damaged = { reason: "Malformed", message: /pool1\/1 in .+ is damaged/ };
      await assert.rejects(folder.store.get(IP_POOL, key), damaged);
      await assert.rejects(folder.store.patch(IP_POOL, key, {}), damaged);
    }
    await folder.close();
  });
});
