import { readIPClaim } from "../../api/metal3/ip-claim";
import { IP_CLAIM } from "../../api/metal3/kinds";
import type { Stored } from "../../store/store";
import { oneAddress } from "../held-addresses";
import { byName, inPool, listing } from "../listing";
import type { ResourceRow } from "../row";
import { IPClaimHandler } from "./ip-claim";
import { claimOutputs, claimShape } from "./ip-claim-arguments";
import { claimId } from "./ip-claim-import";
import { withRequestedAddress } from "./requested-address";

export const ipClaim = {
  kind: "IPClaim",
  description:
    "Reserves an address for something that is not a host, for example a virtual IP or a load balancer.\n\nThe resource locks the address first, and then creates a Metal3 IPClaim (`ipam.metal3.io/v1alpha1`). For hosts, use a PreAllocation or a PreAllocationSet. CAPM3 creates the claims of hosts itself, and waits forever if another program has created one.",
  inputs: claimShape,
  outputs: claimOutputs,
  filledIn: ["name"],
  importId: claimId,
  said: withRequestedAddress,
  list: listing(inPool, async (ipam, namespace, { pool }) => {
    const claims = await ipam.store.list(IP_CLAIM, namespace);
    return claims.filter((claim) => pool === undefined || poolOf(claim) === pool).map(byName);
  }),
  addresses: oneAddress("name"),
  open: (ipam, defaultNamespace) => new IPClaimHandler(ipam, defaultNamespace),
} as const satisfies ResourceRow;

function poolOf(claim: Stored): string | undefined {
  const read = readIPClaim(claim);
  return read.ok ? read.value.poolName : undefined;
}
