/** An IPClaim that somebody has deleted, while something still keeps it: its address goes with it, at last. */
import assert from "node:assert/strict";
import { claim, pool } from "../resources/declare";
import { answers, makeClaim, served } from "./claimants";
import { useSite } from "./site";

const FOREIGN = "example.test/hold";
const NARROW = pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.11" }] });

describe("an IPClaim that is being deleted", function () {
  const site = useSite(this);

  it("is shown by a preview, and an update waits for its end before it takes the address again", async () => {
    const here = await site();
    const stack = here.stack();
    const program = [NARROW, claim("v", { address: "10.0.0.11" })];
    await stack.up(program);
    await served(here, "v");
    const { metadata } = await here.get("claim", "v");
    await here.patch("claim", "v", { metadata: { finalizers: [...(metadata.finalizers ?? []), FOREIGN] } });
    await here.cluster.kubectl(["delete", "-n", here.namespace, "--wait=false", "ipclaims.ipam.metal3.io", "v"]);
    const { deletionTimestamp } = (await here.get("claim", "v")).metadata;
    assert.deepEqual((await stack.preview(program)).drift, [
      `IPClaim ${here.namespace}/v: being deleted since ${deletionTimestamp}`,
    ]);
    const up = stack.up(program);
    await here.patch("claim", "v", { metadata: { finalizers: metadata.finalizers ?? null } });
    assert.deepEqual(await up, ["same net", "update v"]);
    await makeClaim(here, "other");
    assert.equal((await served(here, "v")).spec.address, "10.0.0.11");
    assert.equal((await served(here, "other")).spec.address, "10.0.0.10");
    assert.equal(Object.keys(await answers(here)).length, 2);
    assert.deepEqual((await stack.preview(program)).steps, ["same net", "same v"]);
    await here.delete("claim", "other");
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });
});
