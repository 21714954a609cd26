package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		workload, err := metal3ipam.NewIPPool(ctx, "workload", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{
					Start: pulumi.String("192.168.10.10"),
					End:   pulumi.String("192.168.10.99"),
				},
				metal3ipam.PoolEntryArgs{
					Start:   pulumi.String("192.168.20.10"),
					End:     pulumi.String("192.168.20.99"),
					Gateway: pulumi.String("192.168.20.1"),
				},
			},
			Prefix:     pulumi.Int(24),
			Gateway:    pulumi.String("192.168.10.1"),
			DnsServers: pulumi.StringArray{pulumi.String("192.168.10.2")},
			DhcpRanges: pulumi.StringArray{pulumi.String("192.168.10.200-192.168.10.250")}, // an overlap is an error
		})
		if err != nil {
			return err
		}
		ctx.Export("workloadCapacity", workload.Capacity)
		return nil
	})
}
