/** Reservations that are removed while hosts are using the addresses. */
import assert from "node:assert/strict";
import { host, hosts, pool } from "../resources/declare";
import { endLife, known, startLife } from "./claimants";
import { useSite } from "./site";

const CLAIMS = ["a-net", "b-net", "c-net"];
const IN_USE = ["a-net", "b-net"];

describe("reservations that are removed while a host runs", function () {
  const site = useSite(this);

  it("leave its claim and address, which go with the host; then the pool can be deleted", async () => {
    const here = await site();
    const pools = here.stack("net/dev");
    const nodes = here.stack("nodes/dev");
    await pools.up([pool()]);
    await nodes.up([
      host("a", { address: "10.0.0.11" }),
      hosts(["b", "c"], { pins: { b: "10.0.0.13", c: "10.0.0.15" } }),
    ]);
    await known(here, CLAIMS);
    const given = await Promise.all(IN_USE.map((name) => startLife(here, name)));
    const claims = await here.list("claim");

    assert.deepEqual(await nodes.destroy(), ["delete rack", "delete a"]);
    assert.deepEqual(await uidsOf("claim"), Object.fromEntries(claims.map(uidOf)));
    assert.deepEqual(await uidsOf("address"), Object.fromEntries(given.map(uidOf)));
    assert.deepEqual(await here.list("capiAddress"), []);
    const { spec } = await here.get<{ spec: { preAllocations?: object } }>("pool", "net");
    assert.deepEqual(spec.preAllocations ?? {}, {});
    // The two addresses are still in use: the next claim gets neither.
    const { spec: next } = await startLife(here, "next");
    assert.equal(next.address, "10.0.0.10");

    const impatient = here.stack("net/dev", { waitMs: 300 });
    impatient.state = pools.state;
    await assert.rejects(impatient.destroy(), {
      kind: "poolBusy",
      message: /it still holds 10\.0\.0\.10 \(claim next\), 10\.0\.0\.11 \(a\), 10\.0\.0\.13 \(b\)/,
    });
    await Promise.all([...IN_USE, "next"].map((name) => endLife(here, name)));
    assert.deepEqual(await here.left(), ["ippool.ipam.metal3.io/net"]);
    await pools.destroy();
    assert.deepEqual(await here.left(), []);

    async function uidsOf(kind: "claim" | "address"): Promise<object> {
      return Object.fromEntries((await here.list(kind)).map(uidOf));
    }
  });
});

function uidOf({ metadata }: { readonly metadata: { readonly name: string; readonly uid?: string } }) {
  return [metadata.name, metadata.uid] as const;
}
