import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parse } from "yaml";
import { IP_POOL } from "../../../provider/api/metal3/kinds";
import { canonicalJson } from "../../../provider/store/file/canonical";
import { readManifest, renderManifest, shownPart } from "../../../provider/store/file/file-manifest";
import { poolManifest } from "../manifests";

const key = { namespace: "default", name: "pool1" };

describe("the published manifest", () => {
  it("shows no resourceVersion, uid, owners, times or managers", () => {
    const pool = poolManifest("pool1", "default", { kept: "yes" });
    const unshown = { uid: "u", resourceVersion: "1", creationTimestamp: "t", generation: 1, managedFields: [] };
    const ownerReferences = [{ apiVersion: "v1", kind: "Cluster", name: "c", uid: "u" }];
    const finalizers = ["example.com/kept"];
    const object = { ...pool, metadata: { ...pool.metadata, ...unshown, ownerReferences, finalizers } };
    assert.deepEqual(parse(renderManifest(object)), { ...pool, metadata: { ...pool.metadata, finalizers } });
  });

  // kubectl's parser is a YAML 1.1 one: https://github.com/kubernetes-sigs/yaml
  for (const text of [
    "on",
    "off",
    "yes",
    "no",
    "y",
    "n",
    "~",
    "null",
    "12:30:45",
    "0o17",
    "017",
    "1_000",
    "2001-12-14",
    "0x1f",
    "1e3",
    ".inf",
  ]) {
    it(`keeps the text ${text} a text in YAML 1.1 and 1.2`, () => {
      const rendered = renderManifest({ ...poolManifest("pool1"), spec: { value: text, [text]: 1 } });
      for (const version of ["1.1", "1.2"] as const) {
        assert.deepEqual(parse(rendered, { version }).spec, { value: text, [text]: 1 });
      }
    });
  }

  it("reads back what was written, for any JSON", () => {
    const value = fc
      .jsonValue({ stringUnit: "binary", maxDepth: 4 })
      .filter((it) => !JSON.stringify(it).includes("__proto__"));
    fc.assert(
      fc.property(value, (spec) => {
        const object = { ...poolManifest("pool1"), spec };
        const read = readManifest(Buffer.from(renderManifest(object)), IP_POOL, key);
        assert.equal(read.fault, undefined);
        assert.equal(canonicalJson(read.object), canonicalJson(shownPart(object)));
      }),
      { numRuns: 1000 },
    );
  });

  for (const character of ["\u007f", "\u0080", "\u009f", "\ufeff", "\uffff"]) {
    const code = character.charCodeAt(0).toString(16);
    it(`escapes U+${code}, which no YAML text may hold, in keys and values`, () => {
      const object = { ...poolManifest("pool1"), spec: { [`a${character}`]: `${character}: b`, "\u0085": "on" } };
      const text = renderManifest(object);
      assert.equal(text.includes(character), false);
      assert.deepEqual(readManifest(Buffer.from(text), IP_POOL, key).object?.spec, object.spec);
    });
  }

  it("of 5,000 entries is written and read within a second", () => {
    const entries = Array.from({ length: 5000 }, (_, i) => [`host-${i}-pool1`, `10.0.${i >> 8}.${i & 255}`]);
    const object = { ...poolManifest("pool1"), spec: { preAllocations: Object.fromEntries(entries) } };
    const start = performance.now();
    const read = readManifest(Buffer.from(renderManifest(object)), IP_POOL, key);
    assert.equal(canonicalJson(read.object), canonicalJson(object));
    assert.ok(performance.now() - start < 1000);
  });

  it("with 50,000 keys is read fast", () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `k${i}: 1`).join("\n");
    const start = performance.now();
    assert.match(readManifest(Buffer.from(text), IP_POOL, key).fault ?? "", /apiVersion/);
    assert.ok(performance.now() - start < 5000);
  });
});
