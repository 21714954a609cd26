/** Objects in files that are not their own: what `kubectl apply -R -f` would apply counts, and is never written. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { CAPI_IP_ADDRESS } from "../../../provider/api/capi/kinds";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../../provider/api/metal3/kinds";
import { openFileStore } from "../../../provider/store/file/file-store";
import { nodeFileSystem } from "../../../provider/store/file/file-system";
import type { Store } from "../../../provider/store/store";
import { addressManifest, capiAddressManifest, poolManifest } from "../manifests";
import { filesBut, openFolder, unsyncedFiles } from "./folder";

const [pool, address] = [poolManifest("pool1"), addressManifest("pool1-10-0-0-11")];
const [poolText, addressText] = [stringify(pool), stringify(address)];
const list = (...items: object[]) => ({ apiVersion: "v1", kind: "List", metadata: {}, items });
const bare = ({ apiVersion: _version, kind: _kind, ...rest }: Record<string, unknown>) => rest;
const roles = `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: [{apiGroups: [ipam.metal3.io]}]\n`;
const CONFLICT = `<<<<<<< HEAD\n${poolText}=======\n>>>>>>> other\n`;

/** Which of pool and address is found: both, one or none. */
type Finds = "both" | "pool" | "address" | "nothing";
const ROWS: readonly [what: string, file: string, text: string, finds: Finds][] = [
  ["one file for all, at the top", "all.yaml", `${poolText}---\n${addressText}`, "both"],
  ["the other ending", "net.yml", poolText, "pool"],
  ["JSON", "net.json", JSON.stringify(pool), "pool"],
  ["JSON with tabs, in its own folder", "default/ippools/pool1.json", JSON.stringify(pool, undefined, "\t"), "pool"],
  ["JSON objects one after another", "all.json", `${JSON.stringify(pool)}\n${JSON.stringify(address)}\n`, "both"],
  ["a List, as kubectl get -o yaml writes it", "backup.yaml", stringify(list(pool, address)), "both"],
  ["a List as JSON", "backup.json", JSON.stringify(list(pool, address), undefined, 2), "both"],
  ["a List in a List", "backup.yaml", stringify(list(list(pool), list(address))), "both"],
  [
    "a typed list, as the API writes it",
    "pools.json",
    JSON.stringify({ ...pool, kind: "IPPoolList", items: [bare(pool)] }),
    "pool",
  ],
  ["a deep folder", "a/b/c/d/x.yaml", addressText, "address"],
  ["a hidden file", ".old.yaml", poolText, "pool"],
  ["another namespace's folder", "other/ippools/pool1.yaml", poolText, "pool"],
  ["another kind's folder", "default/ipclaims/pool1.yaml", poolText, "pool"],
  ["another object's name", "default/ippools/pool2.yaml", poolText, "pool"],
  ["its own file, with others", "default/ippools/pool1.yaml", `${poolText}---\n${addressText}`, "both"],
  [
    "separators, comments and empty documents",
    "all.yaml",
    `# pools\n---\n---\n${poolText}--- # next\n${addressText}---\n`,
    "both",
  ],
  [
    "beside a Role and a ConfigMap",
    "all.yaml",
    `${roles}---\n${addressText}---\napiVersion: v1\nkind: ConfigMap\n`,
    "address",
  ],
  ["beside a broken document of another kind", "all.yaml", `a: [\n---\n${poolText}`, "pool"],
  ["Windows lines", "net.yaml", poolText.replaceAll("\n", "\r\n"), "pool"],
  ["a byte order mark", "net.yaml", `\ufeff${poolText}`, "pool"],
  ["an escaped slash", "net.json", JSON.stringify(pool).replace("/", "\\/"), "pool"],
  ["no namespace: the configured one", "net.yaml", poolText.replace("  namespace: default\n", ""), "pool"],
  [
    "what an export says besides",
    "net.yaml",
    poolText.replace("metadata:\n", "metadata:\n  uid: u\n  generation: 3\n"),
    "pool",
  ],
  // Nothing of ours
  ["a Role that names the group", "role.yaml", roles, "nothing"],
  ["a Helm values file", "values.yaml", "image: {tag: 1}\n", "nothing"],
  ["a package.json", "package.json", '{"name": "x"}', "nothing"],
  ["a broken file of something else", "chart/x.yaml", "a: {{ .Values.a }}\n", "nothing"],
  ["a text that mentions the kind", "notes.json", '["IPPool of ipam.metal3.io"]', "nothing"],
  ["another ending", "net.yaml.bak", poolText, "nothing"],
  ["no ending", "net", poolText, "nothing"],
  ["git's own folder", ".git/net.yaml", poolText, "nothing"],
  ["node_modules", "node_modules/x/net.yaml", poolText, "nothing"],
  ["another kind of the group", "x.yaml", poolText.replace("IPPool", "IPNothing"), "nothing"],
  ["a List of nothing", "x.yaml", stringify(list()), "nothing"],
];

