import pulumi
from pulumi_metal3_ipam import IPPool, PoolEntryArgs, PreAllocationSet, get_ip_pool_output

tenant = IPPool("tenant", pools=[PoolEntryArgs(subnet="10.20.0.0/24")], prefix=24, exclude_reserved=True)
hosts = PreAllocationSet("tenant-hosts", pool=tenant.name, hosts=["db-0", "db-1"])

# Pass an output of the set: Pulumi then creates the pool and the set first.
found = get_ip_pool_output(name=hosts.pool)

pulumi.export("tenantUse", {"used": found.used, "free": found.free})
