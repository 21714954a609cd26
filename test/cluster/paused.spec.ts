/** A pool or its Cluster that is paused, as `clusterctl move` does it. Neither this provider nor the controller writes. */
import assert from "node:assert/strict";
import type { IpamError } from "../../provider/ipam/errors";
import { claim, host, pool } from "../resources/declare";
import { recordCases } from "../trust/figures";
import { known } from "./claimants";
import { type Site, useSite } from "./site";

const PROGRAM = [pool({ clusterName: "edge" }), host("a")];
const MORE = [...PROGRAM, host("b"), claim("v")];

const CASES = [
  {
    what: "pool",
    set: (here: Site, paused: boolean) => {
      const annotations = { "cluster.x-k8s.io/paused": paused ? "true" : null };
      return here.patch("pool", "net", { metadata: { annotations } });
    },
    named: (namespace: string) => `IPPool ${namespace}/net is paused (cluster.x-k8s.io/paused)`,
  },
  {
    what: "Cluster",
    set: (here: Site, paused: boolean) => here.patch("cluster", "edge", { spec: { paused } }),
    named: (namespace: string) => `Cluster ${namespace}/edge is paused (spec.paused)`,
  },
] as const;

describe("a paused pool or Cluster", function () {
  const site = useSite(this);
  recordCases(this, 16);
  for (const { what, set, named } of CASES) {
    it(`is named, waited for, and left alone: a ${what}`, async () => {
      const here = await site();
      await here.create("cluster", "edge", { spec: { paused: false } });
      const stack = here.stack(undefined, { waitMs: 300 });
      await stack.up(PROGRAM);
      await known(here, ["a-net"]);
      await set(here, true);
      const before = await objects(here);
      const paused = named(here.namespace);

      const { warnings } = await stack.preview(MORE);
      const told = `${paused}. An update that writes to its addresses waits, and fails if the pause lasts.`;
      assert.equal(warnings.filter((warning) => warning === told).length, MORE.length);
      const refused = (error: IpamError) => {
        assert.equal(error.kind, "paused");
        const waited = error.message.replace(/waited \d s/, "waited");
        assert.equal(
          waited,
          `${paused} (waited). Nothing is written while the pause lasts. ` +
            "Run the command again when the move has ended and the pause is removed.",
        );
        return true;
      };
      await assert.rejects(stack.up([...PROGRAM, host("b")]), refused);
      await assert.rejects(stack.up([...PROGRAM, claim("v")]), refused);
      await assert.rejects(stack.up([pool({ clusterName: "edge", labels: { rack: "7" } }), host("a")]), refused);
      await assert.rejects(stack.destroy(), refused);
      assert.deepEqual(await objects(here), before);

      await set(here, false);
      assert.deepEqual(await stack.up(MORE), ["same net", "same a", "create b", "create v"]);
      await stack.destroy();
      assert.deepEqual(await here.left(), []);
    });
  }
});

/** The list of each kind, as it is stored. */
async function objects(here: Site): Promise<object> {
  const kinds = ["pool", "claim", "address", "capiAddress"] as const;
  return Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, await here.list(kind)])));
}
