import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { parse, parseAllDocuments, stringify } from "yaml";
import { manifest } from "../../provider/api/meta";
import { readIPAddress } from "../../provider/api/metal3/ip-address";
import { readIPClaim } from "../../provider/api/metal3/ip-claim";
import { readIPPool } from "../../provider/api/metal3/ip-pool";
import { repository } from "../testbed/cache";
import { useCluster } from "../testbed/cluster";
import { expectSucceeded, useEngine } from "../testbed/engine";
import type { PulumiResult } from "../testbed/result";
import { openCluster } from "./backends";
import { foldersFiles, manifests } from "./folder";

const readers = { IPPool: readIPPool, IPAddress: readIPAddress, IPClaim: readIPClaim };

/** The example's own files, and its configuration without the folder. Each project has its own folder here. */
async function example(name: string) {
  const text = (file: string) => readFile(join(repository, "examples", name, file), "utf8");
  const paths = ["Pulumi.yaml", "index.ts", "inventory.json", "package.json", "tsconfig.json"];
  const files = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await text(path)] as const)));
  const { "metal3-ipam:directory": _directory, ...config } = parse(await text("Pulumi.dev.yaml")).config;
  return { name, files, config };
}

/** The commands of the example's README that change the stack's configuration, as their arguments. */
async function documentedConfig(name: string, values: Readonly<Record<string, string>>): Promise<string[][]> {
  const readme = await readFile(join(repository, "examples", name, "README.md"), "utf8");
  const lines = [...readme.matchAll(/^pulumi (config .*?)\s*(#.*)?$/gm)].map(([, command = ""]) => command);
  return lines.map((line) => line.split(" ").map((word) => values[word] ?? word));
}

describe("examples/bootstrap on a real engine", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);

  it("shows its addresses before it reserves them, and gives them again when the folder is lost", async () => {
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

  it("continues in a cluster with another configuration only, with the addresses of the folder", async () => {
    const there = await openCluster(cluster());
    const { config, ...spec } = await example("bootstrap");
    const namespace = { "metal3-ipam:namespace": there.namespace };
    const stack = await engine().project({ ...spec, config: { ...config, ...namespace } });
    const { outputs, changes } = expectSucceeded(await stack.up());
    const expectUnchanged = (result: PulumiResult) => assert.deepEqual(result.changes, { same: changes.create });

    const kubeconfig = await renamedContext(await cluster().kubeconfig(), "mgmt-cluster");
    const commands = await documentedConfig("bootstrap-typescript", { "~/.kube/config": kubeconfig });
    assert.equal(commands.length, 3);
    for (const command of commands) expectSucceeded(await stack.pulumi(...command));

    const shown = expectSucceeded(await stack.preview());
    assert.deepEqual(shown.outputs, outputs);
    assert.deepEqual(shown.changes, { update: changes.create });
    const warnings = shown.diagnostics.filter(({ severity }) => severity === "warning");
    const moved = warnings.filter(({ message }) => !message.includes("Pools of two namespaces")); // of other tests
    assert.equal(moved.length, 1);
    const [from, to] = [`folder ${stack.directory}`, `cluster testbed (${cluster().server})`];
    assert.ok(moved[0]?.message.includes(`This stack moves from ${from} to ${to}.`));
    assert.deepEqual(await there.contents(), {});

    assert.deepEqual(expectSucceeded(await stack.up()).outputs, outputs);
    const next = expectSucceeded(await stack.preview());
    expectUnchanged(next);
    assert.doesNotMatch(next.all, /This stack move[sd] from /);
    expectSucceeded(await stack.destroy());
    assert.deepEqual(await there.contents(), {});
  });
});

async function renamedContext(kubeconfig: string, name: string): Promise<string> {
  const text = await readFile(kubeconfig, "utf8");
  const { contexts, ...rest } = parse(text);
  // The current context is another one.
  const file = `${kubeconfig}.renamed`;
  await writeFile(file, stringify({ ...rest, "current-context": "other", contexts: [{ ...contexts[0], name }] }));
  return file;
}

/** One document for `kubectl apply`. The path has its name and namespace, and it has no fields that only a server writes. */
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
