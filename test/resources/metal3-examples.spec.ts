/** Metal3's documented examples, as programs and as hand-written manifests. */
import assert from "node:assert/strict";
import { addressObjectName } from "../../provider/api/metal3/ip-address";
import { IP_ADDRESS, IP_CLAIM, IP_POOL } from "../../provider/api/metal3/kinds";
import { parseAddress } from "../../provider/core/address";
import type { Store } from "../../provider/store/store";
import { assertUnchanged, imported } from "./importing";
import { claimManifests, EXAMPLES, type Example, type Given, poolManifest, programOf } from "./metal3-examples";
import { onEachStore } from "./stores";

describe("Metal3's documented examples", () => {
  onEachStore((open) => {
    for (const example of EXAMPLES) {
      it(`${example.what}, as a program: the controller's addresses, unchanged by a second update, imported without a difference`, async () => {
        const { store, stackOf } = open();
        const stack = stackOf();
        const program = programOf(example);
        const { inputs, warnings } = await stack.preview(program);
        const named = warnings.filter((warning) => warning.includes("named after another pool"));
        assert.equal(named.length, example.warns ? 1 : 0);
        if (example.warns) assert.match(named[0]!, example.warns);
        await stack.up(program);
        for (const [claim, { given }] of Object.entries(example.claims)) {
          assert.deepEqual(givenIn(inputs.get(claim)!), given, "the preview");
          assert.deepEqual(givenIn(stack.outputs(claim)), given, "the update");
        }
        await assertUnchanged(stack, program);
        const again = stackOf();
        const code = [];
        for (const { kind, as, args } of program) code.push(await imported(again, kind, as, `metal3/${args.name}`));
        await assertUnchanged(again, code);
        await assertUnchanged(again, program);
        assert.ok(store);
      });

      it(`${example.what}, as manifests: existing objects are shown, imported and kept`, async () => {
        const { store, stackOf } = open();
        await byHand(store, example);
        const stack = stackOf();
        const { getIPAddress } = stack.handlers();
        for (const [claimName, { given }] of Object.entries(example.claims)) {
          const { result } = await getIPAddress.invoke({ pool: example.pool.name, claimName });
          assert.deepEqual(givenIn(result), given, claimName);
        }
        const code = [await imported(stack, "ipPool", example.pool.name, `metal3/${example.pool.name}`)];
        for (const claim of Object.keys(example.claims)) {
          code.push(await imported(stack, "ipClaim", claim, `metal3/${claim}`));
        }
        await assertUnchanged(stack, code);
        await assertUnchanged(
          stack,
          programOf(example).map((one) => (one.kind === "ipPool" ? withoutEntries(one) : one)),
        );
      });
    }

    it("the announcement's gateway of five digits is refused by its group", async () => {
      const { stackOf } = open();
      const { pool } = EXAMPLES[3]!;
      const pools = [{ start: "2001:db8::1", end: "2001:db8::9", gateway: "12001:0db8:85a3:0000:0000:8a2e::1" }];
      await assert.rejects(
        stackOf().preview([{ kind: "ipPool", as: "pool1", args: { ...pool.spec, name: "pool1", pools } }]),
        {
          message:
            'pool1: pools[0].gateway: "12001:0db8:85a3:0000:0000:8a2e::1" is not an IP address. Its group "12001" has 5 digits. At most four are allowed.',
        },
      );
    });

    const names: [what: string, args: object, says: RegExp][] = [
      [
        "a reference as Metal3 writes it",
        { pool: { name: "pool1" } },
        /claim1: pool: \{"name":"pool1"\} is an object, but must be text. Write only "pool1".$/,
      ],
      [
        "the announcement's Name",
        { pool: { Name: "pool1" } },
        /claim1: pool: \{"Name":"pool1"\} is an object, but must be text. Write only "pool1".$/,
      ],
      [
        "Pool for pool",
        { Pool: "pool1" },
        /claim1: Pool: is not a property. Write `pool`\.\nclaim1: pool: is required\.$/,
      ],
      [
        "Address for address",
        { pool: "pool1", Address: "10.0.0.1" },
        /claim1: Address: is not a property. Write `address`\.$/,
      ],
    ];
    for (const [what, args, says] of names) {
      it(`${what} is refused, and the message has the correct spelling`, async () => {
        const { stackOf } = open();
        const program = [{ kind: "ipClaim" as const, as: "claim1", args: { name: "claim1", ...args } }];
        await assert.rejects(stackOf().preview(program), says);
      });
    }
  });
});

function givenIn({ address, prefix, gateway }: { readonly [property: string]: unknown }): Given {
  return { address, prefix, gateway } as Given;
}

/** Hand-written entries are imported separately from the pool. */
function withoutEntries<One extends { readonly args: object }>(one: One): One {
  return { ...one, args: { ...one.args, preAllocations: undefined } };
}

/** The pool and the claims as a user has applied them, and the addresses that the controller has given them. */
async function byHand(store: Store, example: Example): Promise<void> {
  const pool = poolManifest(example, "metal3");
  // The controller has added the label. Newer API servers require a name prefix.
  const metadata = { ...pool.metadata, labels: { "cluster.x-k8s.io/cluster-name": "cluster1" } };
  await store.create(IP_POOL, { ...pool, metadata, spec: { namePrefix: "pool1", ...(pool.spec as object) } });
  const { namePrefix = example.pool.name } = example.pool.spec;
  for (const claim of claimManifests(example, "metal3")) {
    const { name } = claim.metadata;
    const { given } = example.claims[name]!;
    const address = parseAddress(given.address);
    assert.ok(address.ok);
    const made = await store.create(IP_CLAIM, claim);
    await store.create(IP_ADDRESS, {
      apiVersion: claim.apiVersion,
      kind: "IPAddress",
      metadata: {
        name: addressObjectName(String(namePrefix), address.value),
        namespace: "metal3",
        ownerReferences: [{ apiVersion: claim.apiVersion, kind: "IPClaim", name, uid: made.metadata.uid }],
      },
      spec: {
        ...given,
        // In the spelling of the pool.
        gateway: given.gateway.toUpperCase(),
        claim: { name, namespace: "metal3" },
        pool: { name: example.pool.name, namespace: "metal3" },
      },
    });
  }
}
