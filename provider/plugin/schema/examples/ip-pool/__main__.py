import pulumi
from pulumi_metal3_ipam import IPPool, PoolEntryArgs

provisioning = IPPool(
    "provisioning",
    pools=[PoolEntryArgs(subnet="172.22.0.0/24")],
    prefix=24,
    gateway="172.22.0.1",
    excludes=["172.22.0.2-172.22.0.9"],  # switches
    exclude_reserved=True,  # the gateway, the network address and the broadcast address
)

pulumi.export("provisioningCapacity", provisioning.capacity)
