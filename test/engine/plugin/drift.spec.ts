/** Drift in a plain `pulumi preview` through the plugin: place, both values, author and time. `up` repairs it. */
import assert from "node:assert/strict";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { eventually, type KubeObject, useCluster } from "../../testbed/cluster";
import { expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import { type Backend, holdings, openCluster, openFolder } from "../backends";
import { edit } from "../folder";
import { ownDiagnostics } from "../neighbours";
import { type Seen, seenIn } from "./seen-drift";

const host = (name: string, address: string) => `
  ${name}:
    type: metal3-ipam:PreAllocation
    properties: { pool: "\${net.name}", host: ${name}, address: ${address} }`;
const source = `
resources:
  net:
    type: metal3-ipam:IPPool
    properties:
      { pools: [{ start: 10.0.0.10, end: 10.0.0.29 }], prefix: 24, gateway: 10.0.0.1, labels: { rack: r1, row: "7" } }
  ${host("changed", "10.0.0.10")}${host("removed", "10.0.0.11")}${host("moved", "10.0.0.12")}
  ${host("died", "10.0.0.13")}${host("untwinned", "10.0.0.14")}
  rack:
    type: metal3-ipam:PreAllocationSet
    properties: { pool: "\${net.name}", hosts: [r-1, r-2], start: 10.0.0.20 }
  vip:
    type: metal3-ipam:IPClaim
    properties: { pool: "\${net.name}", address: 10.0.0.28 }
outputs: { died: "\${died.address}", moved: "\${moved.address}", rack: "\${rack.addresses}", vip: "\${vip.address}" }
`;
const CALM = { same: 8 };
/** The input that `--diff` prints: the live and the last value, author and time, as in the warning. */
const AS_SAID = "drift: as said";
const RESTORED = "`pulumi up` restores it.";
const CREATED = "`pulumi up` creates it again.";
const POOL_CREATED = "`pulumi up` creates it again with all reservations.";

/** Both backends show the same changes like this. `author` says who made them, `remover` who made a removal. */
const drift = (author: string, remover: string): Record<string, Seen> => ({
  "update net": {
    diff: [AS_SAID, "labels.rack: absent → r1"],
    said: [
      `warning: IPPool net spec.gateway: found 10.0.0.2, expected 10.0.0.1 (${author}). ${RESTORED}`,
      `warning: IPPool net metadata.labels.rack: removed, expected r1 (${remover}). ${RESTORED}`,
    ],
  },
  "update changed": {
    diff: [AS_SAID],
    said: [`warning: changed: found 10.0.0.25 in IPPool net, expected 10.0.0.10 (${author}). ${RESTORED}`],
  },
  "update removed": {
    diff: ["address: absent → 10.0.0.11", AS_SAID],
    said: [`warning: removed: removed from IPPool net, expected 10.0.0.11 (${remover}). ${RESTORED}`],
  },
  "update rack": {
    diff: ['addresses["r-2"]: absent → 10.0.0.21', 'allocations["r-2"].address: absent → 10.0.0.21', AS_SAID],
    said: [`warning: r-2: removed from IPPool net, expected 10.0.0.21 (${remover}). ${RESTORED}`],
  },
});

const ABSENT = (address: string) => [`address: absent → ${address}`];
const POOLS = 'pools: absent → [{"end":"10.0.0.29","start":"10.0.0.10"}]';

/** A deleted pool is named once, and each row shows what the update restores with it. */
function expectPoolGone(seen: Record<string, Seen>): void {
  const said = Object.values(seen).flatMap((row) => row.said);
  assert.deepEqual(said, [`warning: IPPool net was deleted. ${POOL_CREATED}`]);
  const diffs = Object.fromEntries(Object.entries(seen).map(([row, { diff }]) => [row, diff]));
  const { "update net": net, "update rack": rack, ...hosts } = diffs;
  assert.deepEqual(net, [AS_SAID, POOLS]);
  assert.ok(rack?.includes('addresses["r-1"]: absent → 10.0.0.20'), String(rack));
  assert.deepEqual(hosts, {
    "update changed": ABSENT("10.0.0.10"),
    "update removed": ABSENT("10.0.0.11"),
    "update moved": ABSENT("10.0.0.12"),
    "update died": ABSENT("10.0.0.13"),
    "update untwinned": ABSENT("10.0.0.14"),
    "update vip": ABSENT("10.0.0.28"),
  });
}

/** A stack that is up, with checks of its later commands. */
async function settled(stack: Stack, backend: Backend) {
  const { outputs } = expectSucceeded(await stack.up());
  return {
    outputs,
    before: await holdings(backend),
    async seen(began: number) {
      return seenIn(expectSucceeded(await stack.preview()), backend.namespace, began);
    },
    /** Each warning comes once, although the update reads, checks and writes. */
    async repair(): Promise<void> {
      const up = expectSucceeded(await stack.up());
      assert.deepEqual(up.outputs, outputs);
      const said = ownDiagnostics(up).map(({ urn, message }) => `${urn} ${message}`);
      assert.deepEqual(said.length, new Set(said).size);
      assert.doesNotMatch(up.all, /by pulumi-metal3-ipam at 20/); // what this run has written is no drift
      const calm = expectSucceeded(await stack.preview());
      assert.deepEqual([calm.changes, ownDiagnostics(calm)], [CALM, []]);
    },
  };
}

describe("drift in a plain preview through the plugin", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);

  it("of a cluster: shows the changes of kubectl with place, author and time; up repairs them", async () => {
    const backend = await openCluster(cluster());
    const stack = await engine().project({
      name: "drift",
      runtime: "yaml",
      plugin: "attached",
      program: source,
      ...backend.project,
    });
    const { before, seen, repair } = await settled(stack, backend);
    const kubectl: Kubectl = (args, stdin) => cluster().kubectl([...args, "-n", backend.namespace], { stdin });
    const began = Date.now();
    await patchPool(kubectl);
    await moveLock(kubectl, "net-10-0-0-12", "10.0.0.26");
    await kubectl(["delete", "ipclaims.ipam.metal3.io/vip"]);
    await kubectl(["delete", "ipaddresses.ipam.metal3.io/net-10-0-0-13"]); // as the end of a node does
    await kubectl(["delete", "ipaddresses.ipam.cluster.x-k8s.io/net-10-0-0-14"]);
    const lockOf = /ipaddresses\/net-10-0-0-28$/;
    await eventually("the claim's address has gone with it", async () => {
      return !Object.keys(await backend.contents()).some((key) => lockOf.test(key));
    });
    assert.deepEqual(await seen(began), {
      ...drift("changed by kubectl-patch at TIME", "last recorded change by kubectl-patch at TIME"),
      "update moved": {
        diff: [AS_SAID],
        said: [
          "warning: moved: found 10.0.0.26 in IPAddress net-10-0-0-26, expected 10.0.0.12 " +
            "(changed by kubectl-create at TIME).",
        ],
      },
      "update untwinned": {
        diff: ["address: absent → 10.0.0.14", AS_SAID],
        said: [`warning: untwinned: the IPAddress of 10.0.0.14 in ipam.cluster.x-k8s.io does not exist. ${CREATED}`],
      },
      "update vip": {
        diff: [...ABSENT("10.0.0.28"), AS_SAID],
        said: [
          `warning: IPClaim vip was deleted. ${CREATED}`,
          `warning: Claim vip: the IPAddress of 10.0.0.28 was deleted. ${CREATED}`,
        ],
      },
    });
    await repair();
    assert.deepEqual(await holdings(backend), withForeign(before));

    await kubectl(["delete", "ippools.ipam.metal3.io/net", "--wait=false"]); // its locks hold it
    assert.deepEqual(await seen(began), {
      "update net": {
        diff: [AS_SAID, POOLS],
        said: [`warning: IPPool net is being deleted (since TIME). ${POOL_CREATED}`],
      },
    });
    await repair();
    assert.deepEqual(await holdings(backend), withForeign(before));

    await kubectl(["delete", "ippools.ipam.metal3.io/net", "--wait=false"]);
    await patch(kubectl, { metadata: { finalizers: null } });
    await eventually("the garbage collector has taken the locks", async () => {
      return !Object.keys(await backend.contents()).some((key) => key.startsWith("ipaddresses"));
    });
    expectPoolGone(await seen(began));
    await repair();
    assert.deepEqual(await holdings(backend), before); // what only the pool knew is lost with it
  });

  it("of a folder: shows the changes of an editor with place and time; up repairs them", async () => {
    const backend = await openFolder(engine());
    const stack = await engine().project({
      name: "drift",
      runtime: "yaml",
      plugin: "attached",
      program: source,
      ...backend.project,
    });
    const { before, seen, repair } = await settled(stack, backend);
    const file = (key: string) => join(backend.project.directory ?? "", backend.namespace, `${key}.yaml`);
    const began = Date.now();
    const pool = file("ippools/net");
    await edit(pool, "gateway: 10.0.0.1", "gateway: 10.0.0.2");
    await edit(pool, / +rack: r1\n/, "");
    await edit(pool, "changed-net: 10.0.0.10", "changed-net: 10.0.0.25");
    await edit(pool, / +removed-net: .*\n/, "");
    await edit(pool, /( +)r-2-net: .*\n/, "$1foreign: 10.0.0.27\n");
    await rename(file("ipaddresses/net-10-0-0-12"), file("ipaddresses/net-10-0-0-26"));
    await edit(file("ipaddresses/net-10-0-0-26"), "address: 10.0.0.12", "address: 10.0.0.26");
    await edit(file("ipaddresses/net-10-0-0-26"), "name: net-10-0-0-12", "name: net-10-0-0-26");
    await rm(file("ipaddresses/net-10-0-0-13"));
    await rm(file("ipclaims/vip"));
    assert.deepEqual(await seen(began), {
      ...drift("changed by hand at TIME", "changed by hand at TIME"),
      "update moved": {
        diff: [AS_SAID],
        said: [
          "warning: moved: found 10.0.0.26 in IPAddress net-10-0-0-26, expected 10.0.0.12 " +
            "(changed by hand at TIME).",
        ],
      },
      "update vip": { diff: [...ABSENT("10.0.0.28"), AS_SAID], said: [`warning: IPClaim vip was deleted. ${CREATED}`] },
    });
    await repair();
    assert.deepEqual(await holdings(backend), withForeign(before));

    await rm(pool);
    expectPoolGone(await seen(began));
    await repair();
    assert.deepEqual(await holdings(backend), before);
  });
});

