import pulumi
from pulumi_metal3_ipam import IPPool, PoolEntryArgs

workload = IPPool(
    "workload",
    pools=[
        PoolEntryArgs(start="192.168.10.10", end="192.168.10.99"),
        PoolEntryArgs(start="192.168.20.10", end="192.168.20.99", gateway="192.168.20.1"),
    ],
    prefix=24,
    gateway="192.168.10.1",
    dns_servers=["192.168.10.2"],
    dhcp_ranges=["192.168.10.200-192.168.10.250"],  # an overlap is an error
)

pulumi.export("workloadCapacity", workload.capacity)
