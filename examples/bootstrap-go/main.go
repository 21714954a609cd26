// Every address of a bare-metal cluster, reserved and known before its first host exists.
package main

import (
	_ "embed"
	"encoding/json"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"pulumi-metal3-ipam/sdk/go/metal3ipam"
)

//go:embed inventory.json
var inventory []byte

type host struct {
	Name     string   `json:"name"`
	Networks []string `json:"networks"`
	// Addresses that the host has already and must keep, by network.
	Pins map[string]string `json:"pins"`
}

// A network and address family: its pool, and the first address of its workers.
type network struct {
	name        string
	pool        metal3ipam.IPPoolArgs
	firstWorker string
}

var networks = []network{
	{
		name: "bmc",
		pool: metal3ipam.IPPoolArgs{
			Pools:           metal3ipam.PoolEntryArray{metal3ipam.PoolEntryArgs{Subnet: pulumi.String("172.21.0.0/24")}},
			Prefix:          pulumi.Int(24),
			Gateway:         pulumi.String("172.21.0.1"),
			Excludes:        texts("172.21.0.2-172.21.0.9"), // switches and power strips
			ExcludeReserved: pulumi.Bool(true),              // without it Metal3 gives the gateway and the broadcast address to hosts
		},
		firstWorker: "172.21.0.100",
	},
	{
		name: "provisioning-v4",
		pool: metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{metal3ipam.PoolEntryArgs{
				Start: pulumi.String("172.22.0.10"), End: pulumi.String("172.22.0.199"), Subnet: pulumi.String("172.22.0.0/24"),
			}},
			Prefix:     pulumi.Int(24),
			Gateway:    pulumi.String("172.22.0.1"),
			DnsServers: texts("172.22.0.2", "172.22.0.3"),
			Excludes:   texts("172.22.0.20", "172.22.0.21"), // the switches of rack a and rack b
			DhcpRanges: texts("172.22.0.200-172.22.0.250"),  // for Ironic, which inspects hosts
		},
		firstWorker: "172.22.0.100",
	},
	{
		name: "provisioning-v6",
		pool: metal3ipam.IPPoolArgs{
			Pools: metal3ipam.PoolEntryArray{metal3ipam.PoolEntryArgs{
				Start: pulumi.String("fd00:22::1000"), End: pulumi.String("fd00:22::1fff"), Subnet: pulumi.String("fd00:22::/64"),
			}},
			Prefix:     pulumi.Int(64),
			Gateway:    pulumi.String("fd00:22::1"),
			DnsServers: texts("fd00:22::2", "fd00:22::3"),
			Excludes:   texts("fd00:22::1020-fd00:22::1021"),
		},
		firstWorker: "fd00:22::1100",
	},
}

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var listed struct{ ControlPlane, Workers []host }
		if err := json.Unmarshal(inventory, &listed); err != nil {
			return err
		}
		hosts := pulumi.Map{} // host -> network -> address
		for _, host := range slices.Concat(listed.ControlPlane, listed.Workers) {
			hosts[host.Name] = pulumi.Map{}
		}
		pools := map[string]*metal3ipam.IPPool{}
		for _, network := range networks {
			pool, err := metal3ipam.NewIPPool(ctx, network.name, &network.pool)
			if err != nil {
				return err
			}
			pools[network.name] = pool

			// Control plane: a resource for each host, pinned if the inventory has a pin.
			for _, host := range members(listed.ControlPlane, network) {
				args := &metal3ipam.PreAllocationArgs{Pool: pool.Name, Host: pulumi.String(host.Name)}
				if pin, ok := host.Pins[network.name]; ok {
					args.Address = pulumi.String(pin)
				}
				reserved, err := metal3ipam.NewPreAllocation(ctx, host.Name+"-"+network.name, args)
				if err != nil {
					return err
				}
				hosts[host.Name].(pulumi.Map)[network.name] = reserved.Address
			}

			// Workers: one set, one write. New workers get the next free addresses. The others never move.
			workers := members(listed.Workers, network)
			names := pulumi.StringArray{}
			for _, host := range workers {
				names = append(names, pulumi.String(host.Name))
			}
			set, err := metal3ipam.NewPreAllocationSet(ctx, "workers-"+network.name, &metal3ipam.PreAllocationSetArgs{
				Pool: pool.Name, Hosts: names, Start: pulumi.String(network.firstWorker),
			})
			if err != nil {
				return err
			}
			for _, host := range workers {
				hosts[host.Name].(pulumi.Map)[network.name] = set.Addresses.MapIndex(pulumi.String(host.Name))
			}
		}

		// Virtual addresses belong to no host, so they are claims.
		pool := pools["provisioning-v4"].Name
		api, err := metal3ipam.NewIPClaim(ctx, "api-vip", &metal3ipam.IPClaimArgs{
			Pool: pool, Address: pulumi.String("172.22.0.10"), // DNS points there already
		})
		if err != nil {
			return err
		}
		ingress, err := metal3ipam.NewIPClaim(ctx, "ingress-vip", &metal3ipam.IPClaimArgs{Pool: pool})
		if err != nil {
			return err
		}

		// For BareMetalHosts, network data and DNS. Known in the first preview.
		ctx.Export("hosts", hosts)
		ctx.Export("vips", pulumi.Map{"api": api.Address, "ingress": ingress.Address})
		return nil
	})
}

func members(hosts []host, network network) []host {
	return slices.DeleteFunc(slices.Clone(hosts), func(host host) bool {
		return !slices.Contains(host.Networks, network.name)
	})
}

func texts(all ...string) pulumi.StringArray {
	array := pulumi.StringArray{}
	for _, one := range all {
		array = append(array, pulumi.String(one))
	}
	return array
}
