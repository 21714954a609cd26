import assert from "node:assert/strict";
import { isTooDeep } from "../../provider/store/yaml-depth";

describe("how deep a YAML text is", () => {
  it("is too deep for a parser's stack, in blocks or in brackets: it would end the whole process", () => {
    for (const text of ["[".repeat(10_000), "{a: ".repeat(10_000), `a:\n${"- ".repeat(10_000)}b`]) {
      assert.equal(isTooDeep(text), true, text.slice(0, 10));
    }
  });

  it("is deeper than any real text", () => {
    const pool = { spec: { pools: Array(1_000).fill({ start: "10.0.0.1", dnsServers: ["10.0.0.2"] }) } };
    for (const text of [JSON.stringify(pool), "a: '[[['\n".repeat(100), `${"  ".repeat(40)}a: b`]) {
      assert.equal(isTooDeep(text), false, text.slice(0, 10));
    }
  });
});
