import pulumi
from pulumi_metal3_ipam import IPAddressClaim, PoolRefArgs

# The provider of the pool chooses the address: CAPI's in-cluster provider here.
load_balancer = IPAddressClaim(
    "load-balancer",
    pool_ref=PoolRefArgs(api_group="ipam.cluster.x-k8s.io", kind="InClusterIPPool", name="dmz"),
)

# Known after the first update.
pulumi.export("loadBalancerAddress", load_balancer.address)
