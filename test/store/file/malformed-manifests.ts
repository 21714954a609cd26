/** Ways in which people, editors and merges break a manifest of IPPool default/pool1. `says` is part of the message. */
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

/** The good manifest with `by` in place of `line`. */
function changed(what: string, line: string, by: string, says: string): MalformedManifest {
  if (!GOOD.includes(line)) throw new Error(`${what}: no ${line}`);
  return row(what, GOOD.replace(line, by), says);
}

const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
for (const [from, to] of ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"].map((pair) => [...pair])) {
  bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(", ")}]`);
}

export const MALFORMED_MANIFESTS: readonly MalformedManifest[] = [
  // Nothing, or not a YAML mapping
  row("empty", "", "is not valid. It is empty."),
  row("blank", "  \n\n", "is not valid. It is empty."),
  row("a comment only", "# see pool2\n", "is not valid. It is empty."),
  row("a document marker only", "---\n", "is not valid. It is empty."),
  row("null", "null\n", "is not valid. It is empty."),
  row("~", "~\n", "is not valid. It is empty."),
  row("a sentence", "moved to pool2\n", "It is not a mapping of fields."),
  row("a number", "42\n", "It is not a mapping of fields."),
  row("true", "true\n", "It is not a mapping of fields."),
  row("a list", "- a\n- b\n", "It is not a mapping of fields."),
  row("a manifest in a list", `- ${GOOD.replaceAll("\n", "\n  ")}`, "It is not a mapping of fields."),
  row("a block text", "|\n  apiVersion: x\n", "It is not a mapping of fields."),
  // Not text
  row("UTF-16", Buffer.from(`\ufeff${GOOD}`, "utf16le"), "It is not UTF-8 text."),
  row("Latin-1", Buffer.from(`${GOOD}# Gro\u00dfe Anlage\n`, "latin1"), "It is not UTF-8 text."),
  row("gzip", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), "It is not UTF-8 text."),
  row("zeros, as a crash leaves them", new Uint8Array(100), "Line 1 has a control character."),
  row("a NUL at the end", `${GOOD}\0`, "Line 8 has a control character."),
  row("an escape sequence", `${GOOD}# \u001b[31mred\n`, "Line 8 has a control character."),
  row("a form feed", `${HEAD}\f\n`, "Line 3 has a control character."),
  // Not YAML
  row("an open bracket", `${GOOD}  pools: [\n`, "Line 8: "),
  row("an open brace", `${GOOD}  pools: {\n`, "Line 8: "),
  row("an open quote", `${GOOD}  gateway: "10.0.0.1\n`, "Line 8: "),
  row("a tab as indentation", `${HEAD}metadata:\n\tname: pool1\n`, "Line 4: "),
  changed("a wrong indentation", "  namespace:", "   namespace:", "Line 4: "),
  changed("two colons", "kind: IPPool", "kind: IPPool: x", "Line 2: "),
  row("a git conflict", `<<<<<<< HEAD\n${GOOD}=======\n${GOOD}>>>>>>> other\n`, "Line 1: "),
  row("a git conflict in the middle", `${GOOD}<<<<<<< HEAD\n  a: 1\n=======\n  a: 2\n>>>>>>> b\n`, "Line 8: "),
  row("a line without a colon", `${GOOD}oops\n`, "Line 8: "),
  row("an at sign", `${GOOD}x: @here\n`, "Line 8: "),
  row("a backquote", `${GOOD}x: \`date\`\n`, "Line 8: "),
  row("a percent template", `${GOOD}x: %s\n`, "Line 8: "),
  row("a Helm template", `${GOOD}x: {{ .Values.x }}\n`, "Line 8 has a key that is not text. Write it in quotes."),
  row("a bad escape", `${GOOD}x: "\\q"\n`, "Line 8: "),
  row("an unknown tag", `${GOOD}x: !Ref pool\n`, "Line 8: "),
  row("a JavaScript tag", `${GOOD}x: !!js/function "f"\n`, "Line 8: "),
  row("binary data", `${GOOD}x: !!binary aGVsbG8=\n`, "Line 8 has a value that JSON does not have."),
  row("truncated JSON", '{"apiVersion": "ipam.metal3.io/v1alpha1", "kind": ', "Line 1: "),
  row("two documents", `${GOOD}---\n${GOOD}`, "It has more than one document."),
  row("two JSON documents", '{"a": 1}\n{"b": 2}\n', "It has more than one document."),
  row("an error after another document", `---\n# none\n---\n${GOOD}oops\n`, "Line 11: "),
  // YAML with features that a manifest must not use
  row("a duplicate key", `${GOOD}kind: IPPool\n`, 'Line 8 has the key "kind" twice.'),
  row("a duplicate key deep down", `${GOOD}  preAllocations:\n    a: x\n    a: y\n`, 'Line 10 has the key "a" twice.'),
  row("a duplicate key in quotes", `${GOOD}"spec": {}\n`, 'Line 8 has the key "spec" twice.'),
  row("a duplicate key in a flow", `${GOOD}x: {a: 1, b: 2, a: 3}\n`, 'Line 8 has the key "a" twice.'),
  row("an alias (*)", `${GOOD}x: &x [1]\ny: *x\n`, "Line 9 has an alias (*). Write the value out."),
  row("an alias to nothing", `${GOOD}x: *nothing\n`, "Line 8 has an alias (*). Write the value out."),
  row("an alias to itself", `${GOOD}x: &x [*x]\n`, "Line 8 has an alias (*). Write the value out."),
  row("a merge key", `${GOOD}x:\n  <<: {a: 1}\n`, "Line 9 has a merge key (<<). Write the fields out."),
  row(
    "a merge key with an alias",
    `${GOOD}x: &x {a: 1}\ny:\n  <<: *x\n`,
    "Line 10 has a merge key (<<). Write the fields out.",
  ),
  row("a billion laughs", `${bomb.join("\n")}\n`, "an alias (*)"),
  row("__proto__", `${GOOD}__proto__: {polluted: true}\n`, "Line 8 has a field that is called __proto__. Rename it."),
  row(
    "__proto__ deep down",
    `${GOOD}  x:\n    "__proto__": 1\n`,
    "Line 9 has a field that is called __proto__. Rename it.",
  ),
  row("a number as key", `${GOOD}1: x\n`, "Line 8 has a key that is not text. Write it in quotes."),
  row("a boolean as key", `${GOOD}true: x\n`, "Line 8 has a key that is not text. Write it in quotes."),
  row("null as key", `${GOOD}~: x\n`, "Line 8 has a key that is not text. Write it in quotes."),
  row("a list as key", `${GOOD}? [a]\n: x\n`, "a key that is not text"),
  row("infinity", `${GOOD}x: .inf\n`, "Line 8 has .inf, which is not a JSON number."),
  row("not a number", `${GOOD}x: [.nan]\n`, "Line 8 has .nan, which is not a JSON number."),
  row("too deep", `${GOOD}x: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`, "It is nested too deeply."),
  row("too deep, as block lists", `${"- ".repeat(50_000)}a\n`, "It is nested too deeply."),
  row("too deep, as block keys", `${GOOD}${"? ".repeat(50_000)}a\n`, "It is nested too deeply."),
  row("too large", `${GOOD}# ${"x".repeat(1_600_000)}\n`, "It has more than 1572864 bytes."),
  // Another object, or no object
  row("an empty mapping", "{}\n", "apiVersion"),
  row("another tool's file", "resources:\n  - pool1.yaml\n", "apiVersion"),
  changed("no kind", "kind: IPPool\n", "", "kind"),
  changed("no name", "  name: pool1\n", "", "metadata.name"),
  changed("a number as name", "name: pool1", "name: 1", "metadata.name"),
  changed(
    "no namespace",
    "  namespace: default\n",
    "",
    'metadata.namespace is missing, but the file\'s path says "default".',
  ),
  changed("another name", "name: pool1", "name: pool2", 'metadata.name is "pool2", but the file\'s path says "pool1".'),
  changed("a name that leaves", "name: pool1", "name: ../../pool1", 'metadata.name is "../../pool1"'),
  changed("another namespace", "namespace: default", "namespace: other", 'metadata.namespace is "other"'),
  changed("another kind", "kind: IPPool", "kind: IPClaim", 'kind is "IPClaim", but the file\'s path says "IPPool".'),
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
