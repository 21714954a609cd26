import assert from "node:assert/strict";
import { join } from "node:path";
import { expectFailed, expectSucceeded, unknown, useEngine } from "../../testbed/engine";
import type { Runtime } from "../../testbed/program";
import { itLong } from "../../trust/scale";

/** A pool, a host in it, and both functions: about resources of this program, and about existing objects. */
const programs: Partial<Record<Runtime, string>> = {
  yaml: `
resources:
  net: { type: "metal3-ipam:IPPool", properties: { pools: [{ start: 10.0.0.1, end: 10.0.0.9 }], prefix: 24 } }
  a: { type: "metal3-ipam:PreAllocation", properties: { pool: "\${net.name}", host: a, address: 10.0.0.5 } }
variables:
  pool: { fn::invoke: { function: metal3-ipam:getIPPool, arguments: { name: "\${a.pool}" } } }
  holder: { fn::invoke: { function: metal3-ipam:getIPAddress, arguments: { pool: "\${a.pool}", host: a } } }
  there: { fn::invoke: { function: metal3-ipam:getIPPool, arguments: { name: there, namespace: default } } }
outputs:
  free: \${pool.free}
  first: \${pool.holders[0].claimName}
  address: \${holder.address}
  resource: \${holder.resource}
  there: \${there.capacity}`,

  "ts-node": `
import * as ipam from "pulumi-metal3-ipam";
const net = new ipam.IPPool("net", { pools: [{ start: "10.0.0.1", end: "10.0.0.9" }], prefix: 24 });
const a = new ipam.PreAllocation("a", { pool: net.name, host: "a", address: "10.0.0.5" });
const pool = ipam.getIPPoolOutput({ name: a.pool });
const holder = ipam.getIPAddressOutput({ pool: net.name, claimName: a.claimName });
export const free = pool.free;
export const first = pool.holders[0].claimName;
export const address = holder.address;
export const resource = holder.resource;
export const there = ipam.getIPPool({ name: "there", namespace: "default" }).then(({ capacity }) => capacity);`,

  python: `
import pulumi
import pulumi_metal3_ipam as ipam
net = ipam.IPPool("net", pools=[ipam.PoolEntryArgs(start="10.0.0.1", end="10.0.0.9")], prefix=24)
a = ipam.PreAllocation("a", pool=net.name, host="a", address="10.0.0.5")
pool = ipam.get_ip_pool_output(name=a.pool)
holder = ipam.get_ip_address_output(pool=net.name, claim_name=a.claim_name)
pulumi.export("free", pool.free)
pulumi.export("first", pool.holders[0].claim_name)
pulumi.export("address", holder.address)
pulumi.export("resource", holder.resource)
pulumi.export("there", ipam.get_ip_pool(name="there", namespace="default").capacity)`,

  go: `
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	ipam "pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		net, err := ipam.NewIPPool(ctx, "net", &ipam.IPPoolArgs{
			Pools: ipam.PoolEntryArray{ipam.PoolEntryArgs{
				Start: pulumi.String("10.0.0.1"), End: pulumi.String("10.0.0.9"),
			}},
			Prefix: pulumi.Int(24),
		})
		if err != nil {
			return err
		}
		a, err := ipam.NewPreAllocation(ctx, "a", &ipam.PreAllocationArgs{
			Pool: net.Name, Host: pulumi.String("a"), Address: pulumi.String("10.0.0.5"),
		})
		if err != nil {
			return err
		}
		pool := ipam.LookupIPPoolOutput(ctx, ipam.LookupIPPoolOutputArgs{Name: a.Pool})
		holder := ipam.GetIPAddressOutput(ctx, ipam.GetIPAddressOutputArgs{Pool: net.Name, ClaimName: a.ClaimName})
		there, err := ipam.LookupIPPool(ctx, &ipam.LookupIPPoolArgs{Name: "there", Namespace: pulumi.StringRef("default")})
		if err != nil {
			return err
		}
		ctx.Export("free", pool.Free())
		ctx.Export("first", pool.Holders().Index(pulumi.Int(0)).ClaimName())
		ctx.Export("address", holder.Address())
		ctx.Export("resource", holder.Resource())
		ctx.Export("there", pulumi.Any(there.Capacity))
		return nil
	})
}`,
};

const there = `
resources:
  there: { type: "metal3-ipam:IPPool", properties: { pools: [{ start: 10.9.0.1, end: 10.9.0.4 }] } }`;

const answers = { free: 8, first: "a-net", address: "10.0.0.5", resource: "a", there: 4 };

/** The SDKs of Node and Python do not call functions about resources that do not exist yet. Others do, and get the plan. */
const firstAnswers: Partial<Record<Runtime, object>> = { yaml: answers, go: answers };
const unasked = { free: unknown, first: unknown, address: unknown, resource: unknown, there: 4 };

describe("getIPPool and getIPAddress on a real engine", function () {
  const engine = useEngine(this);
  let directory: string;
  before(async () => {
    directory = join(engine().root, "asked");
    expectSucceeded(await (await engine().project({ name: "there", runtime: "yaml", program: there, directory })).up());
  });

  // test/sdk/languages.spec.ts also calls Python's and Go's functions. Here are more of their answers.
  const isQuick = (runtime: Runtime) => runtime === "yaml" || runtime === "ts-node";
  for (const [runtime, program] of Object.entries(programs) as [Runtime, string][]) {
    (isQuick(runtime) ? it : itLong)(
      `${runtime}: the same answers in the update and afterwards, and none that is another in the first preview`,
      async () => {
        const config = { "metal3-ipam:namespace": runtime };
        const stack = await engine().project({ name: `ask-${runtime}`, runtime, program, config, directory });
        assert.deepEqual(expectSucceeded(await stack.preview()).outputs, firstAnswers[runtime] ?? unasked);
        assert.deepEqual(expectSucceeded(await stack.up()).outputs, answers);
        const again = expectSucceeded(await stack.preview());
        assert.deepEqual([again.outputs, again.changes], [answers, { same: 2 }]);
      },
    );
  }

  it("give in one line the reason why there is no answer", async () => {
    const asking = (name: string, args: string) =>
      `variables: { asked: { fn::invoke: { function: "metal3-ipam:${name}", arguments: ${args} } } }\noutputs: { asked: "\${asked}" }`;
    const stack = await engine().project({ name: "refused", runtime: "yaml", program: "{}", directory });
    const refused: [program: string, why: RegExp][] = [
      [
        asking("getIPPool", "{ name: nowhere }"),
        /IPPool default\/nowhere does not exist\. If this program creates it, /,
      ],
      [
        asking("getIPAddress", "{ pool: there, host: a, address: 10.9.0.1 }"),
        /cannot be set together with `host`\. Remove one of them\./,
      ],
      [asking("getIPAddress", "{ pool: there, host: a }"), /a has no address in IPPool default\/there\. /],
    ];
    for (const [program, why] of refused) {
      await stack.setProgram(program);
      assert.doesNotMatch(expectFailed(await stack.preview(), why).all, /^\s+at /m);
    }
  });
});
