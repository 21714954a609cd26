/** The excludes of a program become part of the pool's entries. The controller gives out the whole pool, and nothing else. */
import assert from "node:assert/strict";
import { pool } from "../resources/declare";
import { eventually } from "../testbed/cluster";
import { type Address, answers, makeClaim } from "./claimants";
import { useSite } from "./site";

const CASES = [
  {
    what: "an IPv4 subnet, as it is",
    args: { pools: [{ subnet: "10.0.0.0/28" }], gateway: "10.0.0.1", prefix: 28 },
    offered: Array.from({ length: 15 }, (_, index) => `10.0.0.${index + 1}`),
  },
  {
    what: "an IPv4 subnet without its gateway and broadcast address",
    args: { pools: [{ subnet: "10.0.0.0/28" }], gateway: "10.0.0.1", prefix: 28, excludeReserved: true },
    offered: Array.from({ length: 13 }, (_, index) => `10.0.0.${index + 2}`),
  },
  {
    what: "an IPv4 range without its network address, an address, a subnet and a range",
    args: {
      pools: [{ start: "10.0.0.0", end: "10.0.0.15", subnet: "10.0.0.0/28", gateway: "10.0.0.14" }],
      excludeReserved: true,
      excludes: ["10.0.0.2", "10.0.0.4/30", "10.0.0.10-10.0.0.11"],
    },
    // Also missing: the gateways, the entry's and the pool's own 10.0.0.1.
    offered: ["10.0.0.3", "10.0.0.8", "10.0.0.9", "10.0.0.12", "10.0.0.13"],
  },
  {
    what: "a subnet that keeps its edges and its gateway for pins: they are given away last",
    args: {
      pools: [{ start: "10.0.0.0", subnet: "10.0.0.0/28" }],
      gateway: "10.0.0.1",
      prefix: 28,
      excludeReserved: true,
      allowReserved: true,
    },
    offered: Array.from({ length: 16 }, (_, index) => `10.0.0.${index}`),
  },
  {
    what: "an IPv6 range without its gateway, an address and a range",
    args: {
      pools: [{ start: "fd00::fffc", end: "fd00::1:3" }],
      gateway: "fd00::fffd",
      prefix: 64,
      excludeReserved: true,
      excludes: ["fd00::1:0", "fd00::1:2-fd00::1:9"],
    },
    offered: ["fd00::fffc", "fd00::fffe", "fd00::ffff", "fd00::1:1"],
  },
] as const;

describe("a pool that is given out to the last address", function () {
  const site = useSite(this);
  for (const { what, args, offered } of CASES) {
    it(what, async () => {
      const here = await site();
      await here.stack().up([pool(args)]);
      const claims = Array.from({ length: offered.length + 2 }, (_, index) => `c${index}`);
      await Promise.all(claims.map((name) => makeClaim(here, name)));
      const answered = await eventually("every claim has its answer", async () => {
        const all = Object.values(await answers(here));
        return all.length === claims.length && all;
      });
      const given = (await here.list<Address>("address")).map(({ spec }) => spec.address);
      assert.deepEqual(given.sort(), [...offered].sort());
      assert.equal(answered.filter((answer) => answer === "Exhausted IP Pools").length, 2);
    });
  }
});
