import assert from "node:assert/strict";
import fc from "fast-check";
import { hidingIn } from "../../provider/plugin/unsaid-secrets";
import { secret, UNKNOWN } from "./verbs";

const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

describe("messages without secrets", () => {
  const hide = (value: unknown, text: string) => hidingIn(() => [{ open: "10.0.0.1" }, { value }])(text);

  const rows: readonly (readonly [what: string, value: unknown, text: string, told: string])[] = [
    ["a text", secret("cp-0"), "claim cp-0-net of cp-0, cp-01", "claim [secret]-net of [secret], cp-01"],
    ["a number, as a whole word", secret(24), "24 is less than 240", "[secret] is less than 240"],
    ["one deep in an open object", { a: [secret("x.y")] }, '"x.y" is no z; xay', '"[secret]" is no z; xay'],
    ["those of a secret list", secret(["p", "q"]), '["p","q"] has p', "[secret] has [secret]"],
    ["those of an output", { "4dabf18193072939515e22adb298388d": OUTPUT, value: "o", secret: true }, "o!", "[secret]!"],
    ["an open output", { "4dabf18193072939515e22adb298388d": OUTPUT, value: "o", secret: false }, "o!", "o!"],
    ["an unknown", secret(UNKNOWN), "known", "known"],
    ["an empty text", secret(""), "is empty", "is empty"],
    ["nothing", undefined, "10.0.0.1", "10.0.0.1"],
    ["a text that must be escaped", secret('a"ä\n'), 'the value "a\\"\\u00e4\\n" is', 'the value "[secret]" is'],
    ["the beginning of a long text", secret("k".repeat(60)), `"${"k".repeat(48)}..." is`, '"[secret]" is'],
    [
      "the beginning of a long object",
      secret({ apiVersion: "v1", users: [{ token: "t".repeat(60) }] }),
      `kubeconfig: ${JSON.stringify({ apiVersion: "v1", users: [{ token: "t".repeat(60) }] }).slice(0, 77)}... is an object`,
      "kubeconfig: [secret] is an object",
    ],
  ];
  for (const [what, value, text, told] of rows) it(`hide ${what}`, () => assert.equal(hide(value, text), told));

  it("hide the host of a secret claim", () => {
    for (const pool of ["net", secret("net")]) {
      const hidden = hidingIn(() => [{ pool, claimName: secret("cp-0-net") }]);
      assert.match(hidden("cp-0: found 10.0.0.9, and cp-0-net"), /^\[secret\]: found 10\.0\.0\.9, and \[secret\]$/);
    }
  });

  it("never hold a secret text as a word", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (value, before, after) => {
        fc.pre(!"[secret]".includes(value));
        const told = hide(secret(value), `${before} ${value} ${after}`);
        assert.ok(!` ${told} `.includes(` ${value} `) || value.trim() === "", told);
      }),
    );
  });
});
