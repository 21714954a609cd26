import assert from "node:assert/strict";
import { mergePatch } from "../../provider/store/merge-patch";
import type { MergePatch } from "../../provider/store/store";

describe("merge patch", () => {
  // RFC 7386, appendix A: original, patch, result.
  const rows = [
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', "{}"],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', "null", "null"],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
    ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ] as const;
  for (const [original, patch, result] of rows) {
    it(`${original} with ${patch} is ${result}`, () => {
      assert.deepEqual(mergePatch(JSON.parse(original), JSON.parse(patch)), JSON.parse(result));
    });
  }

  it("changes neither of its arguments", () => {
    const original = { a: { b: 1 }, c: [1] };
    const patch = { a: { b: null, d: 2 }, c: [2] };
    mergePatch(original, patch);
    assert.deepEqual(
      [original, patch],
      [
        { a: { b: 1 }, c: [1] },
        { a: { b: null, d: 2 }, c: [2] },
      ],
    );
  });

  it("treats undefined as missing, as JSON does", () => {
    assert.deepEqual(mergePatch({ a: 1 }, { a: undefined }), { a: 1 });
  });

  it("treats __proto__ and constructor as members like any other", () => {
    const patch: MergePatch = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    const merged = mergePatch({}, patch);
    assert.ok(Object.hasOwn(merged, "__proto__"));
    assert.equal(Object.getPrototypeOf(merged), Object.prototype);
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });
});
