import pulumi
from pulumi_metal3_ipam import IPPool, PoolEntryArgs, PreAllocation

bmc = IPPool("bmc", pools=[PoolEntryArgs(subnet="172.21.0.0/24")], prefix=24, exclude_reserved=True)

# This host gets a free address, which the preview shows.
first = PreAllocation("cp-0", pool=bmc.name, host="cp-0")
# This host must have a certain address.
second = PreAllocation("cp-1", pool=bmc.name, host="cp-1", address="172.21.0.11")

pulumi.export("controlPlane", {"cp-0": first.address, "cp-1": second.address})
