/**
 * Labels and annotations that this provider, Metal3 or CAPM3 writes. A program that sets them gets a fault, a warning or its
 * value.
 */
import assert from "node:assert/strict";
import { IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { claim, held, host, pool } from "./declare";
import { assertUnchanged } from "./importing";
import { type Declared, Refused } from "./program";
import { onEachStore } from "./stores";

const NET = { namespace: "metal3", name: "net" };
const PAUSED = "cluster.x-k8s.io/paused";
const CLUSTER = "cluster.x-k8s.io/cluster-name";
const PROVIDER = "cluster.x-k8s.io/provider";
const labels = (key: string, value = "x") => ({ labels: { [key]: value } });
const annotations = (key: string, value = "x") => ({ annotations: { [key]: value } });

const OURS =
  "has the prefix of this provider's own keys, which record the owner of an object. Remove it, or use another prefix.";
const NO_PAUSE = "has no effect as a label. Set it in `annotations` of the IPPool.";
const NO_CLAIM = "does not pause a claim, because Metal3 looks for it on pools. Set it in `annotations` of the IPPool.";
const NO_LABEL = "has no effect as an annotation. Set `clusterName` of the IPPool, or the label.";
const OF_HOSTS =
  "belongs to CAPM3. CAPM3 would take this IPClaim for one of its own and wait for it in vain. Remove the label, and reserve a host's address with a PreAllocation.";
const written = (value: string) =>
  `would be overwritten: Metal3 writes "${value}" here, because \`clusterName\` is "c1". Remove the label.`;

const ofPool = (what: string, args: object, reason: string) => ({ what, declared: pool(args), args, reason });
const ofClaim = (what: string, args: object, reason: string) => ({ what, declared: claim("vip", args), args, reason });

const REFUSED = [
  ofPool("our token", annotations("pulumi-metal3-ipam/token"), OURS),
  ofPool("our mark of a stack", annotations("pulumi-metal3-ipam/stack", "metal/prod"), OURS),
  ofPool("a key of ours that there is not", annotations("pulumi-metal3-ipam/note"), OURS),
  ofPool("a key of ours as a label", labels("pulumi-metal3-ipam/token"), OURS),
  ofPool("a pause as a label", labels(PAUSED, "true"), NO_PAUSE),
  ofPool("another cluster's label", { clusterName: "c1", ...labels(CLUSTER, "c2") }, written("c1")),
  ofPool("an empty cluster label", { clusterName: "c1", ...labels(CLUSTER, "") }, written("c1")),
  ofPool(
    "another provider's label",
    { clusterName: "c1", ...labels(PROVIDER, "infrastructure-metal3") },
    written("ipam-metal3"),
  ),
  ofPool("the cluster as an annotation", annotations(CLUSTER, "c1"), NO_LABEL),
  ofClaim("our token, on a claim", annotations("pulumi-metal3-ipam/token"), OURS),
  ofClaim(
    "the address that we once proposed, on a claim",
    annotations("pulumi-metal3-ipam/proposed", "10.0.0.11"),
    OURS,
  ),
  ofClaim("a key of ours as a label, on a claim", labels("pulumi-metal3-ipam/stack"), OURS),
  ofClaim("a pause of a claim", annotations(PAUSED, ""), NO_CLAIM),
  ofClaim("a pause of a claim as a label", labels(PAUSED, ""), NO_PAUSE),
  ofClaim("CAPM3's label of a host's data", labels("infrastructure.cluster.x-k8s.io/data-name", "cp-0"), OF_HOSTS),
  ofClaim("CAPM3's label of a host's pool", labels("infrastructure.cluster.x-k8s.io/pool-name", "net"), OF_HOSTS),
];

const TAKEN: readonly (readonly [
  what: string,
  program: readonly Declared[],
  key: [kind: "pool" | "claim", "labels" | "annotations", string],
])[] = [
  [
    "the cluster's label as Metal3 writes it",
    [pool({ clusterName: "c1", ...labels(CLUSTER, "c1") })],
    ["pool", "labels", CLUSTER],
  ],
  ["the cluster's label of a pool without clusterName", [pool(labels(CLUSTER, "c2"))], ["pool", "labels", CLUSTER]],
  [
    "Metal3's provider label",
    [pool({ clusterName: "c1", ...labels(PROVIDER, "ipam-metal3") })],
    ["pool", "labels", PROVIDER],
  ],
  ["a provider label without clusterName", [pool(labels(PROVIDER, "mine"))], ["pool", "labels", PROVIDER]],
  [
    "a key that begins like ours",
    [pool(annotations("pulumi-metal3-ipam.example.com/token"))],
    ["pool", "annotations", "pulumi-metal3-ipam.example.com/token"],
  ],
  ["the cluster's label of a claim", [pool(), claim("vip", labels(CLUSTER, "c1"))], ["claim", "labels", CLUSTER]],
  [
    "a label for clusterctl move",
    [pool(labels("clusterctl.cluster.x-k8s.io/move", ""))],
    ["pool", "labels", "clusterctl.cluster.x-k8s.io/move"],
  ],
];

describe("reserved keys", () => {
  onEachStore((open) => {
    it("are refused with a remedy, and nothing is written", async () => {
      const { store, stackOf } = open();
      for (const { what, declared, args, reason } of REFUSED) {
        const field = "labels" in args ? "labels" : "annotations";
        const [key] = Object.keys((args as Record<string, object>)[field]!);
        const program = declared.kind === "ipPool" ? [declared] : [pool(), declared];
        await assert.rejects(stackOf().up(program), (error: Refused) => {
          assert.ok(error instanceof Refused, what);
          assert.equal(error.message, `${declared.as}: ${field}[${JSON.stringify(key)}]: ${reason}`, what);
          return true;
        });
        assert.deepEqual(await store.list(IP_POOL, "metal3"), [], what);
      }
    });

    it("are accepted where they have an effect, and stay as the program says", async () => {
      for (const [what, program, [kind, field, key]] of TAKEN) {
        const { store, stackOf } = open();
        const stack = stackOf();
        await stack.up(program);
        await assertUnchanged(stack, program);
        const stored = await (kind === "pool" ? store.get(IP_POOL, NET) : store.get(IP_CLAIM, { ...NET, name: "vip" }));
        const declared = program.at(-1)!.args as Record<string, Record<string, string>>;
        assert.equal(stored?.metadata[field]?.[key], declared[field]![key], what);
        await stack.destroy();
      }
    });

    it("stay with a warning if state has them, and are neither written nor reported as drift", async () => {
      for (const { what, declared, args, reason } of REFUSED) {
        const { store, stackOf } = open();
        const stack = stackOf();
        const field = "labels" in args ? ("labels" as const) : ("annotations" as const);
        const { [field]: said, ...others } = declared.args as Record<string, object>;
        const program = (one: Declared) => (one.kind === "ipPool" ? [one] : [pool(), one]);
        // The previous version kept it in state, and overwrote what it had to.
        await stack.up(program({ ...declared, args: others }));
        const kept = stack.state.get(declared.as)!;
        const [inputs, outputs] = [kept.inputs, kept.outputs].map((one) => ({ ...one, [field]: said }));
        stack.state.set(declared.as, { ...kept, inputs: inputs!, outputs: outputs! });
        const isReplaced = field === "annotations" ? reason === OURS : reason.startsWith("would be overwritten");
        if (!isReplaced) {
          const key = { ...NET, name: declared.as };
          await store.patch(declared.kind === "ipPool" ? IP_POOL : IP_CLAIM, key, { metadata: { [field]: said } });
        }
        const { warnings } = await stack.preview(program(declared));
        assert.ok(
          warnings.some((warning) => warning.endsWith(`: ${reason}`)),
          what,
        );
        await assertUnchanged(stack, program(declared));
        await stack.destroy();
        assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] }, what);
      }
    });
  });
});

