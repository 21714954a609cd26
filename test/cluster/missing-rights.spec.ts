/** Rights of `deploy/rbac`, removed one at a time: the error names the right, and no object is left incomplete. */
import assert from "node:assert/strict";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { ask, processOf } from "../resources/asking";
import { imported } from "../resources/importing";
import type { Stack } from "../resources/program";
import { type KubeObject, useCluster } from "../testbed/cluster";
import { record } from "../trust/figures";
import { isLong } from "../trust/scale";
import { type Address, type CapiAddress, holders } from "./claimants";
import { grant, isOptional, type Right, refusal, rightsIn, rightText } from "./rights";
import { Site } from "./site";
import { stackIn, storeOf } from "./stack";
import { life, lifeWithout, namespaceWithCluster, program, same, whileAsleep } from "./whole-life";

const given = rightsIn("writer");
const without = (missing: Right) => given.filter((right) => rightText(right) !== rightText(missing));

/** The operations that only read, by their command, with one process each. */
const looks: Readonly<Record<string, (stack: Stack) => Promise<unknown>>> = {
  "import of the pool": (stack) => imported(stack, "ipPool", "net", `${stack.namespace}/net`),
  "import of a host": (stack) => imported(stack, "preAllocation", "a", `${stack.namespace}/net/a-net`),
  "import of a set": (stack) => imported(stack, "preAllocationSet", "rack", `${stack.namespace}/net?b,c`),
  "import of an address claim": (stack) => imported(stack, "ipAddressClaim", "w", `${stack.namespace}/w`),
  "import of a claim": (stack) => imported(stack, "ipClaim", "v", `${stack.namespace}/v`),
  getIPPool: (stack) => ask(processOf(stack), "getIPPool", { name: "net" }),
  "getIPAddress of a host": (stack) => ask(processOf(stack), "getIPAddress", { pool: "net", host: "a" }),
  "getIPAddress of a claim": (stack) => ask(processOf(stack), "getIPAddress", { pool: "net", claimName: "v" }),
  "getIPAddress of an address": (stack) => ask(processOf(stack), "getIPAddress", { pool: "net", address: "10.0.0.10" }),
};

/** For each right, the operations that fail without it. Without any other right all succeed. */
const functions = Object.keys(looks).filter((what) => what.startsWith("get"));
const ofPools = Object.keys(looks).filter((what) => what !== "import of an address claim");
const needed: Readonly<Record<string, readonly string[]>> = {
  "list ippools.ipam.metal3.io": ofPools,
  "list ipaddresses.ipam.metal3.io": ofPools,
  "list ipaddresses.ipam.cluster.x-k8s.io": Object.keys(looks),
  "list ipclaims.ipam.metal3.io": functions,
  "get ipclaims.ipam.metal3.io": ["import of a claim"],
  "get ipaddressclaims.ipam.cluster.x-k8s.io": ["import of an address claim"],
};

