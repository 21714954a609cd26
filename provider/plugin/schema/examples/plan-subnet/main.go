package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		split := metal3ipam.PlanSubnetOutput(ctx, metal3ipam.PlanSubnetOutputArgs{
			Subnet:   pulumi.String("10.70.0.0/24"),
			Gateway:  pulumi.String("10.70.0.1"),
			Reserved: pulumi.ToStringArray([]string{"10.70.0.2"}), // Ironic itself
			Static:   metal3ipam.SubnetPartArgs{Size: pulumi.Int(100)},
		})
		inspection, err := metal3ipam.NewIPPool(ctx, "inspection", &metal3ipam.IPPoolArgs{
			Pools:      split.Pools(),
			Prefix:     split.Prefix(),
			Gateway:    split.Gateway(),
			DhcpRanges: split.DhcpRanges(),
		})
		if err != nil {
			return err
		}

		ctx.Export("inspectionPools", inspection.Pools)
		// `spec.networking.dhcp` of the resource `Ironic`.
		ctx.Export("ironicDhcp", split.IronicDhcp())
		return nil
	})
}
