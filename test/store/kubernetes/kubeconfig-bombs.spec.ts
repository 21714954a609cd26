/** Kubeconfigs that are small and cost much, or mean something else than they show: each is one short line, and soon. */
import assert from "node:assert/strict";
import { parseKubeconfig } from "../../../provider/store/kubernetes/kubeconfig-text";

const laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"];
for (const [from, to] of ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"].map((pair) => [...pair])) {
  laughs.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(", ")}]`);
}
const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}: 1`).join("\n");
const NEITHER = /^K is neither YAML nor JSON( \(line \d+: [A-Z_]+\))?\.$/;

const DEEP = /^K is nested too deeply\.$/;

const refused: Record<string, [text: string, says: RegExp]> = {
  "a billion laughs": [laughs.join("\n"), NEITHER],
  "an alias to itself": ["a: &a [*a]\nclusters: *a", /^K/],
  "an alias 20,000 times": [`a: &a [1]\nb: [${"*a,".repeat(20_000)}]`, NEITHER],
  "50,000 lists in each other": [`a: ${"[".repeat(50_000)}${"]".repeat(50_000)}`, DEEP],
  "50,000 lists that nobody closes": [`a: ${"[".repeat(50_000)}`, DEEP],
  "50,000 block lists in each other": [`${"- ".repeat(50_000)}a`, DEEP],
  "50,000 keys in each other": ["? ".repeat(50_000), DEEP],
  "a key twice": ["clusters: []\nusers: []\nclusters: []", /\(line 3: DUPLICATE_KEY\)\.$/],
  "a key twice, deep down": [
    `clusters:\n- name: a\n  cluster: {server: a, "server": b}`,
    /\(line 3: DUPLICATE_KEY\)\.$/,
  ],
  "a JavaScript tag": ["clusters: !!js/function x", /^K/],
  "more than 4 MB": [`a: ${"x".repeat(4_200_000)}`, /^K is larger than 4194304 bytes\.$/],
  "clusters of text": ["clusters: all", /^K is not valid\. clusters is missing or is not of type array\.$/],
};

describe("kubeconfig: bombs", () => {
  for (const [what, [text, says]] of Object.entries(refused)) {
    it(`${what}: ${says.source}`, () => {
      assert.throws(
        () => parseKubeconfig(text, "K"),
        ({ message }: Error) => says.test(message) && message.length < 300,
      );
    });
  }

  it("40,000 keys and a scalar of 3 MB are read fast", () => {
    const { user, system } = process.cpuUsage();
    assert.equal(parseKubeconfig(`${keys(40_000)}\nz: ${"x".repeat(3_000_000)}`, "K").clusters.size, 0);
    const spent = process.cpuUsage();
    assert.ok(spent.user + spent.system - user - system < 10_000_000);
  });

  it("__proto__ is a key like any other", () => {
    const { clusters, currentContext } = parseKubeconfig(
      '{"__proto__": {"current-context": "evil"}, "users": []}',
      "K",
    );
    assert.deepEqual([clusters.size, currentContext, Reflect.get({}, "current-context")], [0, undefined, undefined]);
  });
});
