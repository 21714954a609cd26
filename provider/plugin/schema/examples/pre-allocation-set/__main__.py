import pulumi
from pulumi_metal3_ipam import IPPool, PoolEntryArgs, PreAllocationSet

storage = IPPool("storage", pools=[PoolEntryArgs(subnet="172.23.0.0/24")], prefix=24, exclude_reserved=True)

rack = PreAllocationSet(
    "rack-a",
    pool=storage.name,
    hosts=["worker-0", "worker-1", "worker-2"],
    start="172.23.0.100",  # worker-0 and worker-1 get consecutive addresses from here
    pins={"worker-2": "172.23.0.50"},
)

pulumi.export("rackAddresses", rack.addresses)
