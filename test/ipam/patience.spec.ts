/** Operations share one group commit of a pool. Each waits for the pool with its own patience, and reports to its own row. */
import assert from "node:assert/strict";
import { PAUSED_ANNOTATION } from "../../provider/api/metal3/ip-pool";
import { IP_POOL } from "../../provider/api/metal3/kinds";
import { parseAddress } from "../../provider/core/address";
import { Ipam } from "../../provider/ipam/ipam";
import { openMemoryStore } from "../../provider/store/memory-store";
import { testEnvironment } from "../resources/program";

const POOL = { namespace: "metal3", name: "net" };

/** `enter`: an operation with its own patience and row writes an entry. */
async function openPool() {
  const store = openMemoryStore();
  const head = { apiVersion: "ipam.metal3.io/v1alpha1", kind: "IPPool", metadata: POOL };
  const pools = [{ start: "10.0.0.0", end: "10.0.0.9" }];
  await store.create(IP_POOL, { ...head, spec: { namePrefix: "net", pools } });
  const ipam = new Ipam(store, testEnvironment());
  return {
    pause: (value: string | null) =>
      store.patch(IP_POOL, POOL, { metadata: { annotations: { [PAUSED_ANNOTATION]: value } } }),
    async enter(claim: string, text: string, timeoutMs: number, tell: (line: string) => void = () => undefined) {
      const { session } = await ipam.pool(POOL, { timeoutMs, tell });
      const address = parseAddress(text);
      assert(address.ok);
      return session.entries.apply([{ claim, to: address.value, over: [] }]);
    },
  };
}

describe("the group commit of a pool", () => {
  it("waits for a paused pool with the patience of each operation, in any order of operations", async () => {
    const { enter, pause } = await openPool();
    const first = new Set<string>();
    await enter("a", "10.0.0.1", 60_000, (line) => first.add(line));
    await pause("true");
    const second = new Set<string>();
    await assert.rejects(
      enter("b", "10.0.0.2", 2_000, (line) => second.add(line)),
      {
        kind: "paused",
        message: /\(waited 2 s\)/,
      },
    );
    const line = "waiting until the pause ends: IPPool metal3/net is paused (cluster.x-k8s.io/paused)";
    assert.deepEqual([first, second], [new Set(), new Set([line])]);
  });

  it("writes for a patient operation after an impatient one has given up", async () => {
    const { enter, pause } = await openPool();
    await pause("true");
    let looks = 0;
    const patient = enter("a", "10.0.0.1", 60_000, () => {
      looks += 1;
      if (looks === 40) void pause(null);
    });
    await assert.rejects(enter("b", "10.0.0.2", 2_000), { kind: "paused" });
    assert.deepEqual(await patient, [{ kind: "written", isNew: true }]);
  });
});
