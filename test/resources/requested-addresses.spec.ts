/** IPClaims that ask for an address by annotation, and that are not served yet, hold that address. */
import assert from "node:assert/strict";
import type { Manifest } from "../../provider/api/meta";
import { IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { ask, processOf } from "./asking";
import { claim, held, host, hosts, hostsClaim, pool } from "./declare";
import type { Declared, Refused, Stack } from "./program";
import { onEachStore } from "./stores";

const wants = (address: string, name = "x", more: object = {}): Manifest => {
  const claim = hostsClaim(name);
  return { ...claim, metadata: { ...claim.metadata, annotations: { ipAddress: address } }, ...more };
};
const HELD =
  "10.0.0.14 of IPPool metal3/net is held by IPClaim x, which asks for it and is not served yet. " +
  "Choose a free address, or release it there first.";

/** The object that asks, and whether it holds 10.0.0.14. */
const CLAIMS: readonly [what: string, claim: Manifest, holds: boolean][] = [
  ["a claim that nobody has served", wants("10.0.0.14"), true],
  ["a claim with a status and no address", wants("10.0.0.14", "x", { status: {} }), true],
  [
    "a claim of another version",
    wants("10.0.0.14", "x", { spec: { pool: { name: "net", namespace: "metal3" } } }),
    true,
  ],
  ["a claim that is served", wants("10.0.0.14", "x", { status: { address: { name: "net-10-0-0-18" } } }), false],
  ["a claim that was refused", wants("10.0.0.14", "x", { status: { errorMessage: "Exhausted IP Pools" } }), false],
  ["a claim of another pool", wants("10.0.0.14", "x", { spec: { pool: { name: "other" } } }), false],
  ["a claim that asks for no address", wants("first"), false],
  ["a claim that asks for nothing", hostsClaim("x"), false],
  ["a claim that asks for another one", wants("10.0.0.15"), false],
  ["a claim that asks for one outside the pool", wants("10.9.9.9"), false],
];

describe("an address that an unserved claim asks for", () => {
  onEachStore((open) => {
    let stack: Stack;
    beforeEach(async () => {
      stack = open().stackOf();
      await stack.up([pool()]);
    });
    const refusals = (program: readonly Declared[]): Promise<string[]> =>
      stack.preview(program).then(
        () => [],
        (error: Refused) => error.failures.map(({ reason }) => reason),
      );
    const besides = (one: Declared) => refusals([pool(), one]);

    for (const [what, one, holds] of CLAIMS) {
      const where = one.status === undefined ? "" : " (not on an API server, which takes no status with a new object)";
      it(`${what}: ${holds ? "is held" : "is not held"}${where}`, async function () {
        const stored = await stack.store.create(IP_CLAIM, one);
        if (one.status !== undefined && stored.status === undefined) this.skip();
        const told = holds ? [HELD] : [];
        assert.deepEqual(await besides(host("a", { address: "10.0.0.14" })), told);
        assert.deepEqual(await besides(hosts(["a"], { pins: { a: "10.0.0.14" } })), told);
        assert.deepEqual(await besides(claim("vip", { address: "10.0.0.14" })), told);
        assert.deepEqual(await refusals([pool({ preAllocations: { a: "10.0.0.14" } })]), told);
      });
    }

    it("is not proposed: nine hosts get the nine others, and a tenth gets none", async () => {
      await stack.store.create(IP_CLAIM, wants("10.0.0.14"));
      const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
      await stack.up([pool(), hosts(names)]);
      const given = Object.values((await held(stack.store)).entries);
      assert.equal(new Set(given).size, 9);
      assert.ok(!given.includes("10.0.0.14"));
      const [full] = await besides(hosts([...names, "j"]));
      assert.match(full ?? "", /has no room for 1 more: 10 of 10 addresses are in use/);
    });

    it("goes to the claim's own reservation", async () => {
      await stack.store.create(IP_CLAIM, wants("10.0.0.14", "a-net"));
      await stack.up([pool(), host("a")]);
      assert.equal(stack.outputs("a").address, "10.0.0.14");
    });

    it("is shown by the functions", async () => {
      await stack.store.create(IP_CLAIM, wants("10.0.0.14"));
      const told = { address: "10.0.0.14", claimName: "x", by: "ipclaim", addressName: "net-10-0-0-14", inUse: true };
      const process = processOf(stack);
      const network = { prefix: 24, gateway: "10.0.0.1" };
      for (const question of [{ address: "10.0.0.14" }, { claimName: "x" }]) {
        const answer = await ask(process, "getIPAddress", { pool: "net", ...question });
        assert.deepEqual(answer, { pool: "net", namespace: "metal3", held: true, ...network, ...told });
      }
      assert.deepEqual((await ask(process, "getIPPool", { name: "net" })).holders, [told]);
    });

    it("stays in the pool", async () => {
      await stack.store.create(IP_CLAIM, wants("10.0.0.14"));
      const [fault] = await refusals([pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.13" }] })]);
      assert.match(
        fault ?? "",
        /no longer offers 10\.0\.0\.14, held by IPClaim x, which asks for it and is not served yet\./,
      );
    });

    it("is free when the claim is gone", async () => {
      await stack.store.create(IP_CLAIM, wants("10.0.0.14"));
      await stack.store.remove(IP_CLAIM, { namespace: "metal3", name: "x" });
      await stack.up([pool(), host("a", { address: "10.0.0.14" })]);
      assert.equal((await stack.store.get(IP_POOL, { namespace: "metal3", name: "net" }))?.metadata.name, "net");
    });
  });
});
