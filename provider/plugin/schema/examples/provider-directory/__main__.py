import pulumi
from pulumi_metal3_ipam import IPPool, PoolEntryArgs, Provider

site = Provider("site", directory="./manifests", namespace="metal3")

lab = IPPool(
    "lab",
    pools=[PoolEntryArgs(subnet="10.40.0.0/24")],
    prefix=24,
    exclude_reserved=True,
    opts=pulumi.ResourceOptions(provider=site),
)

pulumi.export("labNamespace", lab.namespace)
