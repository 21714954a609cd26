import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { renderManifest } from "../../../provider/store/file/file-manifest";
import { openFileStore } from "../../../provider/store/file/file-store";
import { isStoreError, type Store, type Stored } from "../../../provider/store/store";
import { poolManifest } from "../manifests";
import { openFolder, unsyncedFiles } from "./folder";

/** The expected folder: the value of each pool's annotation. */
type Model = Map<string, string>;

const NAMES = ["a", "b"] as const;
const VALUES = ["0", "1", "2"] as const;
const operation = fc.record({
  verb: fc.constantFrom(
    "create",
    "patch",
    "patch stale",
    "remove",
    "remove stale",
    "hand edit",
    "hand delete",
    "reopen",
  ),
  name: fc.constantFrom(...NAMES),
  value: fc.constantFrom(...VALUES),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const annotated = (object: Stored | undefined) => object?.metadata.annotations?.value;
const withValue = (name: string, value: string) => poolManifest(name, "default", { value });

class Run {
  readonly model: Model = new Map();
  readonly #seen = new Map<string, Stored>();
  readonly #deadUids = new Set<string>();
  /** For a manifest removed by hand. If it is put back before the store has written, readers see the same object. */
  readonly #goneUids = new Map<string, string>();
  /** A resourceVersion that each name once had and has no more. */
  readonly #stale = new Map<string, string>();

  constructor(
    readonly directory: string,
    public store: Store,
  ) {}

  async step({ verb, name, value }: Operation): Promise<void> {
    const { model, store } = this;
    const key = { namespace: "default", name };
    const manifest = join(this.directory, `default/ippools/${name}.yaml`);
    const there = model.has(name);
    // A text that a person puts back is the object as it was, with the resourceVersion that it had.
    const past = this.#stale.get(name);
    const isPast = past !== undefined && past !== this.#seen.get(name)?.metadata.resourceVersion;
    const resourceVersion = isPast ? past : "none";
    const patch = { metadata: { annotations: { value } } };
    switch (verb) {
      case "create":
        await expect(there ? "AlreadyExists" : "", store.create(IP_POOL, withValue(name, value)));
        if (!there) this.#bury(this.#goneUids.get(name));
        if (!there) model.set(name, value);
        break;
      case "patch":
        await expect(there ? "" : "NotFound", store.patch(IP_POOL, key, patch, this.#seen.get(name)?.metadata));
        if (there) model.set(name, value);
        break;
      case "remove":
        await expect(there ? "" : "NotFound", store.remove(IP_POOL, key, this.#seen.get(name)?.metadata));
        if (there) this.#bury(this.#seen.get(name)?.metadata.uid);
        model.delete(name);
        break;
      case "patch stale":
        await expect(there ? "Conflict" : "NotFound", store.patch(IP_POOL, key, patch, { resourceVersion }));
        break;
      case "remove stale":
        await expect(there ? "Conflict" : "NotFound", store.remove(IP_POOL, key, { resourceVersion }));
        break;
      case "hand edit": // or put there, where there is none; often a text of long ago
        await mkdir(join(this.directory, "default/ippools"), { recursive: true });
        await writeFile(manifest, `# by hand\n${renderManifest(withValue(name, value))}`);
        model.set(name, value);
        break;
      case "hand delete":
        await rm(manifest, { force: true });
        model.delete(name);
        break;
      case "reopen":
        this.store = openFileStore(this.directory, { files: unsyncedFiles });
    }
  }

  #bury(uid: string | undefined): void {
    if (uid !== undefined) this.#deadUids.add(uid);
  }

  async check(): Promise<void> {
    const listed = await this.store.list(IP_POOL);
    assert.deepEqual(
      listed.map((object) => [object.metadata.name, annotated(object)]),
      [...this.model].sort(),
    );
    for (const name of NAMES) {
      const now = await this.store.get(IP_POOL, { namespace: "default", name });
      assert.deepEqual(
        now,
        listed.find(({ metadata }) => metadata.name === name),
      );
      const before = this.#seen.get(name);
      if (before && !now) this.#goneUids.set(name, before.metadata.uid);
      if (before && before.metadata.resourceVersion !== now?.metadata.resourceVersion) {
        this.#stale.set(name, before.metadata.resourceVersion);
      }
      if (now) this.#checkMarks(before, now);
      if (now) this.#seen.set(name, now);
      else this.#seen.delete(name);
    }
  }

  #checkMarks(before: Stored | undefined, now: Stored): void {
    if (before) assert.equal(now.metadata.uid, before.metadata.uid, "a life keeps its uid");
    assert.ok(!this.#deadUids.has(now.metadata.uid), "a uid is never used again");
    if (before && annotated(before) !== annotated(now)) {
      assert.notEqual(now.metadata.resourceVersion, before.metadata.resourceVersion);
    }
  }

  /** The published manifests show what the store returns, unless a person has edited them. */
  async checkPublished(): Promise<void> {
    for (const [name, value] of this.model) {
      const text = await readFile(join(this.directory, `default/ippools/${name}.yaml`), "utf8");
      assert.ok(text.includes(`value: "${value}"`), text);
    }
  }
}

async function expect(reason: string, call: Promise<unknown>): Promise<void> {
  const outcome = await call.then(
    () => "",
    (error: unknown) => error,
  );
  const said = outcome === "" ? "" : isStoreError(outcome, reason as never) ? reason : `${outcome}`;
  assert.equal(said, reason);
}

describe("file store: any sequence of verbs and hand edits", () => {
  it("gives the same results as a map", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
        const { directory, store, close } = await openFolder(unsyncedFiles);
        try {
          const run = new Run(directory, store);
          for (const each of operations) {
            await run.step(each);
            await run.check();
            await run.checkPublished();
          }
        } finally {
          await close();
        }
      }),
      { numRuns: 100 },
    );
  });
});
