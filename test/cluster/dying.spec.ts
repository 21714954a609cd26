/** An IPClaim that was deleted, but whose finalizers keep it. Its address becomes free when it is gone. */
import assert from "node:assert/strict";
import { claim, host, pool } from "../resources/declare";
import { eventually } from "../testbed/cluster";
import { recordCases } from "../trust/figures";
import { answers, endLife, known, makeClaim, served, startLife } from "./claimants";
import { useSite } from "./site";

const FOREIGN = "example.test/hold";
const NARROW = pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.11" }] });

describe("an IPClaim that is being deleted", function () {
  const site = useSite(this);
  recordCases(this, 16);

  it("is shown by a preview, and an update waits until it is gone before it takes the address again", async () => {
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
      `IPClaim ${here.namespace}/v is being deleted (since ${deletionTimestamp})`,
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

describe("an address whose claim was removed by force", function () {
  const site = useSite(this);
  recordCases(this, 16);

  it("is deleted with its reservation, although it has Metal3's finalizer", async () => {
    const here = await site();
    const stack = here.stack();
    await stack.up([pool(), host("a", { address: "10.0.0.11" })]);
    await known(here, ["a-net"]);
    await startLife(here, "a-net");
    await endLife(here, "a-net");
    // In the second life it is an object of the controller.
    await startLife(here, "a-net");
    assert.deepEqual((await here.get("address", "net-10-0-0-11")).metadata.finalizers, ["ipaddress.ipam.metal3.io"]);
    await here.patch("claim", "a-net", { metadata: { finalizers: null } });
    await here.delete("claim", "a-net");
    await eventually("its claim is gone", async () => (await here.find("claim", "a-net")) === undefined);

    const moved = [pool(), host("a", { address: "10.0.0.15" })];
    assert.deepEqual(await stack.up(moved), ["same net", "update a"]);
    assert.deepEqual((await stack.preview(moved)).steps, ["same net", "same a"]);
    assert.deepEqual(
      (await here.list("address")).map(({ metadata }) => metadata.name),
      ["net-10-0-0-15"],
    );
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });
});
