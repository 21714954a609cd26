/** Clusters that cannot be used, as a user sees it. Each failure in full, and more failures: test/cluster/outages.spec.ts. */
import assert from "node:assert/strict";
import { openSilence } from "../cluster/front";
import { host, pool } from "../resources/declare";
import { makeAuthority, useCluster } from "../testbed/cluster";
import { expectFailed, expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import type { PulumiResult } from "../testbed/result";
import { type Door, dynamicDoor, pluginDoor } from "./doors";

const namespace = "not-there-yet";

describe("a cluster that cannot be used, on a real engine", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this, { controllers: false });
  const bare = useCluster(this, { crds: false });
  let stack: Stack;

  /** Each door has its own words if it cannot be opened. So two rows use dynamic resources. */
  async function configured(values: Record<string, string>, door: Door = pluginDoor): Promise<void> {
    const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`metal3-ipam:${key}`, value]));
    stack = await engine().project({
      name: "failing",
      ...door.project,
      program: door.program(pool(), host("a"), host("b")),
      directory: null,
      config: { "metal3-ipam:namespace": namespace, ...config },
    });
  }

  /** Preview and update give the same error, at most once for each resource, without a stack trace. State stays empty. */
  async function expectTold(message: RegExp): Promise<PulumiResult[]> {
    const results = [await stack.preview(), await stack.up()];
    for (const result of results) {
      expectFailed(result, message);
      assert.doesNotMatch(result.all, /^\s+at /m);
    }
    const { resources = [] } = (await stack.stackExport()).deployment;
    assert.deepEqual(
      resources.filter(({ urn }) => urn.includes("metal3-ipam:") && !urn.includes("pulumi:providers:")),
      [],
    );
    return results;
  }

  it("because its kubeconfig does not exist", async () => {
    await configured({ kubeconfig: "/nowhere/kubeconfig" }, dynamicDoor);
    await expectTold(/error: .*metal3-ipam:kubeconfig names \/nowhere\/kubeconfig, which does not exist\./);
  });

  it("because the context does not exist", async () => {
    await configured({ kubeconfig: await cluster().kubeconfig(), context: "prod" });
    await expectTold(
      /has no context "prod"\. Its contexts are testbed\. Choose one with pulumi config set metal3-ipam:context NAME/,
    );
  });

  it("because it is the wrong one", async () => {
    const ca = (await makeAuthority("another")).certificate;
    await configured({ kubeconfig: await cluster().kubeconfig({ ca }), context: "testbed" });
    await expectTold(
      /Cannot list IPPool objects in namespace not-there-yet on 127\S+: the API server's certificate is not signed by the CA of the kubeconfig\. Check that the API server of cluster testbed \(https:\/\/127\S+\) is up and is the one you mean/,
    );
  });

  it("because Metal3's CRDs are missing", async () => {
    await configured({ kubeconfig: await bare().kubeconfig() }, dynamicDoor);
    await expectTold(
      /Cannot list IPPool objects in namespace not-there-yet on 127\S+: the API server does not know IPPool \(ipam\.metal3\.io\/v1alpha1\)\. Install Metal3 IPAM's CRDs\. If you mean another cluster than cluster testbed \(.*\)/,
    );
  });

  it("because it never answers: the preview ends at the provider's own deadline, and says so", async () => {
    const silence = await openSilence();
    try {
      await configured({ kubeconfig: await cluster().kubeconfig(silence) });
      const preview = expectFailed(
        await stack.preview(),
        /Cannot list IPPool objects in namespace not-there-yet on 127\S+: (the API server did not answer within \d+ s|no connection to the API server in time)\. Gave up after 30 s\./,
      );
      assert.ok(preview.seconds > 20, `${preview.seconds} s`);
    } finally {
      silence.close();
    }
  });

  it("because its namespace is missing: the preview warns, and the update says how to create it", async () => {
    await configured({ kubeconfig: await cluster().kubeconfig() });
    const make = /[Nn]amespace not-there-yet does not exist\. .*kubectl create namespace not-there-yet/;
    const preview = expectSucceeded(await stack.preview());
    assert.ok(preview.diagnostics.some(({ severity, message }) => severity === "warning" && make.test(message)));
    expectFailed(
      await stack.up(),
      /Cannot create IPPool not-there-yet\/net on 127\S+: namespace not-there-yet does not exist\. .*create namespace/,
    );
    await cluster().kubectl(["create", "namespace", namespace]);
    assert.deepEqual(expectSucceeded(await stack.up()).changes, { create: 3 });
    expectSucceeded(await stack.destroy());
  });
});
