/** A change of the claim kind that was killed, and whose program then goes on, goes back, or goes away. */
import assert from "node:assert/strict";
import { openMemoryStore } from "../../provider/store/memory-store";
import { held, host, hosts, pool } from "./declare";
import { CAPI, NOTHING, objects } from "./ip-address-claims";
import { failingAt, upMeddled } from "./meddling";
import { type Declared, lastDeletingStack, type Stack } from "./program";
import { openServedStore } from "./served-store";

const set = (claimNames: readonly string[], args: object): Declared =>
  hosts([], { hosts: undefined, claimNames, start: "10.0.0.12", ...args });
const single = (args: object): Declared =>
  host("x", { host: undefined, claimName: "x", address: "10.0.0.12", ...args });

const KINDS = { IPClaim: {}, IPAddressClaim: CAPI };
type KindName = keyof typeof KINDS;
const MAX_WRITES = 16;

for (const open of [openMemoryStore, openServedStore]) {
  for (const [from, to] of [
    ["IPClaim", "IPAddressClaim"],
    ["IPAddressClaim", "IPClaim"],
  ] satisfies [KindName, KindName][]) {
    describe(`a killed change from ${from} to ${to} (${open.name})`, () => {
      const resources = { "a set": (args: object) => set(["x", "a"], args), "a PreAllocation": single };
      for (const [what, resource] of Object.entries(resources)) {
        /** The stack after the kill, for each write at which it may happen. */
        async function each(then: (stack: Stack, write: number) => Promise<void>): Promise<void> {
          for (let write = 1; write <= MAX_WRITES; write++) {
            const store = open();
            const stack = lastDeletingStack(store);
            await stack.up([pool(), resource(KINDS[from])]);
            await upMeddled(stack, [pool(), resource(KINDS[to])], (_: string, __: string, n: number) => {
              if (n >= write) failingAt(n)("create", "any", n);
            });
            await then(stack, write);
          }
        }

        it(`leaves nothing after a destroy, for ${what}`, () =>
          each(async (stack, write) => {
            await stack.destroy();
            const left = [await held(stack.store), await objects(stack.store)];
            assert.deepEqual(left, [{ entries: {}, locks: {}, claims: [] }, NOTHING], `killed at write ${write}`);
          }));

        it(`leaves the claims that the program still has, for ${what}`, () =>
          each(async (stack, write) => {
            for (const kind of [KINDS[from], KINDS[to]]) {
              const program = [pool(), what === "a set" ? set(["x"], kind) : resource(kind)];
              await stack.up(program);
              assert.deepEqual((await held(stack.store)).entries, { x: "10.0.0.12" }, `killed at write ${write}`);
              const { steps } = await stack.preview(program);
              assert.deepEqual(
                steps.filter((step) => !step.startsWith("same")),
                [],
                `killed at write ${write}`,
              );
            }
            await stack.destroy();
            assert.deepEqual(await objects(stack.store), NOTHING, `killed at write ${write}`);
          }));
      }
    });
  }
}
