import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import type { WireProperties } from "../../provider/pulumi/wire";
import { useMemory, useProcesses } from "./backend";
import { type Differs, type Kept, type Kind, Resource, secret, UNKNOWN } from "./verbs";

const pools = [{ start: "10.0.0.10", end: "10.0.0.29" }];
const NET = { pools, prefix: 24, gateway: "10.0.0.1", labels: { "a.b": "1", c: "1" } };
const same: Differs = {
  detailed: {},
  isChange: false,
  diffs: [],
  replaces: [],
  stables: [],
  deleteBeforeReplace: false,
};

describe("Diff", () => {
  const backend = useMemory();
  const start = useProcesses(backend);
  const resource = async (kind: Kind, name: string) => new Resource(await start(), kind, name);
  let net: Kept;

  beforeEach(async () => {
    net = await (await resource("ipPool", "net")).made(NET);
  });

  /** The diff of a later run with a changed program, which has not read anything before. */
  async function changed(kind: Kind, name: string, kept: Kept, news: WireProperties): Promise<Differs> {
    const later = await resource(kind, name);
    return later.diff(kept, await later.checked(news, kept.inputs));
  }

  it("of the same program is empty, and lists the stable properties", async () => {
    assert.deepEqual(await changed("ipPool", "net", net, NET), {
      ...same,
      stables: ["name", "namespace", "namePrefix"],
    });
    const host = { pool: "net", host: "cp-0" };
    const kept = await (await resource("preAllocation", "cp-0")).made(host);
    assert.deepEqual(await changed("preAllocation", "cp-0", kept, host), {
      ...same,
      stables: ["pool", "namespace", "claimName"],
    });
    const rack = { pool: "net", hosts: ["a", "b"] };
    const set = await (await resource("preAllocationSet", "rack")).made(rack);
    assert.deepEqual(await changed("preAllocationSet", "rack", set, rack), { ...same, stables: ["pool", "namespace"] });
    const vip = { pool: "net" };
    const claim = await (await resource("ipClaim", "vip")).made(vip);
    assert.deepEqual(await changed("ipClaim", "vip", claim, vip), { ...same, stables: ["name", "namespace", "pool"] });
  });

  it("of a pool names each leaf that is added, changed and removed", async () => {
    const { gateway: _gateway, ...rest } = NET;
    const news = {
      ...rest,
      pools: [{ start: "10.0.0.10", end: "10.0.0.31" }, { subnet: "10.0.1.0/24" }],
      labels: { "a.b": "2", d: "1" },
    };
    const { detailed, diffs, replaces } = await changed("ipPool", "net", net, news);
    assert.deepEqual(detailed, {
      capacity: "update",
      gateway: "delete",
      'labels["a.b"]': "update",
      "labels.c": "delete",
      "labels.d": "add",
      "pools[0].end": "update",
      "pools[1]": "add",
    });
    assert.deepEqual([...diffs].sort(), ["capacity", "gateway", "labels", "pools"]);
    assert.deepEqual(replaces, []);
  });

  it("replaces a resource with a fixed name, the old one first", async () => {
    const differs = await changed("ipPool", "net", net, { ...NET, name: "nodes" });
    assert.deepEqual(differs, {
      ...same,
      isChange: true,
      detailed: { name: "update_replace", namePrefix: "update_replace" },
      diffs: ["name", "namePrefix"],
      replaces: ["name", "namePrefix"],
      stables: ["namespace"],
      deleteBeforeReplace: true,
    });
  });

  it("replaces a reservation that gets another claim, the new one first", async () => {
    const kept = await (await resource("preAllocation", "cp")).made({ pool: "net", host: "cp-0", placement: "lowest" });
    const { address } = kept.outputs;
    const differs = await changed("preAllocation", "cp", kept, { pool: "net", host: "cp-1", address: "10.0.0.20" });
    assert.equal(address, "10.0.0.10");
    assert.deepEqual(differs.detailed, {
      address: "update",
      claimName: "update_replace",
      host: "update",
      placement: "delete",
    });
    assert.deepEqual(
      [differs.replaces, differs.stables, differs.deleteBeforeReplace],
      [["claimName"], ["pool", "namespace"], false],
    );
  });

  it("of a set names the hosts that come and go", async () => {
    const kept = await (await resource("preAllocationSet", "rack")).made({ pool: "net", hosts: ["a", "b"] });
    const differs = await changed("preAllocationSet", "rack", kept, { pool: "net", hosts: ["a", "c", "d"] });
    assert.deepEqual(differs.detailed, {
      "addresses.b": "delete",
      "addresses.c": "add",
      "addresses.d": "add",
      "allocations.b": "delete",
      "allocations.c": "add",
      "allocations.d": "add",
      "hosts[1]": "update",
      "hosts[2]": "add",
    });
    assert.deepEqual([...differs.diffs].sort(), ["addresses", "allocations", "hosts"]);
  });

  it("of a large set names only these, in any place of the list", async () => {
    await (await resource("ipPool", "wide")).made({ pools: [{ subnet: "10.8.0.0/20" }] });
    const hosts = Array.from({ length: 500 }, (_, index) => `n-${index}`);
    const rack = await (await resource("preAllocationSet", "rack")).made({ pool: "wide", hosts });
    const next = ["new-1", ...hosts.slice(0, 200), "new-2", ...hosts.slice(201, 499), hosts[200]];
    const { detailed } = await changed("preAllocationSet", "rack", rack, { pool: "wide", hosts: next });
    assert.deepEqual(detailed, {
      'addresses["n-499"]': "delete",
      'addresses["new-1"]': "add",
      'addresses["new-2"]': "add",
      'allocations["n-499"]': "delete",
      'allocations["new-1"]': "add",
      'allocations["new-2"]': "add",
      "hosts[0]": "add",
      "hosts[200]": "delete", // n-200 goes to the end
      "hosts[201]": "add",
      "hosts[499]": "delete",
      "hosts[500]": "add",
    });
  });

  it("names what is not known yet", async () => {
    const later = await resource("ipPool", "net");
    const differs = await later.diff(net, await later.checked({ ...NET, gateway: UNKNOWN }, net.inputs));
    assert.equal(differs.detailed.gateway, "update");
    const list = await resource("preAllocationSet", "rack");
    const kept = await list.made({ pool: "net", hosts: ["a"] });
    const grown = await list.diff(kept, await list.checked({ pool: "net", hosts: ["a", UNKNOWN] }, kept.inputs));
    assert.deepEqual(grown.detailed, { "hosts[1]": "add" });
  });

  it("sees no change in properties that only say how to find or take an address", async () => {
    const claim = { pool: "net" };
    const kept = await (await resource("ipClaim", "vip")).made(claim);
    const pinned = { ...claim, address: kept.outputs.address, placement: "byName", fallback: "next" };
    assert.equal((await changed("ipClaim", "vip", kept, pinned)).isChange, false);
    assert.equal((await changed("ipPool", "net", net, { ...NET, adopt: true, allowOverlap: true })).isChange, false);
  });

  describe("obeys `ignoreChanges`", () => {
    const news = {
      ...NET,
      pools: [{ start: "10.0.0.10", end: "10.0.0.29", gateway: "10.0.0.3" }],
      gateway: "10.0.0.2",
      labels: { "a.b": "2", c: "2" },
    };
    const rows: readonly (readonly [ignored: string[], left: string[]])[] = [
      [[], ["gateway", 'labels["a.b"]', "labels.c", "pools[0].gateway"]],
      [["gateway"], ['labels["a.b"]', "labels.c", "pools[0].gateway"]],
      [["pools[0].gateway"], ["gateway", 'labels["a.b"]', "labels.c"]],
      [
        ["pools[*].gateway", "gateway"],
        ['labels["a.b"]', "labels.c"],
      ],
      [['labels["a.b"]'], ["gateway", "labels.c", "pools[0].gateway"]],
      [["labels", "pools", "gateway"], []],
      [["*"], []],
    ];
    for (const [ignored, left] of rows) {
      it(`${JSON.stringify(ignored)}, in Diff and in Update`, async () => {
        const later = await resource("ipPool", "net");
        const checked = await later.checked(news, net.inputs);
        assert.deepEqual(Object.keys((await later.diff(net, checked, ignored)).detailed).sort(), [...left].sort());
        const { outputs } = await later.update(net, checked, ignored);
        const pool = await backend.store.get(IP_POOL, { namespace: "metal3", name: "net" });
        const spec = pool?.spec as { gateway: string; pools: { gateway?: string }[] };
        const written = {
          gateway: spec.gateway,
          'labels["a.b"]': pool?.metadata.labels?.["a.b"],
          "labels.c": pool?.metadata.labels?.c,
          "pools[0].gateway": spec.pools[0]?.gateway,
        };
        const [before, after] = [
          { gateway: "10.0.0.1", 'labels["a.b"]': "1", "labels.c": "1", "pools[0].gateway": undefined },
          { gateway: "10.0.0.2", 'labels["a.b"]': "2", "labels.c": "2", "pools[0].gateway": "10.0.0.3" },
        ];
        const expected = Object.keys(before).map((name) => (left.includes(name) ? after : before)[name as "gateway"]);
        assert.deepEqual(Object.values(written), expected);
        assert.deepEqual(outputs.gateway, written.gateway);
      });
    }
  });

  describe("without a read before it", () => {
    it("shows the drift that the check has found, as a text that an update removes", async () => {
      await backend.store.patch(
        IP_POOL,
        { namespace: "metal3", name: "net" },
        { spec: { gateway: "10.0.0.9" }, metadata: { labels: { "a.b": "9" } } },
      );
      const later = await resource("ipPool", "net");
      const checked = await later.checked(NET, net.inputs);
      const lines = [
        "IPPool metal3/net spec.gateway: found 10.0.0.9, expected 10.0.0.1",
        'IPPool metal3/net metadata.labels["a.b"]: found 9, expected 1',
      ];
      assert.deepEqual(checked.drift, lines);
      const differs = await later.diff(net, checked);
      assert.deepEqual(differs.detailed, { drift: "add" });
      assert.deepEqual([...differs.diffs].sort(), ["drift", "gateway", "labels"]);
      const ignoring = await later.diff(net, checked, ["gateway", "labels"]);
      assert.deepEqual([ignoring.isChange, ignoring.detailed], [false, {}]);
      assert.equal((await later.previewedUpdate(net, checked)).drift, undefined);
      const repaired = await later.update(net, checked);
      assert.deepEqual([repaired.outputs.gateway, repaired.outputs.drift], ["10.0.0.1", undefined]);
      // The engine keeps the checked inputs. The next command removes the text, and changes nothing.
      assert.deepEqual(repaired.inputs.drift, lines);
      for (const ignored of [[], ["*"]]) {
        const next = await resource("ipPool", "net");
        // If all is ignored, the engine gives a check the inputs of state.
        const given = await next.checked(ignored.length > 0 ? repaired.inputs : NET, repaired.inputs);
        assert.equal(given.drift, undefined);
        assert.equal((await next.diff(repaired, given, ignored)).isChange, false);
      }
      const refreshed = await (await resource("ipPool", "net")).read(repaired);
      assert.equal(refreshed.inputs.drift, undefined);
    });

    it("refuses an argument of that name", async () => {
      const { faults } = await (await resource("ipPool", "net")).check({ ...NET, drift: ["x"] }, net.inputs);
      assert.match(String(faults), /^drift: is not a property\. /);
    });

    it("hides secrets in it", async () => {
      const host = await resource("preAllocation", "s");
      const news = { pool: "net", host: "s", address: secret("10.0.0.20") };
      const kept = await host.made(news);
      const entries = { "s-net": "10.0.0.25" };
      await backend.store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { preAllocations: entries } });
      const { drift } = await (await resource("preAllocation", "s")).checked(news, kept.inputs);
      assert.deepEqual(drift, ["s: found 10.0.0.25 in IPPool [secret]/net, expected [secret]"]);
    });

    it("shows a deleted pool as drift of the pool only, and additions in the others", async () => {
      const news = { pool: "net", host: "a" };
      const kept = await (await resource("preAllocation", "a")).made(news);
      await backend.store.remove(IP_POOL, { namespace: "metal3", name: "net" });
      const provider = await start();
      const ofPool = new Resource(provider, "ipPool", "net");
      const checked = await ofPool.checked(NET, net.inputs);
      assert.deepEqual(checked.drift, ["IPPool metal3/net was deleted"]);
      assert.deepEqual((await ofPool.diff(net, checked)).detailed, { drift: "add", pools: "add" });
      const host = new Resource(provider, "preAllocation", "a");
      const alone = await host.checked(news, kept.inputs);
      assert.equal(alone.drift, undefined);
      assert.deepEqual((await host.diff(kept, alone)).detailed, { address: "add" });
    });

    it("names a property once for any number of drifted leaves", async () => {
      const kept = await (await resource("preAllocationSet", "rack")).made({ pool: "net", hosts: ["a", "b"] });
      await backend.store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { preAllocations: null } });
      const differs = await changed("preAllocationSet", "rack", kept, { pool: "net", hosts: ["a", "b"] });
      assert.deepEqual(differs.diffs, [...new Set(differs.diffs)]);
      assert.deepEqual(Object.keys(differs.detailed), [
        "addresses.a",
        "addresses.b",
        "allocations.a.address",
        "allocations.b.address",
        "drift",
      ]);
    });
  });
});
