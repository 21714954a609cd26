/** Messages and descriptions in Pulumi's words, and in those of another door. */
import assert from "node:assert/strict";
import { inWordsOf, type Vocabulary } from "../../provider/ipam/vocabulary";
import { wording } from "../../provider/ipam/wording";
import { tokenOf } from "../../provider/pulumi/tokens";
import { pulumiWords } from "../../provider/pulumi/vocabulary";

const NET = { namespace: "metal3", name: "net" };

const others: Vocabulary = {
  engine: "The tool",
  update: "tool apply",
  destroy: "tool destroy",
  holdingPlan: "`tool plan -out` and `tool apply` of that plan",
  importing: "tool import",
  forgetting: "tool forget",
  variable: (key) => `TOOL_${key}`,
  importingOne: (kind, name, id) => `tool import ${kind}.${name} ${id}`,
  poolName: "ip_pool.net.name",
  setting: (key) => key,
  settings: (keys) => keys,
  giving: (key, value) => `${key} = ${value}`,
  removing: "an editor",
};

describe("messages", () => {
  const rows: [what: string, say: (words: Vocabulary) => string, pulumi: string, other: string][] = [
    [
      "name settings",
      (words) => wording.targetChanged(words, "folder a", "folder b"),
      "correct `metal3-ipam:directory`, `:kubeconfig` or `:context`.",
      "correct `directory`, `kubeconfig` or `context`.",
    ],
    [
      "name an import",
      (words) => wording.incomplete(words, NET, ["10.0.0.5"], "a-net"),
      "`pulumi import --protect=false metal3-ipam:index:PreAllocation a-net metal3/net/a-net`, then `pulumi up`.",
      "`tool import PreAllocation.a-net metal3/net/a-net`, then `tool apply`.",
    ],
    [
      "name the commands of a plan",
      (words) => wording.unsettled(words, NET, "a", { family: 4, value: 5n }, ["b"]),
      "To keep to a preview, use `pulumi preview --save-plan` and `pulumi up --plan`.",
      "To keep to a preview, use `tool plan -out` and `tool apply` of that plan.",
    ],
  ];
  for (const [what, say, pulumi, other] of rows) {
    it(what, () => {
      assert.equal(say(pulumiWords).slice(-pulumi.length), pulumi);
      assert.equal(say(others).slice(-other.length), other);
    });
  }
});

describe("descriptions", () => {
  it("have no placeholders left", () => {
    const text = "Default: `{setting:namespace}`. {engine} makes it first; a `{destroy}` frees it. {other}";
    assert.equal(
      inWordsOf(pulumiWords, text),
      "Default: `metal3-ipam:namespace`. Pulumi makes it first; a `pulumi destroy` frees it. {other}",
    );
    assert.equal(
      inWordsOf(others, text),
      "Default: `namespace`. The tool makes it first; a `tool destroy` frees it. {other}",
    );
  });
});

it("have a token for each kind", () => assert.equal(tokenOf("IPPool"), "metal3-ipam:index:IPPool"));
