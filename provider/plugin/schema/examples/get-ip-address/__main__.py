import pulumi
from pulumi_metal3_ipam import IPPool, PoolEntryArgs, PreAllocation, get_ip_address_output

management = IPPool(
    "management",
    pools=[PoolEntryArgs(subnet="10.30.0.0/24")],
    prefix=24,
    gateway="10.30.0.1",
    exclude_reserved=True,
)
bastion = PreAllocation("bastion", pool=management.name, host="bastion", address="10.30.0.5")

# Pass outputs of the resource: Pulumi then creates the reservation first.
of_claim = get_ip_address_output(pool=bastion.pool, claim_name=bastion.claim_name)
holder = get_ip_address_output(pool=bastion.pool, address="10.30.0.5")

pulumi.export(
    "bastionLookup",
    {"address": of_claim.address, "gateway": of_claim.gateway, "holder": holder.claim_name},
)
