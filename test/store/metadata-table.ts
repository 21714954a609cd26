/** Labels, annotations and owners as people write them, and what an API server says to each. */
import type { DeclaredMetadata } from "../../provider/api/metadata-rules";

export interface MetadataRow {
  readonly what: string;
  readonly metadata: DeclaredMetadata;
  /** The path of the fault. Absent if the metadata is accepted. */
  readonly path?: string;
}

const letters = (count: number) => "a".repeat(count);
const label = (key: string, value = "x"): DeclaredMetadata => ({ labels: { [key]: value } });
const annotation = (key: string, value = "x"): DeclaredMetadata => ({ annotations: { [key]: value } });
const owner = (changes: object) => ({ apiVersion: "v1", kind: "ConfigMap", name: "c", uid: "u", ...changes });
const owners = (...changes: object[]): DeclaredMetadata => ({ ownerReferences: changes.map(owner) });
const refusedLabel = (what: string, key: string, value?: string): MetadataRow => {
  return { what, metadata: label(key, value), path: `labels[${JSON.stringify(key)}]` };
};
const refusedAnnotation = (what: string, key: string): MetadataRow => {
  return { what, metadata: annotation(key), path: `annotations[${JSON.stringify(key)}]` };
};
const inRack = (what: string, value: string): MetadataRow => {
  return { what, metadata: label("rack", value), path: "labels.rack" };
};

export const ACCEPTED: readonly MetadataRow[] = [
  { what: "a label without a value", metadata: label("rack", "") },
  { what: "a label's value in capitals, with _ and .", metadata: label("rack", "Rack_7.b") },
  { what: "a label's value of 63", metadata: label("rack", letters(63)) },
  { what: "a label's value of one digit", metadata: label("rack", "7") },
  { what: "a label's key in capitals", metadata: label("Example.com", "x") },
  { what: "a label's key of 63 after a domain", metadata: label(`example.com/${letters(63)}`) },
  { what: "a label's domain of 253", metadata: label(`${letters(253)}/x`) },
  { what: "an annotation's domain in capitals", metadata: annotation("Example.COM/Owner") },
  { what: "an annotation's value with anything in it", metadata: annotation("note", "a b\n/ü€😀{}") },
  { what: "annotations of 256 KiB", metadata: { annotations: { a: letters(131_071), b: letters(131_071) } } },
  { what: "an annotation named as a label may be", metadata: annotation("a_b.c-d") },
  { what: "an owner of no group, and one of a group", metadata: owners({}, { apiVersion: "apps/v1", uid: "v" }) },
  { what: "one controller among two owners", metadata: owners({ controller: true }, { controller: false, uid: "v" }) },
  { what: "an owner's version after a lone /", metadata: owners({ apiVersion: "/v1" }) },
];

export const REFUSED: readonly MetadataRow[] = [
  inRack("a label's value with a space", "rack 7"),
  inRack("a label's value with a /", "site-a/rack-7"),
  inRack("a label's value of 64", letters(64)),
  inRack("a label's value that ends in a -", "rack-"),
  inRack("a label's value that begins with a .", ".7"),
  inRack("a label's value with an umlaut", "Köln"),
  inRack("a label's value with a line break", "a\n"),
  refusedLabel("a label without a key", ""),
  refusedLabel("a label's key with a space", "rack no"),
  refusedLabel("a label's key with two /", "example.com/rack/no"),
  refusedLabel("a label's key with nothing before its /", "/rack"),
  refusedLabel("a label's key with nothing after its /", "example.com/"),
  refusedLabel("a label's domain in capitals", "Example.com/rack"),
  refusedLabel("a label's domain with a _", "my_domain/rack"),
  refusedLabel("a label's domain of 254", `${letters(254)}/x`),
  refusedLabel("a label's key of 64 after a domain", `example.com/${letters(64)}`),
  refusedLabel("a label's key that ends in a _", "rack.x_"),
  refusedAnnotation("an annotation without a key", ""),
  refusedAnnotation("an annotation's key with a :", "owner:team"),
  refusedAnnotation("an annotation's key with two /", "a/b/c"),
  refusedAnnotation("an annotation's key that is a sentence", "who owns it"),
  refusedAnnotation("an annotation's key with nothing before its /", "/owner"),
  refusedAnnotation("an annotation's key of 64", `${letters(63)}-a`),
  { what: "an annotation of 256 KiB", metadata: annotation("a", letters(262_144)), path: "annotations" },
  {
    what: "annotations of 256 KiB and one byte, of letters with two bytes",
    metadata: { annotations: { a: "ü".repeat(65_536), b: letters(131_071) } },
    path: "annotations",
  },
  {
    what: "an owner's version with two /",
    metadata: owners({ apiVersion: "a/b/c" }),
    path: "ownerReferences[0].apiVersion",
  },
  {
    what: "an owner of a group without a version",
    metadata: owners({ apiVersion: "apps/" }),
    path: "ownerReferences[0].apiVersion",
  },
  { what: "an Event as owner", metadata: owners({ kind: "Event" }), path: "ownerReferences[0].apiVersion" },
  {
    what: "two controllers",
    metadata: owners({ controller: true }, { controller: true, uid: "v" }),
    path: "ownerReferences[1].controller",
  },
];
