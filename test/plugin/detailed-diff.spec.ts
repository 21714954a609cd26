import assert from "node:assert/strict";
import fc from "fast-check";
import { detailedDiff } from "../../provider/plugin/detailed-diff";
import { isListOfNames } from "../../provider/plugin/list-diff";
import { type PropertyPath, readPropertyPath } from "../../provider/plugin/property-path";
import { UNKNOWN } from "../../provider/resources/handler";

const name = fc.constantFrom("a", "b", "a.b", "c d", 'e"f');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(1, 2, "x", "", true, false),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

describe("a detailed diff", () => {
  it("turns the old side into the new one", () => {
    fc.assert(
      fc.property(value, value, (olds, news) => {
        const found = detailedDiff(olds, news, ["p"]);
        const applied = structuredClone({ p: olds });
        const changes = [...found].map(([text, kind]) => ({ path: readPropertyPath(text)!, kind }));
        const isOfNames = ({ path }: { path: PropertyPath }) =>
          [olds, news].every((p) => isListOfNames(valueAt({ p }, path.slice(0, -1))));
        const names = changes.filter(isOfNames);
        const others = changes.filter((one) => !isOfNames(one));
        // Longer lists lose their last members first.
        for (const { path, kind } of others.toReversed())
          if (kind !== "delete") put(applied, path, valueAt({ p: news }, path));
        for (const { path, kind } of [...names, ...others].reverse())
          if (kind === "delete" || isOfNames({ path })) kind !== "add" && remove(applied, path);
        for (const { path, kind } of names)
          if (kind !== "delete")
            (valueAt(applied, path.slice(0, -1)) as unknown[]).splice(
              Number(path.at(-1)),
              0,
              valueAt({ p: news }, path),
            );
        assert.deepEqual(applied, { p: news });
      }),
    );
  });

  it("has add if the old side has no value, delete if the new one has none, and nothing for equal values", () => {
    fc.assert(
      fc.property(value, value, (olds, news) => {
        fc.pre(JSON.stringify(olds) !== JSON.stringify(news));
        for (const [text, kind] of detailedDiff(olds, news, ["p"])) {
          const path = readPropertyPath(text)!;
          const [before, after] = [valueAt({ p: olds }, path), valueAt({ p: news }, path)];
          // A member of a list may come or go at a place where the other side has another one.
          const holders = [olds, news].map((p) => valueAt({ p }, path.slice(0, -1)));
          if (holders.every(isListOfNames) && kind !== "update") continue;
          assert.equal(kind, before === undefined ? "add" : after === undefined ? "delete" : "update", text);
          assert.notDeepEqual(before, after);
        }
      }),
    );
  });

  const rows: readonly (readonly [olds: unknown, news: unknown, found: Record<string, string>])[] = [
    [undefined, "x", { p: "add" }],
    [null, "x", { p: "add" }], // a preview's word for no value
    ["x", undefined, { p: "delete" }],
    ["x", null, { p: "delete" }],
    ["x", ["x"], { p: "update" }],
    [{ a: 1 }, [1], { p: "update" }],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { "p.a.c": "update" }],
    [[1, 2, 3], [1, 4], { "p[1]": "update", "p[2]": "delete" }],
    [["a", "b", "c"], ["x", "a", "b", "c"], { "p[0]": "add" }],
    [["a", "b", "c"], ["b", "c"], { "p[0]": "delete" }],
    [["a", "b", "c"], ["a", "x", "c", "y"], { "p[1]": "update", "p[3]": "add" }],
    [["a", "b", "c", "d"], ["b", "c", "d", "a"], { "p[0]": "delete", "p[3]": "add" }],
    [["a", "b", "c"], ["c", "b", "a"], { "p[0]": "add", "p[1]": "update", "p[2]": "delete" }],
    [[], ["a", "b"], { "p[0]": "add", "p[1]": "add" }],
    [["a", "a"], ["x", "a", "a"], { "p[0]": "update", "p[2]": "add" }], // no names, so the members cannot be matched
    [[{ a: 1 }], [{ a: 2 }, { a: 1 }], { "p[0].a": "update", "p[1]": "add" }],
    [{ "a.b": 1 }, { "a.b": 2 }, { 'p["a.b"]': "update" }],
    [{ a: 1 }, { a: UNKNOWN }, { "p.a": "update" }],
    [{ a: 1 }, UNKNOWN, { p: "update" }],
    [UNKNOWN, UNKNOWN, { p: "update" }],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, { p: "update" }], // no leaf differs, and the caller knows why
    [{ a: 1, b: { c: 1 } }, { b: { c: 2 }, a: 1 }, { "p.b.c": "update" }],
  ];
  for (const [olds, news, found] of rows) {
    it(`from ${show(olds)} to ${show(news)} is ${JSON.stringify(found)}`, () =>
      assert.deepEqual(Object.fromEntries(detailedDiff(olds, news, ["p"])), found));
  }
});

function show(value: unknown): string {
  return JSON.stringify(value, (_, member) => (member === UNKNOWN ? "?" : member)) ?? "nothing";
}

function valueAt(value: unknown, path: PropertyPath): unknown {
  return path.reduce<unknown>((member, step) => (member as Record<string, unknown> | undefined)?.[step], value);
}

function put(root: unknown, path: PropertyPath, value: unknown): void {
  const holder = valueAt(root, path.slice(0, -1)) as Record<string, unknown>;
  holder[path.at(-1)!] = value;
}

function remove(root: unknown, path: PropertyPath): void {
  const holder = valueAt(root, path.slice(0, -1));
  if (Array.isArray(holder)) holder.splice(Number(path.at(-1)), 1);
  else delete (holder as Record<string, unknown>)[path.at(-1)!];
}