describe("a missing right", function () {
  const cluster = useCluster(this);
  let started: number;
  const tally = { removed: new Set<string>(), refusals: 0, named: 0 };
  const writer = () => cluster().user("wendy", ["metal3-ipam-writers"]);
  let stores: KubernetesStore[];
  before(() => {
    started = performance.now();
  });
  beforeEach(() => {
    stores = [];
  });
  afterEach(() => Promise.all(stores.map((store) => store.close())));
  after(() => {
    const outcome = `${tally.named} of ${tally.refusals} refusals name verb, resource and namespace`;
    const what = `${tally.removed.size} rights removed one at a time: updates, imports, functions`;
    record({ claim: 15, what, outcome, seconds: (performance.now() - started) / 1_000 });
  });

  async function stackOf(namespace: string): Promise<Stack> {
    const store = await storeOf(cluster(), { user: await writer() });
    stores.push(store);
    return stackIn(store, namespace);
  }

  function expectNamed({ message }: Error, missing: Right, namespace: string): void {
    tally.refusals += 1;
    assert.match(message, refusal("wendy", namespace, missing));
    tally.named += 1;
  }

  describe("for an update", () => {
    for (const missing of given.filter((right) => !isOptional(right))) {
      it(`${rightText(missing)}: the error names it, and the next update completes the work`, async () => {
        tally.removed.add(rightText(missing));
        const namespace = await namespaceWithCluster(cluster());
        await grant(cluster(), namespace, "writer", without(missing));
        let stack = await stackOf(namespace);
        const site = new Site(cluster(), stack.store as KubernetesStore, namespace);

        let failed = 0;
        // A claim that is served immediately needs no watch. The claim of the other kind would wait, too.
        const isWatch = missing.verb === "watch";
        const lived = isWatch ? lifeWithout(missing.resource === "ipclaims" ? "w" : "v") : life;
        const unchanged = same.filter((step) => !isWatch || lived[0]!.to.some(({ as }) => step === `same ${as}`));
        for (const { to, isStateLost } of lived) {
          if (isStateLost) stack = await stackOf(namespace);
          const update = () => stack.up(to);
          const isSlow = isWatch && failed === 0;
          const error = await (isSlow ? whileAsleep(cluster(), update) : update()).catch((error: Error) => error);
          if (!(error instanceof Error)) continue;
          failed += 1;
          expectNamed(error, missing, namespace);
          if (to.length > 0) await expectWhole(site);
          await grant(cluster(), namespace, "writer", given);
          await stack.up(to);
          if (to.length > 0) assert.deepEqual((await stack.preview(to)).steps, unchanged);
        }
        assert.equal(failed, 1);
        assert.deepEqual(await site.left(), []);
      });
    }
  });

  describe("for reading", () => {
    let namespace: string;
    const answers = new Map<string, unknown>();
    before(async () => {
      namespace = await namespaceWithCluster(cluster());
      await grant(cluster(), namespace, "writer", given);
      const store = await storeOf(cluster(), { user: await writer() });
      await stackIn(store, namespace).up(program);
      for (const [what, look] of Object.entries(looks)) answers.set(what, await look(stackIn(store, namespace)));
      await store.close();
    });

    const asked = given.filter(({ verb }) => isLong || ["get", "list"].includes(verb));
    for (const missing of asked) {
      it(`${rightText(missing)}: the error names it, or it is not needed`, async () => {
        tally.removed.add(rightText(missing));
        await grant(cluster(), namespace, "writer", without(missing));
        const needing: string[] = [];
        for (const [what, look] of Object.entries(looks)) {
          const answer = await look(await stackOf(namespace)).catch((error: Error) => error);
          if (answer instanceof Error) {
            expectNamed(answer, missing, namespace);
            needing.push(what);
          } else assert.deepEqual(answer, answers.get(what), what);
        }
        assert.deepEqual(needing, needed[rightText(missing)] ?? []);
      });
    }
  });
});

/** Each address has one holder. Each lock has its mirror, and an entry or an IPClaim. */
async function expectWhole(site: Site): Promise<void> {
  const pool = await site.find<{ spec: { preAllocations?: Record<string, string> } }>("pool", "net");
  if (pool === undefined) return assert.deepEqual(await site.left(), []);
  for (const [address, claims] of Object.entries(await holders(site))) assert.equal(claims.length, 1, address);
  const locks = await site.list<Address>("address");
  const names = (of: readonly KubeObject[]) => of.map(({ metadata }) => metadata.name).sort();
  const mirrors = (await site.list<CapiAddress>("capiAddress")).filter(({ spec }) => spec.claimRef.name !== "w");
  assert.deepEqual(names(locks), names(mirrors));
  const promised = [...Object.keys(pool.spec.preAllocations ?? {}), ...names(await site.list("claim"))];
  assert.deepEqual(locks.map(({ spec }) => spec.claim.name).sort(), promised.sort());
}
