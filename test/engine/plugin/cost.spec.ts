/**
 * The requests of a plain preview of many resources, counted by a
 * proxy in front of the API server. `make soak` has a thousand.
 */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { type Front, openFront } from "../../cluster/front";
import { useCluster } from "../../testbed/cluster";
import { expectSucceeded, useEngine } from "../../testbed/engine";
import { count } from "../../trust/scale";
import { ownDiagnostics } from "../neighbours";

const HOSTS = count(150, 600);
const SETS = count(24, 99);
const CLAIMS = count(75, 300);
const RESOURCES = 1 + HOSTS + SETS + CLAIMS;
/** Has 500 addresses. */
const PAGES = Math.ceil((HOSTS + 2 * SETS + CLAIMS) / 500);

/** A pool, hosts, sets of two, claims. */
function many(): string {
  const pool = "$" + "{net.name}";
  const times = (number: number, of: (index: number) => [name: string, type: string, properties: object]) =>
    Object.fromEntries(
      Array.from({ length: number }, (_, index) => {
        const [name, type, properties] = of(index);
        return [name, { type: `metal3-ipam:${type}`, properties }];
      }),
    );
  const resources = {
    ...times(1, () => ["net", "IPPool", { pools: [{ subnet: "10.0.0.0/16" }], prefix: 16, excludeReserved: true }]),
    ...times(HOSTS, (index) => [`host-${index}`, "PreAllocation", { pool, host: `host-${index}` }]),
    ...times(SETS, (index) => [`set-${index}`, "PreAllocationSet", { pool, hosts: [`s-${index}-a`, `s-${index}-b`] }]),
    ...times(CLAIMS, (index) => [`claim-${index}`, "IPClaim", { pool, name: `claim-${index}` }]),
  };
  return stringify({ resources }, { defaultStringType: "QUOTE_DOUBLE" });
}

/** Two objects for each address, few PATCHes of the pool for all entries, and shared reads of the pool. */
function assertWrites(counted: Readonly<Record<string, number>>): void {
  const addresses = HOSTS + 2 * SETS + CLAIMS;
  const { "patch ippools.ipam.metal3.io": patches = 0, "get ippools.ipam.metal3.io": reads = 0 } = counted;
  assert.equal(counted["create ipaddresses.ipam.metal3.io"], addresses);
  assert.equal(counted["create ipaddresses.ipam.cluster.x-k8s.io"], addresses);
  assert.equal(counted["get ipclaims.ipam.metal3.io"], HOSTS + CLAIMS);
  assert.ok(patches <= (HOSTS + SETS) / 2, `${patches} PATCHes for ${HOSTS + SETS} resources with entries`);
  // One before the locks. An IPClaim has no PATCH that would prove that the pool is the same, so it also reads it afterwards.
  assert.ok(reads <= HOSTS + SETS + 2 * CLAIMS, `${reads} reads of the pool for ${HOSTS + SETS + CLAIMS} resources`);
}

describe("the cost of a preview through the plugin", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this, { controllers: false });
  let front: Front;
  beforeEach(async () => {
    front = await openFront(cluster());
  });
  afterEach(() => front.close());

  it(`of ${RESOURCES} unchanged resources is one list of each kind, in pages, for any mix of resources`, async () => {
    const namespace = await cluster().namespace();
    const stack = await engine().project({
      name: "many",
      runtime: "yaml",
      program: many(),
      directory: null,
      config: {
        "metal3-ipam:kubeconfig": await cluster().kubeconfig({ server: front.server, ca: front.ca }),
        "metal3-ipam:namespace": namespace,
      },
      env: { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }, // the update is not measured
    });
    expectSucceeded(await stack.up("--parallel", "64"));
    assertWrites(front.counted());

    const preview = expectSucceeded(await stack.preview());
    assert.deepEqual([preview.changes, ownDiagnostics(preview)], [{ same: RESOURCES }, []]);
    assert.deepEqual(front.counted(), {
      "discover ipam.cluster.x-k8s.io": 2,
      "list ippools.ipam.metal3.io": 1,
      "list ippools.ipam.metal3.io everywhere": 1,
      "list ipaddresses.ipam.metal3.io": PAGES,
      "list ipaddresses.ipam.cluster.x-k8s.io": PAGES,
      "list ipclaims.ipam.metal3.io": 1,
    });
    assert.ok(preview.seconds < 300, `${preview.seconds} s`);
  });
});
