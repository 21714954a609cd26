import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readIPAddress } from "../../../../provider/api/metal3/ip-address";
import { readIPClaim } from "../../../../provider/api/metal3/ip-claim";
import { readIPPool } from "../../../../provider/api/metal3/ip-pool";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../../../provider/api/metal3/kinds";
import { canonicalJson } from "../../../../provider/store/file/canonical";
import { readManifest, renderManifest, shownPart } from "../../../../provider/store/file/file-manifest";
import { openFileStore } from "../../../../provider/store/file/file-store";
import type { FileSystem } from "../../../../provider/store/file/file-system";
import { StoreError } from "../../../../provider/store/store";
import type { Target } from "../fuzz";
import { assertPlain } from "../plain";

const key = { namespace: "default", name: "pool1" };
const head = (kind: string) =>
  `apiVersion: ipam.metal3.io/v1alpha1\nkind: ${kind}\nmetadata: {name: pool1, namespace: default}\n`;
const version = (object: string) => `!{"birth":1,"token":"a","object":${object}}`;
const READERS = [
  [IP_POOL, readIPPool],
  [IP_ADDRESS, readIPAddress],
  [IP_CLAIM, readIPClaim],
] as const;

/** The content of the folder: a manifest, or after `!` the body of a version, whose checksum the target corrects. */
const target: Target = {
  seeds: [
    `${head("IPPool")}spec:\n  namePrefix: p\n  pools:\n    - start: 10.0.0.1\n      end: 10.0.0.9\n    - subnet: "2001:db8::/64"\n  prefix: 24\n  preAllocations:\n    a: 10.0.0.2\n`,
    `${head("IPAddress")}spec: {address: 10.0.0.1, pool: {name: p}, claim: {name: c}}\n`,
    `${head("IPClaim")}spec: {pool: {name: p}}\nstatus: {address: {name: x}}\n`,
    `{"apiVersion": "ipam.metal3.io/v1alpha1", "kind": "IPPool", "metadata": {"name": "pool1", "namespace": "default", "annotations": {"a": "b"}}}`,
    "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    version(
      '{"apiVersion":"ipam.metal3.io/v1alpha1","kind":"IPPool","metadata":{"name":"pool1","namespace":"default","uid":"u"}}',
    ),
    "!{}",
  ],
  words: [
    ..."&a|*a|<<: |!!binary |!!js/function |!!set|!!omap|!!timestamp |!<tag:yaml.org,2002:str> |---|...|%YAML 1.1|%TAG ! x".split(
      "|",
    ),
    ..."? |: |- |{|}|[|]|\n  |\n|'|\"|#|.inf|.nan|0x1f|0o17|1e309|2001-12-14|~|on|__proto__: |constructor: |>-|\\u0000".split(
      "|",
    ),
    "| ",
    "metadata: ",
    "labels: {",
    "annotations: {",
    "finalizers: [",
    "ownerReferences: [",
    "preAllocations: ",
    "kind: IPAddress",
  ],
  follows: /\/provider\/(store|api|core)\/|\/node_modules\/yaml\//,
  async run(input) {
    const store = openFileStore("/manifests", { files: folderWith(input) });
    const asked = READERS.findLast(([kind]) => input.includes(kind.kind)) ?? READERS[0];
    const [kind, read] = asked;
    try {
      const object = await store.get(kind, key);
      if (object === undefined) return;
      assertPlain(object);
      read(object);
      const { namespace, name } = object.metadata;
      assert.deepEqual([object.kind, namespace, name], [kind.kind, key.namespace, key.name]);
      if (isVersion(input)) return;
      const again = readManifest(Buffer.from(renderManifest(object)), kind, key);
      assert.equal(canonicalJson(again.object), canonicalJson(shownPart(object)), again.fault);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      assert.match(error.message, /^Cannot get [^\n]{1,700}$/);
    }
  },
};

function isVersion(input: Buffer): boolean {
  return input[0] === 0x21;
}

function folderWith(input: Buffer): FileSystem {
  const holdsVersion = isVersion(input);
  const body = input.subarray(1).toString("utf8").replaceAll("\n", " ");
  const text = `${createHash("sha256").update(body).digest("hex")}\n${body}\n`;
  const nothing = (path: string) => Promise.reject(Object.assign(new Error(path), { code: "ENOENT" }));
  return {
    readDirectory: (path) => (holdsVersion ? Promise.resolve(["1"]) : nothing(path)),
    readFolder: nothing,
    readFile: async (path) => {
      if (holdsVersion !== path.endsWith("/1")) return nothing(path);
      return { bytes: holdsVersion ? Buffer.from(text) : input, modified: new Date(0) };
    },
    createFile: nothing,
    syncFile: nothing,
    syncDirectory: nothing,
    link: nothing,
    rename: nothing,
    removeFile: nothing,
    makeDirectory: nothing,
    removeDirectory: nothing,
    checkWritable: nothing,
  };
}
export default target;