type Kubectl = (args: readonly string[], stdin?: string) => Promise<string>;

async function patch(kubectl: Kubectl, change: object): Promise<void> {
  await kubectl(["patch", "ippools.ipam.metal3.io/net", "--type=merge", "-p", JSON.stringify(change)]);
}

/** In one change: a field, a label, two entries of this stack, one of a set. And an entry of another user, which is no drift. */
async function patchPool(kubectl: Kubectl): Promise<void> {
  const preAllocations = { "changed-net": "10.0.0.25", "removed-net": null, "r-2-net": null, foreign: "10.0.0.27" };
  await patch(kubectl, { metadata: { labels: { rack: null } }, spec: { gateway: "10.0.0.2", preAllocations } });
}

/** A lock that was copied to another address by hand. */
async function moveLock(kubectl: Kubectl, from: string, address: string): Promise<void> {
  const object = `ipaddresses.ipam.metal3.io/${from}`;
  const { metadata, spec, ...kind } = JSON.parse(await kubectl(["get", object, "-o", "json"])) as Address;
  await kubectl(["delete", object]);
  const { annotations, ownerReferences } = metadata;
  const name = `net-${address.replaceAll(".", "-")}`;
  const copy = { ...kind, metadata: { name, annotations, ownerReferences }, spec: { ...spec, address } };
  await kubectl(["create", "-f", "-"], JSON.stringify(copy));
}

type Address = KubeObject & { readonly spec: object };

/** All objects as before, with the entry of the other user, and without the lock that its node took along. */
function withForeign({ "ipaddresses/net-10-0-0-13": _died, ...before }: Record<string, unknown>): object {
  const pool = before["ippools/net"] as { preAllocations: object };
  return {
    ...before,
    "ippools/net": { ...pool, preAllocations: { ...pool.preAllocations, foreign: "10.0.0.27" } },
  };
}
