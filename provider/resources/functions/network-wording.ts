/** Messages of renderNetworkConfig and planSubnet about single arguments. Each follows its property path. */

export const networkWording = {
  bothWays: "cannot be set together with `allocation`. Remove one of them.",

  noWay: "is required. Give the address of the host, or set `dhcp` instead.",

  dynamicRoute: "is for an allocation. With `dhcp`, the DHCP server or the router decides. Leave it out.",

  noPrefix: "is required, and the pool gives none. Set `prefix` on the IPPool.",

  noGateway: "needs a gateway, and the pool gives none. Set `gateway` on the IPPool, or leave `defaultRoute` out.",

  sizeAndRanges: "cannot be set together with `size`. Remove one of them.",

  noSize: "is required. Give a number of addresses, or set `ranges` instead.",

  gatewayAtEdge: (gateway: string, subnet: string) =>
    `${gateway} is the network or the broadcast address of ${subnet}. Choose another.`,

  gatewayOutside: (gateway: string, subnet: string) => `${gateway} is not in ${subnet}. Correct one of the two.`,
} as const;
