/**
 * An import declares only what a program can declare. It names the entries that it leaves out. Our own writes are not drift.
 */
import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { handlersOver } from "../../provider/compose";
import type { Store } from "../../provider/store/store";
import { assertUnchanged, byHand, declared, imported, NET, unmarked } from "./importing";
import type { Stack } from "./program";
import { onEachStore } from "./stores";

const LONG = `${"a".repeat(250)}-net`;
const NO_NAME = "is not a valid claim name";
const OUTSIDE = "is outside of the pool";

/** There are two good entries as well. */
const ROWS: readonly {
  what: string;
  entries: Record<string, string>;
  leftOut: readonly string[];
  locks?: Record<string, string>;
}[] = [
  { what: "capitals", entries: { "Node-1-net": "10.0.0.12" }, leftOut: [`"Node-1-net" (10.0.0.12) ${NO_NAME}`] },
  { what: "an underscore", entries: { node_1: "10.0.0.12" }, leftOut: [`"node_1" (10.0.0.12) ${NO_NAME}`] },
  { what: "a space", entries: { "node 1": "10.0.0.12" }, leftOut: [`"node 1" (10.0.0.12) ${NO_NAME}`] },
  { what: "a slash", entries: { "metal3/node": "10.0.0.12" }, leftOut: [`"metal3/node" (10.0.0.12) ${NO_NAME}`] },
  { what: "an empty key", entries: { "": "10.0.0.12" }, leftOut: [`"" (10.0.0.12) ${NO_NAME}`] },
  { what: "a dot at the end", entries: { "node.": "10.0.0.12" }, leftOut: [`"node." (10.0.0.12) ${NO_NAME}`] },
  { what: "254 characters", entries: { [LONG]: "10.0.0.12" }, leftOut: [`"${LONG}" (10.0.0.12) ${NO_NAME}`] },
  { what: "a colon", entries: { "node:1": "10.0.0.12" }, leftOut: [`"node:1" (10.0.0.12) ${NO_NAME}`] },
  { what: "an address before the pool", entries: { "x-net": "10.0.0.9" }, leftOut: [`"x-net" (10.0.0.9) ${OUTSIDE}`] },
  {
    what: "an address between its entries",
    entries: { "x-net": "10.0.0.15" },
    leftOut: [`"x-net" (10.0.0.15) ${OUTSIDE}`],
  },
  {
    what: "an address of the other family",
    entries: { "x-net": "2001:db8::1" },
    leftOut: [`"x-net" (2001:db8::1) ${OUTSIDE}`],
  },
  {
    what: "one address under two keys",
    entries: { "x-net": "10.0.0.12", "y-net": "10.0.0.12" },
    leftOut: [
      '"x-net" (10.0.0.12) is held by y (an entry of preAllocations)',
      '"y-net" (10.0.0.12) is held by x (an entry of preAllocations)',
    ],
  },
  {
    what: "an address that another claim uses",
    entries: { "x-net": "10.0.0.12" },
    locks: { vip: "10.0.0.12" },
    leftOut: ['"x-net" (10.0.0.12) is held by claim vip (not made by this provider)'],
  },
  {
    what: "several of these at once",
    entries: { Node: "10.0.0.12", "x-net": "10.0.0.99", z_z: "10.0.0.98" },
    leftOut: [`"Node" (10.0.0.12) ${NO_NAME}`, `"z_z" (10.0.0.98) ${NO_NAME}`, `"x-net" (10.0.0.99) ${OUTSIDE}`],
  },
];

