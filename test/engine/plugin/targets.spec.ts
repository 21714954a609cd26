/** A plain preview through the plugin, when the configuration names another backend, or one that cannot be reached. */
import assert from "node:assert/strict";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Cluster, useCluster } from "../../testbed/cluster";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import type { PulumiResult } from "../../testbed/result";
import { ownDiagnostics } from "../neighbours";

const resources = `
  net:
    type: metal3-ipam:IPPool
    properties: { pools: [{ start: 10.0.0.10, end: 10.0.0.29 }], prefix: 24 }
  a:
    type: metal3-ipam:PreAllocation
    properties: { pool: "\${net.name}", host: a }
  rack:
    type: metal3-ipam:PreAllocationSet
    properties: { pool: "\${net.name}", hosts: [r-1, r-2] }
  vip:
    type: metal3-ipam:IPClaim
    properties: { pool: "\${net.name}" }`;
const source = `
resources:${resources}
outputs: { a: "\${a.address}", rack: "\${rack.addresses}", vip: "\${vip.address}" }
`;
const CALM = { same: 4 };
const OTHER = ["a", "net", "rack", "vip"].map((name) => `update ${name}: drift`);
const ANY = /https:\/\/127\.0\.0\.1:\d+/g;

/** A kubeconfig with a context for each cluster; `use` switches it, as kubectl config use-context does. */
async function contexts(file: string, clusters: Record<string, Cluster>) {
  const lists: Record<"clusters" | "users" | "contexts", object[]> = { clusters: [], users: [], contexts: [] };
  for (const [name, cluster] of Object.entries(clusters)) {
    const one = parse(await readFile(await cluster.kubeconfig(), "utf8"));
    lists.clusters.push({ ...one.clusters[0], name });
    lists.users.push({ ...one.users[0], name });
    lists.contexts.push({ name, context: { cluster: name, user: name } });
  }
  return (name: string) => writeFile(file, stringify({ kind: "Config", ...lists, "current-context": name }));
}

