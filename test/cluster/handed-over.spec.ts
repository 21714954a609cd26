/** Reservations that go from one resource to another while Metal3's controller serves claims: none of them has a gap. */
import assert from "node:assert/strict";
import { hosts, pool } from "../resources/declare";
import { eventually } from "../testbed/cluster";
import { count } from "../trust/scale";
import { answers, holders, makeClaim } from "./claimants";
import { useSite } from "./site";

const HOSTS = Array.from({ length: 10 }, (_, index) => `h-${index}`);
const RIVALS = Array.from({ length: 40 }, (_, index) => `c${index}`);
/** Hardly more addresses than claims, so that an address that is free for a moment is taken. */
const pools = [{ start: "10.0.0.1", end: "10.0.0.52" }];
const entries = Object.fromEntries(HOSTS.map((name, index) => [`${name}-net`, `10.0.0.${index + 21}`]));

describe("a take-over while 40 claims arrive", function () {
  const site = useSite(this);
  for (let run = 1; run <= count(2, 20); run++) {
    const isFromPool = run % 2 === 1;
    it(`moves, loses and leaves nothing: ${isFromPool ? "entries to a set" : "a set to another"}, run ${run}`, async () => {
      const here = await site();
      const stack = here.stack("net/dev");
      const [before, after] = isFromPool
        ? [[pool({ pools, preAllocations: entries })], [pool({ pools }), hosts(HOSTS)]]
        : [
            [pool({ pools }), hosts(HOSTS, { pins: byHost(entries) }, "old"), hosts(["z"], {}, "new")],
            [pool({ pools }), hosts([], {}, "old"), hosts(["z", ...HOSTS], {}, "new")],
          ];
      await stack.up(before);
      const arriving = Promise.all(RIVALS.map((name) => makeClaim(here, name)));
      await stack.update(after);
      await arriving;
      const answered = await eventually("every claim has its answer", async () => {
        const all = await answers(here);
        return Object.keys(all).length === RIVALS.length && all;
      });
      assert.deepEqual(
        Object.values(answered).filter((answer) => !answer.startsWith("net-10-0-0-")),
        [],
      );
      const addresses = stack.outputs(isFromPool ? "rack" : "new").addresses as Record<string, string>;
      const { z: _own, ...moved } = addresses;
      assert.deepEqual(moved, byHost(entries));
      const all = Object.entries(await holders(here));
      assert.deepEqual(
        all.filter(([, claims]) => claims.length > 1),
        [],
        "no address has two holders",
      );
      await Promise.all(RIVALS.map((name) => here.delete("claim", name)));
      await eventually("the claims are gone", async () => (await here.list("claim")).length === 0);
      await stack.destroy();
      assert.deepEqual(await here.left(), []);
    });
  }
});

function byHost(all: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).map(([claim, address]) => [claim.replace(/-net$/, ""), address]));
}
