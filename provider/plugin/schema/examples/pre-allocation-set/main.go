package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		storage, err := metal3ipam.NewIPPool(ctx, "storage", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{Subnet: pulumi.String("172.23.0.0/24")},
			},
			Prefix:          pulumi.Int(24),
			ExcludeReserved: pulumi.Bool(true),
		})
		if err != nil {
			return err
		}

		rack, err := metal3ipam.NewPreAllocationSet(ctx, "rack-a", &metal3ipam.PreAllocationSetArgs{
			Pool:  storage.Name,
			Hosts: pulumi.ToStringArray([]string{"worker-0", "worker-1", "worker-2"}),
			Start: pulumi.String("172.23.0.100"), // worker-0 and worker-1 get consecutive addresses from here
			Pins:  pulumi.StringMap{"worker-2": pulumi.String("172.23.0.50")},
		})
		if err != nil {
			return err
		}
		ctx.Export("rackAddresses", rack.Addresses)
		return nil
	})
}
