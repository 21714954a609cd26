/**
 * Hosts with a live IPClaim: the messages about their addresses when the program removes them, or asks for the addresses.
 */
import assert from "node:assert/strict";
import type { Manifest } from "../../provider/api/meta";
import { IP_CLAIM } from "../../provider/api/metal3/kinds";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, hostsClaim, pool } from "./declare";
import { type Declared, Refused, Stack, testEnvironment } from "./program";

const PINNED = { pins: { w4: "10.0.0.14" } };
const rack = (names: readonly string[], args: object = PINNED, as = "rack") => hosts(names, args, as);
const single = host("w4", { address: "10.0.0.14" });
const entry = (entries: object) => pool({ preAllocations: entries });
const other = pool({ pools: [{ start: "10.0.1.10", end: "10.0.1.19" }], gateway: "10.0.1.1" }, "other");

const STILL = "w4 still uses 10.0.0.14 of IPPool metal3/net. The address stays reserved until its IPClaim is deleted.";
const OF_VIP =
  "Claim vip still uses 10.0.0.14 of IPPool metal3/net. The address stays reserved until its IPClaim is deleted.";

interface Row {
  readonly what: string;
  readonly before: readonly Declared[];
  readonly after: readonly Declared[];
  /** Messages of the preview, and again of the update: both check the resource. */
  readonly checked?: readonly string[];
  /** Messages of the update only, because no engine asks about a deletion before. */
  readonly deleted?: readonly string[];
  readonly alive?: readonly Manifest[];
}

const ROWS: readonly Row[] = [
  { what: "a set loses it", before: [pool(), rack(["w4", "w5"])], after: [pool(), rack(["w5"], {})], checked: [STILL] },
  {
    what: "a set loses two, and one is alive",
    before: [pool(), rack(["w4", "w5", "w6"])],
    after: [pool(), rack(["w6"], {})],
    checked: [STILL],
  },
  {
    what: "a set that has no host any more",
    before: [pool(), rack(["w4"])],
    after: [pool(), rack([], {})],
    checked: [STILL],
  },
  { what: "a set goes", before: [pool(), rack(["w4", "w5"])], after: [pool()], deleted: [STILL] },
  {
    what: "a set of claims loses one",
    before: [pool(), rack([], { hosts: undefined, claimNames: ["vip", "b"], pins: { vip: "10.0.0.14" } })],
    after: [pool(), rack([], { hosts: undefined, claimNames: ["b"] })],
    alive: [hostsClaim("vip")],
    checked: [OF_VIP],
  },
  {
    what: "a set goes to another pool",
    before: [pool(), other, rack(["w4"])],
    after: [pool(), other, rack(["w4"], { pool: "other" })],
    checked: [STILL],
    deleted: [STILL],
  },
  { what: "a single one goes", before: [pool(), single], after: [pool()], deleted: [STILL] },
  {
    what: "a single one by its claim goes",
    before: [pool(), host("vip", { host: undefined, claimName: "vip", address: "10.0.0.14" })],
    after: [pool()],
    alive: [hostsClaim("vip")],
    deleted: [OF_VIP],
  },
  {
    what: "a single one becomes another host",
    before: [pool(), single],
    after: [pool(), host("w9", { address: "10.0.0.15" }, "w4")],
    checked: [STILL],
    deleted: [STILL],
  },
  {
    what: "a pool's entry goes",
    before: [entry({ "w4-net": "10.0.0.14", "w5-net": "10.0.0.15" })],
    after: [entry({ "w5-net": "10.0.0.15" })],
    checked: [STILL],
  },
  { what: "all of a pool's entries go", before: [entry({ "w4-net": "10.0.0.14" })], after: [pool()], checked: [STILL] },
  {
    what: "its claim has been served",
    before: [pool(), rack(["w4", "w5"])],
    after: [pool(), rack(["w5"], {})],
    alive: [{ ...hostsClaim("w4-net"), status: { address: { name: "net-10-0-0-14" } } }],
    checked: [STILL],
  },
  // Without a message.
  { what: "no claim lives", before: [pool(), rack(["w4", "w5"])], after: [pool(), rack(["w5"], {})], alive: [] },
  {
    what: "another host's claim lives",
    before: [pool(), rack(["w4", "w5"])],
    after: [pool(), rack(["w5"], {})],
    alive: [hostsClaim("w5-net")],
  },
  {
    what: "its claim of another pool lives",
    before: [pool(), rack(["w4", "w5"])],
    after: [pool(), rack(["w5"], {})],
    alive: [{ ...hostsClaim("w4-net"), spec: { pool: { name: "other" } } }],
  },
  { what: "it stays", before: [pool(), rack(["w4"])], after: [pool(), rack(["w4", "w5"])] },
  {
    what: "it has gone to a resource that is checked before",
    before: [pool(), rack(["w4", "w5"])],
    after: [pool(), single, rack(["w5"], {})],
  },
];

