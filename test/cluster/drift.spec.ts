/** What others do to locks and entries with kubectl, beside Metal3's controller. The engine's view: test/engine/cluster-drift. */
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

/** Lines without the namespace, which is another in each test, and without times. */
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

/** What `kubectl get -o yaml`, an editor, `kubectl create` and `kubectl delete` make of a lock. */
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

describe("drift that kubectl made", function () {
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

  it("of a removal nobody is recorded: named is the last writer of the pool, though not of its status", async () => {
    const { here, stack, calm } = await settled();
    const settledAt = Date.now();
    const line = "a: removed from IPPool net, expected 10.0.0.10 (last recorded change: by";
    // A removal alone leaves no trace at all.
    await editPool(here, { spec: { preAllocations: { "a-net": null } } });
    assert.deepEqual(await drift(stack), [`${line} pulumi-metal3-ipam at TIME)`]);
    // One with another change leaves that; times are of whole seconds, and of two in one second neither is the last.
    await eventually("the next second", () => Date.now() - settledAt > 1_000);
    await editPool(here, { metadata: { labels: { seen: "yes" } } });
    assert.deepEqual(await drift(stack), [`${line} kubectl-patch at TIME)`]);
    // What the controller writes of a claim into the pool's status says nothing of it.
    await makeClaim(here, "other");
    await eventually("the pool's status has the claim", async () => {
      const { status } = await here.get<{ status?: { indexes?: object } }>("pool", "net");
      return "other" in (status?.indexes ?? {});
    });
    assert.deepEqual(await drift(stack), [`${line} kubectl-patch at TIME)`]);
    await stack.up(program);
    await calm();
  });

  it("of a removal inside a list the author is known, for lists are written whole", async () => {
    const { here, stack, calm } = await settled();
    await editPool(here, { spec: { pools: [{ start: "10.0.0.10", end: "10.0.0.29" }] } });
    assert.deepEqual(await drift(stack), [
      "IPPool net spec.pools[0].gateway: removed, expected 10.0.0.2 (changed by kubectl-patch at TIME)",
    ]);
    await stack.up(program);
    await calm();
  });

  it("the last entry of a pool that is removed is not said to be removed by who wrote the pool", async () => {
    const here = await site();
    const stack = here.stack();
    const one = [program[0]!, host("a", { address: "10.0.0.10" })];
    await stack.up(one);
    await editPool(here, { spec: { preAllocations: { "a-net": null } } });
    assert.match(
      String(await drift(stack, one)),
      /^a: removed from IPPool net, .* \(last recorded change: by pulumi-metal3-ipam at TIME\)$/,
    );
    await stack.up(one);
    assert.deepEqual(await drift(stack, one), []);
  });

  for (const [how, isBare] of [
    ["with the marks of this provider", false],
    ["without marks", true],
  ] as const) {
    it(`a lock that was put at another address ${how} is shown, and goes with the next up`, async () => {
      const { here, stack, calm } = await settled();
      await moveLock(here, "10.0.0.10", "10.0.0.20", isBare);
      await moveLock(here, "10.0.0.12", "10.0.0.21", isBare);
      assert.deepEqual(await drift(stack), [
        "IPAddress net-10-0-0-20 spec.address: found 10.0.0.20, expected 10.0.0.10 (changed by kubectl-create at TIME)",
        "IPAddress net-10-0-0-21 spec.address: found 10.0.0.21, expected 10.0.0.12 (changed by kubectl-create at TIME)",
      ]);
      assert.deepEqual(await stack.up(program), ["same net", "update a", "update rack"]);
      // Never two of one claim: the controller would give its host either.
      assert.deepEqual(await locks(here), { "a-net": ["10.0.0.10"], "b-net": ["10.0.0.11"], "c-net": ["10.0.0.12"] });
      await calm();
    });

    it(`a lock ${how} that a live host uses is warned of, stays, and the next life is as promised`, async () => {
      const { here, stack, calm } = await settled();
      for (const [claim, from, to] of [
        ["a-net", "10.0.0.10", "10.0.0.20"],
        ["c-net", "10.0.0.12", "10.0.0.21"],
      ] as const) {
        await moveLock(here, from, to, isBare);
        assert.equal((await startLife(here, claim)).spec.address, to);
        await editPool(here, { spec: { preAllocations: { [claim]: to } } });
      }
      const uses = ["a-net of IPPool net is using 10.0.0.20: ", "c-net of IPPool net is using 10.0.0.21: "];
      const warned = async () => {
        const { warnings: all } = await stack.preview(program);
        const warnings = all.filter((warning) => warning.includes(" is using "));
        for (const [index, warning] of warnings.entries()) {
          assert.ok(warning.replaceAll(`${stack.namespace}/`, "").startsWith(`claim ${uses[index]}`), warning);
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

  it("a pin that is changed in the program is still refused while the host lives", async () => {
    const { here, stack } = await settled();
    await startLife(here, "a-net");
    const changed = [program[0]!, host("a", { address: "10.0.0.25" }), program[2]!];
    await assert.rejects(stack.up(changed), /a is using 10\.0\.0\.10 of IPPool .*Deprovision a first/);
  });
});
