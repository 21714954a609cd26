package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		site, err := metal3ipam.NewProvider(ctx, "site", &metal3ipam.ProviderArgs{
			Directory: pulumi.String("./manifests"),
			Namespace: pulumi.String("metal3"),
		})
		if err != nil {
			return err
		}

		lab, err := metal3ipam.NewIPPool(ctx, "lab", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{Subnet: pulumi.String("10.40.0.0/24")},
			},
			Prefix:          pulumi.Int(24),
			ExcludeReserved: pulumi.Bool(true),
		}, pulumi.Provider(site))
		if err != nil {
			return err
		}
		ctx.Export("labNamespace", lab.Namespace)
		return nil
	})
}
