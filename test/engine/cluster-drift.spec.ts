/**
 * Drift made with kubectl, as a plain `pulumi preview` of dynamic resources shows it. Pools that hang in their
 * deletion or are gone: plugin/drift.spec.ts. More of locks: test/cluster/drift.spec.ts.
 */
import assert from "node:assert/strict";
import { type Cluster, eventually, type KubeObject, objectPath, useCluster } from "../testbed/cluster";
import { expectSucceeded, type Stack, useEngine } from "../testbed/engine";
import type { PulumiResult } from "../testbed/result";
import { run } from "../testbed/run";
import { tool } from "../testbed/tools";

const source = `
import { IPClaim, IPPool, PreAllocation, PreAllocationSet } from "pulumi-metal3-ipam/dynamic";
const pools = [{ start: "10.0.0.10", end: "10.0.0.29" }, { start: "10.0.0.40", end: "10.0.0.49" }];
const net = new IPPool("net", { pools, prefix: 24, gateway: "10.0.0.1", labels: { rack: "r1", row: "7" } });
const pool = net.name;
const host = (name: string, address: string) => new PreAllocation(name, { pool, host: name, address }).address;
export const addresses = ["a", "b", "moved", "live"].map((name, index) => host(name, \`10.0.0.1\${index}\`));
export const rack = new PreAllocationSet("rack", { pool, hosts: ["r-1", "r-2"], start: "10.0.0.20" }).addresses;
export const vip = new IPClaim("vip", { pool, address: "10.0.0.28" }).address;
export const web = new IPClaim("web", { pool, address: "10.0.0.29", labels: { role: "web" } }).address;
`;
const EIGHT = { same: 8 };

/** One namespace, and what users do there. */
class Site {
  constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
  ) {}

  kubectl(...args: string[]): Promise<string> {
    return this.cluster.kubectl([...args, "-n", this.namespace]);
  }

  create(object: object): Promise<string> {
    return this.cluster.kubectl(["create", "-f", "-", "-n", this.namespace], { stdin: JSON.stringify(object) });
  }

  patch(what: string, change: object): Promise<string> {
    return this.kubectl("patch", what, "--type=merge", "-p", JSON.stringify(change));
  }

  /** `kubectl edit` with sed as the editor. */
  async edit(what: string, expression: string): Promise<void> {
    const env = {
      PATH: process.env.PATH,
      HOME: this.cluster.root,
      KUBECONFIG: await this.cluster.kubeconfig(),
      KUBE_EDITOR: `sed -i -e ${expression}`,
    };
    const args = ["edit", what, "-n", this.namespace];
    expectSucceeded(await run(await tool("kubectl"), args, { env }));
  }

  async get(plural: string, name: string): Promise<KubeObject & { spec: Record<string, unknown> }> {
    return this.cluster.api.get(objectPath("ipam.metal3.io/v1alpha1", plural, this.namespace, name));
  }

  /** `ippools/net` and all other objects, with their content. */
  async holdings(): Promise<Record<string, unknown>> {
    const plurals = ["ippools", "ipclaims", "ipaddresses"];
    const of = (plural: string) =>
      this.cluster.api.list(objectPath("ipam.metal3.io/v1alpha1", plural, this.namespace)) as Promise<KubeObject[]>;
    const all = await Promise.all(plurals.map(async (plural) => (await of(plural)).map((each) => ({ plural, each }))));
    return Object.fromEntries(all.flat().map(({ plural, each }) => [`${plural}/${each.metadata.name}`, each.spec]));
  }

  /** The drift that a preview shows, by row. Without the namespace, and with `TIME` for times since `began`. */
  driftIn(preview: PulumiResult, began: number): Record<string, string[]> {
    const time = (text: string) => {
      const isThen = Date.parse(text) >= began - 1_000 && Date.parse(text) <= Date.now(); // whole seconds
      return isThen ? "TIME" : text;
    };
    const line = (text: string) =>
      text.replaceAll(`${this.namespace}/`, "").replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, time);
    const rows = preview.rows.filter(({ op }) => op !== "same");
    return Object.fromEntries(
      rows.map(({ op, name, inputs }) => [`${op} ${name}`, ((inputs.drift ?? []) as string[]).map(line)]),
    );
  }
}

