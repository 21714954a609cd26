/** The claims of a reserved name, as CAPM3 creates them when the host is provisioned, and provisioned again. */
import assert from "node:assert/strict";
import { host, hosts, pool } from "../resources/declare";
import { endLife, known, startLife } from "./claimants";
import { useSite } from "./site";

/** The first entry has values of its own, the second one has the pool's. */
const TWO_ENTRIES = {
  pools: [
    { start: "10.0.0.10", end: "10.0.0.19", prefix: 25, gateway: "10.0.0.2", dnsServers: ["10.0.0.3"] },
    { start: "10.0.0.200", end: "10.0.0.209" },
  ],
  prefix: 24,
  gateway: "10.0.0.1",
  dnsServers: ["9.9.9.9", "1.1.1.1"],
};
const OWN = { prefix: 25, gateway: "10.0.0.2", dnsServers: ["10.0.0.3"] };
const OF_POOL = { prefix: 24, gateway: "10.0.0.1", dnsServers: ["9.9.9.9", "1.1.1.1"] };

const TWO_ENTRIES_IPV6 = {
  pools: [
    { subnet: "fd00::/120", gateway: "fd00::1" },
    { start: "fd00::2:a", end: "fd00::2:f" },
  ],
  prefix: 64,
  gateway: "fd00::2:1",
};

const UNCHANGED = { steps: ["same net", "same a", "same b", "same rack"], drift: [] };

describe("the claims of a reserved name", function () {
  const site = useSite(this);

  it("get the reserved address and its network in every life, for a PreAllocation and for a set", async () => {
    const here = await site();
    const stack = here.stack();
    const program = [
      pool(TWO_ENTRIES),
      host("a", { address: "10.0.0.17" }),
      host("b", { address: "10.0.0.203" }),
      hosts(["c", "d", "e"], { pins: { c: "10.0.0.12", d: "10.0.0.209" }, start: "10.0.0.14" }),
    ];
    await stack.up(program);
    const locks = await uids();
    const expected: Record<string, object> = {
      "a-net": { address: "10.0.0.17", ...OWN },
      "b-net": { address: "10.0.0.203", ...OF_POOL },
      "c-net": { address: "10.0.0.12", ...OWN },
      "d-net": { address: "10.0.0.209", ...OF_POOL },
      "e-net": { address: "10.0.0.14", ...OWN },
    };
    await known(here, Object.keys(expected));
    const lives = [];
    for (let life = 1; life <= 3; life++) {
      const given = await Promise.all(Object.keys(expected).map((name) => startLife(here, name)));
      lives.push(
        Object.fromEntries(given.map(({ spec: { claim, pool: _pool, ...network } }) => [claim.name, network])),
      );
      // The lock itself is the first life's address, so the host gets the promised object.
      if (life === 1) assert.deepEqual(await uids(), locks);
      const { steps, drift } = await stack.preview(program);
      assert.deepEqual({ steps, drift }, UNCHANGED);
      await Promise.all(Object.keys(expected).map((name) => endLife(here, name)));
    }
    assert.deepEqual(lives, [expected, expected, expected]);
    const { steps, drift } = await stack.preview(program);
    assert.deepEqual({ steps, drift }, UNCHANGED);
    await stack.destroy();
    assert.deepEqual(await here.left(), []);

    async function uids(): Promise<unknown> {
      const addresses = await here.list("address");
      return Object.fromEntries(addresses.map(({ metadata }) => [metadata.name, metadata.uid]));
    }
  });

  it("get the same with IPv6", async () => {
    const here = await site();
    const stack = here.stack();
    await stack.up([pool(TWO_ENTRIES_IPV6), hosts(["a", "b"], { pins: { a: "fd00::a", b: "fd00::2:f" } })]);
    await known(here, ["a-net", "b-net"]);
    for (let life = 1; life <= 3; life++) {
      const { spec: a } = await startLife(here, "a-net");
      const { spec: b } = await startLife(here, "b-net");
      assert.deepEqual([a.address, a.prefix, a.gateway], ["fd00::a", 64, "fd00::1"]);
      assert.deepEqual([b.address, b.prefix, b.gateway], ["fd00::2:f", 64, "fd00::2:1"]);
      await Promise.all([endLife(here, "a-net"), endLife(here, "b-net")]);
    }
  });
});
