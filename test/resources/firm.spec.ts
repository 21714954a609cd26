/** A door that plans an address can insist on it: create and update give this address or an error. */
import assert from "node:assert/strict";
import type { Properties } from "../../provider/resources/handler";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, held, host, hosts, pool } from "./declare";
import { type Declared, Stack } from "./program";

const HOLDER = "z (stack metal/other, resource z)";
const rows: [declared: Declared, planned: Properties][] = [
  [host("a"), { address: "10.0.0.12" }],
  [host("a", { address: "10.0.0.12", fallback: "next" }), { address: "10.0.0.12", pinned: true }],
  [claim("vip"), { address: "10.0.0.12" }],
  [hosts(["a"]), { addresses: { a: "10.0.0.12" }, allocations: { a: { claimName: "a-net", address: "10.0.0.12" } } }],
];

describe("a create that has to be firm", () => {
  for (const [declared, planned] of rows) {
    const { kind, as, args } = declared;
    /** Another stack takes the planned address between plan and create. */
    async function create(firm: boolean) {
      const store = openMemoryStore();
      const [mine, other] = ["mine", "other"].map((name) => new Stack(store, `metal/${name}`));
      await mine!.up([pool()]);
      const handlers = mine!.handlers();
      const owner = { stack: "metal/mine", resource: as };
      const { inputs } = await handlers[kind].check({ owner, olds: undefined, news: args });
      await other!.up([host("z", { address: "10.0.0.12" })]);
      const created = handlers[kind].create({ owner, inputs: { ...inputs, ...planned }, firm });
      return { created, store };
    }

    it(`fails if the planned address of ${kind} ${JSON.stringify(args)} is taken, and leaves nothing`, async () => {
      const { created, store } = await create(true);
      const reason = `10.0.0.12 of IPPool metal3/net is held by ${HOLDER}. Choose a free address, or release it there first.`;
      await assert.rejects(created, { kind: "held", message: reason });
      assert.deepEqual((await held(store)).locks, { "z-net": "10.0.0.12" });
    });

    it(`takes the next address if it need not be firm: ${kind} ${JSON.stringify(args)}`, async () => {
      const { created, store } = await create(false);
      await created;
      assert.equal(Object.keys((await held(store)).locks).length, 2);
    });
  }
});
