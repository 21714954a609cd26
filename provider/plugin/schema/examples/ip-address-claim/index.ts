import { IPAddressClaim } from "pulumi-metal3-ipam";

// The provider of the pool chooses the address: CAPI's in-cluster provider here.
const loadBalancer = new IPAddressClaim("load-balancer", {
  poolRef: { apiGroup: "ipam.cluster.x-k8s.io", kind: "InClusterIPPool", name: "dmz" },
});

// Known after the first update.
export const loadBalancerAddress = loadBalancer.address;