const BROKEN: readonly [what: string, file: string, text: string | Uint8Array, says: RegExp][] = [
  [
    "an open bracket",
    "x.yaml",
    `${poolText}a: [\n`,
    /x\.yaml in .+ is not valid\. Line \d+: .+\. Correct the file\. Nothing was overwritten\.$/,
  ],
  ["a git conflict", "a/x.yml", CONFLICT, /a\/x\.yml in .+ is not valid\. Line 1: /],
  ["truncated JSON", "x.json", JSON.stringify(pool).slice(0, -9), /x\.json in/],
  [
    "the second document",
    "x.yaml",
    `${poolText}---\n${addressText}  oops\n`,
    /x\.yaml in .+ is not valid\. Line \d\d: /,
  ],
  [
    "no name",
    "x.yaml",
    poolText.replace("  name: pool1\n", ""),
    /x\.yaml in .+ is not valid\. IPPool: metadata\.name: is required\./,
  ],
  [
    "a name that no object has",
    "x.yaml",
    poolText.replace("name: pool1", "name: My_Pool"),
    /"default\/My_Pool" has a name that no object can have\./,
  ],
  [
    "a name that leaves the folder",
    "x.yaml",
    poolText.replace("name: pool1", "name: ../x"),
    / has a name that no object can have\./,
  ],
  [
    "no namespace's name",
    "x.yaml",
    poolText.replace("namespace: default", "namespace: A/b"),
    / has a name that no object can have\./,
  ],
  [
    "a number as label",
    "x.yaml",
    poolText.replace("metadata:\n", "metadata:\n  labels: {a: 1}\n"),
    /metadata\.labels\.a/,
  ],
  ["Latin-1", "x.yaml", Buffer.from(`${poolText}# Gr\u00f6\u00dfe\n`, "latin1"), /It is not UTF-8 text\./],
  ["a duplicate key", "x.yaml", `${poolText}kind: IPPool\n`, /has the key "kind" twice\./],
  ["a merge key in a List", "x.yaml", `${stringify(list(pool))}x: {<<: {}}\n`, /a merge key/],
];

