package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		deployment, err := metal3ipam.NewIPPool(ctx, "deployment", &metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{
				metal3ipam.PoolEntryArgs{Subnet: pulumi.String("10.60.0.0/24")},
			},
			Prefix:          pulumi.Int(24),
			Gateway:         pulumi.String("10.60.0.1"),
			DnsServers:      pulumi.ToStringArray([]string{"10.60.0.2"}),
			ExcludeReserved: pulumi.Bool(true),
		})
		if err != nil {
			return err
		}
		bay, err := metal3ipam.NewPreAllocationSet(ctx, "bay", &metal3ipam.PreAllocationSetArgs{
			Pool:  deployment.Name,
			Hosts: pulumi.ToStringArray([]string{"worker-0", "worker-1"}),
			Start: pulumi.String("10.60.0.20"),
		})
		if err != nil {
			return err
		}

		workerNetwork := metal3ipam.RenderNetworkConfigOutput(ctx, metal3ipam.RenderNetworkConfigOutputArgs{
			Host: pulumi.String("worker-0"),
			Nics: metal3ipam.HostNicArray{
				metal3ipam.HostNicArgs{Name: pulumi.String("eno1"), Mac: pulumi.String("52:54:00:aa:bb:01")},
				metal3ipam.HostNicArgs{Name: pulumi.String("eno2"), Mac: pulumi.String("52:54:00:aa:bb:02")},
			},
			Bonds: metal3ipam.HostBondArray{
				metal3ipam.HostBondArgs{
					Name:    pulumi.String("bond0"),
					Members: pulumi.ToStringArray([]string{"eno1", "eno2"}),
					Mode:    pulumi.String("802.3ad"),
					Mtu:     pulumi.Int(9000),
				},
			},
			Vlans: metal3ipam.HostVlanArray{
				metal3ipam.HostVlanArgs{Link: pulumi.String("bond0"), Id: pulumi.Int(100)},
			},
			Networks: metal3ipam.HostNetworkArray{
				metal3ipam.HostNetworkArgs{
					Name:         pulumi.String("provisioning"),
					Link:         pulumi.String("bond0"),
					Allocation:   bay.Allocations.MapIndex(pulumi.String("worker-0")),
					DefaultRoute: pulumi.Bool(true),
				},
				metal3ipam.HostNetworkArgs{
					Name: pulumi.String("storage"),
					Link: pulumi.String("bond0.100"),
					Dhcp: metal3ipam.DhcpIpv4,
				},
			},
		})

		// The Secret's `stringData`. A BareMetalHost names the Secret in `networkData` and `preprovisioningNetworkDataName`.
		ctx.Export("workerSecret", workerNetwork.SecretData())
		return nil
	})
}