describe("another target, or an unreachable one, through the plugin", function () {
  const engine = useEngine(this);
  const east = useCluster(this, { controllers: false });
  const west = useCluster(this, { controllers: false, crds: true });
  const bare = useCluster(this, { crds: false });
  let namespace: string;
  let file: string;
  let use: (name: string) => Promise<void>;
  let stack: Stack;
  let outputs: Record<string, unknown>;

  before("a stack that is up in the east", async () => {
    namespace = await east().namespace();
    for (const other of [west(), bare()]) await other.kubectl(["create", "namespace", namespace]);
    file = join(engine().root, "contexts.kubeconfig");
    use = await contexts(file, { east: east(), west: west(), bare: bare() });
    await use("east");
    const config = { "metal3-ipam:kubeconfig": file, "metal3-ipam:namespace": namespace };
    stack = await engine().project({
      name: "targets",
      runtime: "yaml",
      plugin: "attached",
      program: source,
      directory: null,
      config,
    });
    ({ outputs } = expectSucceeded(await stack.up()));
  });

  const said = (result: PulumiResult) =>
    ownDiagnostics(result).map(({ message }) => message.trim().replace(ANY, "URL"));
  const moved = (from: string, to: string) =>
    `This stack moves from ${from} to ${to}. An update creates the same addresses there, and leaves ${from} alone. ` +
    "If you do not mean that, correct `metal3-ipam:directory`, `:kubeconfig` or `:context`.";

  /** Expects one warning, rows that show the target and no drift, and the same addresses after the update. */
  async function expectMove(from: string, to: string): Promise<void> {
    for (const result of [expectSucceeded(await stack.preview()), expectSucceeded(await stack.up())]) {
      const rows = result.rows.filter(({ op }) => op !== "same" && op !== "refresh");
      assert.deepEqual(rows.map(({ op, name, diff }) => `${op} ${name}: ${Object.keys(diff)}`).sort(), OTHER);
      assert.deepEqual([said(result), result.outputs], [[moved(from, to)], outputs]);
    }
    await expectCalm();
  }

  /** Expects that everything exists, and no message. */
  async function expectCalm(): Promise<void> {
    for (const result of [expectSucceeded(await stack.preview()), expectSucceeded(await stack.up())]) {
      assert.deepEqual([result.changes, said(result), result.outputs], [CALM, [], outputs]);
    }
  }

  it("is named once with both names when the context is switched by hand, and not named if all objects exist there", async () => {
    await use("west");
    await expectMove("cluster east (URL)", "cluster west (URL)");
    await use("east"); // as after a pivot: all objects exist there
    await expectCalm();
  });

  it("is named when the configuration changes, from a cluster to a folder and to another cluster", async () => {
    const folder = join(engine().root, "moved");
    expectSucceeded(await stack.pulumi("config", "rm", "metal3-ipam:kubeconfig"));
    await stack.setConfig("metal3-ipam:directory", folder);
    await expectMove("cluster east (URL)", `folder ${folder}`);

    expectSucceeded(await stack.pulumi("config", "rm", "metal3-ipam:directory"));
    await stack.setConfig("metal3-ipam:kubeconfig", file);
    await expectCalm(); // its objects still exist

    // The configuration in state cannot be opened any more (an old checkout, a file in /tmp). Only a refresh uses it.
    const elsewhere = join(engine().root, "elsewhere.kubeconfig");
    await rename(file, elsewhere);
    await stack.setConfig("metal3-ipam:kubeconfig", elsewhere);
    const refreshed = expectSucceeded(await stack.refresh());
    const why =
      "Could not read the backend, so the last known state stands. " +
      `metal3-ipam:kubeconfig names ${file}, which does not exist. A refresh uses the configuration of the last update.`;
    assert.deepEqual([refreshed.changes, said(refreshed)], [CALM, [why]]);
    await expectCalm();
    await stack.setConfig("metal3-ipam:kubeconfig", file);
    await rename(elsewhere, file);
    expectSucceeded(await stack.up());
  });

  for (const [what, kubeconfig, why] of [
    [
      "is out of reach",
      () => east().kubeconfig({ server: "https://127.0.0.1:1" }),
      /^Cannot list IPPool objects in namespace \S+ on 127\.0\.0\.1:1: the API server did not answer \(ECONNREFUSED\)\. Gave up after 30 s\. Check that the API server of cluster testbed \(\S+ is up/,
    ],
    [
      "lacks Metal3's CRDs",
      () => bare().kubeconfig(),
      /^Cannot list IPPool objects in namespace \S+ on 127\S+: the API server does not know IPPool \(ipam\.metal3\.io\/v1alpha1\)\. Install Metal3 IPAM's CRDs\. If you mean another cluster than cluster testbed \(URL\)/,
    ],
    [
      "gives this user no rights",
      async () => east().kubeconfig({ user: await east().user("nobody", ["none"]) }),
      /^Cannot list IPPool objects in namespace \S+ on 127\S+: .*User "nobody" cannot list resource "ippools" .*\. Ask for the role metal3-ipam-writer in cluster testbed \(URL\) \(deploy\/rbac/,
    ],
  ] as const) {
    it(`keeps state with one warning if a cluster ${what}; an update that needs it fails, and loses nothing`, async () => {
      const before = await stack.stackExport();
      await writeFile(file, await readFile(await kubeconfig(), "utf8"));
      const preview = expectSucceeded(await stack.preview());
      const [warning = "", ...others] = said(preview);
      assert.deepEqual([preview.changes, preview.outputs, others], [CALM, outputs, []]);
      assert.match(warning.replace(/^Could not read the cluster, so the last known state stands\. /, ""), why);

      await stack.setProgram(source.replace("hosts: [r-1, r-2]", "hosts: [r-1, r-2, r-3]"));
      const failed = expectFailed(await stack.up(), /error: /);
      const errors = failed.diagnostics.filter(({ urn }) => urn?.endsWith("::rack"));
      assert.match(errors.at(-1)?.message.replace(ANY, "URL") ?? "", why);
      await stack.setProgram(source);
      const kept = ({ deployment: { resources = [] } }: typeof before) =>
        resources
          .filter(({ urn }) => urn.includes("metal3-ipam:index:"))
          .map(({ id, outputs }) => [id, outputs])
          .sort(); // state has them in the order of their creation
      assert.deepEqual(kept(await stack.stackExport()), kept(before));
      await use("east");
      await expectCalm();
    });
  }
});
