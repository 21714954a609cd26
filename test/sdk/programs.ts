import type { Runtime } from "../testbed/program";

/** One program with a nested list, a map, an enum and a function, as its author would write it in each language. */
export const programs: Partial<Record<Runtime, string>> = {
  yaml: `
resources:
  net:
    type: metal3-ipam:IPPool
    properties: { pools: [{ start: 10.0.0.1, end: 10.0.0.9 }], prefix: 24, gateway: 10.0.0.254 }
  cp-0:
    type: metal3-ipam:PreAllocation
    properties: { pool: "\${net.name}", host: cp-0, placement: byName }
  rack:
    type: metal3-ipam:PreAllocationSet
    properties: { pool: "\${net.name}", hosts: [w-0, w-1], pins: { w-0: 10.0.0.5 } }
variables:
  found: { fn::invoke: { function: metal3-ipam:getIPPool, arguments: { name: "\${net.name}" }, return: gateway } }
outputs: { node: "\${cp-0.address}", rack: "\${rack.addresses}", gateway: "\${found}" }`,

  "ts-node": `
import { getIPPoolOutput, IPPool, Placement, PreAllocation, PreAllocationSet } from "pulumi-metal3-ipam";
const { name: pool } = new IPPool("net", {
  pools: [{ start: "10.0.0.1", end: "10.0.0.9" }], prefix: 24, gateway: "10.0.0.254",
});
export const node = new PreAllocation("cp-0", { pool, host: "cp-0", placement: Placement.ByName }).address;
export const rack = new PreAllocationSet("rack", { pool, hosts: ["w-0", "w-1"], pins: { "w-0": "10.0.0.5" } }).addresses;
export const gateway = getIPPoolOutput({ name: pool }).gateway;`,

  python: `
import pulumi
from pulumi_metal3_ipam import IPPool, Placement, PoolEntryArgs, PreAllocation, PreAllocationSet, get_ip_pool_output
pool = IPPool("net", pools=[PoolEntryArgs(start="10.0.0.1", end="10.0.0.9")], prefix=24, gateway="10.0.0.254").name
pulumi.export("node", PreAllocation("cp-0", pool=pool, host="cp-0", placement=Placement.BY_NAME).address)
rack = PreAllocationSet("rack", pool=pool, hosts=["w-0", "w-1"], pins={"w-0": "10.0.0.5"})
pulumi.export("rack", rack.addresses)
pulumi.export("gateway", get_ip_pool_output(name=pool).gateway)`,

  go: `
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		net, err := metal3ipam.NewIPPool(ctx, "net", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{metal3ipam.PoolEntryArgs{
				Start: pulumi.String("10.0.0.1"), End: pulumi.String("10.0.0.9"),
			}},
			Prefix:  pulumi.Int(24),
			Gateway: pulumi.String("10.0.0.254"),
		})
		if err != nil {
			return err
		}
		node, err := metal3ipam.NewPreAllocation(ctx, "cp-0", &metal3ipam.PreAllocationArgs{
			Pool: net.Name, Host: pulumi.String("cp-0"), Placement: metal3ipam.PlacementByName,
		})
		if err != nil {
			return err
		}
		rack, err := metal3ipam.NewPreAllocationSet(ctx, "rack", &metal3ipam.PreAllocationSetArgs{
			Pool:  net.Name,
			Hosts: pulumi.StringArray{pulumi.String("w-0"), pulumi.String("w-1")},
			Pins:  pulumi.StringMap{"w-0": pulumi.String("10.0.0.5")},
		})
		if err != nil {
			return err
		}
		ctx.Export("node", node.Address)
		ctx.Export("rack", rack.Addresses)
		ctx.Export("gateway", metal3ipam.LookupIPPoolOutput(ctx, metal3ipam.LookupIPPoolOutputArgs{Name: net.Name}).Gateway())
		return nil
	})
}`,
};
