/** A cluster that is gone for good: the error of a destroy of its stack, and the way to a successful one. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { host, pool } from "../../resources/declare";
import { useCluster } from "../../testbed/cluster";
import { expectFailed, expectSucceeded, useEngine } from "../../testbed/engine";
import { dynamicDoor, pluginDoor } from "../doors";
import { edit } from "../folder";

const VARIABLE = "PULUMI_METAL3_IPAM_DELETE_UNREACHABLE";
const WAY_OUT =
  /the API server did not answer \(ECONNREFUSED\).* If that cluster is gone for good, set `PULUMI_METAL3_IPAM_DELETE_UNREACHABLE=true` in the environment and run this again \(`pulumi destroy` reads `metal3-ipam:deleteUnreachable` from the last update\)\. Or remove the resource from state with `pulumi state delete`\./;
const LEFT =
  /(IPPool|PreAllocation) \S+ was removed from state only\. What it has in the cluster stays there\. .*ECONNREFUSED/;

describe("a cluster that is gone, on a real engine", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this, { controllers: false });

  for (const [door, project] of [
    [pluginDoor, { ...pluginDoor.project, plugin: undefined }],
    [dynamicDoor, dynamicDoor.project],
  ] as const) {
    it(`${door.name}: a destroy fails and names the remedy; with the remedy it succeeds, with a warning for each resource`, async () => {
      const namespace = await cluster().namespace();
      const kubeconfig = join(engine().root, `gone-${door.name}.kubeconfig`);
      await writeFile(kubeconfig, await readFile(await cluster().kubeconfig(), "utf8"));
      const stack = await engine().project({
        name: "gone",
        ...project,
        program: door.program(pool(), host("a")),
        directory: null,
        config: {
          "metal3-ipam:namespace": namespace,
          "metal3-ipam:kubeconfig": kubeconfig,
        },
      });
      expectSucceeded(await stack.up());
      // Nothing listens at port 1. Another process may use another port by then.
      await edit(kubeconfig, /127\.0\.0\.1:\d+/, "127.0.0.1:1");
      expectFailed(await stack.destroy(), WAY_OUT);
      const ended = expectSucceeded(await stack.within({ [VARIABLE]: "true" }).destroy());
      const warned = ended.diagnostics.filter(({ severity, message }) => severity === "warning" && LEFT.test(message));
      assert.equal(warned.length, 2);
    });
  }
});
