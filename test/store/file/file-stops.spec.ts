import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { readManifest, renderManifest } from "../../../provider/store/file/file-manifest";
import { openFileStore } from "../../../provider/store/file/file-store";
import type { FileSystem } from "../../../provider/store/file/file-system";
import { isStoreError, type Store, type Stored } from "../../../provider/store/store";
import { poolManifest } from "../manifests";
import { errno, openFolder, unsyncedFiles } from "./folder";
import { fatedFiles, stoppedBefore, suspendedBefore } from "./stopping-files";
import { manifestPath, SCENES, sceneKey, versionsPath } from "./write-scenes";

const get = (store: Store) => store.get(IP_POOL, sceneKey);

/** The object after the write, without values that differ from run to run. */
function gist(object: Stored | undefined): string {
  return object === undefined ? "absent" : renderManifest(object);
}

const draftsIn = async (directory: string) =>
  (await readdir(versionsPath(directory)).catch(() => [])).filter((name) => /^\d+\.\w+\.\w+$/.test(name));

/** Two more writes: the manifest is right after the first, and no draft of the dead is left after the second. */
async function heals(store: Store, directory: string): Promise<void> {
  const note = (text: string) => ({ metadata: { annotations: { note: text } } });
  if (!(await get(store))) await store.create(IP_POOL, poolManifest("pool1"));
  const patched = await store.patch(IP_POOL, sceneKey, note("healed"));
  const { object } = readManifest(await readFile(manifestPath(directory)), IP_POOL, sceneKey);
  assert.equal(object && renderManifest(object), renderManifest(patched));
  await store.patch(IP_POOL, sceneKey, note("again"));
  assert.deepEqual(await draftsIn(directory), []);
  assert.equal((await store.list(IP_POOL)).length, 1);
}

describe("file store: a writer killed before each of its system calls", () => {
  const withoutLinks = (files: FileSystem): FileSystem => ({
    ...files,
    link: (from) => Promise.reject(errno("ENOTSUP", from)),
  });
  const withLinks = (files: FileSystem) => files;
  // The rest of a write is the same without links.
  const linkless = ["create the first object", "patch, and collect old versions", "remove a hand edit"];
  for (const scene of SCENES) {
    for (const over of linkless.includes(scene.name) ? [withLinks, withoutLinks] : [withLinks]) {
      const variant = over === withoutLinks ? " (no hard links)" : "";
      it(`${scene.name}${variant}: it is done or not done`, async () => {
        let before = "";
        let after = "";
        for (let call = 1000; call > 0; call = call === 1000 ? 1 : call + 1) {
          const { directory, store, close } = await openFolder(over(unsyncedFiles));
          await scene.prepare(store, directory);
          if (call === 1000) before = gist(await get(store));
          const { files, stopped } = stoppedBefore(call);
          const outcome = await Promise.race([scene.write(openFileStore(directory, { files: over(files) })), stopped]);
          const survivor = openFileStore(directory, { files: over(unsyncedFiles) });
          const found = gist(await get(survivor));
          if (call === 1000) after = found;
          else assert.ok([before, after].includes(found), `before call ${call}: ${found}`);
          assert.equal((await survivor.list(IP_POOL)).length, found === "absent" ? 0 : 1);
          await heals(survivor, directory);
          await close();
          if (call < 1000 && outcome !== "stopped") break;
        }
        assert.notEqual(before, after);
      });
    }
  }
});

describe("file store: a writer suspended before it publishes, and the next one killed", () => {
  const first = ["create the first object", "create after a removal", "patch", "remove"];
  for (const scene of SCENES.filter(({ name }) => first.includes(name))) {
    it(`${scene.name}: nothing is lost`, async () => {
      for (let call = 1; ; call++) {
        const { directory, store, close } = await openFolder(unsyncedFiles);
        await scene.prepare(store, directory);
        const { files, reached, resume } = suspendedBefore(1, "rename");
        const written = scene.write(openFileStore(directory, { files }));
        await reached;
        const between = gist(await get(store));
        const { files: dying, stopped } = stoppedBefore(call);
        const next = openFileStore(directory, { files: dying });
        const nextWrite =
          between === "absent"
            ? next.create(IP_POOL, poolManifest("pool1", "default", { by: "the next" }))
            : next.patch(IP_POOL, sceneKey, { metadata: { annotations: { by: "the next" } } });
        const outcome = await Promise.race([nextWrite, stopped]);
        const found = gist(await get(store));
        resume();
        await written;
        assert.equal(gist(await get(store)), found, `before call ${call}`);
        assert.ok(found === between || found.includes("by: the next"), found);
        await heals(store, directory);
        await close();
        if (outcome !== "stopped") break;
      }
    });
  }
});

describe("file store: a system call that fails", () => {
  for (const scene of SCENES) {
    it(`${scene.name}: the write is Unavailable and not done, or done`, async () => {
      for (let failing = 1; ; failing++) {
        const { directory, store, close } = await openFolder(unsyncedFiles);
        await scene.prepare(store, directory);
        const before = gist(await get(store));
        let failed = "";
        const { files } = fatedFiles((call, name, path) => {
          if (call !== failing) return undefined;
          failed = `${name} ${path}`;
          return () => Promise.reject(errno("EIO", path));
        });
        const error: unknown = await scene.write(openFileStore(directory, { files })).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        const found = gist(await get(store));
        if (error !== undefined) {
          assert.ok(isStoreError(error, "Unavailable"), `${failed}: ${error}`);
          assert.match(error.message, /^Cannot \w+ IPPool default\/pool1: .+\(EIO\) at .+\.$/);
          const written = /the disk did not confirm that/.test(error.message);
          assert.equal(written, found !== before, `${failed}: ${error.message}`);
          // Only what could not be removed stays, and an adopted hand edit.
          if (!failed.startsWith("removeFile")) assert.deepEqual(await draftsOfLosers(directory, written), [], failed);
        } else if (failed !== "") {
          assert.notEqual(found, before, failed);
        }
        await heals(store, directory);
        await close();
        if (failed === "") break;
      }
    });
  }
});

/** A writer whose version is linked may leave its ticket to the next one. */
async function draftsOfLosers(directory: string, written: boolean): Promise<string[]> {
  return written ? [] : draftsIn(directory);
}
