package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		external, err := metal3ipam.NewIPPool(ctx, "external", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{
					Start: pulumi.String("192.168.111.10"),
					End:   pulumi.String("192.168.111.99"),
				},
			},
			Prefix:  pulumi.Int(24),
			Gateway: pulumi.String("192.168.111.1"),
		})
		if err != nil {
			return err
		}

		// DNS has a record for this address already.
		api, err := metal3ipam.NewIPClaim(ctx, "api", &metal3ipam.IPClaimArgs{
			Pool:    external.Name,
			Address: pulumi.String("192.168.111.10"),
		})
		if err != nil {
			return err
		}
		ingress, err := metal3ipam.NewIPClaim(ctx, "ingress", &metal3ipam.IPClaimArgs{Pool: external.Name})
		if err != nil {
			return err
		}
		ctx.Export("virtualIps", pulumi.Map{"api": api.Address, "ingress": ingress.Address})
		return nil
	})
}
