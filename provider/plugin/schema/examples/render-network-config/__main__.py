import pulumi
from pulumi_metal3_ipam import (
    HostBond,
    HostNetwork,
    HostNic,
    HostVlan,
    IPPool,
    PoolEntryArgs,
    PreAllocationSet,
    render_network_config_output,
)

deployment = IPPool(
    "deployment",
    pools=[PoolEntryArgs(subnet="10.60.0.0/24")],
    prefix=24,
    gateway="10.60.0.1",
    dns_servers=["10.60.0.2"],
    exclude_reserved=True,
)
bay = PreAllocationSet(
    "bay", pool=deployment.name, hosts=["worker-0", "worker-1"], start="10.60.0.20"
)

worker_network = render_network_config_output(
    host="worker-0",
    nics=[
        HostNic(name="eno1", mac="52:54:00:aa:bb:01"),
        HostNic(name="eno2", mac="52:54:00:aa:bb:02"),
    ],
    bonds=[HostBond(name="bond0", members=["eno1", "eno2"], mode="802.3ad", mtu=9000)],
    vlans=[HostVlan(link="bond0", id=100)],
    networks=[
        HostNetwork(
            name="provisioning",
            link="bond0",
            allocation=bay.allocations["worker-0"],
            default_route=True,
        ),
        HostNetwork(name="storage", link="bond0.100", dhcp="ipv4"),
    ],
)

# The Secret's `stringData`. A BareMetalHost names the Secret in `networkData` and `preprovisioningNetworkDataName`.
pulumi.export("workerSecret", worker_network.secret_data)
