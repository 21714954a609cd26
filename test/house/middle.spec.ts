import assert from "node:assert/strict";
import { readSources, type Sources } from "./imports";
import { namesakes, privateWords, reachesBehind, readings } from "./middle";
import { ALLOWED_WORDS, PRIVATE_WORDS } from "./private-words";
import { READINGS } from "./readings";

const middle = readSources(["provider/ipam", "provider/resources"]);
const sources = (files: Record<string, string>): Sources => new Map(Object.entries(files));

describe("the middle of the house", () => {
  it("calls ipam at its façade only", () => assert.deepEqual(reachesBehind(middle), []));

  it("reads a meaning out of a text only if a list says why", () => {
    assert.deepEqual([...new Set(readings(middle))], Object.keys(READINGS).sort());
  });

  it("has one name for one meaning: no two files have a function of the same name", () => {
    assert.deepEqual([...namesakes(middle)], []);
  });

  it("has no private word if the field has one", () => {
    const found = privateWords(readSources(["provider"]), PRIVATE_WORDS);
    const isAllowed = (line: string) =>
      ALLOWED_WORDS.some(({ file, word }) => file.test(line.split(":")[0]!) && word.test(line.split(": ")[1]!));
    assert.deepEqual(
      found.filter((line) => !isAllowed(line)),
      [],
    );
  });

  it("allows no private word that is gone", () => {
    const found = privateWords(readSources(["provider"]), PRIVATE_WORDS);
    const unused = ALLOWED_WORDS.filter(({ file, word }) => {
      return !found.some((line) => file.test(line.split(":")[0]!) && word.test(line.split(": ")[1]!));
    });
    assert.deepEqual(unused, []);
  });
});

describe("the check of the middle", () => {
  it("refuses an import of resources from a folder of ipam, also of types", () => {
    const text = 'import type { a } from "../../ipam/plan/claim-plan";\nimport { b } from "../../ipam/ipam";';
    assert.deepEqual(reachesBehind(sources({ "provider/resources/x/a.ts": text, "provider/ipam/ipam.ts": "" })), [
      "provider/resources/x/a.ts:1: must not import provider/ipam/plan/claim-plan",
    ]);
  });

  it("finds each way to read a text once", () => {
    const text = 'a.startsWith(b); /c/.test(d); e.split("f"); g.replace(/h/g, ""); i.includes("j"); k.test(l);';
    assert.deepEqual(readings(sources({ "a.ts": text })), [
      'a.ts: .split("f")',
      "a.ts: .startsWith(b)",
      "a.ts: .test(l)",
      "a.ts: /c/",
      "a.ts: /h/g",
    ]);
  });

  it("finds functions of the same name, exported or not", () => {
    const found = namesakes(
      sources({
        "a.ts": "export function one() {} function two() {}",
        "b.ts": "function one() {}",
        "c.ts": "const two = 1;",
      }),
    );
    assert.deepEqual([...found], [["one", ["a.ts", "b.ts"]]]);
  });

  it("finds private words in identifiers and comments, and ignores texts and other words", () => {
    const text = 'const theLedger = "vacate";\n// Another hand has it, by hand.\nconst byHand = half; // half-way\n';
    assert.deepEqual(privateWords(sources({ "a.ts": text }), PRIVATE_WORDS), [
      "a.ts:1: Ledger: say session, pool view or request",
      "a.ts:2: Another hand: say owner",
    ]);
  });
});