describe("a host whose claim is alive leaves the program", () => {
  for (const { what, before, after, checked = [], deleted = [], alive = [hostsClaim("w4-net")] } of ROWS) {
    it(`${what}: ${checked.length > 0 ? "said in preview and update" : deleted.length > 0 ? "said by the update" : "nothing is said"}`, async () => {
      const said: string[] = [];
      const warn = async (text: string) => {
        said.push(text);
      };
      const store = openMemoryStore();
      const stack = new Stack(store, "metal/dev", testEnvironment({ warn }));
      await stack.up(before);
      for (const one of alive) await store.create(IP_CLAIM, one);
      assert.deepEqual((await stack.preview(after)).warnings, checked);
      await stack.update(after);
      assert.deepEqual(said, deleted);
      if (checked.length + deleted.length > 0) {
        const [name] = alive.map(({ metadata }) => metadata.name);
        assert.equal((await held(store)).locks[name!], "10.0.0.14");
      }
    });
  }
});

const USED =
  "10.0.0.14 of IPPool metal3/net is used by w4, whose IPClaim is alive. Deprovision w4 first, or choose a free address.";

describe("an address that a host keeps after it has left the program", () => {
  let store: Store;
  let stack: Stack;
  beforeEach(async () => {
    store = openMemoryStore();
    stack = new Stack(store);
    await stack.up([pool(), rack(["w4", "w5"])]);
    await store.create(IP_CLAIM, hostsClaim("w4-net"));
    await stack.up([pool(), rack(["w5"], {})]);
  });

  const refusals = async (...program: Declared[]) => {
    const outcome = stack.preview([pool(), rack(["w5"], {}), ...program]);
    const error = await outcome.then(
      () => undefined,
      (thrown) => thrown,
    );
    return error instanceof Refused ? error.failures.map(({ reason }) => reason) : error;
  };
  const ASKING: readonly [what: string, ...program: Declared[]][] = [
    ["a single one", host("a", { address: "10.0.0.14" })],
    ["one that would take the next: not refused", host("a", { address: "10.0.0.14", fallback: "next" })],
    ["a claim", host("a", { host: undefined, claimName: "a", address: "10.0.0.14" })],
    ["a set", rack(["a"], { pins: { a: "10.0.0.14" } }, "b")],
    ["an IPClaim", claim("vip", { address: "10.0.0.14" })],
  ];
  for (const [what, ...program] of ASKING) {
    it(`is wanted by ${what}`, async () => {
      assert.deepEqual(await refusals(...program), what.endsWith("not refused") ? undefined : [USED]);
    });
  }

  it("is wanted by an entry of the pool, and by the set that has released it", async () => {
    const wanting = [
      [entry({ a: "10.0.0.14" }), rack(["w5"], {})],
      [pool(), rack(["w5", "a"], { pins: { a: "10.0.0.14" } })],
    ];
    for (const program of wanting) {
      await assert.rejects(stack.preview(program), (error: Refused) => {
        assert.deepEqual(
          error.failures.map(({ reason }) => reason),
          [USED],
        );
        return true;
      });
    }
  });

  it("is not proposed to another claim, and is free when the claim has ended", async () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const program = [pool(), rack(["w5"], {}), ...names.map((name) => host(name, { placement: "lowest" }))];
    await stack.up(program);
    assert.ok(!names.some((name) => stack.outputs(name).address === "10.0.0.14"));
  });

  it("comes back to the host that the program names again", async () => {
    await stack.up([pool(), rack(["w5", "w4"], { adopt: true })]);
    assert.equal((stack.outputs("rack").addresses as Record<string, string>).w4, "10.0.0.14");
  });

  it("keeps the pool: a destroy names the live claim, and what to do", async () => {
    const message =
      "IPPool metal3/net is not deleted: after 1 s it still holds 10.0.0.14 (w4). " +
      "The IPClaim of w4 is still alive. Deprovision w4 first.";
    await assert.rejects(stack.destroy(), { message });
  });

  it("keeps the pool together with other holders, and the message separates them", async () => {
    await new Stack(store, "metal/other").up([host("b", { address: "10.0.0.19" })]);
    await assert.rejects(stack.destroy(), (error: Error) => {
      assert.match(
        error.message,
        /after 1 s it still holds 10\.0\.0\.14 \(w4\), 10\.0\.0\.19 \(b, stack metal\/other, resource b\)\. /,
      );
      assert.match(
        error.message,
        /The IPClaim of w4 is still alive\. Deprovision w4 first\. Remove the others first, /,
      );
      return true;
    });
  });
});