describe("drift in a cluster, on a real engine", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);
  let site: Site;
  let stack: Stack;
  let outputs: Record<string, unknown>;
  let settled: Record<string, unknown>;

  before("a stack that is up, and a host that will be live", async () => {
    site = new Site(cluster(), await cluster().namespace());
    stack = await engine().project({
      name: "drift",
      program: source,
      directory: null,
      config: {
        "metal3-ipam:kubeconfig": await cluster().kubeconfig(),
        "metal3-ipam:namespace": site.namespace,
      },
    });
    ({ outputs } = expectSucceeded(await stack.up()));
    settled = await site.holdings();
  });

  async function expectCalm(): Promise<PulumiResult> {
    const preview = expectSucceeded(await stack.preview());
    assert.deepEqual(preview.changes, EIGHT);
    return preview;
  }

  it("shows each change of kubectl with both values, author and time; up restores them; a live host keeps its address", async () => {
    const began = Date.now();
    // In the pool: a field, an entry of `pools`, a label; reservations changed and removed; and one without an owner here.
    await site.patch("ippools.ipam.metal3.io/net", {
      metadata: { labels: { rack: "r9", theirs: "yes" } },
      spec: {
        gateway: "10.0.0.2",
        pools: [
          { start: "10.0.0.10", end: "10.0.0.29" },
          { start: "10.0.0.40", end: "10.0.0.45" },
        ],
        preAllocations: { "b-net": null, "r-2-net": null, "live-net": "10.0.0.24", foreign: "10.0.0.45" },
      },
    });
    await site.edit("ippools.ipam.metal3.io/net", "s/a-net:.10.0.0.10/a-net:\\ 10.0.0.25/");
    // A lock that was copied to another address by hand.
    const { metadata, ...lock } = await site.get("ipaddresses", "net-10-0-0-12");
    await site.kubectl("delete", "ipaddresses.ipam.metal3.io/net-10-0-0-12");
    const { annotations, ownerReferences } = metadata;
    await site.create({
      ...lock,
      metadata: { name: "net-10-0-0-26", annotations, ownerReferences },
      spec: { ...lock.spec, address: "10.0.0.26" },
    });
    // A host that is provisioned after its lock and entry were changed.
    await site.kubectl("delete", "ipaddresses.ipam.metal3.io/net-10-0-0-13");
    await site.create({
      apiVersion: "ipam.metal3.io/v1alpha1",
      kind: "IPClaim",
      metadata: { name: "live-net" },
      spec: { pool: { name: "net" } },
    });
    await eventually("the host has what its entry says", () => site.get("ipaddresses", "net-10-0-0-24"));
    await site.kubectl("delete", "ipclaims.ipam.metal3.io/vip");
    await site.kubectl("label", "ipclaims.ipam.metal3.io/web", "role=db", "theirs=yes", "--overwrite");

    const preview = expectSucceeded(await stack.preview("--diff"));
    const changed = (path: string, live: string, last: string, manager = "kubectl-patch") =>
      `IPPool net ${path}: found ${live}, expected ${last} (changed by ${manager} at TIME)`;
    const entry = (host: string, live: string, last: string, manager = "kubectl-patch") =>
      `${host}: found ${live} in IPPool net, expected ${last} (changed by ${manager} at TIME)`;
    const removed = (host: string, last: string) =>
      // kubectl edit wrote the pool last. Kubernetes does not record the author of a removed entry.
      `${host}: removed from IPPool net, expected ${last} (last recorded change by kubectl-edit at TIME)`;
    assert.deepEqual(site.driftIn(preview, began), {
      "update net": [
        changed("spec.pools[1].end", "10.0.0.45", "10.0.0.49"),
        changed("spec.gateway", "10.0.0.2", "10.0.0.1"),
        changed("metadata.labels.rack", "r9", "r1"),
      ],
      "update a": [entry("a", "10.0.0.25", "10.0.0.10", "kubectl-edit")],
      "update b": [removed("b", "10.0.0.11")],
      "update moved": [
        "moved: found 10.0.0.26 in IPAddress net-10-0-0-26, expected 10.0.0.12 (changed by kubectl-create at TIME)",
      ],
      "update live": [entry("live", "10.0.0.24", "10.0.0.13")],
      "update rack": [removed("r-2", "10.0.0.21")],
      "update vip": ["IPClaim vip was deleted", "Claim vip: the IPAddress of 10.0.0.28 was deleted"],
      "update web": ["IPClaim web metadata.labels.role: found db, expected web (changed by kubectl-label at TIME)"],
    });
    // The text that a user reads. The CLI cuts it at 150 characters, and author and time still fit.
    const [, shown = ""] = /"(b: removed from IPPool .*)"$/m.exec(preview.stdout) ?? [];
    assert.match(shown, /, expected 10\.0\.0\.11 \(last recorded change by kubectl-edit at 20/);
    const warning = /live is using 10\.0\.0\.24 of IPPool \S+\/net, .* It gets 10\.0\.0\.13 when it is prov/;
    assert.match(preview.all, warning);

    const up = expectSucceeded(await stack.up());
    assert.deepEqual(up.outputs, outputs);
    assert.match(up.all, warning);
    assert.deepEqual(await site.holdings(), repaired());
    assert.match((await expectCalm()).all, warning);
  });

  /** As before, with the objects of others: an entry, and the live host's claim and address, which the controller created. */
  function repaired(): Record<string, unknown> {
    const { "ippools/net": pool, "ipaddresses/net-10-0-0-13": lock, ...others } = settled as Record<string, Spec>;
    const preAllocations = { ...(pool?.preAllocations as object), foreign: "10.0.0.45" };
    return {
      ...others,
      "ippools/net": { ...pool, preAllocations },
      "ipclaims/live-net": { pool: { name: "net" } },
      "ipaddresses/net-10-0-0-24": { ...lock, address: "10.0.0.24", gateway: "10.0.0.2" }, // as the pool was by then
    };
  }
});

type Spec = Readonly<Record<string, unknown>>;
