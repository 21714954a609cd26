package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		tenant, err := metal3ipam.NewIPPool(ctx, "tenant", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{Subnet: pulumi.String("10.20.0.0/24")},
			},
			Prefix:          pulumi.Int(24),
			ExcludeReserved: pulumi.Bool(true),
		})
		if err != nil {
			return err
		}
		hosts, err := metal3ipam.NewPreAllocationSet(ctx, "tenant-hosts", &metal3ipam.PreAllocationSetArgs{
			Pool:  tenant.Name,
			Hosts: pulumi.ToStringArray([]string{"db-0", "db-1"}),
		})
		if err != nil {
			return err
		}

		// Pass an output of the set: Pulumi then creates the pool and the set first.
		found := metal3ipam.LookupIPPoolOutput(ctx, metal3ipam.LookupIPPoolOutputArgs{Name: hosts.Pool})

		ctx.Export("tenantUse", pulumi.Map{"used": found.Used(), "free": found.Free()})
		return nil
	})
}
