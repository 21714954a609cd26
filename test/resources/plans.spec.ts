/** An update gives what a preview has shown. If it cannot, it stops or warns. Two commands in one process. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { noPreviewMemory } from "../../provider/ipam/pool/preview-memory";
import { openPreviewMemory } from "../../provider/pulumi/preview-memory";
import { openMemoryStore } from "../../provider/store/memory-store";
import { claim, host, hosts, pool } from "./declare";
import { stranger } from "./meddling";
import { preview, update } from "./shown";

/** Ten addresses, so that nearly all names compete. */
const crowd = [host("a"), host("b"), host("c"), claim("v"), claim("w"), hosts(["r-1", "r-2"]), hosts(["s-1"], {}, "s")];
const orders = fc.shuffledSubarray(crowd, { minLength: crowd.length });

describe("a preview and a later update", () => {
  let root: string;
  let commands = 0;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "metal3-ipam-plans-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));
  /** The memory of the next command on a machine. */
  const memory = (machine = "here") => openPreviewMemory("target", () => 0, join(root, machine), `c${++commands}`);

  it("agree, whatever the order of checks", async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(orders, orders, async (first, second) => {
        const machine = String(++runs);
        const store = openMemoryStore();
        const shown = await preview(store, memory(machine), [pool(), ...first]);
        const { given, warnings, refused } = await update(store, memory(machine), [pool(), ...second]);
        assert.deepEqual([given, warnings, refused], [shown, [], {}]);
      }),
      { numRuns: 20 },
    );
  });

  it("on two machines: each claim that gets another address is named in a warning", async () => {
    let moved = 0;
    await fc.assert(
      fc.asyncProperty(orders, orders, async (first, second) => {
        const store = openMemoryStore();
        const shown = await preview(store, noPreviewMemory, [pool(), ...first]);
        const { given, warnings } = await update(store, noPreviewMemory, [pool(), ...second]);
        for (const one of crowd) {
          if (JSON.stringify(given[one.as]) === JSON.stringify(shown[one.as])) continue;
          moved++;
          assert.ok(namesIn(warnings).has(one.as), `${one.as} is not named in ${warnings.join("\n")}`);
        }
      }),
      { numRuns: 30 },
    );
    assert.ok(moved > 15, String(moved));
  });

  it("stop if another owner has taken a shown address in the meantime, and continue on the next run", async () => {
    const program = [host("a"), claim("v"), hosts(["r-1", "r-2", "r-3"])];
    const store = openMemoryStore();
    await update(store, noPreviewMemory, [pool()]);
    const shown = await preview(store, memory(), [pool(), ...program]);
    const rack = shown.rack as Record<string, string>;
    for (const lost of [shown.a, shown.v, rack["r-2"]] as string[]) await stranger(store, lost, `thief-${lost}`);
    const first = await update(store, memory(), program);
    assert.deepEqual(first.given, {});
    const broken = (lost: unknown, who: string) =>
      `${who} cannot get ${lost} of IPPool metal3/net, which the preview showed: claim thief-${lost} (not made by this provider) ` +
      "has it now. Nothing was reserved. Run `pulumi up` again, and its preview shows another address.";
    assert.deepEqual(first.refused, {
      a: broken(shown.a, "a"),
      v: broken(shown.v, "Claim v"),
      rack: broken(rack["r-2"], "r-2"),
    });
    const next = await preview(store, memory(), program);
    // The members of a set that can stay do stay.
    const again = next.rack as Record<string, string>;
    assert.deepEqual([again["r-1"], again["r-3"]], [rack["r-1"], rack["r-3"]]);
    assert.deepEqual(await update(store, memory(), program), { given: next, warnings: [], refused: {} });
  });

  it("continue with a warning if the address is taken after the update has looked, but a pin stops", async () => {
    const program = [host("a"), host("p", { address: "10.0.0.19" })];
    const store = openMemoryStore();
    await update(store, noPreviewMemory, [pool()]);
    const { a } = (await preview(store, memory(), program)) as Record<string, string>;
    const steal = async () => {
      for (const address of [a!, "10.0.0.19"]) await stranger(store, address, `thief-${address}`);
    };
    const { given, warnings, refused } = await update(store, memory(), program, { before: steal });
    assert.deepEqual(warnings, [
      `a got ${given.a} of IPPool metal3/net. The preview showed ${a}, but claim thief-${a} (not made by this provider) ` +
        `has that now. ${given.a} stays from now on.`,
    ]);
    assert.deepEqual(refused, {
      p:
        "10.0.0.19 of IPPool metal3/net is held by claim thief-10.0.0.19 (not made by this provider). Choose a free address, " +
        "or release it there first.",
    });
  });

  it("a claim that loses its address does not take the one shown for a neighbour", async () => {
    const store = openMemoryStore();
    await update(store, noPreviewMemory, [pool()]);
    const shown = (await preview(store, memory(), [host("w-0"), host("w-1")])) as Record<string, string>;
    // The engine creates one before it checks the other: two processes of one command.
    const steal = () => stranger(store, shown["w-0"]!, "thief");
    const first = await update(store, memory(), [host("w-0")], { before: steal });
    const second = await update(store, memory(), [host("w-1")]);
    assert.deepEqual(second, { given: { "w-1": shown["w-1"] }, warnings: [], refused: {} });
    assert.equal(first.warnings.length, 1);
  });

  it("name the address of the preview, even if the next proposal is lost as well", async () => {
    const store = openMemoryStore();
    const { a } = (await preview(store, memory(), [pool(), host("a")])) as Record<string, string>;
    const next = (await preview(store, noPreviewMemory, [pool(), host("p", { address: a }), host("a")])).a as string;
    const steal = () => stranger(store, next, "thief");
    const program = [pool(), host("p", { address: a }), host("a")];
    const { given, warnings } = await update(store, memory(), program, { before: steal });
    assert.notEqual(given.a, next);
    assert.deepEqual(warnings, [
      `a got ${given.a} of IPPool metal3/net. The preview showed ${a}, but p (resource p) has that now. ` +
        `${given.a} stays from now on.`,
    ]);
  });

  it("of a program that has changed since: it gets the usual addresses, and no fault", async () => {
    const net = pool({ pools: [{ start: "10.0.0.0", end: "10.0.3.255" }] });
    const small = pool({ pools: [{ start: "10.0.0.0", end: "10.0.0.15" }] });
    const before = [net, host("a"), hosts(["r-3", "r-1"]), claim("v")];
    const changes = {
      "a host renamed": [net, host("b"), hosts(["r-3", "r-1"]), claim("v")],
      "the pool shrunk": [small, host("a"), hosts(["r-3", "r-1"]), claim("v")],
      "a pin added": [net, host("a", { address: "10.0.3.7" }), hosts(["r-3", "r-1"]), claim("v")],
      "a set in another order": [net, host("a"), hosts(["r-1", "r-3"]), claim("v")],
      "a set with one more": [net, host("a"), hosts(["r-3", "r-2", "r-1"]), claim("v")],
    };
    for (const [what, after] of Object.entries(changes)) {
      const elsewhere = await preview(openMemoryStore(), noPreviewMemory, after);
      const store = openMemoryStore();
      await preview(store, memory(what), before);
      assert.deepEqual(await update(store, memory(what), after), { given: elsewhere, warnings: [], refused: {} }, what);
    }
  });

  it("a pin takes an address that was shown for another claim: that claim gets another one, with a warning", async () => {
    const store = openMemoryStore();
    const { a } = (await preview(store, memory(), [pool(), host("a")])) as Record<string, string>;
    const { given, warnings } = await update(store, memory(), [pool(), host("p", { address: a }), host("a")]);
    assert.equal(given.p, a);
    assert.deepEqual(warnings, [
      `a got ${given.a} of IPPool metal3/net. The preview showed ${a}, but p (resource p) has that now. ` +
        `${given.a} stays from now on.`,
    ]);
  });

  it("a released address is no longer shown for its claim, so another claim may take it", async () => {
    const store = openMemoryStore();
    await preview(store, memory(), [pool(), host("a")]);
    const { given } = await update(store, memory(), [pool(), host("a")]);
    const empty = openMemoryStore(); // the same target, after a destroy
    await update(empty, noPreviewMemory, [pool()]);
    await stranger(empty, given.a as string, "later");
    const { refused } = await update(empty, memory(), [host("a")]);
    assert.deepEqual(refused, {});
  });

  it("a preview does not block another stack", async () => {
    const store = openMemoryStore();
    await update(store, noPreviewMemory, [pool()]);
    const ten = Array.from({ length: 10 }, (_, index) => `h-${index}`);
    await preview(store, memory(), [hosts(ten)], "metal/one");
    const { given, warnings } = await update(store, memory(), [hosts(ten)], { stack: "metal/two" });
    assert.deepEqual([Object.keys(given.rack as object), warnings], [ten, []]);
  });

  it("a preview changes nothing for a command that waits for its user", async () => {
    const store = openMemoryStore();
    const folder = join(root, "here");
    const open = (command: string) => openPreviewMemory("target", () => 0, folder, command);
    // Both started before either had shown anything.
    const [up, other] = [open("up"), open("other")];
    const both = [up.recall("metal/dev", NET), other.recall("metal/dev", NET)];
    assert.deepEqual(both, [new Map(), new Map()]);
    const program = [pool(), ...crowd];
    const shown = await preview(store, up, program);
    await preview(openMemoryStore(), { ...other, recall: () => new Map() }, [pool(), ...[...crowd].reverse()]);
    const { given, warnings } = await update(store, open("up"), [pool(), ...[...crowd].reverse()]);
    assert.deepEqual([given, warnings], [shown, []]);
  });
});

const NET = { namespace: "metal3", name: "net" };

/** The resources that the warnings name: their subjects, and their rivals. */
function namesIn(warnings: readonly string[]): Set<string> {
  const beside = warnings.flatMap((text) => [...text.matchAll(/\(resource (\S+?)\)/g)].map(([, name]) => name!));
  const subjects = warnings.map((text) => /^(?:Claim )?(\S+) got /.exec(text)?.[1] ?? "");
  const resources = new Map([
    ["r-1", "rack"],
    ["r-2", "rack"],
    ["s-1", "s"],
  ]);
  return new Set([...beside, ...subjects.map((name) => resources.get(name) ?? name)]);
}
