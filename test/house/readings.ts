/** Each place in the middle of the house that reads a meaning out of a text, and why it has to. */
export const READINGS: Readonly<Record<string, string>> = {
  "provider/ipam/metal3/lock.ts: .startsWith(RESERVED)": "a mirror's claim and pool have this prefix on the wire",
  'provider/ipam/metal3/marks.ts: .split(" ")': "an annotation is a text, and this one has a time and a run",
  "provider/ipam/metal3/marks.ts: .startsWith(PREFIX)":
    "this provider's annotations are recognized by their domain, like all annotations",
  'provider/ipam/metal3/pool-terms.ts: .split(",")': "an annotation that people write by hand",
  "provider/ipam/pool/author.ts: /^(\\.|f:finalizers|f:ownerReferences)$/":
    "managedFields are paths in texts (fieldsV1)",
  "provider/ipam/vocabulary.ts: /\\{(engine|destroy|setting:(\\w+)|variable:deleteUnreachable)\\}/g":
    "a message's places for the words of a door",
  "provider/ipam/wording/claims.ts: /^I/": "the English article before a kind",
  "provider/resources/canonical.ts: /^(0|[1-9][0-9]{0,8})$/": "configuration and the environment have numbers as texts",
  'provider/resources/declared-metadata.ts: .startsWith("kubectl.kubernetes.io/")':
    "kubectl's annotations are recognized by their domain",
  'provider/resources/imported.ts: .split("/")': "an import id is a text of parts that the user writes",
  'provider/resources/ip-claim/ip-claim.ts: .split("/")': "an id in state: namespace/name",
  "provider/resources/ip-pool/foreign-keys.ts: /^(.+)-[^-]*pool[^-]*$/":
    "a key that was copied with another pool's name is recognized by the form of that name",
  'provider/resources/ip-pool/ip-pool.ts: .split("/")': "an id in state: namespace/name",
  'provider/resources/pre-allocation/pre-allocation.ts: .split("/")': "an id in state: namespace/pool/claim",
  'provider/resources/pre-allocation/set-import.ts: .split(",")': "the hosts in an import id, which the user writes",
  'provider/resources/pre-allocation/set-import.ts: .split("?")': "the hosts in an import id, which the user writes",
  'provider/resources/target.ts: .startsWith("file:")': "the id of a target begins with its kind of store",
};
