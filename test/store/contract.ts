/**
 * The rows of provider/store/store.ts, the same for every store. Every row is true of a real API server too, but for
 * those of embedded-contract.ts: CRDs prune fields that they do not know. (Where controllers run they hold objects back
 * and write into them: the contract is tested without them.)
 */
import assert from "node:assert/strict";
import { CAPI_IP_ADDRESS } from "../../provider/api/capi/kinds";
import { IP_ADDRESS, IP_POOL } from "../../provider/api/metal3/kinds";
import { isStoreError, type Store, type StoreErrorReason } from "../../provider/store/store";
import { addressManifest, capiAddressManifest, poolManifest } from "./manifests";
import { takesMetadata } from "./metadata-contract";

export interface OpenedStore {
  /** Empty in the namespaces `default` and `other`. */
  readonly store: Store;
  close(): Promise<void>;
}

const key = { namespace: "default", name: "pool1" };

export function describeStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name}: the store contract`, () => {
    let opened: OpenedStore;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    it("names its target, always the same", () => {
      assert.match(store.target.id, /\S/);
      assert.match(store.target.description, /\S/);
    });

    describe("create", () => {
      it("returns the object with uid, resourceVersion and creationTimestamp", async () => {
        const { metadata, ...rest } = await store.create(IP_POOL, poolManifest("pool1"));
        assert.deepEqual(rest.spec, poolManifest("pool1").spec);
        assert.match(metadata.uid, /^[0-9a-f-]{36}$/);
        assert.match(metadata.resourceVersion, /^\S+$/);
        assert.ok(Math.abs(Date.parse(metadata.creationTimestamp ?? "") - Date.now()) < 60_000);
      });

      it("makes the object that get and list then return", async () => {
        const created = await store.create(IP_POOL, poolManifest("pool1"));
        assert.deepEqual(await store.get(IP_POOL, key), created);
        assert.deepEqual(await store.list(IP_POOL, "default"), [created]);
      });

      it("throws AlreadyExists for a name that is taken, and changes nothing", async () => {
        const first = await store.create(IP_POOL, poolManifest("pool1"));
        await rejects("AlreadyExists", store.create(IP_POOL, poolManifest("pool1", "default", { other: "one" })));
        assert.deepEqual(await store.get(IP_POOL, key), first);
      });

      it("succeeds for exactly one of many concurrent calls", async () => {
        const tries = Array.from({ length: 20 }, () => store.create(IP_POOL, poolManifest("pool1")));
        const results = await Promise.allSettled(tries);
        const lost = results.filter((result) => result.status === "rejected");
        assert.equal(lost.length, 19);
        for (const { reason } of lost) assert.ok(isStoreError(reason, "AlreadyExists"), reason);
      });

      it("keeps namespaces apart", async () => {
        await store.create(IP_POOL, poolManifest("pool1"));
        const other = await store.create(IP_POOL, poolManifest("pool1", "other"));
        assert.deepEqual(await store.get(IP_POOL, { namespace: "other", name: "pool1" }), other);
      });

      it("keeps groups with the same plural apart", async () => {
        const ours = await store.create(IP_ADDRESS, addressManifest("a"));
        const capi = await store.create(CAPI_IP_ADDRESS, capiAddressManifest("a"));
        assert.deepEqual(await store.list(IP_ADDRESS, "default"), [ours]);
        assert.deepEqual(await store.list(CAPI_IP_ADDRESS, "default"), [capi]);
      });

      it("sets uid, resourceVersion and times itself", async () => {
        const marks = { uid: "mine", resourceVersion: "77", creationTimestamp: "1999-01-01T00:00:00Z" };
        const pool = poolManifest("pool1");
        const { metadata } = await store.create(IP_POOL, { ...pool, metadata: { ...pool.metadata, ...marks } });
        for (const [field, value] of Object.entries(marks)) assert.notEqual(metadata[field], value);
      });

      it("refuses values that JSON and YAML cannot hold", async () => {
        const bad: [unknown, RegExp][] = [
          [JSON.parse('{"__proto__": {"polluted": true}}'), /__proto__/],
          [Number.NaN, /NaN/],
          ["half \ud800", /surrogate/],
          [12n, /JSON/],
          ["x".repeat(1_600_000), /limit/],
        ];
        for (const [value, message] of bad) {
          const refused = { reason: "Invalid", message };
          await assert.rejects(store.create(IP_POOL, { ...poolManifest("pool1"), spec: { value } }), refused);
        }
        assert.equal(({} as { polluted?: boolean }).polluted, undefined);
        assert.deepEqual(await store.list(IP_POOL, "default"), []);
      });

      it("refuses a manifest of another kind, and a missing namespace", async () => {
        await rejects("Invalid", store.create(IP_ADDRESS, poolManifest("pool1")));
        await rejects("Invalid", store.get(IP_POOL, { name: "pool1" }));
      });

      for (const bad of ["", "Pool", "a_b", "a..b", ".a", "-a", "a/b", "a b", "é", "a".repeat(254)]) {
        it(`refuses the name ${JSON.stringify(bad.slice(0, 20))}`, () =>
          rejects("Invalid", store.create(IP_POOL, poolManifest(bad))));
      }
    });

    describe("get", () => {
      it("is undefined if there is no such object", async () => {
        assert.equal(await store.get(IP_POOL, key), undefined);
      });

      it("returns the caller's own copy", async () => {
        const created = await store.create(IP_POOL, poolManifest("pool1", "default", { note: "stored" }));
        created.metadata.annotations!.note = "changed by the caller";
        const read = await store.get(IP_POOL, key);
        assert.equal(read?.metadata.annotations?.note, "stored");
        read!.metadata.annotations!.note = "changed again";
        assert.equal((await store.list(IP_POOL, "default"))[0]?.metadata.annotations?.note, "stored");
      });
    });

    describe("list", () => {
      it("is empty if there are no objects", async () => {
        assert.deepEqual(await store.list(IP_POOL, "default"), []);
      });

      it("is complete, and sorted by namespace and name", async () => {
        const names = ["b", "a", "a-b", "a.b", "a0", "z"];
        for (const namespace of ["other", "default"]) {
          for (const name of names) await store.create(IP_POOL, poolManifest(name, namespace));
        }
        const listed = (await store.list(IP_POOL)).filter(({ metadata }) =>
          /^(default|other)$/.test(metadata.namespace!),
        );
        const sorted = ["a", "a-b", "a.b", "a0", "b", "z"];
        const expected = ["default", "other"].flatMap((namespace) => sorted.map((name) => `${namespace}/${name}`));
        assert.deepEqual(
          listed.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
          expected,
        );
        assert.equal((await store.list(IP_POOL, "other")).length, names.length);
      });
    });

    describe("patch", () => {
      it("merges objects, replaces arrays whole, and removes a member with null", async () => {
        await store.create(IP_POOL, poolManifest("pool1", "default", { kept: "1", gone: "2" }));
        const pools = [{ start: "10.0.1.10", end: "10.0.1.20" }];
        const patched = await store.patch(IP_POOL, key, {
          metadata: { annotations: { gone: null, added: "3" } },
          spec: { pools },
        });
        assert.deepEqual(patched.metadata.annotations, { kept: "1", added: "3" });
        assert.deepEqual(patched.spec, { ...(poolManifest("pool1").spec as object), pools });
        assert.deepEqual(await store.get(IP_POOL, key), patched);
      });

      it("gives a new resourceVersion and keeps uid and creationTimestamp", async () => {
        const { metadata: before } = await store.create(IP_POOL, poolManifest("pool1"));
        const { metadata: after } = await store.patch(IP_POOL, key, annotate("a", "1"));
        assert.notEqual(after.resourceVersion, before.resourceVersion);
        assert.equal(after.uid, before.uid);
        assert.equal(after.creationTimestamp, before.creationTimestamp);
      });

      it("throws NotFound if there is no such object", () =>
        rejects("NotFound", store.patch(IP_POOL, key, annotate("a", "1"))));

      it("throws Conflict on a stale resourceVersion, and changes nothing", async () => {
        const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
        const current = await store.patch(IP_POOL, key, annotate("a", "1"));
        await rejects("Conflict", store.patch(IP_POOL, key, annotate("a", "2"), metadata));
        assert.deepEqual(await store.get(IP_POOL, key), current);
      });

      it("succeeds with the right resourceVersion and uid", async () => {
        const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
        const { uid, resourceVersion } = metadata;
        await store.patch(IP_POOL, key, annotate("a", "1"), { uid, resourceVersion });
      });

      it("takes a resourceVersion in the patch itself as a precondition", async () => {
        const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
        const { resourceVersion } = metadata;
        await store.patch(IP_POOL, key, { metadata: { resourceVersion, labels: { a: "1" } } });
        const stale = store.patch(IP_POOL, key, { metadata: { resourceVersion, labels: { a: "2" } } });
        await rejects("Conflict", stale);
      });

      it("refuses values that JSON cannot hold", async () => {
        await store.create(IP_POOL, poolManifest("pool1"));
        await rejects("Invalid", store.patch(IP_POOL, key, { spec: { prefix: Number.NaN } }));
      });

      it("throws Conflict on the uid of an earlier object of that name", async () => {
        const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
        await store.remove(IP_POOL, key);
        const second = await store.create(IP_POOL, poolManifest("pool1"));
        await rejects("Conflict", store.patch(IP_POOL, key, annotate("a", "1"), { uid: metadata.uid }));
        assert.deepEqual(await store.get(IP_POOL, key), second);
      });

      it("succeeds for one of many with the same resourceVersion", async () => {
        const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
        const only = { resourceVersion: metadata.resourceVersion };
        const tries = Array.from({ length: 20 }, (_, i) => store.patch(IP_POOL, key, annotate("winner", `${i}`), only));
        const results = await Promise.allSettled(tries);
        const won = results.filter((result) => result.status === "fulfilled");
        assert.equal(won.length, 1);
        const lost = results.filter((result) => result.status === "rejected");
        for (const { reason } of lost) assert.ok(isStoreError(reason, "Conflict"), reason);
        assert.deepEqual(await store.get(IP_POOL, key), won[0]?.value);
      });

      it("loses none of many without a precondition", async () => {
        await store.create(IP_POOL, poolManifest("pool1"));
        await Promise.all(
          Array.from({ length: 20 }, (_, i) => store.patch(IP_POOL, key, annotate(`writer-${i}`, "1"))),
        );
        const read = await store.get(IP_POOL, key);
        assert.equal(Object.keys(read?.metadata.annotations ?? {}).length, 20);
      });

      const frozen = [
        { metadata: { name: "pool2" } },
        { metadata: { namespace: "other" } },
        { metadata: { uid: "00000000-0000-0000-0000-000000000000" } },
        { apiVersion: "ipam.metal3.io/v1alpha9" },
        { kind: "IPClaim" },
        { metadata: { labels: { number: 1 } } }, // labels are text
      ];
      for (const patch of frozen) {
        it(`throws Invalid for ${JSON.stringify(patch)}, and changes nothing`, async () => {
          const created = await store.create(IP_POOL, poolManifest("pool1"));
          await rejects("Invalid", store.patch(IP_POOL, key, patch));
          assert.deepEqual(await store.get(IP_POOL, key), created);
        });
      }
    });

    describe("remove", () => {
      it("removes; an object created later has another uid and resourceVersion", async () => {
        const first = await store.create(IP_POOL, poolManifest("pool1"));
        await store.remove(IP_POOL, key);
        assert.equal(await store.get(IP_POOL, key), undefined);
        assert.deepEqual(await store.list(IP_POOL, "default"), []);
        const second = await store.create(IP_POOL, poolManifest("pool1"));
        assert.notEqual(second.metadata.uid, first.metadata.uid);
        assert.notEqual(second.metadata.resourceVersion, first.metadata.resourceVersion);
      });

      it("throws NotFound if there is no such object", () => rejects("NotFound", store.remove(IP_POOL, key)));

      for (const field of ["uid", "resourceVersion"] as const) {
        it(`throws Conflict on another ${field}, and removes nothing`, async () => {
          const { metadata } = await store.create(IP_POOL, poolManifest("pool1"));
          await store.remove(IP_POOL, key);
          const second = await store.create(IP_POOL, poolManifest("pool1"));
          await rejects("Conflict", store.remove(IP_POOL, key, { [field]: metadata[field] }));
          assert.deepEqual(await store.get(IP_POOL, key), second);
        });
      }

      it("succeeds for exactly one of many concurrent calls", async () => {
        await store.create(IP_POOL, poolManifest("pool1"));
        const results = await Promise.allSettled(Array.from({ length: 10 }, () => store.remove(IP_POOL, key)));
        const lost = results.filter((result) => result.status === "rejected");
        assert.equal(lost.length, 9);
        for (const { reason } of lost) assert.ok(isStoreError(reason, "NotFound"), reason);
      });
    });

    it("accepts the labels, annotations and owners that an API server accepts, and no others", () =>
      takesMetadata(store));

    it("says verb, kind, key and reason on one line", async () => {
      await store.create(IP_POOL, poolManifest("pool1"));
      await assert.rejects(store.create(IP_POOL, poolManifest("pool1")), {
        message: /^Cannot create IPPool default\/pool1( on 127\S+)?: it already exists\.$/,
      });
      await assert.rejects(store.remove(IP_POOL, { ...key, name: "none" }), {
        message: /^Cannot remove IPPool default\/none( on 127\S+)?: the object does not exist\.$/,
      });
    });
  });
}

export function annotate(field: string, value: string) {
  return { metadata: { annotations: { [field]: value } } };
}

export function rejects(reason: StoreErrorReason, promise: Promise<unknown>): Promise<void> {
  return assert.rejects(promise, (error) => isStoreError(error, reason) || assert.fail(`${reason} expected: ${error}`));
}
