import pulumi
from pulumi_metal3_ipam import IPPool, PoolEntryArgs, Provider

# pulumi config set --secret kubeconfig < kubeconfig.yaml
cluster = Provider(
    "cluster",
    kubeconfig=pulumi.Config().require_secret("kubeconfig"),
    namespace="metal3",
)

edge = IPPool(
    "edge",
    pools=[PoolEntryArgs(subnet="10.50.0.0/24")],
    prefix=24,
    exclude_reserved=True,
    opts=pulumi.ResourceOptions(provider=cluster),
)

pulumi.export("edgeNamespace", edge.namespace)
