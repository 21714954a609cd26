package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		management, err := metal3ipam.NewIPPool(ctx, "management", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{Subnet: pulumi.String("10.30.0.0/24")},
			},
			Prefix:          pulumi.Int(24),
			Gateway:         pulumi.String("10.30.0.1"),
			ExcludeReserved: pulumi.Bool(true),
		})
		if err != nil {
			return err
		}
		bastion, err := metal3ipam.NewPreAllocation(ctx, "bastion", &metal3ipam.PreAllocationArgs{
			Pool:    management.Name,
			Host:    pulumi.String("bastion"),
			Address: pulumi.String("10.30.0.5"),
		})
		if err != nil {
			return err
		}

		// Pass outputs of the resource: Pulumi then creates the reservation first.
		ofClaim := metal3ipam.GetIPAddressOutput(ctx, metal3ipam.GetIPAddressOutputArgs{
			Pool:      bastion.Pool,
			ClaimName: bastion.ClaimName,
		})
		holder := metal3ipam.GetIPAddressOutput(ctx, metal3ipam.GetIPAddressOutputArgs{
			Pool:    bastion.Pool,
			Address: pulumi.String("10.30.0.5"),
		})

		ctx.Export("bastionLookup", pulumi.Map{
			"address": ofClaim.Address(),
			"gateway": ofClaim.Gateway(),
			"holder":  holder.ClaimName(),
		})
		return nil
	})
}
