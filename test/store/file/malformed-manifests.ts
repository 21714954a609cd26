/** Ways in which people, editors and merges ruin a manifest of IPPool default/pool1; `says` is part of the message. */
export interface MalformedManifest {
  readonly what: string;
  readonly text: string | Uint8Array;
  readonly says: string;
}

const HEAD = "apiVersion: ipam.metal3.io/v1alpha1\nkind: IPPool\n";
const GOOD = `${HEAD}metadata:\n  name: pool1\n  namespace: default\nspec:\n  prefix: 24\n`;

function row(what: string, text: string | Uint8Array, says: string): MalformedManifest {
  return { what, text, says };
}

/** With this line in place of the good manifest's line. */
function changed(what: string, line: string, by: string, says: string): MalformedManifest {
  if (!GOOD.includes(line)) throw new Error(`${what}: no ${line}`);
  return row(what, GOOD.replace(line, by), says);
}

const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
for (const [from, to] of ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"].map((pair) => [...pair])) {
  bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(", ")}]`);
}

export const MALFORMED_MANIFESTS: readonly MalformedManifest[] = [
  // Nothing, or no YAML mapping
  row("empty", "", "it is empty"),
  row("blank", "  \n\n", "it is empty"),
  row("a comment only", "# see pool2\n", "it is empty"),
  row("a document marker only", "---\n", "it is empty"),
  row("null", "null\n", "it is empty"),
  row("~", "~\n", "it is empty"),
  row("a sentence", "moved to pool2\n", "not a mapping"),
  row("a number", "42\n", "not a mapping"),
  row("true", "true\n", "not a mapping"),
  row("a list", "- a\n- b\n", "not a mapping"),
  row("a manifest in a list", `- ${GOOD.replaceAll("\n", "\n  ")}`, "not a mapping"),
  row("a block text", "|\n  apiVersion: x\n", "not a mapping"),
  // Not text
  row("UTF-16", Buffer.from(`\ufeff${GOOD}`, "utf16le"), "not UTF-8"),
  row("Latin-1", Buffer.from(`${GOOD}# Gro\u00dfe Anlage\n`, "latin1"), "not UTF-8"),
  row("gzip", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), "not UTF-8"),
  row("zeros, as a crash leaves them", new Uint8Array(100), "line 1: a control character"),
  row("a NUL at the end", `${GOOD}\0`, "line 8: a control character"),
  row("an escape sequence", `${GOOD}# \u001b[31mred\n`, "line 8: a control character"),
  row("a form feed", `${HEAD}\f\n`, "line 3: a control character"),
  // Not YAML
  row("an open bracket", `${GOOD}  pools: [\n`, "line 8"),
  row("an open brace", `${GOOD}  pools: {\n`, "line 8"),
  row("an open quote", `${GOOD}  gateway: "10.0.0.1\n`, "line 8"),
  row("a tab as indentation", `${HEAD}metadata:\n\tname: pool1\n`, "line 4"),
  changed("a wrong indentation", "  namespace:", "   namespace:", "line 4"),
  changed("two colons", "kind: IPPool", "kind: IPPool: x", "line 2"),
  row("a git conflict", `<<<<<<< HEAD\n${GOOD}=======\n${GOOD}>>>>>>> other\n`, "line 1"),
  row("a git conflict in the middle", `${GOOD}<<<<<<< HEAD\n  a: 1\n=======\n  a: 2\n>>>>>>> b\n`, "line 8"),
  row("a line without a colon", `${GOOD}oops\n`, "line 8"),
  row("an at sign", `${GOOD}x: @here\n`, "line 8"),
  row("a backquote", `${GOOD}x: \`date\`\n`, "line 8"),
  row("a percent template", `${GOOD}x: %s\n`, "line 8"),
  row("a Helm template", `${GOOD}x: {{ .Values.x }}\n`, "line 8"),
  row("a bad escape", `${GOOD}x: "\\q"\n`, "line 8"),
  row("an unknown tag", `${GOOD}x: !Ref pool\n`, "line 8"),
  row("a JavaScript tag", `${GOOD}x: !!js/function "f"\n`, "line 8"),
  row("binary data", `${GOOD}x: !!binary aGVsbG8=\n`, "line 8"),
  row("truncated JSON", '{"apiVersion": "ipam.metal3.io/v1alpha1", "kind": ', "line 1"),
  row("two documents", `${GOOD}---\n${GOOD}`, "more than one document"),
  row("two JSON documents", '{"a": 1}\n{"b": 2}\n', "more than one document"),
  row("an error after another document", `---\n# none\n---\n${GOOD}oops\n`, "line 11"),
  // YAML with what a manifest must not have
  row("a duplicate key", `${GOOD}kind: IPPool\n`, 'line 8: duplicate key "kind"'),
  row("a duplicate key deep down", `${GOOD}  preAllocations:\n    a: x\n    a: y\n`, 'line 10: duplicate key "a"'),
  row("a duplicate key in quotes", `${GOOD}"spec": {}\n`, 'line 8: duplicate key "spec"'),
  row("a duplicate key in a flow", `${GOOD}x: {a: 1, b: 2, a: 3}\n`, 'line 8: duplicate key "a"'),
  row("an alias", `${GOOD}x: &x [1]\ny: *x\n`, "line 9: an alias"),
  row("an alias to nothing", `${GOOD}x: *nothing\n`, "line 8"),
  row("an alias to itself", `${GOOD}x: &x [*x]\n`, "line 8: an alias"),
  row("a merge key", `${GOOD}x:\n  <<: {a: 1}\n`, "line 9: a merge key"),
  row("a merge key with an alias", `${GOOD}x: &x {a: 1}\ny:\n  <<: *x\n`, "line 10: a merge key"),
  row("a billion laughs", `${bomb.join("\n")}\n`, "an alias"),
  row("__proto__", `${GOOD}__proto__: {polluted: true}\n`, "line 8: a field cannot be called __proto__"),
  row("__proto__ deep down", `${GOOD}  x:\n    "__proto__": 1\n`, "line 9: a field cannot be called __proto__"),
  row("a number as key", `${GOOD}1: x\n`, "line 8: a key that is not text"),
  row("a boolean as key", `${GOOD}true: x\n`, "line 8: a key that is not text"),
  row("null as key", `${GOOD}~: x\n`, "line 8: a key that is not text"),
  row("a list as key", `${GOOD}? [a]\n: x\n`, "a key that is not text"),
  row("infinity", `${GOOD}x: .inf\n`, "line 8: .inf"),
  row("not a number", `${GOOD}x: [.nan]\n`, "line 8: .nan"),
  row("too deep", `${GOOD}x: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`, "nested too deeply"),
  row("too deep, as block lists", `${"- ".repeat(50_000)}a\n`, "nested too deeply"),
  row("too deep, as block keys", `${GOOD}${"? ".repeat(50_000)}a\n`, "nested too deeply"),
  row("too large", `${GOOD}# ${"x".repeat(1_600_000)}\n`, "more than 1572864 bytes"),
  // Another object, or none
  row("an empty mapping", "{}\n", "apiVersion"),
  row("another tool's file", "resources:\n  - pool1.yaml\n", "apiVersion"),
  changed("no kind", "kind: IPPool\n", "", "kind"),
  changed("no name", "  name: pool1\n", "", "metadata.name"),
  changed("a number as name", "name: pool1", "name: 1", "metadata.name"),
  changed("no namespace", "  namespace: default\n", "", 'metadata.namespace is missing, its place says "default"'),
  changed("another name", "name: pool1", "name: pool2", 'metadata.name is "pool2", its place says "pool1"'),
  changed("a name that leaves", "name: pool1", "name: ../../pool1", 'metadata.name is "../../pool1"'),
  changed("another namespace", "namespace: default", "namespace: other", 'metadata.namespace is "other"'),
  changed("another kind", "kind: IPPool", "kind: IPClaim", 'kind is "IPClaim", its place says "IPPool"'),
  changed("a kind of a million letters", "kind: IPPool", `kind: ${"x".repeat(1_000_000)}`, 'kind is "xxxxxxxx'),
  changed("a kind in lower case", "kind: IPPool", "kind: ippool", 'kind is "ippool"'),
  changed("another version", "v1alpha1", "v1beta1", 'apiVersion is "ipam.metal3.io/v1beta1"'),
  changed("another group", "ipam.metal3.io", "ipam.cluster.x-k8s.io", 'apiVersion is "ipam.cluster.x-k8s.io/v1alpha1"'),
  changed("metadata as text", "metadata:\n  name: pool1\n  namespace: default\n", "metadata: pool1\n", "metadata"),
  changed("no metadata", "metadata:\n  name: pool1\n  namespace: default\n", "", "metadata"),
  changed("a number as label", "  namespace:", "  labels: {rack: 7}\n  namespace:", "metadata.labels.rack"),
  changed("a list as annotations", "  namespace:", "  annotations: [a]\n  namespace:", "metadata.annotations"),
  changed("text as finalizers", "  namespace:", "  finalizers: x\n  namespace:", "metadata.finalizers"),
  row("a list of objects", "apiVersion: v1\nkind: List\nitems: []\n", "metadata"),
];
