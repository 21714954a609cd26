/** Several providers of one stack know each other. A stack of the same name in another backend is another stack. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Properties } from "../../provider/resources/handler";
import { openMemoryStore } from "../../provider/store/memory-store";
import type { Store } from "../../provider/store/store";
import { claim, held, host, hosts, pool } from "./declare";
import type { Provided } from "./providers";
import { by, ProvidersStack } from "./providers";

const AT = { address: "10.0.0.14" };
const KEPT = { entries: { "a-net": "10.0.0.14" }, locks: { "a-net": "10.0.0.14" }, claims: [] };

describe("two providers of one stack", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "metal3-ipam-run-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (store: Store = openMemoryStore()) => new ProvidersStack(store, folder);

  /** The stored objects, and the program after that. The claim keeps its address. */
  const moves: Record<string, { before: Provided[]; after: Provided[] }> = {
    "a host that moves from one to the other": {
      before: [...by("x", pool(), host("a", AT)), ...by("y", host("b"))],
      after: [...by("x", pool()), ...by("y", host("a"), host("b"))],
    },
    "a host that moves to a provider which is new": {
      before: by("x", pool(), host("a", AT)),
      after: [...by("x", pool()), ...by("y", host("a"))],
    },
    "a host under another name, too": {
      before: by("x", pool(), host("a", AT)),
      after: [...by("x", pool()), ...by("y", host("a", {}, "renamed"))],
    },
    "a pool that moves, and its host stays": {
      before: by("x", pool(), host("a", AT)),
      after: [...by("y", pool()), ...by("x", host("a"))],
    },
    "a provider that is renamed": {
      before: by("x", pool(), host("a", AT)),
      after: by("y", pool(), host("a")),
    },
    "a provider and a host that are renamed": {
      before: by("x", pool(), host("a", AT)),
      after: by("y", pool(), host("a", {}, "renamed")),
    },
    "a host that leaves a set of the other one": {
      before: [...by("x", pool(), hosts(["a", "b"], { pins: { a: "10.0.0.14" } }))],
      after: [...by("x", pool(), hosts(["b"])), ...by("y", host("a"))],
    },
    "a host that leaves a set, taken over before": {
      before: [...by("x", pool(), hosts(["a", "b"], { pins: { a: "10.0.0.14" } }))],
      after: [...by("x", pool()), ...by("y", host("a")), ...by("x", hosts(["b"]))],
    },
    "an entry of a pool that becomes a host of the other one": {
      before: by("x", pool({ preAllocations: { "a-net": "10.0.0.14" } })),
      after: [...by("x", pool()), ...by("y", host("a"))],
    },
    "a set that moves": {
      before: by("x", pool(), hosts(["a"], { pins: { a: "10.0.0.14" } })),
      after: [...by("x", pool()), ...by("y", hosts(["a"]))],
    },
  };
  for (const [what, { before, after }] of Object.entries(moves)) {
    for (const manner of ["up", "update"] as const) {
      it(`keep the address: ${what} (${manner})`, async () => {
        const store = openMemoryStore();
        const stack = open(store);
        await stack.up(before);
        await stack[manner](after);
        const now = await held(store);
        assert.equal(now.locks["a-net"], KEPT.locks["a-net"]);
        assert.equal(now.entries["a-net"], KEPT.entries["a-net"]);
        assert.deepEqual(new Set((await stack.up(after)).map((step) => step.split(" ")[0])), new Set(["same"]));
        await stack.destroy();
        assert.deepEqual(await held(store), { entries: {}, locks: {}, claims: [] });
      });
    }
  }

  it("know in the preview what a pool of the other provider will offer", async () => {
    const stack = open();
    const program = [...by("x", pool()), ...by("y", host("a"), hosts(["b", "c"]))];
    const { inputs, warnings } = await stack.preview(program);
    assert.deepEqual(warnings, []);
    await stack.update(program);
    assert.equal(inputs.get("a")?.address, stack.outputs("a").address);
    assert.equal(inputs.get("a")?.gateway, "10.0.0.1");
    assert.deepEqual(inputs.get("rack")?.addresses, stack.outputs("rack").addresses);
  });

  it("show no address twice in a pool with exactly enough room", async () => {
    const stack = open();
    const program = by("x", pool());
    for (const name of ["w1", "w2", "w3", "w4", "w5"])
      program.push(...by("x", host(name)), ...by("y", host(`${name}b`)));
    const { inputs } = await stack.preview(program);
    const shown = program.slice(1).map(({ as }) => inputs.get(as)?.address);
    assert.equal(new Set(shown).size, 10);
    await stack.update(program);
    assert.deepEqual(
      program.slice(1).map(({ as }) => stack.outputs(as).address),
      shown,
    );
  });

  const doubles: Record<string, { program: Provided[]; fault: RegExp }> = {
    "a host": {
      program: [...by("x", pool(), host("a")), ...by("y", host("a", {}, "again"))],
      fault:
        /again: : a is declared twice for IPPool metal3\/net in this program: by PreAllocation a \(of another provider\) and by PreAllocation again\. Remove one of them\.$/,
    },
    "a host of one name": {
      program: [...by("x", pool(), hosts(["a"])), ...by("y", host("a", {}, "again"))],
      fault:
        /a is declared twice for IPPool metal3\/net in this program: by PreAllocationSet rack \(of another provider\) and by PreAllocation again/,
    },
    "an entry and a host": {
      program: [...by("x", pool({ preAllocations: { "a-net": "10.0.0.14" } })), ...by("y", host("a"))],
      fault:
        /a is declared twice for IPPool metal3\/net in this program: by IPPool net \(of another provider\) and by PreAllocation a/,
    },
    "a host and an entry": {
      program: [...by("y", host("a", AT)), ...by("x", pool({ preAllocations: { "a-net": "10.0.0.14" } }))],
      fault:
        /a is declared twice for IPPool metal3\/net in this program: by PreAllocation a \(of another provider\) and by IPPool net/,
    },
    "a pool": {
      program: [...by("x", pool()), ...by("y", { ...pool(), as: "again" })],
      fault: /is declared twice in this program: by IPPool net \(of another provider\) and by IPPool again/,
    },
    "an address": {
      program: [...by("x", pool(), host("a", AT)), ...by("y", host("b", AT))],
      fault: /10\.0\.0\.14 of IPPool metal3\/net/,
    },
  };
  for (const [what, { program, fault }] of Object.entries(doubles)) {
    it(`refuse in the preview what both declare: ${what}`, async () => {
      const stack = open();
      await stack.up(by("x", pool()));
      await assert.rejects(stack.preview(program), fault);
      await assert.rejects(stack.update(program), fault);
    });
  }

  it("agree when they run at the same time: each claim has one resource, and each address one claim", async () => {
    const checks = fc.array(
      fc.record({ by: fc.constantFrom("x", "y", "z"), name: fc.constantFrom("a", "b", "c", "d") }),
      {
        minLength: 2,
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(checks, async (asked) => {
        const stack = open();
        // Four addresses, so that names share one slot.
        await stack.up(by("x", pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.13" }] })));
        const program = asked.map(({ by: provider, name }, index) => by(provider, host(name, {}, `r${index}`))[0]!);
        const answers = await stack.checkAtOnce(program);
        const given = answers.filter(({ failures }) => failures.length === 0).map(({ inputs }) => inputs);
        const names = [...new Set(asked.map(({ name }) => `${name}-net`))];
        assert.deepEqual(given.map(({ claimName }) => claimName).sort(), names.sort());
        assert.equal(new Set(given.map(({ address }) => address)).size, names.length);
      }),
      { numRuns: 60 },
    );
  });

  it("release what one gives up and no resource of the other takes over", async () => {
    const store = openMemoryStore();
    const stack = open(store);
    const rack = (...names: string[]) => by("x", pool(), hosts(names));
    await stack.up([...rack("a", "b"), ...by("y", host("c"))]);
    await stack.up([...rack("b"), ...by("y", host("c"))]);
    assert.deepEqual(Object.keys((await held(store)).entries).sort(), ["b-net", "c-net"]);
  });

  it("let an IPClaim of one get its entry in a pool of the other", async () => {
    const store = openMemoryStore();
    const stack = open(store);
    const program = [...by("x", pool({ preAllocations: { vip: "10.0.0.14" } })), ...by("y", claim("vip"))];
    await stack.up(program);
    assert.equal(stack.outputs("vip").address, "10.0.0.14");
    assert.deepEqual(new Set((await stack.up(program)).map((step) => step.split(" ")[0])), new Set(["same"]));
  });

  it("do not know a stack of the same name in another backend", async () => {
    const store = openMemoryStore();
    await open(store).up([...by("x", pool(), host("a", AT)), ...by("y", host("b"))]);
    const other = open(store);
    await assert.rejects(
      other.preview(by("z", host("a"))),
      /stack metal\/dev of another backend or of a lost state, resource a/,
    );
  });

  it("show through functions what the other one wrote in this run", async () => {
    const stack = open();
    const program = (address: string) => [
      ...by("x", pool(), host("first")),
      ...by("y", host("a", { address }), claim("vip", { address: "10.0.0.18" })),
    ];
    for (const address of ["10.0.0.14", "10.0.0.15"]) {
      await stack.up(program(address));
      const told = await stack.ask("x", "getIPAddress", { pool: "net", host: "a" });
      assert.deepEqual([told.address, told.by], [address, "lock"]);
      const { holders } = await stack.ask("x", "getIPPool", { name: "net" });
      const found = (holders as Properties[]).map((one) => [one.claimName, one.address, one.by]);
      assert.deepEqual(found.slice(-2), [
        ["a-net", address, "lock"],
        ["vip", "10.0.0.18", "lock"],
      ]);
    }
  });
});
