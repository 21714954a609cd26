/** Changes of locks and entries with kubectl, while Metal3's controller runs. The engine's view: test/engine/cluster-drift. */
import assert from "node:assert/strict";
import { host, hosts, pool } from "../resources/declare";
import type { Declared, Stack } from "../resources/program";
import { eventually, type KubeObject } from "../testbed/cluster";
import { type Address, endLife, makeClaim, startLife } from "./claimants";
import { type Site, useSite } from "./site";

const program = [
  pool({ pools: [{ start: "10.0.0.10", end: "10.0.0.29", gateway: "10.0.0.2" }] }),
  host("a", { address: "10.0.0.10" }),
  hosts(["b", "c"], { start: "10.0.0.11" }),
];
const CALM = ["same net", "same a", "same rack"];

/** Lines without times and without the namespace, which differs in each test. */
async function drift(stack: Stack, of: readonly Declared[] = program): Promise<string[]> {
  const lines = (await stack.preview(of)).drift;
  return lines.map((line) => line.replaceAll(`${stack.namespace}/`, "").replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, "TIME"));
}

function kubectl(here: Site, args: readonly string[], stdin?: object): Promise<string> {
  const input = stdin && { stdin: JSON.stringify(stdin) };
  return here.cluster.kubectl([...args, "-n", here.namespace], input);
}

function editPool(here: Site, change: object): Promise<string> {
  return kubectl(here, ["patch", "ippools.ipam.metal3.io/net", "--type=merge", "-p", JSON.stringify(change)]);
}

/** A lock after `kubectl get -o yaml`, an editor, `kubectl create` and `kubectl delete`. */
async function moveLock(here: Site, from: string, to: string, isBare: boolean): Promise<void> {
  const name = (address: string) => `net-${address.replaceAll(".", "-")}`;
  const { metadata, ...lock } = await here.get<Address>("address", name(from));
  const { annotations, ownerReferences } = metadata;
  await kubectl(here, ["delete", `ipaddresses.ipam.metal3.io/${name(from)}`]);
  await kubectl(here, ["create", "-f", "-"], {
    ...lock,
    metadata: { name: name(to), ...(isBare ? {} : { annotations, ownerReferences }) },
    spec: { ...lock.spec, address: to },
  });
}

/** claim → addresses of its locks. */
async function locks(here: Site): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { spec } of await here.list<Address>("address")) {
    found[spec.claim.name] = [...(found[spec.claim.name] ?? []), spec.address];
  }
  return found;
}

async function entries(here: Site): Promise<Record<string, string>> {
  const { spec } = await here.get<KubeObject & { spec: { preAllocations: Record<string, string> } }>("pool", "net");
  return spec.preAllocations;
}

