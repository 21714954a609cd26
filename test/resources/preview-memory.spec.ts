import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { openPreviewMemory } from "../../provider/ipam/pool/preview-memory";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, held, host, hosts, pool } from "./declare";
import { type Declared, Stack, testEnvironment } from "./program";

const NET = { namespace: "metal3", name: "net" };

describe("what a preview has shown", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "metal3-ipam-previews-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("is what the update gives, in whichever order the engine checks", async () => {
    const members = [
      host("a"),
      host("b"),
      host("c"),
      claim("v"),
      claim("w"),
      hosts(["r-1", "r-2", "r-3"]),
      hosts(["s-1"], {}, "s"),
    ];
    const orders = fc.shuffledSubarray(members, { minLength: members.length });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(orders, orders, async (first, second) => {
        const previews = openPreviewMemory("target", () => 0, join(root, String(runs++)));
        const stack = new Stack(openMemoryStore(), "metal/dev", testEnvironment({ previews }));
        const shown = (await stack.preview([pool(), ...first])).inputs;
        await stack.up([pool(), ...second]);
        const address = (one: Declared, properties: Record<string, unknown> | undefined) =>
          one.kind === "preAllocationSet" ? properties?.addresses : properties?.address;
        for (const one of members)
          assert.deepEqual(address(one, stack.outputs(one.as)), address(one, shown.get(one.as)), one.as);
      }),
      { numRuns: 40 },
    );
  });

  it("reminds the update of a host that has left its set by then, for a resource of its own", async () => {
    const previews = openPreviewMemory("target", () => 0, join(root, "p"));
    const store = openMemoryStore();
    const stack = new Stack(store, "metal/dev", testEnvironment({ previews }));
    await stack.up([pool(), hosts(["a", "c"], { pins: { c: "10.0.0.19" } })]);
    await rm(join(root, "p"), { recursive: true });
    // The set is updated first, as it is where the new resource depends on it.
    await stack.up([pool(), hosts(["a"]), host("c")]);
    assert.equal(stack.outputs("c").address, "10.0.0.19");
    assert.equal((await held(store)).entries["c-net"], "10.0.0.19");
  });

  it("keeps no address from anybody who needs it", async () => {
    const previews = openPreviewMemory("target", () => 0, join(root, "p"));
    const environment = testEnvironment({ previews });
    const store = openMemoryStore();
    const ten = Array.from({ length: 10 }, (_, index) => `h-${index}`);
    await new Stack(store, "metal/dev", environment).preview([pool(), hosts(ten)]);
    const stack = new Stack(store, "metal/dev", environment);
    await stack.up([pool(), hosts(ten.map((name) => `other-${name}`))]);
    assert.equal(Object.keys(stack.outputs("rack").addresses as object).length, 10);
  });

  it("is another stack's, pool's or target's own affair, and forgotten after an hour", () => {
    let now = 0;
    const open = (target: string) => openPreviewMemory(target, () => now, join(root, "p"));
    const address = { family: 4, value: 0x0a00000bn } as const;
    open("target").remember("metal/dev", NET, "a-net", { address, asked: "q" });
    const known = new Map([["a-net", { address, asked: "q", isOwn: true }]]);
    assert.deepEqual(open("target").recall("metal/dev", NET), known);
    assert.equal(open("target").recall("metal/other", NET).size, 0);
    assert.equal(open("target").recall("metal/dev", { ...NET, name: "other" }).size, 0);
    assert.equal(open("other").recall("metal/dev", NET).size, 0);
    now += 60 * 60_000;
    assert.equal(open("target").recall("metal/dev", NET).size, 0);
  });

  it("lasts an hour from when it was shown last, and goes with the next look at any pool", async () => {
    let now = 0;
    const folder = join(root, "p");
    const open = () => openPreviewMemory("target", () => now, folder);
    const address = { family: 4, value: 0x0a00000bn } as const;
    const files = async () => (await readdir(folder)).length;
    open().remember("metal/dev", NET, "a-net", { address, asked: "q" });
    now += 50 * 60_000;
    open().remember("metal/dev", NET, "a-net", { address, asked: "q" });
    now += 50 * 60_000;
    assert.equal(open().recall("metal/dev", NET).size, 1);
    const [file = ""] = await readdir(folder);
    now = (await stat(join(folder, file))).mtimeMs + 61 * 60_000;
    assert.equal(await files(), 1);
    open().recall("metal/dev", { ...NET, name: "other" });
    assert.equal(await files(), 0);
  });

  it("lies where only its user can read it, and others' files are not believed", async () => {
    const folder = join(root, "p");
    const memory = openPreviewMemory("target", () => 0, folder);
    const address = { family: 4, value: 0x0a00000bn } as const;
    memory.remember("metal/dev", NET, "a-net", { address, asked: "q" });
    const [file = ""] = await readdir(folder);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600);
    await writeFile(join(folder, file), "nonsense\na-net 10.0.0.300 0\na-net\n");
    assert.equal(memory.recall("metal/dev", NET).size, 0);
    await chmod(folder, 0o777);
    memory.remember("metal/dev", NET, "a-net", { address, asked: "q" });
    assert.equal(memory.recall("metal/dev", NET).size, 0);
    await symlink(folder, join(root, "link"));
    assert.equal(openPreviewMemory("target", () => 0, join(root, "link")).recall("metal/dev", NET).size, 0);
  });
});
