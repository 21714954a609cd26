package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		bmc, err := metal3ipam.NewIPPool(ctx, "bmc", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{Subnet: pulumi.String("172.21.0.0/24")},
			},
			Prefix:          pulumi.Int(24),
			ExcludeReserved: pulumi.Bool(true),
		})
		if err != nil {
			return err
		}

		// This host gets a free address, which the preview shows.
		first, err := metal3ipam.NewPreAllocation(ctx, "cp-0", &metal3ipam.PreAllocationArgs{
			Pool: bmc.Name,
			Host: pulumi.String("cp-0"),
		})
		if err != nil {
			return err
		}
		// This host must have a certain address.
		second, err := metal3ipam.NewPreAllocation(ctx, "cp-1", &metal3ipam.PreAllocationArgs{
			Pool:    bmc.Name,
			Host:    pulumi.String("cp-1"),
			Address: pulumi.String("172.21.0.11"),
		})
		if err != nil {
			return err
		}
		ctx.Export("controlPlane", pulumi.Map{"cp-0": first.Address, "cp-1": second.Address})
		return nil
	})
}