describe("drift made with kubectl", function () {
  const site = useSite(this);

  async function settled() {
    const here = await site();
    const stack = here.stack();
    await stack.up(program);
    const before = await entries(here);
    const calm = async () => {
      assert.deepEqual((await stack.preview(program)).steps, CALM);
      assert.deepEqual(await entries(here), before);
    };
    return { here, stack, calm };
  }

  it("of a removed entry names the last writer of the pool, but not of its status, because no author is recorded", async () => {
    const { here, stack, calm } = await settled();
    const settledAt = Date.now();
    const line = "a: removed from IPPool net, expected 10.0.0.10 (last recorded change by";
    // A removal alone leaves no trace.
    await editPool(here, { spec: { preAllocations: { "a-net": null } } });
    assert.deepEqual(await drift(stack), [`${line} pulumi-metal3-ipam at TIME)`]);
    // A removal with another change leaves that change. Times are whole seconds, so neither of two in one second is the last.
    await eventually("the next second", () => Date.now() - settledAt > 1_000);
    await editPool(here, { metadata: { labels: { seen: "yes" } } });
    assert.deepEqual(await drift(stack), [`${line} kubectl-patch at TIME)`]);
    // The controller's write of a claim into the pool's status says nothing about the removal.
    await makeClaim(here, "other");
    await eventually("the pool's status has the claim", async () => {
      const { status } = await here.get<{ status?: { indexes?: object } }>("pool", "net");
      return "other" in (status?.indexes ?? {});
    });
    assert.deepEqual(await drift(stack), [`${line} kubectl-patch at TIME)`]);
    await stack.up(program);
    await calm();
  });

  it("of a removal inside a list names the author, because lists are written whole", async () => {
    const { here, stack, calm } = await settled();
    await editPool(here, { spec: { pools: [{ start: "10.0.0.10", end: "10.0.0.29" }] } });
    assert.deepEqual(await drift(stack), [
      "IPPool net spec.pools[0].gateway: removed, expected 10.0.0.2 (changed by kubectl-patch at TIME)",
    ]);
    await stack.up(program);
    await calm();
  });

  it("of a removed last entry does not name the writer of the pool", async () => {
    const here = await site();
    const stack = here.stack();
    const one = [program[0]!, host("a", { address: "10.0.0.10" })];
    await stack.up(one);
    await editPool(here, { spec: { preAllocations: { "a-net": null } } });
    assert.match(
      String(await drift(stack, one)),
      /^a: removed from IPPool net, .* \(last recorded change by pulumi-metal3-ipam at TIME\)$/,
    );
    await stack.up(one);
    assert.deepEqual(await drift(stack, one), []);
  });

  for (const [how, isBare] of [
    ["with the marks of this provider", false],
    ["without marks", true],
  ] as const) {
    it(`a lock that was moved to another address ${how} is shown, and removed by the next up`, async () => {
      const { here, stack, calm } = await settled();
      await moveLock(here, "10.0.0.10", "10.0.0.20", isBare);
      await moveLock(here, "10.0.0.12", "10.0.0.21", isBare);
      assert.deepEqual(await drift(stack), [
        "a: found 10.0.0.20 in IPAddress net-10-0-0-20, expected 10.0.0.10 (changed by kubectl-create at TIME)",
        "c: found 10.0.0.21 in IPAddress net-10-0-0-21, expected 10.0.0.12 (changed by kubectl-create at TIME)",
      ]);
      assert.deepEqual(await stack.up(program), ["same net", "update a", "update rack"]);
      // Never two locks of one claim, because the controller would give either to its host.
      assert.deepEqual(await locks(here), { "a-net": ["10.0.0.10"], "b-net": ["10.0.0.11"], "c-net": ["10.0.0.12"] });
      await calm();
    });

    it(`a lock ${how} that a live host uses causes a warning and stays, and the next life gets the promised address`, async () => {
      const { here, stack, calm } = await settled();
      for (const [claim, from, to] of [
        ["a-net", "10.0.0.10", "10.0.0.20"],
        ["c-net", "10.0.0.12", "10.0.0.21"],
      ] as const) {
        await moveLock(here, from, to, isBare);
        assert.equal((await startLife(here, claim)).spec.address, to);
        await editPool(here, { spec: { preAllocations: { [claim]: to } } });
      }
      const uses = ["a is using 10.0.0.20 of IPPool net, ", "c is using 10.0.0.21 of IPPool net, "];
      const warned = async () => {
        const { warnings: all } = await stack.preview(program);
        const warnings = all.filter((warning) => warning.includes(" is using "));
        for (const [index, warning] of warnings.entries()) {
          assert.ok(warning.replaceAll(`${stack.namespace}/`, "").startsWith(uses[index] ?? "?"), warning);
        }
        assert.equal(warnings.length, uses.length);
      };
      await warned();
      assert.deepEqual(await stack.up(program), ["same net", "update a", "update rack"]);
      assert.deepEqual(await locks(here), { "a-net": ["10.0.0.20"], "b-net": ["10.0.0.11"], "c-net": ["10.0.0.21"] });
      await calm();
      await warned();

      for (const [claim, promised] of [
        ["a-net", "10.0.0.10"],
        ["c-net", "10.0.0.12"],
      ] as const) {
        await endLife(here, claim);
        assert.equal((await startLife(here, claim)).spec.address, promised);
      }
      await calm();
      assert.doesNotMatch(String((await stack.preview(program)).warnings), / is using /);
    });
  }

  it("a change of a pin in the program is still refused while the host is live", async () => {
    const { here, stack } = await settled();
    await startLife(here, "a-net");
    const changed = [program[0]!, host("a", { address: "10.0.0.25" }), program[2]!];
    await assert.rejects(stack.up(changed), /a is using 10\.0\.0\.10 of IPPool .*Deprovision a first/);
  });
});
