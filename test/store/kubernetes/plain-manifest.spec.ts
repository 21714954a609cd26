/** The quick look at an object takes nothing that the schema would refuse or change. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { manifest } from "../../../provider/api/meta";
import { isPlainManifest } from "../../../provider/api/plain-manifest";
import { addressObject } from "../../bench/fake-api/content";

const odd = fc.constantFrom<unknown>(undefined, null, "", "text", 7, true, [], {}, ["text"], [null], [{}], {
  key: null,
});
const born = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z", generation: 1 };

function whole(): Record<string, unknown> {
  const { metadata, ...rest } = addressObject(1, "p");
  const lists = { labels: { a: "b" }, finalizers: ["f"], deletionTimestamp: "2026-01-01T00:00:00Z" };
  return structuredClone({ ...rest, metadata: { ...metadata, ...born, ...lists } });
}

/** The paths of all members, at any depth. */
function pathsIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [[...path, key], ...pathsIn(member, [...path, key])]);
}

function changed(path: readonly string[], member: unknown): unknown {
  const object = whole();
  let at: Record<string, unknown> = object;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1)!] = member;
  return object;
}

describe("a quick look at an object", () => {
  it("takes an object as an API server sends it", () => assert.equal(isPlainManifest(whole()), true));

  it("takes nothing else than the schema, and nothing that the schema changes", () => {
    const paths = pathsIn(whole()).filter(([first]) => first !== "spec");
    for (const path of paths) {
      fc.assert(
        fc.property(odd, (member) => {
          const object = changed(path, member);
          if (!isPlainManifest(object)) return;
          const read = manifest.safeParse(object);
          assert.deepEqual(read.data, object);
          const { uid, resourceVersion } = read.data!.metadata;
          assert.deepEqual([typeof uid, typeof resourceVersion], ["string", "string"]);
        }),
      );
    }
  });

  it("leaves anything else than an object to the schema", () => {
    const others = [
      undefined,
      null,
      7,
      "text",
      [],
      {},
      { ...whole(), metadata: null },
      { ...whole(), kind: undefined },
    ];
    assert.deepEqual(others.filter(isPlainManifest), []);
  });
});
