module pulumi-metal3-ipam/testbed/metal3-hosts

go 1.26

require (
	github.com/metal3-io/baremetal-operator v0.13.2
	github.com/metal3-io/cluster-api-provider-metal3 v1.13.2
)
