/** The code that `pulumi import` writes for the objects of Metal3's documentation, as users have applied them. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { Manifest } from "../../../provider/api/meta";
import { DOCUMENTED } from "../../resources/documented-pools";
import { expectSucceeded, type Stack, useEngine } from "../../testbed/engine";
import { type Backend, openFolder } from "../backends";

describe("pulumi import of the objects of Metal3's documentation", function () {
  const engine = useEngine(this);

  it("writes code that previews without a diff, and names the omitted fields", async () => {
    const backend = await openFolder(engine());
    // Two pools of one name or one range cannot exist together. Only the tests of the handlers import the others.
    const shown = DOCUMENTED.filter(({ pool }) =>
      ["pool1", "baremetalv4-pool", "provisioning-pool", "limited"].includes(pool.metadata.name),
    );
    const rows = [...new Map(shown.reverse().map((row) => [row.pool.metadata.name, row])).values()];
    for (const { pool, claims = [] } of rows) {
      await make(backend, "ippools", pool);
      for (const claim of claims) await make(backend, "ipclaims", claim);
    }
    const odd = { Node_1: "192.168.111.103", "far-baremetalv4-pool": "192.168.1.1" };
    await backend.edit("ippools/baremetalv4-pool", { spec: { preAllocations: odd } });
    const before = await backend.contents();
    const stack = await engine().project({
      name: "documented",
      runtime: "yaml",
      program: "resources: {}",
      ...backend.project,
    });
    const resources = rows.flatMap(({ pool, claims = [] }) => [
      { type: "IPPool", name: pool.metadata.name, id: `metal3/${pool.metadata.name}` },
      ...claims.map(({ metadata: { name } }) => ({ type: "IPClaim", name, id: `metal3/${name}` })),
    ]);
    const set = { type: "PreAllocationSet", name: "nodes", id: "metal3/baremetalv4-pool" };
    const { code, all } = await importAll(stack, [...resources, set]);
    // The preview of the command says it, and the import does not repeat it.
    const said = all.slice(all.indexOf("Diagnostics:")).split("The import leaves out entries of IPPool ");
    assert.deepEqual(
      said.slice(1).map((text) => text.split("\n")[0]),
      [
        'metal3/baremetalv4-pool that a program cannot declare: "far-baremetalv4-pool" (192.168.1.1) is outside of the pool, ' +
          '"Node_1" (192.168.111.103) is not a valid claim name. They stay as they are. Correct or remove them by hand.',
      ],
    );
    const written = parse(code).resources;
    for (const { pool, code: properties } of rows) {
      const { name } = pool.metadata;
      assert.deepEqual(written[name].properties, { name, namespace: "metal3", ...properties });
    }
    assert.deepEqual(written.nodes.properties.claimNames, ["node-0-pool0", "node-1-pool0"]);
    await stack.setProgram(code);
    for (const result of [await stack.preview(), await stack.up(), await stack.refresh(), await stack.up()]) {
      assert.deepEqual(expectSucceeded(result).changes, { same: resources.length + 1 }, result.all);
      assert.doesNotMatch(result.all, /diff:/);
    }
    assert.deepEqual(await backend.contents(), before);
  });
});

function make(backend: Backend, plural: string, { metadata, spec }: Manifest): Promise<void> {
  const { name, namespace: _namespace, ...others } = metadata;
  return backend.create(`${plural}/${name}`, { metadata: others, spec: spec as object });
}

async function importAll(stack: Stack, resources: readonly { type: string; name: string; id: string }[]) {
  const [list, out] = [join(stack.folder, "import.json"), join(stack.folder, "imported.yaml")];
  const listed = resources.map(({ type, ...one }) => ({ ...one, type: `metal3-ipam:index:${type}` }));
  await writeFile(list, JSON.stringify({ resources: listed }));
  const result = await stack.start("import", "--yes", "--protect=false", "--file", list, "--out", out).done;
  assert.deepEqual(expectSucceeded(result).changes, { import: resources.length });
  return { code: await readFile(out, "utf8"), all: result.all };
}
