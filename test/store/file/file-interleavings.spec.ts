import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { KEPT_VERSIONS } from "../../../provider/store/file/file-commit";
import { readManifest, shownPart } from "../../../provider/store/file/file-manifest";
import { openFileStore } from "../../../provider/store/file/file-store";
import type { FileSystem } from "../../../provider/store/file/file-system";
import { isStoreError, type Store, type Stored } from "../../../provider/store/store";
import { poolManifest } from "../manifests";
import { errno, openFolder, unsyncedFiles } from "./folder";
import { suspendedBefore } from "./stopping-files";
import { sceneKey as key, manifestPath } from "./write-scenes";

const get = (store: Store) => store.get(IP_POOL, key);
const note = (field: string, value: string) => ({ metadata: { annotations: { [field]: value } } });
const patch = (store: Store, field: string, value: string) => store.patch(IP_POOL, key, note(field, value));
const create = (store: Store) => store.create(IP_POOL, poolManifest("pool1", "default", { life: "next" }));

/** More than are kept: the number that the suspended writer wants has come and gone. */
async function manyPatches(store: Store): Promise<void> {
  for (let i = 1; i <= KEPT_VERSIONS + 2; i++) await patch(store, "busy", `${i}`);
}

/** Whatever the suspended writer has done meanwhile. */
async function nextLife(store: Store): Promise<void> {
  if (await get(store)) await store.remove(IP_POOL, key);
  await create(store);
}

interface Interleaving {
  readonly name: string;
  /** The write that is suspended; undefined where it loses. */
  suspended(store: Store, first: Stored): Promise<unknown>;
  meanwhile(store: Store): Promise<void>;
  /** `won`: the suspended write succeeded. */
  check(now: Stored | undefined, won: boolean, first: Stored): void;
}

/** One that once was whole, and that no hand has edited. */
async function read(store: Store): Promise<void> {
  const [object, listed] = [await get(store), await store.list(IP_POOL)];
  for (const seen of [object, ...listed]) {
    assert.equal(seen?.metadata.managedFields, undefined);
    if (seen) assert.deepEqual(seen.spec, poolManifest("pool1").spec);
  }
}

const INTERLEAVINGS: readonly Interleaving[] = [
  { name: "a read, and many patches", suspended: read, meanwhile: manyPatches, check: () => undefined },
  { name: "a read, and the next life", suspended: read, meanwhile: nextLife, check: () => undefined },
  {
    name: "a patch, and many patches",
    suspended: (store) => patch(store, "slow", "1"),
    meanwhile: manyPatches,
    check: (now, won) => {
      assert.ok(won);
      assert.deepEqual(now?.metadata.annotations, { slow: "1", busy: `${KEPT_VERSIONS + 2}` });
    },
  },
  {
    name: "a patch with a precondition, and many patches",
    suspended: (store, { metadata }) => store.patch(IP_POOL, key, note("slow", "1"), metadata),
    meanwhile: manyPatches,
    check: (now, won) => {
      assert.equal(now?.metadata.annotations?.busy, `${KEPT_VERSIONS + 2}`);
      assert.equal(now?.metadata.annotations?.slow, won ? "1" : undefined);
    },
  },
  {
    name: "a patch, and the next life",
    suspended: (store, { metadata: { uid } }) => store.patch(IP_POOL, key, note("slow", "1"), { uid }),
    meanwhile: nextLife,
    check: (now, _, first) => {
      assert.deepEqual(now?.metadata.annotations, { life: "next" });
      assert.notEqual(now?.metadata.uid, first.metadata.uid);
    },
  },
  {
    name: "a removal, and the next life with many patches",
    suspended: (store, { metadata: { uid } }) => store.remove(IP_POOL, key, { uid }),
    meanwhile: (store) => nextLife(store).then(() => manyPatches(store)),
    check: (now, _, first) => {
      assert.deepEqual(now?.metadata.annotations, { life: "next", busy: `${KEPT_VERSIONS + 2}` });
      assert.notEqual(now?.metadata.uid, first.metadata.uid);
    },
  },
  {
    name: "a create, and a removal",
    suspended: (store) => store.remove(IP_POOL, key).then(() => create(store)),
    meanwhile: (store) => get(store).then((there) => there && store.remove(IP_POOL, key)),
    check: () => undefined,
  },
];

describe("file store: a writer suspended before each of its system calls", () => {
  const withLinks = (files: FileSystem) => files;
  const withoutLinks = (files: FileSystem): FileSystem => ({
    ...files,
    link: (from) => Promise.reject(errno("ENOTSUP", from)),
  });
  for (const over of [withLinks, withoutLinks]) {
    for (const { name, suspended, meanwhile, check } of INTERLEAVINGS) {
      it(`${name}${over === withoutLinks ? " (no hard links)" : ""}`, async () => {
        for (let call = 1; ; call++) {
          const { directory, store, close } = await openFolder(over(unsyncedFiles));
          const first = await store.create(IP_POOL, poolManifest("pool1"));
          const { files, reached, resume } = suspendedBefore(call);
          const write = suspended(openFileStore(directory, { files: over(files) }), first).then(
            () => true,
            (error: unknown) => {
              const lost = (["Conflict", "NotFound", "AlreadyExists"] as const).some((why) => isStoreError(error, why));
              return lost ? false : assert.fail(`before call ${call}: ${error}`);
            },
          );
          const wasReached = await Promise.race([reached, write.then(() => false)]);
          if (wasReached) {
            await meanwhile(store);
            resume();
            const won = await write;
            const now = await get(store);
            check(now, won, first);
            const text = await readFile(manifestPath(directory)).catch(() => undefined);
            const shown = text && readManifest(text, IP_POOL, key).object;
            assert.deepEqual(shown, now && shownPart(now), `before call ${call}: the manifest`);
            assert.equal(now?.metadata.managedFields, undefined, `before call ${call}: no hand was there`);
          }
          await close();
          if (!wasReached) break;
          assert.ok(call < 200);
        }
      });
    }
  }
});
