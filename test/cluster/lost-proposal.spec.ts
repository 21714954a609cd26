/** Like test/engine/lost-proposal.spec.ts, but without an engine: another client takes some of the addresses of a preview. */
import assert from "node:assert/strict";
import type { KubernetesStore } from "../../provider/store/kubernetes/kubernetes-store";
import { openCluster } from "../engine/backends";
import { strangers } from "../engine/strangers";
import { claim, host, hosts, pool } from "../resources/declare";
import { upMeddled } from "../resources/meddling";
import { useCluster } from "../testbed/cluster";
import { stackIn, storeOf } from "./stack";

describe("a proposal that is lost in a cluster", function () {
  const cluster = useCluster(this);
  let store: KubernetesStore;
  before(async () => {
    store = await storeOf(cluster());
  });
  after(() => store?.close());

  const program = [pool(), hosts(["r-1", "r-2", "r-3"]), host("a"), claim("vip")];
  const names = ["rack", "a", "vip"];

  it("changes no other address, and returns with its new address when the cluster is lost", async () => {
    const { namespace, wipe } = await openCluster(cluster());
    const stack = stackIn(store, namespace);
    const { inputs } = await stack.preview(program);
    const shown = Object.fromEntries(names.map((as) => [as, inputs.get(as)?.addresses ?? inputs.get(as)?.address]));
    const rack = shown.rack as Record<string, string>;
    const lost = [rack["r-2"], shown.vip] as string[];

    let isTaken = false;
    const error = await upMeddled(stack, program, async () => {
      if (isTaken) return;
      isTaken = true;
      await cluster().kubectl(["create", "-f", "-"], { stdin: strangers(namespace, lost) });
    });
    assert.equal(error, undefined);
    const given = () =>
      Object.fromEntries(names.map((as) => [as, stack.outputs(as).addresses ?? stack.outputs(as).address]));
    const won = given();
    const wonRack = won.rack as Record<string, string>;
    assert.deepEqual([won.a, wonRack["r-1"], wonRack["r-3"]], [shown.a, rack["r-1"], rack["r-3"]]);
    const all = [...lost, won.a, won.vip, ...Object.values(wonRack)];
    assert.equal(new Set(all).size, 7, String(all));

    const same = ["same net", "same rack", "same a", "same vip"];
    assert.deepEqual(await stack.up(program), same);
    await wipe(); // the other client's objects, too
    await stack.up(program);
    assert.deepEqual(given(), won);
    assert.deepEqual(await stack.up(program), same);
  });
});
