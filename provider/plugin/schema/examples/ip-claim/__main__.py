import pulumi
from pulumi_metal3_ipam import IPClaim, IPPool, PoolEntryArgs

external = IPPool(
    "external",
    pools=[PoolEntryArgs(start="192.168.111.10", end="192.168.111.99")],
    prefix=24,
    gateway="192.168.111.1",
)

# DNS has a record for this address already.
api = IPClaim("api", pool=external.name, address="192.168.111.10")
ingress = IPClaim("ingress", pool=external.name)

pulumi.export("virtualIps", {"api": api.address, "ingress": ingress.address})
