import { IP_POOL } from "../../api/metal3/kinds";
import { addressesIn } from "../held-addresses";
import { byName, inNamespace, listing } from "../listing";
import type { ResourceRow } from "../row";
import { IPPoolHandler } from "./ip-pool";
import { poolId } from "./ip-pool-live";
import { poolOutputs, poolShape } from "./pool-arguments";

export const ipPool = {
  kind: "IPPool",
  description:
    "A Metal3 IPPool (`ipam.metal3.io/v1alpha1`): the addresses that hosts and claims can get.\n\nThe preview checks the pool before anything is written. It refuses malformed addresses, a mix of IPv4 and IPv6, and overlaps with other pools or a DHCP server. It also refuses a change that would take an address from its holder.",
  inputs: poolShape,
  outputs: poolOutputs,
  filledIn: ["name"],
  importId: poolId,
  list: listing(inNamespace, async (ipam, namespace) => (await ipam.store.list(IP_POOL, namespace)).map(byName)),
  addresses: ({ namespace, name, preAllocations }) => addressesIn({ namespace, pool: name }, preAllocations),
  open: (ipam, defaultNamespace) => new IPPoolHandler(ipam, defaultNamespace),
} as const satisfies ResourceRow;
