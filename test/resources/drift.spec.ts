import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, pool } from "./declare";
import { onEachStore } from "./stores";

const NET = { namespace: "metal3", name: "net" };
const program = [
  pool(),
  host("a", { address: "10.0.0.11" }),
  hosts(["r-1", "r-2"], { start: "10.0.0.14" }),
  claim("vip", { address: "10.0.0.17" }),
];

/** The lines without author and time, which only an API server records. There each line has them. */
function unsigned(store: Store, drift: readonly string[]): string[] {
  const time = "\\d{4}-\\d\\d-\\d\\dT[\\d:]+Z";
  const author = new RegExp(` \\((changed|last recorded change) by pulumi-metal3-ipam at ${time}\\)$`);
  if (store.target.id.startsWith("kubernetes:"))
    for (const line of drift) if (!line.endsWith(" was deleted")) assert.match(line, author);
  return drift.map((line) => line.replace(author, ""));
}

describe("drift", () => {
  onEachStore((open) => {
    /** A stack that is up, and a check that `up` has repaired all. */
    async function settled() {
      const { store, directory, stackOf } = open();
      const stack = stackOf();
      await stack.up(program);
      const before = await held(store);
      const repaired = async () => {
        const steps = await stack.up(program);
        assert.deepEqual(await held(store), before);
        const { steps: next, drift } = await stack.preview(program);
        assert.deepEqual(drift, []);
        assert.deepEqual(next, ["same net", "same a", "same rack", "same vip"]);
        return steps;
      };
      return { store, directory, stack, repaired };
    }

    it("a changed entry shows its live and its last value", async () => {
      const { store, stack, repaired } = await settled();
      await store.patch(IP_POOL, NET, { spec: { preAllocations: { "a-net": "10.0.0.19" } } });
      const { drift, steps } = await stack.preview(program);
      assert.deepEqual(unsigned(store, drift), ["a: found 10.0.0.19 in IPPool metal3/net, expected 10.0.0.11"]);
      assert.deepEqual(steps, ["same net", "update a", "same rack", "same vip"]);
      assert.deepEqual(await repaired(), ["same net", "update a", "same rack", "same vip"]);
    });

    it("a network that another tool adds to a pool without one stays, and all hosts get it", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      const bare = pool({ gateway: undefined, prefix: undefined });
      const both = [bare, host("a", { address: "10.0.0.11" })];
      await stack.up(both);
      const theirs = { gateway: "10.0.0.9", prefix: 25, dnsServers: ["10.0.0.8"] };
      await store.patch(IP_POOL, NET, { spec: theirs });
      const spec = async () => (await store.get(IP_POOL, NET))?.spec as Record<string, unknown>;
      assert.deepEqual(await stack.up([...both, claim("v")]), ["same net", "update a", "create v"]);
      assert.deepEqual([stack.outputs("a").gateway, stack.outputs("v").gateway], ["10.0.0.9", "10.0.0.9"]);
      const { steps, drift } = await stack.preview([...both, claim("v")]);
      assert.deepEqual([steps, drift], [["same net", "same a", "same v"], []]);
      const { gateway, prefix, dnsServers } = await spec();
      assert.deepEqual({ gateway, prefix, dnsServers }, theirs);
      // The program owns what it has declared once.
      await stack.up([pool(), ...both.slice(1)]);
      await stack.up(both);
      assert.deepEqual([(await spec()).gateway, (await spec()).prefix], [undefined, undefined]);
      assert.deepEqual((await stack.preview(both)).steps, ["same net", "same a"]);
    });

    it("a removed entry shows as absent", async () => {
      const { store, stack, repaired } = await settled();
      await store.patch(IP_POOL, NET, { spec: { preAllocations: { "r-2-net": null } } });
      const { drift } = await stack.preview(program);
      assert.deepEqual(unsigned(store, drift), ["r-2: removed from IPPool metal3/net, expected 10.0.0.15"]);
      assert.deepEqual(await repaired(), ["same net", "same a", "update rack", "same vip"]);
    });

    it("shows before a second update too, for addresses that only create knew", async () => {
      const { store, stackOf } = open();
      const stack = stackOf();
      const lowest = { placement: "lowest" };
      const late = [pool(), host("a", lowest), host("b", lowest), claim("v", lowest)];
      await stack.up(late);
      const before = await held(store);
      await store.patch(IP_POOL, NET, { spec: { preAllocations: { "a-net": "10.0.0.19", "b-net": null } } });
      await store.remove(IP_CLAIM, { namespace: "metal3", name: "v" });
      const { drift, steps } = await stack.preview(late);
      assert.deepEqual(unsigned(store, drift), [
        "a: found 10.0.0.19 in IPPool metal3/net, expected 10.0.0.10",
        "b: removed from IPPool metal3/net, expected 10.0.0.11",
        "IPClaim metal3/v was deleted",
      ]);
      assert.deepEqual(steps, ["same net", "update a", "update b", "update v"]);
      assert.deepEqual(await stack.up(late), ["same net", "update a", "update b", "update v"]);
      assert.deepEqual(await held(store), before);
      assert.deepEqual((await stack.preview(late)).steps, ["same net", "same a", "same b", "same v"]);
    });

    it("an entry of another writer is not drift, and stays", async () => {
      const { store, stack } = await settled();
      await store.patch(IP_POOL, NET, { spec: { preAllocations: { foreign: "10.0.0.19" } } });
      assert.deepEqual((await stack.preview(program)).drift, []);
      await stack.up([pool({ gateway: "10.0.0.2" }), ...program.slice(1)]);
      assert.equal((await held(store)).entries.foreign, "10.0.0.19");
    });

    it("an edited field of the pool shows at its path", async () => {
      const { store, stack, repaired } = await settled();
      const pools = [{ start: "10.0.0.10", end: "10.0.0.18" }];
      await store.patch(IP_POOL, NET, { spec: { gateway: "10.0.0.9", pools } });
      const { drift } = await stack.preview(program);
      assert.deepEqual(unsigned(store, drift), [
        "IPPool metal3/net spec.pools[0].end: found 10.0.0.18, expected 10.0.0.19",
        "IPPool metal3/net spec.gateway: found 10.0.0.9, expected 10.0.0.1",
      ]);
      assert.deepEqual(await repaired(), ["update net", "same a", "same rack", "same vip"]);
    });

    it("a lock that was removed with its node is not drift while the entry stays", async () => {
      const { store, stack } = await settled();
      await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-11" });
      assert.deepEqual((await stack.preview(program)).drift, []);
      assert.deepEqual(await stack.up(program), ["same net", "same a", "same rack", "same vip"]);
    });

    it("a missing IPClaim or lock shows, and comes back", async () => {
      const { store, stack, repaired } = await settled();
      await store.remove(IP_CLAIM, { namespace: "metal3", name: "vip" });
      assert.deepEqual((await stack.preview(program)).drift, ["IPClaim metal3/vip was deleted"]);
      assert.deepEqual(await repaired(), ["same net", "same a", "same rack", "update vip"]);
      await store.remove(IP_ADDRESS, { namespace: "metal3", name: "net-10-0-0-17" });
      assert.deepEqual((await stack.preview(program)).drift, ["Claim vip: the IPAddress of 10.0.0.17 was deleted"]);
      assert.deepEqual(await repaired(), ["same net", "same a", "same rack", "update vip"]);
    });

    it("a missing pool shows once for each resource that needs it, and everything comes back", async () => {
      const { store, stack, repaired } = await settled();
      await store.remove(IP_POOL, NET);
      const { drift } = await stack.preview(program);
      assert.deepEqual(drift, Array(4).fill("IPPool metal3/net was deleted"));
      // If everything is read before the pool is repaired. Without that, the claim finds the pool again.
      const vip = stack.manner.reads ? "update vip" : "same vip";
      assert.deepEqual(await repaired(), ["update net", "update a", "update rack", vip]);
      const locks = await store.list(IP_ADDRESS, "metal3");
      const uid = (await store.get(IP_POOL, NET))?.metadata.uid;
      for (const lock of locks) assert.equal(lock.metadata.ownerReferences?.[0]?.uid, uid);
    });

    it("all missing objects come back with the same addresses", async () => {
      const { store, directory, repaired } = await settled();
      if (directory) await rm(directory, { recursive: true });
      else {
        for (const kind of [IP_POOL, IP_ADDRESS, IP_CLAIM]) {
          for (const one of await store.list(kind, "metal3"))
            await store.remove(kind, one.metadata as { name: string });
        }
      }
      await repaired();
    });

    it("made with an editor in a folder shows this and when", async () => {
      const { directory, stack, repaired } = await settled();
      if (!directory) return; // The others have no editors.
      const file = join(directory, "metal3", "ippools", "net.yaml");
      const text = await readFile(file, "utf8");
      await writeFile(file, text.replace("a-net: 10.0.0.11", "a-net: 10.0.0.19"));
      const { drift } = await stack.preview(program);
      assert.equal(drift.length, 1);
      assert.match(
        drift[0]!,
        /^a: found 10\.0\.0\.19 in IPPool metal3\/net, expected 10\.0\.0\.11 \(changed by hand at \d{4}-\d\d-\d\dT[\d:.]+Z\)$/,
      );
      assert.deepEqual(await repaired(), ["same net", "update a", "same rack", "same vip"]);
      await rm(file);
      assert.deepEqual((await stack.preview(program)).drift, Array(4).fill("IPPool metal3/net was deleted"));
      await repaired();
    });
  });
});
