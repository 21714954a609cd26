/** Reservations for IPAddressClaims, beside the real controller. */
import assert from "node:assert/strict";
import { inParallel } from "../../provider/ipam/in-parallel";
import { host, hosts, pool } from "../resources/declare";
import type { KubeObject } from "../testbed/cluster";
import { eventually } from "../testbed/cluster";
import { count } from "../trust/scale";
import { answers, holders, known, makeClaim } from "./claimants";
import { names, wide } from "./crowd";
import { type Site, useSite } from "./site";

const CAPI = { claimKind: "IPAddressClaim" };
const RUNS = count(1, 5);

interface CapiAddress extends KubeObject {
  readonly spec: { readonly address: string; readonly prefix: number; readonly gateway?: string };
}

/** A set of these claims. */
const claims = (claimNames: readonly string[], args: object = {}) =>
  hosts([], { hosts: undefined, claimNames, ...CAPI, ...args });

async function startLife(site: Site, name: string) {
  await makeClaim(site, name, "capi");
  const addressName = await eventually(`IPAddressClaim ${name} is served`, async () => {
    return (await answers(site, "capi"))[name];
  });
  const { address, prefix, gateway } = (await site.get<CapiAddress>("capiAddress", addressName)).spec;
  return { address, prefix, gateway };
}

async function endLife(site: Site, name: string): Promise<void> {
  await site.delete("capiClaim", name);
  await eventually(`IPAddressClaim ${name} is gone`, async () => (await site.find("capiClaim", name)) === undefined);
}

describe("IPAddressClaims of a reserved name", function () {
  const site = useSite(this);

  it("get the reserved address, prefix and gateway in three lives, IPv4 and IPv6", async () => {
    const here = await site();
    const stack = here.stack();
    const program = [
      pool(),
      pool({ pools: [{ subnet: "fd00::/120" }], prefix: 120, gateway: "fd00::1" }, "net6"),
      host("vip", { host: undefined, claimName: "vip", address: "10.0.0.17", ...CAPI }),
      claims(["x", "y"], { pins: { x: "10.0.0.12" }, start: "10.0.0.14" }),
      host("six", { pool: "net6", host: undefined, claimName: "six", address: "fd00::1f", ...CAPI }),
    ];
    await stack.up(program);
    const network = { prefix: 24, gateway: "10.0.0.1" };
    const expected = {
      vip: { address: "10.0.0.17", ...network },
      x: { address: "10.0.0.12", ...network },
      y: { address: "10.0.0.14", ...network },
    };
    await known(here, Object.keys(expected));
    for (let life = 1; life <= 3; life++) {
      const given = await Promise.all(Object.keys(expected).map((name) => startCapi(here, name)));
      assert.deepEqual(Object.fromEntries(given), expected, `life ${life}`);
      if (life === 1) {
        await makeClaim(here, "six", "capi", "net6");
        await eventually("six is served", async () => (await answers(here, "capi")).six);
        assert.deepEqual((await here.get<CapiAddress>("capiAddress", "net6-fd00--1f")).spec.address, "fd00::1f");
      }
      const { drift, steps } = await stack.preview(program);
      assert.deepEqual([drift, steps.filter((step) => !step.startsWith("same"))], [[], []]);
      await Promise.all(Object.keys(expected).map((name) => endLife(here, name)));
    }
    await endLife(here, "six");
    assert.deepEqual((await stack.preview(program)).drift, []);
    await stack.destroy();
    assert.deepEqual(await here.left(), []);

    async function startCapi(at: Site, name: string) {
      return [name, await startLife(at, name)] as const;
    }
  });

  it("keep their address if the reservation goes to the other kind and back between two lives", async () => {
    const here = await site();
    const stack = here.stack();
    const vip = (args: object) => host("vip", { host: undefined, claimName: "vip", ...args });
    await stack.up([pool(), vip({})]);
    const { address } = stack.outputs("vip");
    for (const kind of [CAPI, {}, CAPI]) {
      await stack.up([pool(), vip(kind)]);
      assert.equal(stack.outputs("vip").address, address);
    }
    await known(here, ["vip"]);
    assert.equal((await startLife(here, "vip")).address, address);
    await assert.rejects(stack.preview([pool(), vip({})]), /IPAddressClaim \S+\/vip uses IPPool/);
    await endLife(here, "vip");
    await stack.destroy();
    assert.deepEqual(await here.left(), []);
  });

  for (let run = 1; run <= RUNS; run++) {
    it(`are never given an address twice: 20 reservations beside 40 IPClaims and 40 IPAddressClaims, run ${run}`, async () => {
      const here = await site();
      const stack = here.stack();
      await stack.up([wide()]);
      const others = names(80).map((name, index) => [`other-${name}`, index % 2 === 0 ? "metal3" : "capi"] as const);
      const reserved = names(20);
      await Promise.all([
        inParallel(others, ([name, group]) => makeClaim(here, name, group)),
        stack.up([wide(), claims(reserved, { placement: "lowest" })]),
      ]);
      await eventually("all other claims have an answer", async () => {
        const all = { ...(await answers(here)), ...(await answers(here, "capi")) };
        return others.every(([name]) => all[name] !== undefined);
      });
      const twice = Object.entries(await holders(here)).filter(([, claims]) => claims.length > 1);
      const ours = new Set(reserved);
      assert.deepEqual(
        twice.filter(([, claims]) => claims.some((claim) => ours.has(claim))),
        [],
      );
      await known(here, reserved);
      const shown = stack.outputs("rack").addresses as Record<string, string>;
      const given = await Promise.all(reserved.map(async (name) => [name, (await startLife(here, name)).address]));
      assert.deepEqual(Object.fromEntries(given), shown);
    });
  }
});
