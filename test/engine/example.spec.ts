import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { parse, parseAllDocuments } from "yaml";
import { readIPAddress } from "../../provider/api/ip-address";
import { readIPClaim } from "../../provider/api/ip-claim";
import { readIPPool } from "../../provider/api/ip-pool";
import { manifest } from "../../provider/api/meta";
import { repository } from "../testbed/cache";
import { expectSucceeded, useEngine } from "../testbed/engine";
import { foldersFiles, manifests } from "./folder";

const readers = { IPPool: readIPPool, IPAddress: readIPAddress, IPClaim: readIPClaim };

/** The example's own files, and its configuration without the folder, which is each project's own here. */
async function example(name: string) {
  const text = (file: string) => readFile(join(repository, "examples", name, file), "utf8");
  const paths = ["Pulumi.yaml", "index.ts", "inventory.json", "package.json", "tsconfig.json"];
  const files = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await text(path)] as const)));
  const { "metal3-ipam:directory": _directory, ...config } = parse(await text("Pulumi.dev.yaml")).config;
  return { name, files, config };
}

describe("examples/bootstrap on a real engine", function () {
  const engine = useEngine(this);

  it("shows its addresses before it makes them, and gives them again when the folder is lost", async () => {
    const stack = await engine().project(await example("bootstrap"));
    const shown = expectSucceeded(await stack.preview());
    const created = expectSucceeded(await stack.up());
    assert.deepEqual(created.outputs, shown.outputs);
    assert.match(JSON.stringify(created.outputs), /"172\.22\.0\.\d+"/);
    const { same, ...changes } = expectSucceeded(await stack.up()).changes;
    assert.deepEqual(changes, {});
    assert.equal(same, created.changes.create);
    const before = await manifests(stack.directory);

    for (const [path, text] of await foldersFiles(stack.directory)) expectForKubectl(path, text);

    await rm(String(stack.directory), { recursive: true });
    assert.deepEqual(expectSucceeded(await stack.up()).outputs, created.outputs);
    assert.deepEqual(await manifests(stack.directory), before);

    expectSucceeded(await stack.destroy());
    assert.deepEqual(await foldersFiles(stack.directory), []);
  });
});

/** One document that `kubectl apply` takes: named and placed as the path says, and without what only a server knows. */
function expectForKubectl(path: string, text: string): void {
  const documents = parseAllDocuments(text, { strict: true });
  assert.equal(documents.length, 1, path);
  const object = manifest.parse(documents[0]?.toJS());
  const { name, namespace } = object.metadata;
  assert.equal(object.apiVersion, "ipam.metal3.io/v1alpha1");
  assert.equal(
    path,
    `${namespace}/${object.kind.toLowerCase()}${object.kind === "IPAddress" ? "es" : "s"}/${name}.yaml`,
  );
  const applied = { ...object, metadata: { ...object.metadata, uid: "from kubectl", resourceVersion: "1" } };
  const read = readers[object.kind as keyof typeof readers](applied);
  assert.equal(read.ok, true, `${path}: ${inspect(read)}`);
  const known = ["annotations", "labels", "name", "namespace"];
  assert.deepEqual(
    Object.keys(object.metadata).filter((key) => !known.includes(key)),
    [],
    path,
  );
  assert.deepEqual(Object.keys(object).sort(), ["apiVersion", "kind", "metadata", "spec"], path);
}
