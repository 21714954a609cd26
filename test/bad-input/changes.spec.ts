/** Programs whose resources are valid alone, but not together, or not as a change. The preview reports all faults. */
import assert from "node:assert/strict";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import { type Declared, Refused, Stack } from "../resources/program";
import changes from "./data/changes.json";
import { assertReadable } from "./world";

interface Change {
  /** The deployed program, and the IPClaims that CAPM3 has made since. */
  readonly before: readonly Declared[];
  readonly live?: readonly string[];
  readonly after: readonly Declared[];
  /** `resource: property: reason` */
  readonly says: readonly string[];
}

describe("bad changes", () => {
  for (const [what, { before, live = [], after, says }] of Object.entries(
    changes as unknown as Record<string, Change>,
  )) {
    it(what, async () => {
      const store = openMemoryStore();
      const stack = new Stack(store);
      await stack.up(before);
      for (const name of live) {
        const head = {
          apiVersion: "ipam.metal3.io/v1alpha1",
          kind: "IPClaim",
          metadata: { name, namespace: "metal3" },
        };
        await store.create(IP_CLAIM, { ...head, spec: { pool: { name: "net" } } });
      }
      const stored = async () => [await store.list(IP_POOL), await store.list(IP_ADDRESS), await store.list(IP_CLAIM)];
      const untouched = await stored();
      const error = await stack.up(after).then(
        () => assert.fail("was not refused"),
        (refused: unknown) => refused,
      );
      assert.ok(error instanceof Refused, String(error));
      const said = error.failures.map(({ resource, property, reason }) => `${resource}: ${property}: ${reason}`);
      assert.deepEqual(said, says);
      said.forEach(assertReadable);
      assert.deepEqual(await stored(), untouched);
    });
  }
});