describe("an import of all entries of a pool", () => {
  const good = { "cp-0-net": "10.0.0.20", "cp-1-net": "10.0.0.11" };
  const make = async (store: Store, { entries, locks = {} }: Pick<(typeof ROWS)[number], "entries" | "locks">) => {
    await store.create(IP_POOL, { ...byHand, spec: { ...byHand.spec, preAllocations: entries } });
    for (const [claim, address] of Object.entries(locks)) await unmarked(store, address, claim);
  };
  /** Messages cannot carry warnings. They go to the log of the engine. */
  const warningsOf = async (
    { store, environment, name }: Stack,
    kind: "preAllocation" | "preAllocationSet",
    id: string,
  ) => {
    const handler = handlersOver(store, environment, "metal3")[kind];
    const { warnings } = await handler.read({ owner: { stack: name, resource: "x" }, id, state: {} });
    return warnings ?? [];
  };

  onEachStore((open) => {
    for (const { what, entries, leftOut, locks } of ROWS) {
      it(`leaves out ${what}, and names it`, async () => {
        const { store, stackOf } = open();
        await make(store, { entries: { ...good, ...entries }, ...(locks && { locks }) });
        const stack = stackOf();
        const net = await imported(stack, "ipPool", "net", "metal3/net");
        const all = await imported(stack, "preAllocationSet", "all", "metal3/net");
        assert.deepEqual(all.args, { ...NET_OF, hosts: ["cp-1", "cp-0"] });
        assert.deepEqual(await warningsOf(stack, "preAllocationSet", "metal3/net"), [
          `The import leaves out entries of IPPool metal3/net that a program cannot declare: ${leftOut.join(", ")}. They stay as they are. Correct or remove them by hand.`,
        ]);
        await assertUnchanged(stack, [net, all]);
        await stack
          .destroy()
          .catch((error) =>
            assert.match(error.message, /^IPPool metal3\/net is not deleted: after \d+ s it still holds /),
          );
        const { spec } = (await store.get(IP_POOL, NET))!;
        assert.deepEqual((spec as { preAllocations: object }).preAllocations, entries);
      });
    }

    it("says so if none is left", async () => {
      const { store, stackOf } = open();
      await make(store, { entries: { Node: "10.0.0.12", "x-net": "10.0.0.99" } });
      await assert.rejects(imported(stackOf(), "preAllocationSet", "all", "metal3/net"), {
        kind: "notReserved",
        message:
          `There is nothing to import. A program cannot declare the entries of IPPool metal3/net: "Node" (10.0.0.12) ${NO_NAME}, ` +
          `"x-net" (10.0.0.99) ${OUTSIDE}. Correct or remove them by hand.`,
      });
    });

    it("imports claims if a key has a part that cannot be a host", async () => {
      const { store, stackOf } = open();
      await make(store, { entries: { ...good, "node--net": "10.0.0.12" } });
      const stack = stackOf();
      const all = await imported(stack, "preAllocationSet", "all", "metal3/net");
      assert.deepEqual(all.args, { ...NET_OF, claimNames: ["cp-1-net", "node--net", "cp-0-net"] });
      await assertUnchanged(stack, [all]);
      const one = await imported(stackOf("metal/other"), "preAllocation", "one", "metal3/net/node--net");
      assert.deepEqual(one.args, { ...NET_OF, claimName: "node--net", address: "10.0.0.12" });
    });

    it("imports an undeclarable entry by name, with a warning, so that the next update releases it", async () => {
      const { store, stackOf } = open();
      await make(store, { entries: { ...good, "x-net": "10.0.0.99" } });
      const stack = stackOf();
      const told =
        `A program cannot declare these entries of IPPool metal3/net: "x-net" (10.0.0.99) ${OUTSIDE}. ` +
        "Correct them by hand. If you leave them out of the program, the next update releases them.";
      assert.deepEqual(await warningsOf(stack, "preAllocation", "metal3/net/x"), [told]);
      assert.deepEqual(await warningsOf(stack, "preAllocationSet", "metal3/net?cp-0,x"), [told]);
      assert.deepEqual(await warningsOf(stack, "preAllocationSet", "metal3/net?cp-0"), []);
      const {
        id,
        inputs = {},
        outputs,
      } = await stack
        .handlers()
        .preAllocation.read({ owner: { stack: stack.name, resource: "x" }, id: "metal3/net/x", state: {} });
      stack.state.set("x", { kind: "preAllocation", id, inputs, outputs });
      await stack.up([]);
      const { spec } = (await store.get(IP_POOL, NET))!;
      assert.deepEqual((spec as { preAllocations: object }).preAllocations, good);
    });
  });
});

const NET_OF = { namespace: "metal3", pool: "net" };

describe("what we and Metal3 write in addition to a program", () => {
  const clusterLabel = "cluster.x-k8s.io/cluster-name";
  const gone = [clusterLabel, "cluster.x-k8s.io/provider"];

  onEachStore((open) => {
    it("is not drift, before and after the first update of an import, and names no author", async () => {
      const { store, stackOf } = open();
      const { labels: _labels, ...metadata } = byHand.metadata;
      await store.create(IP_POOL, { ...byHand, metadata, spec: { ...byHand.spec, preAllocations: {} } });
      const stack = stackOf();
      const net = await imported(stack, "ipPool", "net", "metal3/net");
      const { labels: _said, ...said } = declared;
      assert.deepEqual(net.args, said);
      // The label of the cluster does not exist yet.
      await assertUnchanged(stack, [net]);
      const changed = { ...net, args: { ...net.args, gateway: "10.0.0.2" } };
      assert.deepEqual(await stack.up([changed]), ["update net"]);
      assert.equal((await store.get(IP_POOL, NET))?.metadata.labels?.[clusterLabel], "c1");
      // Metal3's controller, kubectl, clusterctl, and a user who cleans up labels.
      const edits = [
        { labels: { [clusterLabel]: null } },
        { labels: { [clusterLabel]: "c1", "cluster.x-k8s.io/provider": "ipam-metal3" } },
        { labels: { [clusterLabel]: "other" } },
        { labels: Object.fromEntries(gone.map((key) => [key, null])) },
        { labels: { site: "b" } },
        { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" } },
        { annotations: { "pulumi-metal3-ipam/touched": "2026-01-01T00:00:00Z" } },
        { finalizers: ["ippool.ipam.metal3.io"] },
        { ownerReferences: [{ apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Cluster", name: "c1", uid: "u" }] },
        { ownerReferences: null },
        { finalizers: null },
      ];
      for (const metadata of edits) {
        await store.patch(IP_POOL, NET, { metadata });
        await assertUnchanged(stack, [changed]);
      }
    });
  });
});
