/** Specs that Metal3's schema or webhook refuses, and useless or harmful ones that it accepts. */
import assert from "node:assert/strict";
import { handlersOver } from "../../provider/compose";
import { printed } from "../../provider/pulumi/failed-check";
import { openMemoryStore } from "../../provider/store/memory-store";
import { testEnvironment } from "../resources/program";
import { NAMESPACE } from "./claims";
import tables from "./data/odd-specs.json";
import { CASES } from "./recorded-cases";

type Says = { readonly failures?: readonly (readonly string[])[]; readonly warnings?: readonly string[] };
const REFUSED_BY_METAL3 = tables.refusedByMetal3 as Record<string, Says>;
const TAKEN_BY_METAL3 = tables.takenByMetal3 as Record<string, Says & { readonly spec: object }>;

async function checked(spec: object): Promise<Says> {
  const { ipPool } = handlersOver(openMemoryStore(), testEnvironment(), NAMESPACE);
  const owner = { stack: "metal/dev", resource: "pool" };
  const { failures, warnings } = await ipPool.check({ owner, olds: undefined, news: { name: "pool", ...spec } });
  return {
    ...(failures.length > 0 && { failures: failures.map(printed).map(({ property, reason }) => [property, reason]) }),
    ...(warnings.length > 0 && { warnings }),
  };
}

describe("specs that Metal3 refuses", () => {
  const refused = CASES.filter(({ created }) => created !== "ok");

  it("are all listed", () =>
    assert.deepEqual(refused.map(({ name }) => name).sort(), Object.keys(REFUSED_BY_METAL3).sort()));

  for (const { name, spec } of refused) {
    it(name, async () => assert.deepEqual(await checked(spec), REFUSED_BY_METAL3[name]));
  }
});

describe("specs that Metal3 accepts, and this provider refuses or warns about", () => {
  for (const [name, { spec, ...says }] of Object.entries(TAKEN_BY_METAL3)) {
    it(name, async () => {
      assert.ok(says.failures || says.warnings);
      assert.deepEqual(await checked(spec), says);
    });
  }
});
