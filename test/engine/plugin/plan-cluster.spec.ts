/** Like plan-update.spec.ts, but in a cluster whose controller serves other claims from the same pool meanwhile. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { eventually, type KubeObject, objectPath, useCluster } from "../../testbed/cluster";
import { expectSucceeded, useEngine } from "../../testbed/engine";
import { seed } from "../../trust/scale";
import { openCluster } from "../backends";
import { type Addresses, takeCreated } from "./plan-calls";
import { CROWDS, crowdWithPool, ipPool, rivals, yaml } from "./plan-programs";

const API = "ipam.metal3.io/v1alpha1";

interface Held extends KubeObject {
  readonly spec: { readonly address: string; readonly claim: { readonly name: string } };
}

describe("an update after its own preview, in a cluster", function () {
  const engine = useEngine(this);
  const cluster = useCluster(this);

  for (const what of CROWDS) {
    it(`gives what it showed, except for addresses that other claims got first, and names these: ${what}, seed ${seed}`, async () => {
      const backend = await openCluster(cluster());
      const record = join(engine().root, `calls-${backend.namespace}.jsonl`);
      const stack = await engine().project({
        name: "crowd",
        runtime: "yaml",
        plugin: "attached",
        program: yaml({ net: ipPool() }),
        ...backend.project,
        env: { PULUMI_DEBUG_GRPC: record },
      });
      expectSucceeded(await stack.up());
      await stack.setProgram(yaml(crowdWithPool(what, rivals(seed))));
      takeCreated(record);

      const others = Array.from({ length: 6 }, (_, index) => `other-${index}`);
      const claims = objectPath(API, "ipclaims", backend.namespace);
      const running = stack.start("up", "--yes");
      for (const name of others) {
        const spec = { pool: { name: "net", namespace: backend.namespace } };
        await cluster().api.create(claims, { apiVersion: API, kind: "IPClaim", metadata: { name }, spec });
      }
      const up = expectSucceeded(await running.done);
      const { shown, given } = takeCreated(record);
      const addresses = objectPath(API, "ipaddresses", backend.namespace);
      const held = await eventually("the others are served", async () => {
        const found = await cluster().api.list<Held>(addresses);
        return found.length === 46 ? found : undefined;
      });
      assert.equal(new Set(held.map(({ spec }) => spec.address)).size, 46);

      const taken = new Set(held.flatMap(({ spec }) => (others.includes(spec.claim.name) ? spec.address : [])));
      const told = up.diagnostics.map(({ message }) => message).join("\n");
      const before = flat(shown);
      for (const [name, address] of flat(given)) {
        const first = before.get(name);
        if (first === address) continue;
        assert.ok(first && taken.has(first), `${name}: ${first} became ${address}`);
        assert.ok(told.includes(`The preview showed ${first}, but `), told);
      }
    });
  }
});

/** A row for each host of a set. */
function flat(addresses: Addresses): Map<string, string> {
  const rows = Object.entries(addresses).flatMap(([name, one]) =>
    typeof one === "string" ? [[name, one] as const] : Object.entries(one).map(([host, of]) => [host, of] as const),
  );
  return new Map(rows);
}
