import assert from "node:assert/strict";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import type { WireProperties } from "../../provider/pulumi/wire";
import { resources } from "../../provider/resources/registry";
import { useMemory, useProcesses } from "./backend";
import type { EmbeddedKind } from "./programs";
import { type Kept, type Kind, Resource, secret } from "./verbs";

const pools = [{ start: "10.0.0.10", end: "10.0.0.29" }];
const programs: { readonly [kind in EmbeddedKind]: WireProperties } = {
  ipPool: { name: "net", pools, prefix: 24, gateway: "10.0.0.1", labels: { a: "1" } },
  preAllocation: { pool: "net", host: "cp-0" },
  preAllocationSet: { pool: "net", hosts: ["a", "b"] },
  ipClaim: { pool: "net", name: "vip", labels: { a: "1" } },
};
const kinds = Object.keys(programs) as EmbeddedKind[];
const IDS: { readonly [kind in EmbeddedKind]: string } = {
  ipPool: "metal3/net",
  preAllocation: "metal3/net/cp-0-net",
  preAllocationSet: "metal3/net/one",
  ipClaim: "metal3/vip",
};
const IMPORT_IDS = { ...IDS, preAllocationSet: "metal3/net?a,b" };

describe("Read", () => {
  const backend = useMemory();
  const start = useProcesses(backend);
  const resource = async (kind: Kind) => new Resource(await start(), kind, "one");
  const made = {} as Record<EmbeddedKind, Kept>;

  beforeEach(async () => {
    for (const kind of kinds) made[kind] = await (await resource(kind)).made(programs[kind]);
  });

  for (const kind of kinds) {
    it(`finds after a create the same outputs (${kind})`, async () => {
      assert.equal(made[kind].id, IDS[kind]);
      assert.deepEqual(await (await resource(kind)).read(made[kind]), made[kind]);
    });

    it(`imports with the id the arguments of a program, without a later diff (${kind})`, async () => {
      const found = await (await resource(kind)).read({ id: IMPORT_IDS[kind] });
      assert.equal(found.id, IDS[kind]);
      const again = await resource(kind);
      const checked = await again.checked(asProgram(kind, found.inputs), found.inputs);
      assert.deepEqual(await again.diff(found, checked).then(({ detailed }) => detailed), {});
      assert.deepEqual(await again.read(found), found);
    });

    it(`imports nothing if the object does not exist (${kind})`, async () => {
      const id = kind === "preAllocationSet" ? "metal3/none" : IDS[kind].replace(/[^/]+$/, "none");
      assert.deepEqual(await (await resource(kind)).read({ id }), { id: "", inputs: {}, outputs: {} });
    });
  }

  // For `.get` engines send nothing else, or the program's arguments as both (up to 3.260), or as inputs.
  const looked: readonly (readonly [kind: EmbeddedKind, said: WireProperties])[] = [
    ["ipPool", { pools: [] }],
    ["preAllocation", { pool: "net" }],
    ["ipClaim", { pool: "net" }],
  ];
  for (const [kind, said] of looked) {
    it(`looks up the existing object for any arguments of the program (${kind})`, async () => {
      const before = await backend.store.get(IP_POOL, { namespace: "metal3", name: "net" });
      const id = IDS[kind];
      const found = shown(await (await resource(kind)).read({ id }));
      for (const asked of [{ inputs: said, outputs: said }, { inputs: said }])
        assert.deepEqual(shown(await (await resource(kind)).read({ id, ...asked })), found);
      assert.deepEqual(await backend.store.get(IP_POOL, { namespace: "metal3", name: "net" }), before);
    });
  }

  // From 3.27x on an engine omits empty inputs. Then the read of a `.get` is like that of an `import:`, which a check follows.
  for (const kind of kinds) {
    it(`looks up an object of another stack, and refuses its import in the next check (${kind})`, async () => {
      const id = IMPORT_IDS[kind];
      const ours = shown(await (await resource(kind)).read({ id }));
      const others = async () => new Resource(await start(), kind, "theirs", "other");
      const importing = await others();
      const found = await importing.read({ id }, "a step's token");
      assert.deepEqual(shown(found), ours);
      assert.equal(found.outputs.__token, undefined);
      const { faults } = await importing.check(programs[kind]);
      assert.match(faults[0] ?? "", / is held by stack metal\/dev, resource one, and only one stack may hold it\. /);
      // `pulumi import` has no such token, and would continue in spite of a check's faults.
      await assert.rejects((await others()).read({ id }), /, and only one stack may hold it\. /);
      // A later refresh of a looked-up object has no inputs, and is a lookup.
      assert.deepEqual(shown(await (await others()).read({ id, outputs: found.outputs })), ours);
    });
  }

  it("treats a refresh of an object that the same stack has looked up as a lookup", async () => {
    const seen = await new Resource(await start(), "ipPool", "seen").read({ id: IDS.ipPool }, "a step's token");
    await backend.store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { gateway: "10.0.0.9" } });
    const provider = await start();
    const { outputs } = await new Resource(provider, "ipPool", "seen").read({ id: IDS.ipPool, outputs: seen.outputs });
    assert.deepEqual([outputs.gateway, outputs.__token], ["10.0.0.9", undefined]);
    assert.deepEqual(provider.warnings(), []);
  });

  it("finds a change of another user, keeps the promise in the inputs, and warns once", async () => {
    const { address } = made.preAllocation.outputs;
    const entries = { "cp-0-net": "10.0.0.29" };
    await backend.store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { preAllocations: entries } });
    const provider = await start();
    const host = new Resource(provider, "preAllocation", "one");
    const found = await host.read(made.preAllocation);
    assert.deepEqual([found.inputs.address, found.outputs.address], [address, "10.0.0.29"]);
    const checked = await host.checked(programs.preAllocation, found.inputs);
    assert.deepEqual((await host.diff(found, checked)).detailed, { address: "update", drift: "add" });
    assert.equal(provider.warnings().filter((text) => text.includes("10.0.0.29")).length, 1);
    const { outputs } = await (await resource("preAllocation")).update(found, checked);
    assert.equal(outputs.address, address);
  });

  it("keeps a deleted object, so that the next update creates it again as the same resource", async () => {
    await backend.store.patch(IP_POOL, { namespace: "metal3", name: "net" }, { spec: { preAllocations: null } });
    const host = await resource("preAllocation");
    const found = await host.read(made.preAllocation);
    assert.deepEqual([found.id, found.outputs.address], [IDS.preAllocation, undefined]);
    const differs = await host.diff(found, await host.checked(programs.preAllocation, found.inputs));
    assert.deepEqual([differs.detailed.address, differs.replaces], ["add", []]);
  });

  it("returns secrets of state as secrets", async () => {
    const host = await resource("preAllocation");
    const secretly = await host.made({ pool: "net", host: "cp-9", address: secret("10.0.0.28") });
    const found = await (await resource("preAllocation")).read(secretly);
    assert.deepEqual(found.inputs.address, secret("10.0.0.28"));
    assert.deepEqual(found.outputs.address, secret("10.0.0.28"));
    assert.deepEqual(found.outputs.gateway, secret("10.0.0.1")); // made from it
  });
});

/** The arguments that a program can have for it. */
function asProgram(kind: Kind, inputs: WireProperties): WireProperties {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => Object.hasOwn(resources[kind].inputs, name)));
}

function shown({ outputs }: Kept): WireProperties {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !name.startsWith("__")));
}
