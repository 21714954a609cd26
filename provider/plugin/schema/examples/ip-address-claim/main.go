package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		// The provider of the pool chooses the address: CAPI's in-cluster provider here.
		loadBalancer, err := metal3ipam.NewIPAddressClaim(ctx, "load-balancer", &metal3ipam.IPAddressClaimArgs{
			PoolRef: metal3ipam.PoolRefArgs{
				ApiGroup: pulumi.String("ipam.cluster.x-k8s.io"),
				Kind:     pulumi.String("InClusterIPPool"),
				Name:     pulumi.String("dmz"),
			},
		})
		if err != nil {
			return err
		}

		// Known after the first update.
		ctx.Export("loadBalancerAddress", loadBalancer.Address)
		return nil
	})
}
