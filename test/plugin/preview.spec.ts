import assert from "node:assert/strict";
import type { WireProperties } from "../../provider/pulumi/wire";
import { useMemory, useProcesses } from "./backend";
import { type Kind, Resource, UNKNOWN } from "./verbs";

const pools = [{ start: "10.0.0.10", end: "10.0.0.29" }];
const all = { address: UNKNOWN, prefix: UNKNOWN, gateway: UNKNOWN, dnsServers: UNKNOWN };

describe("a preview", () => {
  const start = useProcesses(useMemory());
  const resource = async (kind: Kind, name = "one") => new Resource(await start(), kind, name);
  beforeEach(async () => {
    await (await resource("ipPool", "net")).made({ pools, prefix: 24 });
    await (await resource("preAllocation", "other")).made({ pool: "net", host: "other", address: "10.0.0.20" });
  });

  /** What dependents see of a new resource: everything except hidden values. */
  async function previewed(kind: Kind, news: WireProperties): Promise<WireProperties> {
    const one = await resource(kind);
    const shown = await one.previewedCreate(await one.checked(news));
    return Object.fromEntries(Object.entries(shown).filter(([name]) => !name.startsWith("__")));
  }

  it("knows the address, the network, and that there is no gateway", async () => {
    const shown = await previewed("preAllocation", { pool: "net", claimName: "a", address: "10.0.0.15" });
    assert.deepEqual(shown, {
      pool: "net",
      namespace: "metal3",
      claimName: "a",
      address: "10.0.0.15",
      prefix: 24,
      gateway: null,
      dnsServers: null,
    });
  });

  const unknowns: readonly (readonly [what: string, kind: Kind, news: WireProperties, shown: WireProperties])[] = [
    [
      "a pool's name",
      "preAllocation",
      { pool: UNKNOWN, host: "a" },
      { pool: UNKNOWN, host: "a", namespace: "metal3", claimName: UNKNOWN, ...all },
    ],
    [
      "a host",
      "preAllocation",
      { pool: "net", host: UNKNOWN },
      { pool: "net", host: UNKNOWN, namespace: "metal3", claimName: UNKNOWN, ...all },
    ],
    [
      "a pin",
      "preAllocation",
      { pool: "net", claimName: "a", address: UNKNOWN },
      { pool: "net", namespace: "metal3", claimName: "a", ...all },
    ],
    [
      "a pool's name for a claim",
      "ipClaim",
      { pool: UNKNOWN, name: "vip" },
      { pool: UNKNOWN, name: "vip", namespace: "metal3", addressName: UNKNOWN, ...all },
    ],
    [
      "a list of hosts",
      "preAllocationSet",
      { pool: "net", hosts: UNKNOWN },
      { pool: "net", hosts: UNKNOWN, namespace: "metal3", addresses: UNKNOWN, allocations: UNKNOWN },
    ],
    [
      "one host of many",
      "preAllocationSet",
      { pool: "net", hosts: ["a", UNKNOWN] },
      { pool: "net", hosts: ["a", UNKNOWN], namespace: "metal3", addresses: UNKNOWN, allocations: UNKNOWN },
    ],
    [
      "entries of a pool",
      "ipPool",
      { name: "new", pools: UNKNOWN },
      { name: "new", namePrefix: "new", namespace: "metal3", pools: UNKNOWN, capacity: UNKNOWN },
    ],
    [
      "the name of a pool",
      "ipPool",
      { name: UNKNOWN, pools },
      { name: UNKNOWN, namePrefix: UNKNOWN, namespace: "metal3", pools, capacity: UNKNOWN },
    ],
    [
      "a whole entry, in place of the object",
      "ipPool",
      { name: "new", pools: [UNKNOWN], namespace: UNKNOWN },
      { name: "new", namePrefix: "new", namespace: UNKNOWN, pools: [UNKNOWN], capacity: UNKNOWN },
    ],
  ];
  for (const [what, kind, news, shown] of unknowns)
    it(`does not know what depends on unknown ${what}`, async () =>
      assert.deepEqual(await previewed(kind, news), shown));

  for (const kind of ["preAllocation", "ipClaim"] as const) {
    it(`does not know the fallback of a taken pin if the order decides (${kind})`, async () => {
      const name = kind === "ipClaim" ? { name: "a" } : { claimName: "a" };
      const news = { pool: "net", ...name, address: "10.0.0.20", fallback: "next", placement: "lowest" };
      const { address, prefix, gateway } = await previewed(kind, news);
      assert.deepEqual([address, prefix, gateway], [UNKNOWN, UNKNOWN, UNKNOWN]);
      assert.equal((await (await resource(kind)).made(news)).outputs.address, "10.0.0.10");
      const byName = await previewed(kind, {
        ...news,
        ...(kind === "ipClaim" ? { name: "b" } : { claimName: "b" }),
        placement: "byName",
      });
      assert.match(String(byName.address), /^10\.0\.0\.(?!20)/);
    });
  }

  it("of an update keeps the same values as the update", async () => {
    const one = await resource("preAllocation");
    const kept = await one.made({ pool: "net", host: "a" });
    const moved = await one.checked({ pool: "net", host: "a", address: "10.0.0.29" }, kept.inputs);
    const shown = await one.previewedUpdate(kept, moved);
    const { outputs } = await one.update(kept, moved);
    const { gateway: _gateway, dnsServers: _servers, ...known } = shown;
    assert.deepEqual({ ...outputs, ...known }, outputs);
    assert.equal(outputs.__token, kept.outputs.__token);
  });
});
