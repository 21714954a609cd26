/** A plain preview after `clusterctl move`, when the stack's configuration names the other cluster. */
import assert from "node:assert/strict";
import { moveObjects } from "../../cluster/move-objects";
import { Site } from "../../cluster/site";
import { storeOf } from "../../cluster/stack";
import { useCluster } from "../../testbed/cluster";
import { expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import type { StackExport } from "../../testbed/stack";
import { ownDiagnostics } from "../neighbours";

const source = `
resources:
  net:
    type: metal3-ipam:IPPool
    properties:
      pools: [{ start: 10.0.0.10, end: 10.0.0.29 }]
      prefix: 24
      gateway: 10.0.0.1
      clusterName: edge
      preAllocations: { own: 10.0.0.29 }
  a:
    type: metal3-ipam:PreAllocation
    properties: { pool: "\${net.name}", host: a }
  low:
    type: metal3-ipam:PreAllocation
    properties: { pool: "\${net.name}", host: low, placement: lowest }
  rack:
    type: metal3-ipam:PreAllocationSet
    properties: { pool: "\${net.name}", hosts: [r-1, r-2] }
  vip:
    type: metal3-ipam:IPClaim
    properties: { pool: "\${net.name}" }
outputs: { a: "\${a.address}", low: "\${low.address}", rack: "\${rack.addresses}", vip: "\${vip.address}" }
`;
const UNCHANGED = { same: 5 };
const ANY = /https:\/\/127\.0\.0\.1:\d+/g;

describe("a stack that is configured for the other cluster after its objects were moved", function () {
  const engine = useEngine(this);
  const from = useCluster(this, { controllers: false });
  const to = useCluster(this);

  /** A stack that was created in one cluster, and whose objects were moved to the other one. */
  async function moved(name: string) {
    const namespace = await to().namespace();
    await from().api.create("/api/v1/namespaces", { metadata: { name: namespace } });
    const sites = await Promise.all([from(), to()].map(async (one) => new Site(one, await storeOf(one), namespace)));
    const [here, there] = sites as [Site, Site];
    await here.create("cluster", "edge", { spec: { paused: false } });
    const config = { "metal3-ipam:kubeconfig": await from().kubeconfig(), "metal3-ipam:namespace": namespace };
    const project = { name, runtime: "yaml", plugin: "attached", program: source, directory: null, config } as const;
    const stack = await engine().project(project);
    const { outputs } = expectSucceeded(await stack.up());
    // As clusterctl does it: no controller serves a claim before its address exists.
    await here.patch("cluster", "edge", { spec: { paused: true } });
    await moveObjects(here, there);
    await there.patch("cluster", "edge", { spec: { paused: false } });
    const close = () => {
      for (const { store } of sites) store.close();
    };
    const repointed = { ...project, config: { ...config, "metal3-ipam:kubeconfig": await to().kubeconfig() } };
    return { stack, outputs, there, repointed, close };
  }

  const notesOf = (result: Awaited<ReturnType<Stack["preview"]>>) =>
    result.notes.map(({ message }) => message.trim().replace(ANY, "URL"));
  const ONE_LINE = [
    "This stack moved from cluster testbed (URL) to cluster testbed (URL). What the program declares is there already, and " +
      "stays as it is.",
  ];

  it("previews without a change, with one line about the other cluster, and so does the update", async () => {
    const { stack, outputs, there, repointed, close } = await moved("moved");
    await stack.setConfig("metal3-ipam:kubeconfig", repointed.config["metal3-ipam:kubeconfig"]);
    const objects = await there.objects();
    for (const result of [expectSucceeded(await stack.preview()), expectSucceeded(await stack.up())]) {
      assert.deepEqual(
        [result.changes, ownDiagnostics(result), notesOf(result), result.outputs],
        [UNCHANGED, [], ONE_LINE, outputs],
      );
    }
    for (const result of [expectSucceeded(await stack.preview()), expectSucceeded(await stack.refresh())]) {
      assert.deepEqual([result.changes, ownDiagnostics(result), notesOf(result)], [UNCHANGED, [], []]);
    }
    const specs = (all: typeof objects) => all.map(({ metadata, spec }) => [metadata.name, metadata.uid, spec]);
    assert.deepEqual(specs(await there.objects()), specs(objects));
    expectSucceeded(await stack.destroy());
    assert.deepEqual(await there.left(), []);
    close();
  });

  it("with state of an earlier version is first read with its old configuration, unless the engine must not refresh", async () => {
    const { stack, outputs, there, repointed, close } = await moved("flagged");
    const flagged = asEarlierVersionsHaveIt(await stack.stackExport());
    const before = await there.objects();
    const opened = async (name: string, env: Record<string, string>) => {
      const other = await engine().project({ ...repointed, name, env });
      expectSucceeded(await other.stackImport(flagged));
      return other;
    };

    const unread = await opened("flagged", { PULUMI_RUN_PROGRAM: "true" });
    const calm = expectSucceeded(await unread.preview());
    assert.deepEqual(
      [calm.changes, ownDiagnostics(calm), notesOf(calm), calm.outputs],
      [UNCHANGED, [], ONE_LINE, outputs],
    );

    const read = await opened("flagged", {});
    const up = expectSucceeded(await read.up());
    assert.deepEqual([up.changes, up.outputs], [{ update: 5 }, outputs]);
    const kept = (all: typeof before) => all.map(({ metadata, spec }) => [metadata.name, metadata.uid, spec]);
    assert.deepEqual(kept(await there.objects()), kept(before));
    assert.deepEqual(expectSucceeded(await read.preview()).changes, UNCHANGED);
    expectSucceeded(await read.destroy());
    close();
  });
});

/** Earlier versions made the engine read each resource before each command. */
function asEarlierVersionsHaveIt({ version, deployment }: StackExport): StackExport {
  const resources = (deployment.resources ?? []).map((one) =>
    one.urn.includes("metal3-ipam:index:") ? { ...one, refreshBeforeUpdate: true } : one,
  );
  return { version, deployment: { ...deployment, resources } };
}
