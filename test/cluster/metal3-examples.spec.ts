/** Metal3's documented examples in a real cluster: the addresses of its controller, and those of this provider. */
import assert from "node:assert/strict";
import { addressText, canonicalText } from "../../provider/api/address-text";
import { assertUnchanged, imported } from "../resources/importing";
import {
  claimManifests,
  EXAMPLES,
  type Example,
  type Given,
  poolManifest,
  programOf,
} from "../resources/metal3-examples";
import { eventually, type KubeObject } from "../testbed/cluster";
import { type Site, useSite } from "./site";

interface Claim extends KubeObject {
  readonly status?: { readonly address?: { readonly name: string }; readonly errorMessage?: string };
}
interface Address extends KubeObject {
  readonly spec: Given;
}

describe("Metal3's documented examples with its controller", function () {
  const site = useSite(this);
  for (const example of EXAMPLES) {
    it(`${example.what}: gives the same address, prefix and gateway, applied as it is and as a program`, async () => {
      const [theirs, ours] = [await site(), await site()];
      for (const here of [theirs, ours]) await here.create("cluster", "cluster1", { spec: { paused: false } });
      await apply(theirs, example);
      const expected = Object.fromEntries(Object.entries(example.claims).map(([claim, { given }]) => [claim, given]));
      assert.deepEqual(await given(theirs, example), expected);

      const stack = ours.stack();
      const program = programOf(example);
      await stack.up(program);
      assert.deepEqual(await given(ours, example), expected);
      for (const [claim, wanted] of Object.entries(expected)) {
        const { address, prefix, gateway } = stack.outputs(claim);
        assert.deepEqual({ address, prefix, gateway }, wanted);
      }
      const { steps, drift } = await stack.preview(program);
      assert.deepEqual([steps.filter((step) => !step.startsWith("same")), drift], [[], []]);

      const taken = theirs.stack("metal/imported");
      const code = [await imported(taken, "ipPool", example.pool.name, `${theirs.namespace}/${example.pool.name}`)];
      for (const claim of Object.keys(example.claims)) {
        code.push(await imported(taken, "ipClaim", claim, `${theirs.namespace}/${claim}`));
      }
      await assertUnchanged(taken, code);
      await stack.destroy();
    });
  }
});

/** As a user applies it. The API server requires a name prefix, which the announcement does not have. */
async function apply({ cluster, namespace }: Site, example: Example): Promise<void> {
  const pool = poolManifest(example, namespace);
  const named = { ...pool, spec: { namePrefix: "pool1", ...(pool.spec as object) } };
  const list = { apiVersion: "v1", kind: "List", items: [named, ...claimManifests(example, namespace)] };
  await cluster.kubectl(["apply", "-n", namespace, "-f", "-"], { stdin: JSON.stringify(list) });
}

/** The controller's answer to each claim. The gateway has the pool's spelling. */
async function given(here: Site, example: Example): Promise<Record<string, Given>> {
  const claims = await eventually("every claim is served", async () => {
    const all = await here.list<Claim>("claim");
    return all.every(({ status }) => status?.address ?? status?.errorMessage) && all;
  });
  assert.equal(claims.length, Object.keys(example.claims).length);
  const told = claims.map(async ({ metadata: { name }, status }) => {
    assert.equal(status?.errorMessage, undefined, name);
    const { address, prefix, gateway } = (await here.get<Address>("address", status!.address!.name)).spec;
    return [name, { address, prefix, gateway: String(canonicalText(addressText, gateway)) }] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}
