"""Every address of a bare-metal cluster, reserved and known before its first host exists."""

import json
from pathlib import Path

import pulumi
from pulumi_metal3_ipam import IPClaim, IPPool, PoolEntryArgs, PreAllocation, PreAllocationSet

inventory = json.loads(Path(__file__).with_name("inventory.json").read_text())
control_plane, workers = inventory["controlPlane"], inventory["workers"]

# One pool for each network and address family, and the first address of its workers.
networks = {
    "bmc": (
        IPPool(
            "bmc",
            pools=[PoolEntryArgs(subnet="172.21.0.0/24")],
            prefix=24,
            gateway="172.21.0.1",
            excludes=["172.21.0.2-172.21.0.9"],  # switches and power strips
            exclude_reserved=True,  # without it Metal3 gives the gateway and the broadcast address to hosts
        ),
        "172.21.0.100",
    ),
    "provisioning-v4": (
        IPPool(
            "provisioning-v4",
            pools=[PoolEntryArgs(start="172.22.0.10", end="172.22.0.199", subnet="172.22.0.0/24")],
            prefix=24,
            gateway="172.22.0.1",
            dns_servers=["172.22.0.2", "172.22.0.3"],
            excludes=["172.22.0.20", "172.22.0.21"],  # the switches of rack a and rack b
            dhcp_ranges=["172.22.0.200-172.22.0.250"],  # for Ironic, which inspects hosts
        ),
        "172.22.0.100",
    ),
    "provisioning-v6": (
        IPPool(
            "provisioning-v6",
            pools=[PoolEntryArgs(start="fd00:22::1000", end="fd00:22::1fff", subnet="fd00:22::/64")],
            prefix=64,
            gateway="fd00:22::1",
            dns_servers=["fd00:22::2", "fd00:22::3"],
            excludes=["fd00:22::1020-fd00:22::1021"],
        ),
        "fd00:22::1100",
    ),
}

# Host -> network -> address.
hosts = {host["name"]: {} for host in control_plane + workers}

for network, (pool, first_worker) in networks.items():
    # Control plane: a resource for each host, pinned if the inventory has a pin.
    for host in control_plane:
        if network in host["networks"]:
            name, pin = host["name"], host.get("pins", {}).get(network)
            reserved = PreAllocation(f"{name}-{network}", pool=pool.name, host=name, address=pin)
            hosts[name][network] = reserved.address

    # Workers: one set, one write. New workers get the next free addresses. The others never move.
    members = [host["name"] for host in workers if network in host["networks"]]
    rack = PreAllocationSet(f"workers-{network}", pool=pool.name, hosts=members, start=first_worker)
    for name in members:
        hosts[name][network] = rack.addresses[name]

# Virtual addresses belong to no host, so they are claims.
vips, _ = networks["provisioning-v4"]
api = IPClaim("api-vip", pool=vips.name, address="172.22.0.10")  # DNS points there already
ingress = IPClaim("ingress-vip", pool=vips.name)

# For BareMetalHosts, network data and DNS. Known in the first preview.
pulumi.export("hosts", hosts)
pulumi.export("vips", {"api": api.address, "ingress": ingress.address})
