package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		// pulumi config set --secret kubeconfig < kubeconfig.yaml
		cluster, err := metal3ipam.NewProvider(ctx, "cluster", &metal3ipam.ProviderArgs{
			Kubeconfig: config.New(ctx, "").RequireSecret("kubeconfig"),
			Namespace:  pulumi.String("metal3"),
		})
		if err != nil {
			return err
		}

		edge, err := metal3ipam.NewIPPool(ctx, "edge", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{Subnet: pulumi.String("10.50.0.0/24")},
			},
			Prefix:          pulumi.Int(24),
			ExcludeReserved: pulumi.Bool(true),
		}, pulumi.Provider(cluster))
		if err != nil {
			return err
		}
		ctx.Export("edgeNamespace", edge.Namespace)
		return nil
	})
}
