/** What a plain preview of a thousand resources costs an API server, counted by a proxy in front of it. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { type Front, openFront } from "../../cluster/front";
import { useCluster } from "../../testbed/cluster";
import { expectSucceeded, useEngine } from "../../testbed/engine";
import { ownDiagnostics } from "../neighbours";

/** A pool, 600 hosts, 99 sets of two, 300 claims. */
function thousand(): string {
  const pool = "$" + "{net.name}";
  const many = (count: number, of: (index: number) => [name: string, type: string, properties: object]) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => {
        const [name, type, properties] = of(index);
        return [name, { type: `metal3-ipam:${type}`, properties }];
      }),
    );
  const resources = {
    ...many(1, () => ["net", "IPPool", { pools: [{ subnet: "10.0.0.0/16" }], excludeReserved: true }]),
    ...many(600, (index) => [`host-${index}`, "PreAllocation", { pool, host: `host-${index}` }]),
    ...many(99, (index) => [`set-${index}`, "PreAllocationSet", { pool, hosts: [`s-${index}-a`, `s-${index}-b`] }]),
    ...many(300, (index) => [`claim-${index}`, "IPClaim", { pool, name: `claim-${index}` }]),
  };
  return stringify({ resources }, { defaultStringType: "QUOTE_DOUBLE" });
}

describe("the cost of a preview through the plugin", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this, { controllers: false });
  let front: Front;
  beforeEach(async () => {
    front = await openFront(cluster());
  });
  afterEach(() => front.close());

  it("of a thousand unchanged resources is nine lists, whichever way they are reserved", async () => {
    const namespace = await cluster().namespace();
    const stack = await engine().project({
      name: "thousand",
      runtime: "yaml",
      program: thousand(),
      directory: null,
      config: {
        "metal3-ipam:kubeconfig": await cluster().kubeconfig({ server: front.server, ca: front.ca }),
        "metal3-ipam:namespace": namespace,
      },
      env: { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }, // the update is not what is measured
    });
    expectSucceeded(await stack.up("--parallel", "64"));
    front.counted();

    const preview = expectSucceeded(await stack.preview());
    assert.deepEqual([preview.changes, ownDiagnostics(preview)], [{ same: 1_000 }, []]);
    assert.deepEqual(front.counted(), {
      "discover ipam.cluster.x-k8s.io": 2,
      "list ippools.ipam.metal3.io": 1,
      "list ippools.ipam.metal3.io everywhere": 1,
      "list ipaddresses.ipam.metal3.io": 3, // pages of 500
      "list ipaddresses.ipam.cluster.x-k8s.io": 3,
      "list ipclaims.ipam.metal3.io": 1,
    });
    assert.ok(preview.seconds < 300, `${preview.seconds} s`);
  });
});
