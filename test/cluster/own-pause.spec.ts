/** A pause that the program itself sets, while Metal3's controller runs. */
import assert from "node:assert/strict";
import { host, pool } from "../resources/declare";
import { eventually } from "../testbed/cluster";
import { answers, known, makeClaim, served } from "./claimants";
import { useSite } from "./site";

const pause = { annotations: { "cluster.x-k8s.io/paused": "true" } };
const entries = { preAllocations: { "w-1-net": "10.0.0.13" } };

describe("a pool that its program pauses, with the controller", function () {
  const site = useSite(this);

  it("serves no claim until an update ends the pause, and is deleted at the end although it is paused", async () => {
    const here = await site();
    await here.create("cluster", "edge", { spec: { paused: false } });
    const stack = here.stack();
    const net = (args: object) => pool({ clusterName: "edge", ...args });
    const half = pool({ ...pause, pools: [{ subnet: "10.9.0.0/24" }], gateway: "10.9.0.254" }, "half");
    const paused = [net({ ...pause, ...entries }), half];
    await stack.up(paused);
    await makeClaim(here, "w-1-net");
    // Metal3 looks for a pause only if there is a Cluster. So this one shows that the controller has worked.
    await makeClaim(here, "x", "metal3", "half");
    await served(here, "x");
    assert.deepEqual(Object.keys(await answers(here)), ["x"]);
    assert.deepEqual(await stack.up(paused), ["same net", "same half"]);

    await here.delete("claim", "x");
    await eventually("x is gone", async () => (await here.find("claim", "x")) === undefined);
    const running = [net(entries), host("a")];
    assert.deepEqual(await stack.up(running), ["update net", "create a", "delete half"]);
    await served(here, "w-1-net");
    await known(here, ["a-net"]);
    assert.deepEqual(await stack.up(running), ["same net", "same a"]);

    await here.delete("claim", "w-1-net");
    await eventually("w-1-net is gone", async () => (await here.find("claim", "w-1-net")) === undefined);
    await stack.up([net({})]);
    await stack.up([net(pause)]);
    await stack.destroy();
    await eventually("nothing is left", async () => (await here.left()).length === 0);
  });
});
