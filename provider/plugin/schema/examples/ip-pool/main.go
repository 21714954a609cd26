package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		provisioning, err := metal3ipam.NewIPPool(ctx, "provisioning", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{Subnet: pulumi.String("172.22.0.0/24")},
			},
			Prefix:  pulumi.Int(24),
			Gateway: pulumi.String("172.22.0.1"),
			// Switches.
			Excludes: pulumi.StringArray{pulumi.String("172.22.0.2-172.22.0.9")},
			// The gateway, the network address and the broadcast address.
			ExcludeReserved: pulumi.Bool(true),
		})
		if err != nil {
			return err
		}
		ctx.Export("provisioningCapacity", provisioning.Capacity)
		return nil
	})
}