describe("a pool that the program pauses", () => {
  const paused = (args: object = {}) => pool({ clusterName: "c1", ...annotations(PAUSED, "true"), ...args });
  const running = (args: object = {}) => pool({ clusterName: "c1", ...args });
  const entries = { preAllocations: { "a-net": "10.0.0.11" } };
  const told = "IPPool metal3/net is paused (cluster.x-k8s.io/paused in its `annotations`)";

  onEachStore((open) => {
    it("is created paused, with its entries, and the second update has nothing to do", async () => {
      for (const args of [{}, entries]) {
        const { store, stackOf } = open();
        const stack = stackOf();
        await stack.up([paused(args)]);
        assert.equal((await store.get(IP_POOL, NET))?.metadata.annotations?.[PAUSED], "true");
        assert.deepEqual((await held(store)).entries, "preAllocations" in args ? args.preAllocations : {});
        await assertUnchanged(stack, [paused(args)]);
        await stack.destroy();
        assert.equal(await store.get(IP_POOL, NET), undefined);
      }
    });

    it("can be paused or resumed by an update that changes other properties too", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([running()]);
      assert.deepEqual(await stack.up([paused({ labels: { a: "1" }, ...entries })]), ["update net"]);
      assert.deepEqual((await held(store)).entries, entries.preAllocations);
      await assertUnchanged(stack, [paused({ labels: { a: "1" }, ...entries })]);
      const { warnings } = await stack.preview([running({ labels: { a: "2" } }), host("b")]);
      assert.deepEqual(
        warnings.filter((warning) => warning.includes("paused")),
        [],
      );
      assert.deepEqual(await stack.up([running({ labels: { a: "2" } }), host("b")]), ["update net", "create b"]);
      const { metadata } = (await store.get(IP_POOL, NET))!;
      assert.deepEqual([metadata.annotations?.[PAUSED], metadata.labels?.a], [undefined, "2"]);
      assert.deepEqual(Object.keys((await held(store)).entries), ["b-net"]);
    });

    it("is resumed by an update that only removes the key", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([paused()]);
      assert.deepEqual(await stack.up([running()]), ["update net"]);
      assert.equal((await store.get(IP_POOL, NET))?.metadata.annotations?.[PAUSED], undefined);
      await assertUnchanged(stack, [running()]);
    });

    it("is not written while it is paused, and the preview names what waits", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([paused()]);
      const program = [paused(), host("a")];
      const { warnings } = await stack.preview(program);
      const waits = `${told}. An update that writes to its addresses waits, and fails if the pause lasts.`;
      assert.deepEqual(
        warnings.filter((warning) => warning.includes("paused")),
        [waits, waits],
      );
      await assert.rejects(stack.up(program), { kind: "paused", message: /^IPPool metal3\/net is paused/ });
      await assert.rejects(stack.up([paused({ labels: { a: "b" } })]), { kind: "paused" });
      assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
      await assertUnchanged(stack, [paused()]);
    });

    it("is paused again if a user resumes it, and not written if a user paused it already", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([paused()]);
      await store.patch(IP_POOL, NET, { metadata: { annotations: { [PAUSED]: null } } });
      const { drift } = await stack.preview([paused()]);
      assert.equal(drift.length, 1);
      assert.match(
        drift[0]!,
        /^IPPool metal3\/net metadata\.annotations\["cluster\.x-k8s\.io\/paused"\]: removed, expected true/,
      );
      assert.deepEqual(await stack.up([paused()]), ["update net"]);
      await assertUnchanged(stack, [paused()]);
      await stack.up([running()]);
      await store.patch(IP_POOL, NET, { metadata: { annotations: { [PAUSED]: "true" } } });
      assert.deepEqual(await stack.up([paused()]), ["update net"]);
      await assertUnchanged(stack, [paused()]);
    });

    it("stays paused if another user paused it after the program resumed it", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      await stack.up([running()]);
      await store.patch(IP_POOL, NET, { metadata: { annotations: { [PAUSED]: "" } } });
      await assert.rejects(stack.up([running({ labels: { a: "b" } })]), {
        kind: "paused",
        message: /^IPPool metal3\/net is paused \(cluster\.x-k8s\.io\/paused\) /,
      });
      await assert.rejects(stack.destroy(), { kind: "paused" });
      await store.patch(IP_POOL, NET, { metadata: { annotations: { [PAUSED]: null } } });
      await stack.destroy();
    });

    it("gets warnings: the value does not count, and Metal3 obeys the key only with clusterName", async () => {
      const warningsOf = async (program: Declared) =>
        (await open().stackOf().preview([program])).warnings.filter((warning) =>
          /paused for|paused, although/.test(warning),
        );
      assert.deepEqual(await warningsOf(paused()), []);
      assert.deepEqual(await warningsOf(paused(annotations(PAUSED, ""))), []);
      assert.deepEqual(await warningsOf(paused(annotations(PAUSED, "false"))), [
        'IPPool metal3/net is paused, although cluster.x-k8s.io/paused says "false". The key alone counts. Remove it to end the pause.',
      ]);
      assert.deepEqual(await warningsOf(pool(annotations(PAUSED, "true"))), [
        "IPPool metal3/net is paused for this provider only. Metal3's controller obeys a pause only on a pool with `clusterName`, so it still serves the claims of this one.",
      ]);
    });
  });
});
