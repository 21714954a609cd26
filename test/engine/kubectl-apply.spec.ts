/** A folder that is applied to the cluster with kubectl, while the controller serves the hosts' claims. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { claim, hosts, pool } from "../resources/declare";
import { eventually, type KubeObject, objectPath, useCluster } from "../testbed/cluster";
import { expectSucceeded, useEngine } from "../testbed/engine";
import { openCluster, openFolder } from "./backends";
import { pluginDoor } from "./doors";

interface Claim extends KubeObject {
  readonly status?: { readonly address?: { readonly name: string } };
}
interface Address extends KubeObject {
  readonly spec: { readonly address: string };
}

const API = "ipam.metal3.io/v1alpha1";

describe("a folder applied with kubectl", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);

  it("gives 30 hosts exactly their addresses although their claims come at the same time, and the stack continues unchanged", async () => {
    const { namespace, project } = await openCluster(cluster());
    const folder = await openFolder(engine(), namespace);
    const names = Array.from({ length: 30 }, (_, index) => `h-${index}`);
    const stack = await engine().project({
      name: "applied",
      ...pluginDoor.project,
      program: pluginDoor.program(
        pool({ pools: [{ start: "10.8.0.1", end: "10.8.0.40" }], gateway: undefined }),
        hosts(names),
        claim("vip"),
      ),
      ...folder.project,
    });
    const { outputs } = expectSucceeded(await stack.up());
    const reserved = { ...(outputs.rack as Record<string, string>), vip: String(outputs.vip) };
    const objects = Object.keys(await folder.contents());
    assert.equal(objects.length, 33);
    const directory = String(stack.directory);
    const remembered = await readdir(join(directory, ".versions"), { recursive: true, withFileTypes: true });
    assert.ok(remembered.filter((entry) => entry.isFile()).length >= objects.length, "the store's own memory is there");

    const claims = names.map(async (name) => {
      const metadata = { name: `${name}-net`, namespace };
      const claim = { apiVersion: API, kind: "IPClaim", metadata, spec: { pool: { name: "net", namespace } } };
      await cluster().api.create(objectPath(API, "ipclaims", namespace), claim);
    });
    const [applied] = await Promise.all([cluster().kubectl(["apply", "-R", "-f", directory]), ...claims]);
    const lines = applied.trim().split("\n");
    assert.equal(lines.length, objects.length, applied);
    for (const line of lines) assert.match(line, /^ip(address|claim|pool)\.ipam\.metal3\.io\/\S+ created$/);

    const served = await eventually("all claims are served", async () => {
      const all = await cluster().api.list<Claim>(objectPath(API, "ipclaims", namespace));
      return all.every(({ status }) => status?.address) && all;
    });
    const locks = await cluster().api.list<Address>(objectPath(API, "ipaddresses", namespace));
    const addressOf = new Map(locks.map(({ metadata, spec }) => [metadata.name, spec.address]));
    const given = served.map(({ metadata, status }) => [
      metadata.name.replace(/-net$/, ""),
      addressOf.get(status?.address?.name ?? ""),
    ]);
    assert.deepEqual(Object.fromEntries(given), reserved);
    assert.equal(locks.length, served.length);

    // Cluster API's own claims get only the remaining addresses.
    const CAPI = "ipam.cluster.x-k8s.io/v1beta2";
    for (let index = 0; index < 12; index++) {
      const metadata = { name: `capi-${index}`, namespace };
      const poolRef = { apiGroup: "ipam.metal3.io", kind: "IPPool", name: "net" };
      const capiClaim = { apiVersion: CAPI, kind: "IPAddressClaim", metadata, spec: { poolRef } };
      await cluster().api.create(objectPath(CAPI, "ipaddressclaims", namespace), capiClaim);
    }
    const others = await eventually("the pool is full", async () => {
      const all = await cluster().api.list<Address>(objectPath(CAPI, "ipaddresses", namespace));
      return all.length === 9 && all;
    });
    const taken = new Set(Object.values(reserved));
    assert.deepEqual(
      others.filter(({ spec }) => taken.has(spec.address)),
      [],
    );

    expectSucceeded(await stack.pulumi("config", "rm", "metal3-ipam:directory"));
    await stack.setConfig("metal3-ipam:kubeconfig", String(project.config?.["metal3-ipam:kubeconfig"]));
    // kubectl does not know the mirrors. The first update creates them.
    const shown = expectSucceeded(await stack.preview());
    assert.deepEqual([shown.changes, shown.outputs], [{ same: 1, update: 2 }, outputs]);
    assert.match(shown.all, /This stack move[sd] from /);
    expectSucceeded(await stack.up());
    const next = expectSucceeded(await stack.preview());
    assert.deepEqual([next.changes, next.outputs], [{ same: 3 }, outputs]);
    assert.doesNotMatch(next.all, /This stack move[sd] from /);
  });
});
