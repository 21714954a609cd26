import assert from "node:assert/strict";
import { allowedOf, refusal, rightsFolder, rightsIn } from "../cluster/rights";
import { claim, host, hosts, pool } from "../resources/declare";
import { eventually, objectPath, useCluster } from "../testbed/cluster";
import { expectFailed, expectSucceeded, useEngine } from "../testbed/engine";
import { pluginDoor } from "./doors";

describe("the rights in deploy/rbac, on a real engine", function () {
  const cluster = useCluster(this);
  const engine = useEngine(this);

  it("let writers update and destroy, and readers preview and refresh a stack of writers", async () => {
    const namespace = await cluster().namespace();
    await cluster().kubectl(["apply", "-n", namespace, "-k", rightsFolder]);
    const groups = ["metal3-ipam-readers", "metal3-ipam-writers"];
    const wanted = rightsIn("writer");
    await eventually("the rights are known", async () => {
      return (await allowedOf(cluster(), { name: "anybody", groups }, namespace, wanted)).length === wanted.length;
    });
    const [reader = "", writer = ""] = await Promise.all(
      groups.map(async (group) => cluster().kubeconfig({ user: await cluster().user(`one of ${group}`, [group]) })),
    );

    const config = { "metal3-ipam:kubeconfig": writer, "metal3-ipam:namespace": namespace };
    const program = pluginDoor.program(pool(), host("a"), hosts(["b", "c"]), claim("v"));
    const project = { name: "rights", ...pluginDoor.project, program, directory: null, config };
    const stack = await engine().project(project);
    const { changes, outputs } = expectSucceeded(await stack.upAfterPreview());
    assert.deepEqual(changes, { create: 4 });

    await stack.setConfig("metal3-ipam:kubeconfig", reader);
    const shown = expectSucceeded(await stack.preview());
    assert.deepEqual({ changes: shown.changes, outputs: shown.outputs }, { changes: { same: 4 }, outputs });
    assert.deepEqual(shown.diagnostics, []);
    assert.deepEqual(expectSucceeded(await stack.refresh("--run-program")).changes, { same: 4 });
    const refused = refusal("one of metal3-ipam-readers", namespace);
    expectFailed(await stack.destroy("--run-program"), refused);

    await stack.setConfig("metal3-ipam:kubeconfig", writer);
    expectSucceeded(await stack.up());
    expectSucceeded(await stack.destroy("--run-program"));
    assert.deepEqual(await cluster().api.list(objectPath("ipam.metal3.io/v1alpha1", "ippools", namespace)), []);
  });
});
