import pulumi
from pulumi_metal3_ipam import IPPool, SubnetPart, plan_subnet_output

split = plan_subnet_output(
    subnet="10.70.0.0/24",
    gateway="10.70.0.1",
    reserved=["10.70.0.2"],  # Ironic itself
    static=SubnetPart(size=100),
)
inspection = IPPool(
    "inspection",
    pools=split.pools,
    prefix=split.prefix,
    gateway=split.gateway,
    dhcp_ranges=split.dhcp_ranges,
)

pulumi.export("inspectionPools", inspection.pools)
# `spec.networking.dhcp` of the resource `Ironic`.
pulumi.export("ironicDhcp", split.ironic_dhcp)