describe("file store: objects outside their own file", () => {
  let directory: string;
  let store: Store;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ directory, store, close } = await openFolder(unsyncedFiles));
  });
  afterEach(() => close());

  const put = async (file: string, text: string | Uint8Array) => {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), text);
  };
  const names = async (kind: typeof IP_POOL, namespace?: string) =>
    (await store.list(kind, namespace)).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const keyOf = ({ metadata: { namespace, name } }: typeof pool) => ({ namespace, name });

  for (const [what, file, text, finds] of ROWS) {
    it(`${what}: ${file} has ${finds}`, async () => {
      await put(file, text);
      const has = (one: Finds) => finds === "both" || finds === one;
      assert.deepEqual(await names(IP_POOL, "default"), has("pool") ? ["default/pool1"] : []);
      assert.deepEqual(await names(IP_ADDRESS), has("address") ? ["default/pool1-10-0-0-11"] : []);
      assert.deepEqual(await names(IP_POOL, "other"), []);
      const read = await store.get(IP_POOL, keyOf(pool));
      assert.deepEqual(read?.spec, has("pool") ? pool.spec : undefined);
      for (const [kind, object] of [
        [IP_POOL, has("pool") && pool],
        [IP_ADDRESS, has("address") && address],
      ] as const) {
        if (!object) continue;
        const key = keyOf(object);
        const own = `default/${kind.plural}/${key.name}.yaml`;
        assert.deepEqual(await store.misplaced?.(kind, key), { own, files: [file], isWritable: false });
        await assert.rejects(store.create(kind, object), { reason: "AlreadyExists" });
        const lies = `it is in ${file} in ${directory}. The provider writes only ${own}. Move it there, into a file of its own.`;
        const text = `${kind.kind} default/${key.name}: ${lies}`;
        await assert.rejects(store.patch(kind, key, {}), { reason: "Invalid", message: `Cannot patch ${text}` });
        await assert.rejects(store.remove(kind, key), { reason: "Invalid", message: `Cannot remove ${text}` });
      }
      const left = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
      assert.equal(left.length, 1);
      assert.equal(await readFile(join(directory, file), "utf8"), text);
    });
  }

  for (const [what, file, text, says] of BROKEN) {
    it(`broken, ${what}: one error from each verb that needs the file`, async () => {
      await put(file, text);
      const malformed = { reason: "Malformed", message: says };
      await assert.rejects(store.list(IP_POOL), malformed);
      await assert.rejects(store.get(IP_ADDRESS, keyOf(address)), malformed);
      await assert.rejects(store.create(IP_POOL, pool), malformed);
    });
  }

  it("an object in its own file works next to a broken file, except in lists", async () => {
    await store.create(IP_POOL, pool);
    await put("x.yaml", CONFLICT);
    assert.equal((await store.get(IP_POOL, keyOf(pool)))?.metadata.name, "pool1");
    await store.patch(IP_POOL, keyOf(pool), { metadata: { labels: { a: "b" } } });
    await assert.rejects(store.list(IP_POOL), { reason: "Malformed" });
  });

  it("is found by its kind in any version, and CAPI's and Metal3's of one name are both found", async () => {
    const capi = { ...capiAddressManifest(address.metadata.name), apiVersion: "ipam.cluster.x-k8s.io/v1alpha1" };
    await put("all.yaml", `${addressText}---\n${stringify(capi)}`);
    for (const kind of [IP_ADDRESS, CAPI_IP_ADDRESS])
      assert.deepEqual(await names(kind), [`default/${address.metadata.name}`]);
  });

  it("an object without a namespace is in the store's namespace", async () => {
    const text = poolText.replace("  namespace: default\n", "");
    await put("net.yaml", text);
    store = openFileStore(directory, { namespace: "metal3" });
    assert.deepEqual(await names(IP_POOL), ["metal3/pool1"]);
  });

  it("two files with one object: listed once if they agree, else an error that names both", async () => {
    await put("a.yaml", poolText);
    await put("b.json", JSON.stringify(pool));
    assert.deepEqual(await names(IP_POOL), ["default/pool1"]);
    await put("b.json", JSON.stringify({ ...pool, spec: {} }));
    const says =
      `a.yaml in ${directory} is not valid. b.json has IPPool default/pool1 with another content. ` +
      "Keep it only in default/ippools/pool1.yaml. Correct the file. Nothing was overwritten.";
    await assert.rejects(store.list(IP_POOL), {
      reason: "Malformed",
      message: `Cannot list IPPool default/pool1: ${says}`,
    });
    await assert.rejects(store.get(IP_POOL, keyOf(pool)), { message: `Cannot get IPPool default/pool1: ${says}` });
  });

  it("its own file counts if there are copies, and copies that differ are reported", async () => {
    await store.create(IP_POOL, pool);
    await put("copy.yaml", poolText);
    await names(IP_POOL);
    assert.equal(await store.misplaced?.(IP_POOL, keyOf(pool)), undefined);
    await store.patch(IP_POOL, keyOf(pool), { metadata: { labels: { a: "b" } } });
    const own = "default/ippools/pool1.yaml";
    const told = { own, files: ["copy.yaml"], isWritable: true };
    assert.deepEqual(await store.misplaced?.(IP_POOL, keyOf(pool)), told);
    assert.equal((await store.list(IP_POOL))[0]?.metadata.labels?.a, "b");
  });

  it("a file that holds other objects: its own object does not exist, and is not written", async () => {
    await put("default/ippools/pool2.yaml", poolText);
    const key = { namespace: "default", name: "pool2" };
    assert.deepEqual(await names(IP_POOL), ["default/pool1"]);
    assert.equal(await store.get(IP_POOL, key), undefined);
    const own = "default/ippools/pool2.yaml";
    assert.deepEqual(await store.misplaced?.(IP_POOL, key), { own, files: [], isWritable: false });
    const message = `Cannot create IPPool default/pool2: ${own} in ${directory} holds other objects. Give each object a file of its own.`;
    await assert.rejects(store.create(IP_POOL, poolManifest("pool2")), { reason: "Invalid", message });
    assert.equal(await readFile(join(directory, own), "utf8"), poolText);
  });

  it("moved to its own file, it is written as before, and keeps its uid", async () => {
    await put("net.yaml", poolText);
    const [before] = await store.list(IP_POOL);
    await mkdir(join(directory, "default/ippools"), { recursive: true });
    await rename(join(directory, "net.yaml"), join(directory, "default/ippools/pool1.yaml"));
    const [after] = await store.list(IP_POOL);
    assert.equal(after?.metadata.uid, before?.metadata.uid);
    const patched = await store.patch(IP_POOL, keyOf(pool), { metadata: { labels: { a: "b" } } });
    assert.equal(patched.metadata.uid, before?.metadata.uid);
  });

  it("reads no file twice that it has written itself, and scans the folder once for all kinds", async () => {
    await store.create(IP_POOL, pool);
    for (let i = 0; i < 5; i++) await store.create(IP_ADDRESS, addressManifest(`a${i}`));
    await put("more.yaml", stringify(addressManifest("b")));
    await put("default/ipaddresses/c.yaml", stringify(addressManifest("c")));
    const read: string[] = [];
    let folders = 0;
    const files = filesBut({
      readFile: (path, most) => {
        read.push(path);
        return nodeFileSystem.readFile(path, most);
      },
      readFolder: (path) => {
        folders += 1;
        return nodeFileSystem.readFolder(path);
      },
    });
    const fresh = openFileStore(directory, { files });
    for (const kind of [IP_POOL, IP_ADDRESS, CAPI_IP_ADDRESS, IP_CLAIM]) await fresh.list(kind, "default");
    // A hand edit is read again to see that it is still the same.
    const twice = read.filter((path, index) => read.indexOf(path) !== index);
    assert.deepEqual(twice, [join(directory, "default/ipaddresses/c.yaml")]);
    assert.equal(folders, 4);
  });
});
