import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isWithin,
  type PropertyPath,
  propertyPathText,
  readPropertyPath,
  withIgnored,
} from "../../provider/plugin/property-path";

/** A backslash before a quote looks like an escaped quote. Pulumi has no text for such a key. */
const key = fc
  .oneof(
    fc.constantFrom("a", "a.b", 'a"b', "a[0]", "]", "", "*x", "0", "with space", "ä", "a\\b", "a\nb", "__proto"),
    fc.string(),
  )
  .filter((text) => !/\\("|$)/.test(text) && text !== "*");
const step = fc.oneof(key, fc.nat({ max: 9 }));
const path = fc.array(step, { minLength: 1, maxLength: 4 });

/** Two values of one shape. Members may be absent, lists have one length. */
const leaf = fc.constantFrom(1, 2, "x", true);
const names = { a: leaf, b: leaf, "a.b": leaf };
const members = fc.record(names, { requiredKeys: [], noNullPrototype: true });
const bag = fc.record(
  { ...names, labels: members, pools: fc.tuple(members, members) },
  {
    requiredKeys: ["labels", "pools"],
    noNullPrototype: true,
  },
);
const steps = fc.array(fc.constantFrom<(string | number)[]>("a", "b", "a.b", "labels", "pools", 0, 1, "*"), {
  minLength: 1,
  maxLength: 3,
});
/** The possible places of leaves. */
const everywhere: readonly PropertyPath[] = [[], ["labels"], ["pools", 0], ["pools", 1]].flatMap((at) =>
  Object.keys(names).map((name) => [...at, name]),
);

describe("a property path", () => {
  const texts: readonly (readonly [text: string, path: PropertyPath | undefined])[] = [
    ["gateway", ["gateway"]],
    ["pools[0].gateway", ["pools", 0, "gateway"]],
    ['labels["a.b"]', ["labels", "a.b"]],
    ['labels["a\\"b"]', ["labels", 'a"b']],
    ['labels["a\\b"]', ["labels", "a\\b"]], // only a quote is escaped
    ['labels["a]b"].c', ["labels", "a]b", "c"]],
    ['["a b"].c', ["a b", "c"]],
    ["*", ["*"]],
    ["pools[*].start", ["pools", "*", "start"]],
    ["pools.*.start", ["pools", "*", "start"]],
    ["a-b.c", ["a-b", "c"]],
    ["", undefined],
    ["pools[", undefined],
    ["pools[x]", undefined],
    ["pools[0", undefined],
    ['labels["a', undefined],
    ["a..b", undefined],
    ["a.", undefined],
  ];
  for (const [text, expected] of texts) {
    it(`${JSON.stringify(text)} is ${JSON.stringify(expected) ?? "none"}`, () =>
      assert.deepEqual(readPropertyPath(text), expected));
  }

  it("is read as it was written", () => {
    fc.assert(fc.property(path, (steps) => assert.deepEqual(readPropertyPath(propertyPathText(steps)), steps)));
  });

  it("is written as Pulumi writes it", () => {
    assert.equal(propertyPathText(["pools", 0, "start"]), "pools[0].start");
    assert.equal(propertyPathText(["labels", "a.b"]), 'labels["a.b"]');
    assert.equal(propertyPathText(["labels", 'a"\n\\n']), 'labels["a\\"\n\\n"]');
    assert.equal(propertyPathText(["cp-0", "x"]), '["cp-0"].x');
  });

  it("matches a pattern that is its beginning", () => {
    assert.equal(isWithin(["pools", 0, "start"], ["pools"]), true);
    assert.equal(isWithin(["pools", 0, "start"], ["pools", "*", "start"]), true);
    assert.equal(isWithin(["pools", 0, "start"], ["*"]), true);
    assert.equal(isWithin(["pools", 0], ["pools", 0, "start"]), false);
    assert.equal(isWithin(["pools", 1], ["pools", 0]), false);
    assert.equal(isWithin(["pool"], ["pools"]), false);
  });
});

describe("an ignored property", () => {
  it("stays unchanged, and nothing else does", () => {
    const olds = { pools: [{ gateway: "10.0.0.1", prefix: 24 }], labels: { "a.b": "1", c: "1" }, adopt: true };
    const news = { pools: [{ gateway: "10.0.0.9", prefix: 16 }], labels: { "a.b": "2", c: "2" } };
    const kept = (...paths: string[]) =>
      withIgnored(
        news,
        olds,
        paths.map((text) => readPropertyPath(text)!),
      );
    assert.deepEqual(kept("pools[0].gateway").pools, [{ gateway: "10.0.0.1", prefix: 16 }]);
    assert.deepEqual(kept("pools[*].prefix").pools, [{ gateway: "10.0.0.9", prefix: 24 }]);
    assert.deepEqual(kept('labels["a.b"]').labels, { "a.b": "1", c: "2" });
    assert.deepEqual(kept("labels.c", "adopt"), { ...news, labels: { "a.b": "2", c: "1" }, adopt: true });
    assert.deepEqual(kept("*"), olds);
    assert.deepEqual(kept(), news);
  });

  it("has at each leaf the olds if a pattern matches, and the news otherwise", () => {
    fc.assert(
      fc.property(bag, bag, steps, (news, olds, pattern) => {
        const kept = withIgnored(news, olds, [pattern]);
        for (const at of everywhere)
          assert.equal(valueAt(kept, at), valueAt(isWithin(at, pattern) ? olds : news, at), propertyPathText(at));
      }),
    );
  });

  it("makes no difference between equal sides", () => {
    fc.assert(fc.property(bag, steps, (same, pattern) => assert.deepEqual(withIgnored(same, same, [pattern]), same)));
  });
});

function valueAt(value: unknown, at: PropertyPath): unknown {
  return at.reduce<unknown>((member, one) => (member as Record<string, unknown>)[one], value);
}
