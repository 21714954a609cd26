/** Imports of Metal3's documented examples take them as they are, and declare only what a program can declare. */
import assert from "node:assert/strict";
import { IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { DOCUMENTED } from "./documented-pools";
import { assertUnchanged, imported } from "./importing";
import { onEachStore } from "./stores";

describe("import of Metal3's documented examples", () => {
  onEachStore((open) => {
    for (const { what, pool, claims = [], code, entries } of DOCUMENTED) {
      it(`previews without a diff: ${what}`, async () => {
        const { store, stackOf } = open();
        const { name } = pool.metadata;
        await store.create(IP_POOL, pool);
        for (const claim of claims) await store.create(IP_CLAIM, claim);
        const stack = stackOf();
        const program = [await imported(stack, "ipPool", "net", `metal3/${name}`)];
        assert.deepEqual(program[0]?.args, { namespace: "metal3", name, ...code });
        for (const { metadata } of claims) {
          program.push(await imported(stack, "ipClaim", metadata.name, `metal3/${metadata.name}`));
        }
        if (entries) {
          program.push(await imported(stack, "preAllocationSet", "all", `metal3/${name}`));
          assert.deepEqual(stack.outputs("all").addresses, entries);
        }
        await assertUnchanged(stack, program);
        await store.patch(IP_POOL, { namespace: "metal3", name }, { metadata: { finalizers: null } });
      });
    }
  });
});
